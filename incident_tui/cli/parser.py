"""The command line: which command, its options, its words, and the help.

The command word may stand behind options, so it is looked for first; each command then has a small parser of
its own, and only that one is built. Words (IDs, queries, paths) may stand between options; after `--` all
are words.
"""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple, NoReturn, TypeVar

from incident_tui.cli import output

if TYPE_CHECKING:
    from datetime import date

    from _typeshed import SupportsWrite

Moment = TypeVar("Moment")

ASK = "__complete"
"""What a shell's completion says in a command's place, with the words typed so far."""

SHELLS = ("bash", "zsh", "fish")

FAIL_ON = ("error", "warning", "note", "never")

SORTS = ("newest", "oldest", "used", "last-used", "title")


class UsageError(Exception):
    """The command was called wrongly, exit code 2. The first line says what is wrong; the others help."""

    def __init__(self, *lines: str) -> None:
        super().__init__(lines[0])
        self.lines = lines


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message} (see `{self.prog} --help`)")

    def format_help(self) -> str:
        """The help, with texts that no command should wait for."""
        from incident_tui.cli.help_text import EXAMPLES, OVERVIEW

        name = self.prog.partition(" ")[2]
        self.epilog = EXAMPLES.get(name)
        if not name:
            self.description = OVERVIEW
        if self.epilog and "{filters}" in self.epilog:
            from incident_tui.search.filters import filters_help

            self.epilog = self.epilog.replace("{filters}", filters_help())
        return super().format_help()

    def print_help(self, file: "SupportsWrite[str] | None" = None) -> None:
        """Print the help; argparse itself says nothing where that can't be written. Raises `OSError`."""
        (file or sys.stdout).write(self.format_help())


class _Formatter(argparse.RawDescriptionHelpFormatter):
    """argparse asks shutil for the width, whose import costs as much as all of argparse."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=output.width() - 2)


class Command(NamedTuple):
    """A command: the module of `incident_tui.cli.commands` that does it, and what it takes."""

    module: str
    usage: str
    about: str
    least: int
    most: int
    """How many words it takes."""
    options: Callable[[argparse.ArgumentParser], None]


def parse(argv: Sequence[str]) -> tuple[Command, argparse.Namespace]:
    """Return the command and its arguments: `command` is its name, `words` are its IDs, paths or query.

    Raises `UsageError`, and `SystemExit` after `--help` and `--version`.
    """
    if argv and argv[0] == ASK:
        return COMMANDS["completion"], argparse.Namespace(command=ASK, words=list(argv[1:]))
    if argv and argv[0] == "help" and not os.path.lexists("help"):  # else it is the file to open
        argv = [*argv[1:], "--help"]
    name, rest = command_word(argv)
    command = COMMANDS[name or "browse"]
    parser = parser_of(name)
    marker = rest.index("--") if "--" in rest else len(rest)
    args, words = parser.parse_known_args(rest[:marker])
    for word in words:
        if word.startswith("-") and word != "-":
            query = (
                f"; a search word that begins with - comes after --: `-- {word}`" if "QUERY" in command.usage else ""
            )
            parser.error(f"unknown option {word}{_nearest_option(word, parser) or query}")
    args.command = name or "browse"
    args.words = [*words, *rest[marker + 1 :]]
    if len(args.words) < command.least:
        needed = {"import": "a FOLDER or a FILE", "merge-driver": "three files"}.get(args.command, "an ID")
        parser.error(f"{args.command} needs {needed}")
    if len(args.words) > command.most:
        metavar = {"match": "FILE", "share": "LAYER", "sync": "LAYER", "completion": "SHELL"}.get(args.command, "ID")
        takes = f"takes one {metavar}, not {len(args.words)}" if command.most else "takes no path"
        if hint := next(filter(None, map(file_hint, args.words[command.most :])), ""):
            parser.error(f"{args.command} {takes}; {hint}")
        parser.error(f"{args.command} {takes if command.most else f'takes no arguments: {args.words[0]!r}'}")
    return command, args


def file_hint(word: str) -> str:
    """Return how a word that is a path names the knowledge base; empty where nothing is there."""
    if not os.path.lexists(word):
        return ""
    from shlex import quote

    return f"name the file with -f {quote(word)}"


def _nearest_option(word: str, parser: argparse.ArgumentParser) -> str:
    """Return the end of a sentence about an unknown option: the long one that it was probably meant to be."""
    if not word.startswith("--"):
        return ""
    from incident_tui.config import LIKE, nearest

    return nearest(word.partition("=")[0], [name for name in parser._option_string_actions if name[:2] == "--"], LIKE)


def command_word(argv: Sequence[str]) -> tuple[str, list[str]]:
    """Return the command's name (nothing if there is none), and the arguments without it."""
    at = 0
    while at < len(argv) and argv[at].startswith("-") and argv[at] not in ("-", "--"):
        at += 1 + _values_after(argv[at])
    if at < len(argv) and argv[at] in COMMANDS:
        return argv[at], [*argv[:at], *argv[at + 1 :]]
    return "", list(argv)


