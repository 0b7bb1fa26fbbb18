"""Completion candidates at the cursor of a command line.

Options and what they take are read off the parser, and what a command's words are off its usage, so that nothing is
listed here twice. It answers within a keypress: of a large file only what could be meant is read.
"""

import re
from argparse import SUPPRESS, Action, Namespace
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from incident_tui.cli.parser import COMMANDS, SHELLS, command_word, parser_of
from incident_tui.format.caseless import caseless
from incident_tui.format.sanitize import one_line

if TYPE_CHECKING:
    from incident_tui.format.model.entry import Entry, Identity
    from incident_tui.format.model.located import LocatedEntry
    from incident_tui.search.filters import FilterKind
    from incident_tui.storage.snapshot import Snapshot


_MOST = 500
"""So many entries are offered at once."""


class Candidate(NamedTuple):
    """A word that may be completed, and its description. Both are sanitized and on one line."""

    text: str
    description: str = ""


class _Line(NamedTuple):
    """The command line before the cursor."""

    command: str
    words: list[str]
    """The command's own words: IDs, a query, paths."""
    options: dict[str, Action]
    """All that the command has."""
    due: Action | None
    """The option whose value the next word is."""
    values: int
    """How many values of it are there."""
    files: list[str]
    only_words: bool
    """Whether a `--` was there, behind which nothing is an option."""


def _name(located: "LocatedEntry", begins: str, folded: Callable[[str], str]) -> str | None:
    """The name of an entry that says most of those that begin so, once letters are folded; None if none does."""
    heading = located.entry.heading
    for name in (heading.ref, heading.title):
        if name and folded(name).startswith(begins):
            return name
    if not begins or begins[0] in "Mm0123456789":
        for name in (located.id, located.id.removeprefix("M-")):
            if folded(name).startswith(begins):
                return name
    return None


def _description(located: "LocatedEntry", name: str) -> str:
    """Return the description of an entry: its other names, its day, and whether it is archived."""
    entry = located.entry
    texts = [entry.ref, entry.title, entry.timestamp[:10], "archived" if located.archived else ""]
    return one_line("  ".join(text for text in texts if text and text != name))


_ACCEPTED: dict[str, Callable[["LocatedEntry"], bool]] = {
    "unpin": lambda located: located.entry.number in located.document.pinned,
    "archive": lambda located: not located.archived,
    "summarize": lambda located: not located.archived and located.entry.state == "full",
    "restore": lambda located: located.archived or located.entry.state == "summarized",
}
"""The entries that a command accepts, for the commands that don't accept all."""


def candidates(words: Sequence[str], typed: str) -> list[Candidate] | None:
    """Return the candidates for `typed`, after `words`; None if a path is due."""
    line = _read(words)
    if line.due:
        return _called(_value_name(line.due, line.values), line, typed)
    if typed.startswith("-") and not line.only_words:
        string, equals, value = typed.partition("=")
        option = line.options.get(string)
        if not equals or option is None:
            return _beginning(_options(line), typed)
        offered = _called(_value_name(option), line._replace(due=option), value)
        return offered and [Candidate(f"{string}={text}", description) for text, description in offered]
    if not line.command and not line.words and not line.only_words:
        return _beginning((Candidate(name, command.about) for name, command in COMMANDS.items()), typed) or None
    return _called(_word_name(line), line, typed)


def _read(words: Sequence[str]) -> _Line:
    name, rest = command_word(words)
    options = {string: option for option in parser_of(name)._actions for string in option.option_strings}
    positional: list[str] = []
    due: Action | None = None
    values = 0
    files: list[str] = []
    only_words = False
    for word in rest:
        if due:
            files += [word] if due.dest == "file" else []
            values += 1
            due = due if values < _takes(due) else None
        elif only_words or word == "-" or not word.startswith("-"):
            positional.append(word)
        elif word == "--":
            only_words = True
        else:
            string, _, value = (word[:2], "", word[2:]) if word[:2] in options else word.partition("=")
            option = options.get(string)
            files += [value] if value and option and option.dest == "file" else []
            due, values = (option, 0) if option and not value and _takes(option) else (None, 0)
    if name in ("", "browse") and positional:
        files = positional
    return _Line(name, positional, options, due, values, [str(Path(file).expanduser()) for file in files], only_words)


def _takes(option: Action) -> int:
    return option.nargs if isinstance(option.nargs, int) else 1


