"""`new` and `edit`: an entry's text, from standard input or from a person's own editor."""

import os
import sys
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from incident_tui import clock
from incident_tui.cli import output
from incident_tui.cli.commands.change import outcome_message, tell
from incident_tui.cli.files import knowledge_base_source
from incident_tui.cli.parser import UsageError
from incident_tui.cli.select import entries, file_meant, opened
from incident_tui.format.check.hidden_entries import refuse_hidden_entries
from incident_tui.format.edit.edit import Edit, apply, create_edit
from incident_tui.format.edit.metadata_lines import set_field
from incident_tui.format.edit.operations import Rewrite
from incident_tui.format.errors import Refused
from incident_tui.format.model.entry import parse_entry
from incident_tui.format.read.resolve import all_entries
from incident_tui.format.read.scan import BOM
from incident_tui.format.sanitize import marked_encoding, one_line, other_encoding

if TYPE_CHECKING:
    from incident_tui.editor import Edited
    from incident_tui.storage.library import Library
    from incident_tui.storage.snapshot import FileSnapshot, Snapshot

_SEE = "(see `incident-tui new --help`)"


def run(args: Namespace) -> int:
    """Write the text, and say so; of a new entry the id."""
    file_name = _take_file_name(args) if args.command == "new" else ""
    library, snapshot = opened(args, missing=args.command == "new")
    if args.command == "edit":
        return _edit(args, library, snapshot)
    index = _destination(args, snapshot, file_name)
    snapshot.files[index].require_writable()
    if args.editor or _at_terminal():
        return _new_by_hand(args, library, snapshot.files[index], index)
    return _new(library, _from_input(args, snapshot.files[index]), index)


def _at_terminal() -> bool:
    return sys.stdin is not None and sys.stdin.isatty()


def _require_keyboard() -> None:
    """Raise `UsageError` where an editor of the terminal would start without one; other programs need none."""
    from incident_tui.editor import ON_TERMINAL, command

    name = os.path.basename(command()[0])  # noqa: PTH119 - a name, not a path
    if name in ON_TERMINAL and not _at_terminal():
        raise UsageError(f"{name} needs a terminal, and standard input is none; nothing was changed")


def _take_file_name(args: Namespace) -> str:
    """Return the PATH that is the name of a file (`payments/facts`) of those that are open without it; take it out."""
    names = [path for path in args.file if not os.path.lexists(path) and not path.endswith(".md")]
    paths = [path for path in args.file if path not in names]
    if len(names) != 1 or not knowledge_base_source(Namespace(**(vars(args) | {"file": paths}))).paths:
        return ""
    args.file = paths
    return str(names[0])


def _destination(args: Namespace, snapshot: "Snapshot", file_name: str) -> int:
    """The index of the file that a new entry goes to: the one that is called so; in the layer that was given, by its
    type; else as a person says; without one the first. Raises `UsageError` where there is no such file.
    """
    from incident_tui.format.edit.new_file import type_of_file

    if file_name:
        layer = f"{args.layer}/" if args.layer is not None and "/" not in file_name else ""
        return file_meant(layer + file_name, snapshot)
    indexes = range(len(snapshot.files))
    if args.layer is not None:
        files = [index for index in indexes if snapshot.files[index].layer == args.layer]
        if not files:
            layers = ", ".join(dict.fromkeys(filter(None, snapshot.layers))) or "none"
            raise UsageError(f"there is no layer '{args.layer}' here; there are: {layers} {_SEE}")
        wanted = args.type or "incident"
        fitting = [index for index in files if type_of_file(snapshot.files[index].live_file.name) == wanted]
        if wanted == "note" and fitting:  # of several journals it is the last month's
            return fitting[-1]
        return (fitting or files)[0]
    if len(snapshot.files) == 1 or not _at_terminal():
        return 0
    from incident_tui.storage.user.last_file import load_last_file, save_last_file

    last = load_last_file()
    offered = sorted(indexes, key=lambda index: str(snapshot.files[index].live_file) != last)
    for number, index in enumerate(offered, 1):
        new = "" if snapshot.files[index].exists else "  (new file)"
        output.print_error(f"{number:>3}  {snapshot.names[index]}{new}")
    output.print_error("Into which file? [1]")
    answer = sys.stdin.readline().strip() or "1"
    if not (answer.isascii() and answer.isdigit() and 0 < int(answer) <= len(offered)):
        raise UsageError(f"'{one_line(answer)}' is not one of these numbers; nothing was written")
    index = offered[int(answer) - 1]
    save_last_file(snapshot.files[index].live_file)
    return index