def _values_after(option: str) -> int:
    """Return how many of the next arguments an option takes before the command is known: as the first that has it."""
    if "=" in option or (not option.startswith("--") and len(option) > 2):
        return 0  # its value is in the same argument
    for name in COMMANDS:
        for action in parser_of(name)._actions:
            if option in action.option_strings:
                return 1 if action.nargs is None else action.nargs if isinstance(action.nargs, int) else 0
    return 0


def parser_of(name: str) -> argparse.ArgumentParser:
    """Return the parser of a command's options; of the browser's where no command is named."""
    command = COMMANDS[name or "browse"]
    parser = _Parser(
        prog=f"incident-tui {name}".strip(),
        usage=" ".join(filter(None, ("incident-tui", name, command.usage))).replace("%", "%%"),
        description=command.about,
        formatter_class=_Formatter,
        allow_abbrev=False,
        add_help=False,
    )
    command.options(parser)
    parser.add_argument(
        "-f",
        "--file",
        metavar="PATH",
        type=_path,
        action="append",
        default=[],
        help="the knowledge base: a file, a folder that has one, or a memory; repeat it for more",
    )
    parser.add_argument("-h", "--help", action="help", help="show this help")
    parser.add_argument("--version", action=_Version, help="show the version")
    return parser


class _Version(argparse.Action):
    def __init__(self, option_strings: Sequence[str], dest: str, help: str | None = None) -> None:
        super().__init__(option_strings, dest, nargs=0, help=help)

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from incident_tui import __version__

        sys.stdout.write(f"incident-tui {__version__}\n")
        parser.exit()


def _path(text: str) -> str:
    if not text:
        raise argparse.ArgumentTypeError("it is empty")
    return text