def _value_name(option: Action, number: int = 0) -> str:
    """Return the name of an option's value in its help."""
    name = option.metavar or ""
    return name if isinstance(name, str) else name[number]


def _word_name(line: _Line) -> str:
    """Return the name of the next word in the command's usage; empty if it takes no more."""
    command = COMMANDS[line.command or "browse"]
    usage = re.sub("--[a-z]+ [A-Z|]+", "", command.usage.partition("[-")[0])
    names: list[str] = re.findall("[A-Z]+", usage)
    number = len(line.words)
    if not names or number >= command.most:
        return ""
    return "ITEM" if number and names[-1] == "N" else names[min(number, len(names) - 1)]


def _options(line: _Line) -> Iterator[Candidate]:
    for option in dict.fromkeys(line.options.values()):
        if option.help != SUPPRESS:
            yield Candidate(max(option.option_strings, key=len), option.help or "")


def _called(name: str, line: _Line, typed: str) -> list[Candidate] | None:
    """Return the candidates for a name from usage and help (or for none); None if it is a path."""
    if name in _PATHS:
        return None
    if name == "ID":
        return _ids(line, typed)
    offered = _VALUES[name](line, typed) if name in _VALUES else ()
    return _beginning((each if isinstance(each, Candidate) else Candidate(each) for each in offered), typed)


def _beginning(offered: Iterable[Candidate], typed: str) -> list[Candidate]:
    """Return the candidates that begin as typed; those of the same case first."""
    offered = [candidate for candidate in offered if caseless(candidate.text).startswith(caseless(typed))]
    return [candidate for candidate in offered if candidate.text.startswith(typed)] or offered


def _snapshot(line: _Line, missing: bool = False) -> "Snapshot | None":
    from incident_tui.cli.select import read
    from incident_tui.format.errors import Refused

    try:
        return read(Namespace(file=line.files), missing)
    except Refused:
        return None


def _located(line: _Line) -> "list[LocatedEntry]":
    """Return all entries, the live ones first; none if no file can be read."""
    from incident_tui.format.read.resolve import all_entries

    snapshot = _snapshot(line)
    return all_entries(*snapshot.contents) if snapshot else []


def _entries(line: _Line) -> "Iterator[Entry]":
    return (located.entry for located in _located(line))


def _holding(line: _Line, word: str) -> "Iterator[LocatedEntry]":
    """The entries whose heading holds a word, and only those can be called so. No heading is taken apart for it."""
    lower_word = word.partition("#")[0].lower().encode() if word.isascii() else b""
    for located in _located(line):
        if lower_word in located.entry.data[located.entry.start : located.entry.heading_end].lower():
            yield located


def _resolved(line: _Line, words: Sequence[str]) -> "list[Entry]":
    """Return the entries that words name; none if a word names no entry, or several."""
    from incident_tui.format.read.resolve import resolve

    result = []
    for word in words:
        try:
            result.append(resolve(word, list(_holding(line, word))).entry)
        except LookupError:
            return []
    return result


def _ids(line: _Line, typed: str) -> list[Candidate]:
    """Of each entry one name that begins as typed, the newest first; its id, where others have that name too.

    Of very many the newest, and two more, so that what all of them begin with stays what a shell puts into the line.
    """
    is_candidate = _ACCEPTED.get(line.command)
    entries: dict[Identity, LocatedEntry] = {}
    for located in _holding(line, typed):
        if is_candidate is None or is_candidate(located):
            entries.setdefault(located.entry.identity, located)
    offered = _named(entries.values(), typed, str) or _named(entries.values(), typed, caseless)
    for text in [text for text in offered if text in line.words or text.startswith("-")]:
        del offered[text]
    texts = sorted(offered, key=lambda text: offered[text].entry.instant, reverse=True)
    if more := texts[_MOST:]:
        texts = [*texts[:_MOST], *sorted({min(more), max(more)})]
    return [Candidate(one_line(text), _description(offered[text], text)) for text in texts]


def _named(entries: "Iterable[LocatedEntry]", typed: str, folded: Callable[[str], str]) -> "dict[str, LocatedEntry]":
    """Entries by the names that begin as typed."""
    begins = folded(typed)
    named: dict[str, list[LocatedEntry]] = {}
    for located in entries:
        if name := _name(located, begins, folded):
            named.setdefault(name, []).append(located)
    single = {name: same_name[0] for name, same_name in named.items() if len(same_name) == 1}
    twins = {located.id: located for same_name in named.values() if len(same_name) > 1 for located in same_name}
    return single | {ident: located for ident, located in twins.items() if folded(ident).startswith(begins)}