def _edit(args: Namespace, library: "Library", snapshot: "Snapshot") -> int:
    """An entry as it comes back from the editor, merged with what others made of it meanwhile."""
    from incident_tui import editor

    (located,) = entries(args.words, all_entries(*snapshot.contents), within=snapshot)
    snapshot.files[located.file_index].require_writable()
    target = located.target
    # Refuses before anybody writes what can't be used.
    apply(snapshot.contents[located.file_index], [Edit(target, Rewrite(target.seen))])
    _require_keyboard()
    came = editor.edit(target.seen, located.entry.label)
    if isinstance(came, editor.NoChange):
        if came.failed:
            raise Refused(came.reason)
        output.print_line(came.reason)
        return 0
    with _kept_if_refused(came):
        refuse_hidden_entries(came.text, target.seen)
        edit = Edit(target, Rewrite(came.text))
        outcome = library.edit([edit])
    tell(outcome)
    if warning := _warning(edit, outcome.snapshot):
        output.print_error(warning)
    return 0


def _warning(edit: Edit, snapshot: "Snapshot") -> str:
    """What `check` warns of in the entry as it was saved; empty if that is nothing."""
    from incident_tui.format.check.metadata import warning_of_saved

    return warning_of_saved(edit, snapshot.contents[edit.target.file_index], clock.today())


def _new_by_hand(args: Namespace, library: "Library", file: "FileSnapshot", index: int) -> int:
    from incident_tui import editor

    skeleton = _skeleton(args, file)
    _require_keyboard()
    came = editor.edit(skeleton, args.ref or args.title)
    if isinstance(came, editor.NoChange):
        raise Refused(came.reason)
    with _kept_if_refused(came):
        return _new(library, came.text, index)


def _new(library: "Library", raw: bytes, index: int) -> int:
    """Put in an entry, and print its id; warn where another entry has its reference."""
    from incident_tui.format.edit.new_entry import reference_in_use

    edit = create_edit(raw, index)
    refuse_hidden_entries(raw)
    outcome = library.edit([edit])
    file = outcome.snapshot.files[index]
    new = file.live.find(edit.about)[0]
    warnings = [
        outcome.warning,
        reference_in_use(file.contents, new.ref, new.identity),
        _warning(edit, outcome.snapshot),
    ]
    output.print_error(outcome_message(outcome), *filter(None, warnings))
    output.say_done(file.live.id(new))
    return 0


def _from_input(args: Namespace, file: "FileSnapshot") -> bytes:
    """The entry that is on standard input: a whole one, or the body of one that the options describe."""
    text = _utf_8(sys.stdin.buffer.read()).removeprefix(BOM) if sys.stdin is not None else b""
    if not text.strip():
        raise Refused("there is no text on standard input; nothing was written")
    if text.lstrip().startswith(b"## M-"):
        if args.title or args.ref or args.tag or args.type:
            raise UsageError(f"the text has a heading of its own; it takes no --title, --ref, --tag and --type {_SEE}")
        return text
    raw = _skeleton(args, file)
    eol = file.live.eol
    return raw[: parse_entry(raw).metadata.end] + eol + text.strip(b"\r\n") + eol


def _utf_8(text: bytes) -> bytes:
    """The same where it isn't UTF-16 or UTF-32 with its mark. Raises `Refused` for another text of such an encoding."""
    if encoding := marked_encoding(text):
        try:
            return text.decode(encoding).encode()
        except UnicodeDecodeError:
            raise Refused(f"the text says that it is {encoding}, but isn't; nothing was written") from None
    if reason := other_encoding(text):
        raise Refused(f"the text can't be taken: {reason}; nothing was written")
    return text


def _skeleton(args: Namespace, file: "FileSnapshot") -> bytes:
    """The text of a new entry that is made now. Raises `UsageError` where it would have no name."""
    from incident_tui.format.edit.new_entry import new_entry_text

    if not (args.title.strip() or args.ref.strip()):
        raise UsageError(f"a new entry needs a --title or a --ref {_SEE}")
    raw = new_entry_text(file.contents, clock.now(), args.ref, args.title, args.tag)
    return set_field(raw, "type", _type(args.type), file.live.eol) if args.type is not None else raw


def _type(text: str) -> str:
    if text.split() != [text] or one_line(text) != text:
        raise Refused(
            f"'{one_line(text)}' is not a type: it is one word, such as incident, pattern, query, fact or note"
        )
    return text


@contextmanager
def _kept_if_refused(came: "Edited") -> Iterator[None]:
    """The text of an editor goes once it is written; where it can't be, it is said where it is."""
    try:
        yield
    except Refused as refused:
        raise Refused(f"{refused}; {came.kept}") from None
    came.discard()
