"""`completion`: the script that makes a shell complete, and the answers when that script asks.

It asks with `__complete SHELL WORDS…`, the last word being the one at the cursor. The answer is a candidate a line;
where a path stands, which shells complete by themselves, it is exit code 1.
"""

from argparse import Namespace
from collections.abc import Sequence

from incident_tui.cli import output
from incident_tui.cli.completion.candidates import Candidate, candidates
from incident_tui.cli.completion.quoting import escaped, split
from incident_tui.cli.parser import ASK, SHELLS, UsageError

_A_PATH = 1

_LISTING = ("33", "63", "64")
"""The values of bash's COMP_TYPE if candidates are listed; otherwise one is put into the line."""


def run(args: Namespace) -> int:
    """Print a shell's script, or answer one."""
    if args.command == ASK:
        return _answer(args.words)
    shell = "".join(args.words)
    if shell not in SHELLS:
        raise UsageError(f"completion needs a shell: {', '.join(SHELLS)} (see `incident-tui completion --help`)")
    from pkgutil import get_data  # reads from a zip, too

    output.write_bytes(get_data("incident_tui.cli.completion", f"shells/{shell}") or b"")
    return 0


def _answer(words: Sequence[str]) -> int:
    match words:
        case ["bash", line, replaced, kind]:
            offered, lines = _for_bash(line, replaced, kind)
        case ["zsh", *before, typed]:
            offered = candidates(before, typed)
            lines = [":".join(map(_for_zsh, filter(None, candidate))) for candidate in offered or ()]
        case ["fish", *before, typed]:
            offered = candidates(before, split(typed)[0][-1])
            lines = ["\t".join(candidate) for candidate in offered or ()]
        case _:
            raise UsageError(f"{ASK} is for the scripts that `incident-tui completion` prints")
    output.write("".join(f"{line}\n" for line in lines))
    return _A_PATH if offered is None else 0


def _for_zsh(text: str) -> str:
    return text.replace("\\", "\\\\").replace(":", "\\:")


def _for_bash(line: str, replaced: str, kind: str) -> tuple[Sequence[Candidate] | None, list[str]]:
    """Return the candidates, and their texts for bash, which also splits words at `:` and `=`, and adds no escapes.

    `line` is the text before the cursor, `replaced` the end of it that a candidate replaces.
    """
    words = split(line)[0]
    offered = candidates(words[1:-1], words[-1])
    typed_words, quote = split(line.removesuffix(replaced))
    before = typed_words[-1]
    fitting = [
        (text, description)
        for text, description in offered or ()
        if text.startswith(before) and not (quote == '"' and "!" in text)
    ]
    described = kind in _LISTING and len(fitting) > 1
    return offered, [
        escaped(text.removeprefix(before), quote) + (f"  {description}" if described and description else "")
        for text, description in fitting
    ]