def _items(line: _Line) -> Iterator[Candidate]:
    """The numbers of an entry's action items: to be ticked those without a tick, and the other way round."""
    from incident_tui.format.read.sections import items

    for entry in _resolved(line, line.words[:1]):
        for item in items(entry):
            if item.checked == (line.command == "undone") and str(item.number) not in line.words:
                yield Candidate(str(item.number), one_line(item.text))


def _tags(line: _Line) -> list[str]:
    """All tags; of one to be taken off only those that the entries named have."""
    if line.due and line.due.dest == "remove" and line.words:
        return _listed(_resolved(line, line.words), "tags")
    return _listed(_entries(line), "tags")


def _files_and_layers(line: _Line, name: str) -> list[str]:
    """What the layers are called; and the files, too, there or not, where they are asked for."""
    snapshot = _snapshot(line, missing=name != "LAYER")
    if snapshot is None:
        return []
    files = snapshot.names if name == "FILE|LAYER" else ()
    return [each for each in dict.fromkeys([*snapshot.layers, *files]) if each]


def _listed(entries: "Iterable[Entry]", key: str) -> list[str]:
    """What entries list under a metadata key, of names that are the same one."""
    from incident_tui.format.model.metadata import listed_values

    values = listed_values(((entry.data, entry.heading_end, entry.end) for entry in entries), key)
    names = sorted(map(one_line, values), reverse=True)
    return sorted({caseless(name): name for name in names}.values())


def _query(line: _Line, typed: str) -> Iterator[Candidate]:
    """A filter, or a value of one, in place of the last part of a query; what stands before it stays."""
    from incident_tui.search.filters import FILTERS
    from incident_tui.search.query import tokens

    last = next((token for token in tokens(typed) if token.stop == len(typed)), None)
    if last is None or last.kind == "word":
        before = typed[: last.start + last.negated] if last else typed
        for kind in FILTERS.values():
            yield Candidate(f"{before}{kind.name}:", kind.takes)
    elif last.kind == "filter":
        start = max(last.value_start, typed.rfind(",") + 1)
        for value in _values(FILTERS[last.name], line, typed[start:]):
            yield Candidate(typed[:start] + (f'"{value}"' if re.search(r'[\s,"]', value) else value))


def _values(kind: "FilterKind", line: _Line, typed: str) -> Iterable[str]:
    """What a filter can take here."""
    if kind.key:
        return _listed(_entries(line), kind.key)
    if kind.name == "file":
        snapshot = _snapshot(line)
        return filter(None, snapshot.names) if snapshot is not None else ()
    if (values := kind.of_entry) is not None:
        offered = dict.fromkeys(value for entry in _entries(line) for value in values(entry))
        return (value for value in offered if kind.is_due(value, typed))
    return kind.fixed


_PATHS = ("PATH", "FILE", "FOLDER", "DIR")
"""What usage and help call a path, which the shell completes."""

_VALUES: dict[str, Callable[[_Line, str], Iterable[Candidate] | Iterable[str]]] = {
    "SHELL": lambda _line, _typed: SHELLS,
    "ORDER": lambda line, _typed: (line.due and line.due.choices) or (),
    "SEVERITY": lambda line, _typed: (line.due and line.due.choices) or (),
    "ITEM": lambda line, _typed: _items(line),
    "TAG": lambda line, _typed: _tags(line),
    "OLD": lambda line, _typed: _tags(line),
    "NEW": lambda line, _typed: _tags(line),
    "TYPE": lambda line, _typed: _listed(_entries(line), "type"),
    "FILE|LAYER": lambda line, _typed: _files_and_layers(line, "FILE|LAYER"),
    "LAYER": lambda line, _typed: _files_and_layers(line, "LAYER"),
    "NAME": lambda line, _typed: _files_and_layers(line, "NAME"),
    "QUERY": _query,
    "Q": _query,
    **dict.fromkeys(("N", "REF", "TEXT", "TITLE", "WHEN"), lambda _line, _typed: ()),
}
"""The candidates for what usage and help call another value but an ID; none for a number, a time and free text."""
