"""`completion`: the script that makes a shell complete, and the answers when that script asks.

It asks with `__complete SHELL WORDS…`, the last word being the one at the cursor. The answer is a candidate a line;
where a path stands, which shells complete by themselves, it is exit code 1.
"""

from argparse import Namespace
from collections.abc import Sequence

from incident_tui.cli import output
from incident_tui.cli.completion.candidates import Candidate, candidates
from incident_tui.cli.completion.quoting import escaped, split
from incident_tui.cli.errors import UsageError
from incident_tui.cli.parser import ASK, SHELLS

_A_PATH = 1

_LISTING = ("33", "63", "64")
"""What bash's COMP_TYPE is where candidates are listed for the eye; otherwise one is put into the line."""


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
        case ["bash", line, part, kind]:
            found, lines = _for_bash(line, part, kind)
        case ["zsh", *before, typed]:
            found = candidates(before, typed)
            lines = [":".join(map(_for_zsh, filter(None, one))) for one in found or ()]
        case ["fish", *before, typed]:
            found = candidates(before, split(typed)[0][-1])
            lines = ["\t".join(one) for one in found or ()]
        case _:
            raise UsageError(f"{ASK} is for the scripts that `incident-tui completion` prints")
    output.write("".join(f"{line}\n" for line in lines))
    return _A_PATH if found is None else 0


def _for_zsh(text: str) -> str:
    return text.replace("\\", "\\\\").replace(":", "\\:")


def _for_bash(line: str, part: str, kind: str) -> tuple[Sequence[Candidate] | None, list[str]]:
    """The candidates, and how they stand in the line. bash parts words at `:` and `=`, too, and adds no escapes.

    `line` is what stands before the cursor, `part` the end of it that a candidate takes the place of.
    """
    words = split(line)[0]
    found = candidates(words[1:-1], words[-1])
    held, quote = split(line.removesuffix(part))
    before = held[-1]
    fitting = [one for one in found or () if one.text.startswith(before) and not (quote == '"' and "!" in one.text)]
    described = kind in _LISTING and len(fitting) > 1
    return found, [
        escaped(text.removeprefix(before), quote) + (f"  {about}" if described and about else "")
        for text, about in fitting
    ]
