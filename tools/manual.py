"""Prints the manual page, incident-tui(1), made of what the parser knows and what `--help` says.

python -m tools.manual > incident-tui.1
"""

import re
import sys
from argparse import SUPPRESS, Action
from collections.abc import Iterable, Iterator

from incident_tui import __version__
from incident_tui.cli.help_text import EXAMPLES, OVERVIEW
from incident_tui.cli.parser import COMMANDS, parser_of

ENVIRONMENT = {
    "INCIDENT_TUI_FILE": "The knowledge base, where no option names one: a file, or a folder that has one.",
    "VISUAL, EDITOR": "What an entry is edited in.",
    "NO_COLOR": "Where it is set, nothing is coloured.",
    "XDG_CONFIG_HOME": "Where incident-tui/config.toml is; by default ~/.config.",
    "XDG_STATE_HOME": "Where incident-tui keeps the last changes and searches; by default ~/.local/state.",
    "XDG_CACHE_HOME": "Where the bundle, incident-tui.pyz, unpacks itself; by default ~/.cache.",
}

_COMMON = ("--file", "--help", "--version")
_ESCAPES = {"\\": r"\e", "-": r"\-", "'": r"\(aq", "`": r"\(ga", "^": r"\(ha", "~": r"\(ti", '"': r"\(dq"}


def page() -> str:
    """Return the page as roff that man and mandoc read, ASCII only."""
    about, *described = (block for block in OVERVIEW.split("\n\n") if not block.startswith("commands"))
    examples, codes = EXAMPLES[""].split("\n\n")
    lines = [
        f'.TH INCIDENT\\-TUI 1 "" "incident\\-tui {__version__}" "User Commands"',
        *(".nh", ".ad l"),
        *(".SH NAME", rf"incident\-tui \- {_plain(about[0].lower() + about[1:].rstrip('.'))}"),
        *(".SH SYNOPSIS", *_usage(""), ".br", r"incident\-tui \fICOMMAND\fR"),
        *(".SH DESCRIPTION", *_blocks("\n\n".join(described))),
        *(".SH OPTIONS", "The last three go with every command, the others with the browser."),
        *_options(parser_of("")._actions),
        ".SH COMMANDS",
    ]
    for name, command in COMMANDS.items():
        lines += [f".SS {_plain(name)}", *_usage(name), ".PP", _plain(command.about)]
        lines += _options(option for option in parser_of(name)._actions if option.option_strings[-1] not in _COMMON)
        lines += _blocks(EXAMPLES.get(name, "").replace(described[-1], ""))
    lines += [".SH EXIT STATUS", *_terms(re.findall("([0-9]) ([^,]+)", codes))]
    lines += [".SH ENVIRONMENT", *_terms(ENVIRONMENT.items())]
    lines += [".SH EXAMPLES", *_blocks(examples.removeprefix("examples:\n"))]
    return re.sub(r"(?m)^(\.SH .*\n)\.PP\n", r"\1", "\n".join(lines) + "\n")


def _usage(name: str) -> Iterator[str]:
    for number, line in enumerate((parser_of(name).usage or "").splitlines()):
        yield from [".br"] * bool(number)
        yield _plain(line.strip())


def _options(options: Iterable[Action]) -> Iterator[str]:
    for option in options:
        if option.help != SUPPRESS:
            values = (option.metavar,) if isinstance(option.metavar, str) else option.metavar or ()
            yield ".TP"
            yield ", ".join(map(_bold, option.option_strings)) + "".join(rf" \fI{_plain(value)}\fR" for value in values)
            yield _plain(option.help or "")


def _terms(terms: Iterable[tuple[str, str]]) -> Iterator[str]:
    for term, about in terms:
        yield from (".TP", _bold(term), _plain(about))


def _blocks(text: str) -> Iterator[str]:
    """Paragraphs are filled; what is indented is a list of terms, each with what it is behind wide blanks."""
    for block in filter(None, (block.strip("\n") for block in text.split("\n\n"))):
        lines = block.splitlines()
        plain = [line.strip() for line in lines if line.strip() and not line.startswith(" ")]
        if plain:
            yield from (".PP", *map(_plain, plain))
        for line in lines:
            if line.startswith("  "):
                term, *about = re.split(" {3,}", line.strip(), maxsplit=1)
                yield from (".TP" if about else ".PP", _bold(term), *map(_plain, about))


def _bold(text: str) -> str:
    return rf"\fB{_plain(text)}\fR"


def _plain(text: str) -> str:
    """Text that roff shows as it is."""
    text = text.replace("…", "...")
    shown = "".join(_ESCAPES.get(char, char if char.isascii() else rf"\[u{ord(char):04X}]") for char in text)
    return rf"\&{shown}" if shown.startswith(".") else shown


if __name__ == "__main__":
    sys.stdout.write(page())