def _limit(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 0")
    return int(text) if len(text) < 19 else sys.maxsize


def _browse(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--query", metavar="Q", default="", help="search for this at once")
    parser.add_argument("--select", metavar="ID", help="open on this entry")
    parser.add_argument("--read-only", action="store_true", help="refuse every change")
    parser.add_argument("--no-mouse", action="store_true", help="leave the mouse to the terminal")
    parser.add_argument("--review", action="store_true", help="go through the stale entries, one after the other")


def _list(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--items", action="store_true", help="their open action items, oldest first")
    parser.add_argument("--json", action="store_true", help="an array of objects, one a line")
    parser.add_argument("--limit", metavar="N", type=_limit, help="the first N only")
    parser.add_argument("--sort", metavar="ORDER", choices=SORTS, help=", ".join(SORTS))
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--archived", action="store_true", help="the archived entries")
    which.add_argument("--all", action="store_true", help="live and archived entries")
    _exit_code(parser)


def _exit_code(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--exit-code", action="store_true", help="exit 1 where nothing is found, as grep does")


def _match(parser: argparse.ArgumentParser) -> None:
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="an array of objects, one a line")
    form.add_argument("--open", action="store_true", help="show them in the browser; keys come from the terminal")
    parser.add_argument("--limit", metavar="N", type=_limit, default=10, help="the first N only (10)")
    _exit_code(parser)


def _show(parser: argparse.ArgumentParser) -> None:
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="as an object, with body, sections and items")
    form.add_argument("--raw", action="store_true", help="the Markdown: its exact bytes, unless on a terminal")
    parser.add_argument("--full", action="store_true", help="the archived original of a summarized entry")


def _tag(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--add", metavar="TAG", action="append", default=[], help="add this tag at the end")
    parser.add_argument("--remove", metavar="TAG", action="append", default=[], help="remove this tag")
    parser.add_argument(
        "--rename", metavar=("OLD", "NEW"), nargs=2, help="rename a tag in all entries, archived ones too"
    )
    parser.add_argument("--dry-run", action="store_true", help="say how many lines would change, and write nothing")


def _new(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--title", metavar="TITLE", default="", help="what happened, in a few words or as a slug")
    parser.add_argument("--ref", metavar="REF", default="", help="a reference, such as INC-1234")
    parser.add_argument("--tag", metavar="TAG", action="append", default=[], help="a tag; repeat it for more")
    parser.add_argument("--type", metavar="TYPE", help="that of the file, unless its template says otherwise")
    parser.add_argument("--layer", metavar="NAME", help="of a memory: into this layer's file for the type")
    parser.add_argument("--editor", action="store_true", help="write it in $VISUAL or $EDITOR, in any case")


def _import(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--to", metavar="FILE", type=_path, help="the file that gets the entries; created if it doesn't exist"
    )
    parser.add_argument("--dry-run", action="store_true", help="say what would be imported, and write nothing")


def _export(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--folder", metavar="DIR", type=_path, required=True, help="where the files are written")
    parser.add_argument("--force", action="store_true", help="overwrite files that differ")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--archived", action="store_true", help="the archived entries")
    which.add_argument("--all", action="store_true", help="live and archived entries")


def _summarize(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--summary", metavar="TEXT", help="instead of the entry's own first paragraph")
    parser.add_argument("--key-learning", metavar="TEXT", help="instead of the entry's own first learning")


def _archive(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--force", action="store_true", help="pinned entries too")


def _move(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--to", metavar="FILE|LAYER", required=True, help="the file, or the layer, that they go to")
    parser.add_argument("--force", action="store_true", help="to a shared layer also what looks like a secret")


def _log(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--since", metavar="WHEN", type=_moment, help="from then on: 2026-11-24, 2026-11-24T14:30, 8h, 7d, 2w"
    )
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--md", action="store_true", help="as Markdown, day by day with the lines that changed")
    form.add_argument("--json", action="store_true", help="an array of objects, one a line")


def _report(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--since",
        metavar="WHEN",
        type=_first_day,
        help="incidents from that day on: 2026-11-24, 8h; of the last so many days, today included: 30d, 2w",
    )
    parser.add_argument("--query", metavar="Q", default="", help="only entries that this search finds")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="as an object")
    form.add_argument(
        "--html", metavar="FILE", nargs="?", const="-", type=_path, help="as a page, in FILE or on standard output"
    )
    parser.add_argument("--entries", action="store_true", help="with --html: the entries, too, with a search box")


def _moment(text: str) -> float:
    from incident_tui.cli.times import since

    return _read_time(since, text)


def _first_day(text: str) -> "date":
    from incident_tui.cli.times import since_day

    return _read_time(since_day, text)


def _read_time(read: Callable[[str], Moment], text: str) -> Moment:
    try:
        return read(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"'{text}' is not a time; write 2026-11-24, 2026-11-24T14:30, 8h, 7d or 2w"
        ) from None


def _check(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--fix", action="store_true", help="mend what can be mended safely; `undo` takes it back")
    parser.add_argument("--json", action="store_true", help="an array of objects, one a line")
    parser.add_argument(
        "--fail-on",
        metavar="SEVERITY",
        choices=FAIL_ON,
        default="error",
        help=f"exit 1 from there on: {', '.join(FAIL_ON)}",
    )


def _config(parser: argparse.ArgumentParser) -> None:
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="an array of objects, one a line")
    form.add_argument("--path", action="store_true", help="the path of your settings, there or not")


def _git_setup(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--yes", action="store_true", help="write it without asking")
    parser.add_argument("--remove", action="store_true", help="take it out again")


def _share(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--yes", action="store_true", help="commit without asking")
    parser.add_argument("--push", action="store_true", help="push, too")
    parser.add_argument("--force", action="store_true", help="also what looks like a secret")


def _plain(_: argparse.ArgumentParser) -> None:
    pass


_MANY = sys.maxsize
_FILE = "[-f PATH]"
_LOG = f"[--since WHEN] [--md|--json] {_FILE}"
_REPORT = f"[--since WHEN] [--query Q] [--json|--html [FILE] [--entries]] {_FILE}"
_SHOW = f"ID [--json|--raw] [--full] {_FILE}"
_LIST = f"[QUERY…] [--items] [--json] [--limit N] [--sort ORDER] [--archived|--all] [--exit-code] {_FILE}"
_MATCH = f"[FILE|-] [--json|--open] [--limit N] [--exit-code] {_FILE}"
_BROWSE = f"[PATH…] [--query Q] [--select ID] [--read-only] [--no-mouse] [--review] {_FILE}"
_TAG = f"ID… [--add TAG]… [--remove TAG]… [--dry-run] {_FILE}"
_RENAME = f"\n       incident-tui tag --rename OLD NEW [--dry-run] {_FILE}"
_CHECK = f"[PATH…] [--fix] [--json] [--fail-on SEVERITY] {_FILE}"
_CONFIG = f"[--json|--path] {_FILE}"
_IMPORT = f"FOLDER|FILE… [--to FILE] [--dry-run] {_FILE}"
_EXPORT = f"--folder DIR [QUERY…] [--force] [--archived|--all] {_FILE}"
_NEW = f"[--title TITLE] [--ref REF] [--tag TAG]… [--type TYPE] [--layer NAME] [--editor] {_FILE}"

COMMANDS = {
    "browse": Command("browse", _BROWSE, "Open the browser on a file, a folder, or several.", 0, _MANY, _browse),
    "list": Command(
        "list_entries", _LIST, "List entries: best first, or pinned first and then newest.", 0, _MANY, _list
    ),
    "match": Command(
        "match", _MATCH, "Have we seen this before? Rank entries against an alert or a log.", 0, 1, _match
    ),
    "show": Command("show", _SHOW, "Show one entry.", 1, 1, _show),
    "pin": Command("change", f"ID… {_FILE}", "Pin entries: never archive them without asking.", 1, _MANY, _plain),
    "unpin": Command("change", f"ID… {_FILE}", "Unpin entries.", 1, _MANY, _plain),
    "helped": Command(
        "change",
        f"ID… {_FILE}",
        "Mark entries as helpful: `used` goes up by one, `last_used` is today.",
        1,
        _MANY,
        _plain,
    ),
    "tag": Command(
        "tag", _TAG + _RENAME, "Add tags to entries, take them off, or rename one everywhere.", 0, _MANY, _tag
    ),
    "done": Command("items", f"ID N… {_FILE}", "Tick action items.", 1, _MANY, _plain),
    "undone": Command("items", f"ID N… {_FILE}", "Untick action items.", 1, _MANY, _plain),
    "timeline": Command(
        "timeline", f"ID TEXT… {_FILE}", "Add a line with the time of now to an entry's timeline.", 2, _MANY, _plain
    ),
    "new": Command("new_edit", _NEW, "Create an entry.", 0, 0, _new),
    "edit": Command("new_edit", f"ID {_FILE}", "Edit an entry in $VISUAL or $EDITOR.", 1, 1, _plain),
    "summarize": Command(
        "change",
        f"ID [--summary TEXT] [--key-learning TEXT] {_FILE}",
        "Put a summary in an entry's place; the full text goes to the archive.",
        1,
        1,
        _summarize,
    ),
    "archive": Command("change", f"ID… [--force] {_FILE}", "Move entries to the archive.", 1, _MANY, _archive),
    "move": Command(
        "move", f"ID… --to FILE|LAYER [--force] {_FILE}", "Move entries to another file or layer.", 1, _MANY, _move
    ),
    "restore": Command(
        "change",
        f"ID… {_FILE}",
        "Bring entries (or the full text of summaries) back from the archive.",
        1,
        _MANY,
        _plain,
    ),
    "undo": Command("history", _FILE, "Undo your last change, byte for byte.", 0, 0, _plain),
    "redo": Command("history", _FILE, "Redo the change that was undone last.", 0, 0, _plain),
    "report": Command("report", _REPORT, "Statistics, as Markdown for a retro's minutes.", 0, 0, _report),
    "log": Command("history", _LOG, "List your changes, the newest first.", 0, 0, _log),
    "check": Command("check", _CHECK, "Find what is wrong in the files, and mend what can be.", 0, _MANY, _check),
    "import": Command(
        "import_entries", _IMPORT, "Make entries of a folder of post-mortems, as one change.", 1, _MANY, _import
    ),
    "export": Command(
        "export_entries", _EXPORT, "Write entries as files with front matter, one each.", 0, _MANY, _export
    ),
    "git-setup": Command(
        "git_setup",
        f"[--yes] [--remove] {_FILE}",
        "Tell git to merge these files entry by entry; shown before it is written.",
        0,
        0,
        _git_setup,
    ),
    "share": Command(
        "share_sync",
        f"[LAYER] [--yes] [--push] [--force] {_FILE}",
        "Commit a layer's files, with a message made of your changes.",
        0,
        1,
        _share,
    ),
    "sync": Command("share_sync", f"[LAYER] {_FILE}", "Fetch and merge what others pushed to a layer.", 0, 1, _plain),
    "merge-driver": Command(
        "merge_driver", "%O %A %B %P", "What git calls to merge two versions of a file.", 3, 4, _plain
    ),
    "config": Command("config", _CONFIG, "Print the settings in force, and where each is from.", 0, 0, _config),
    "completion": Command("completion", "SHELL", "Print what makes bash, zsh or fish complete.", 0, 1, _plain),
}
"""The commands by name. A first word that isn't one is a path for the browser."""
