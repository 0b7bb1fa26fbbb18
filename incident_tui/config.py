"""The user's settings: `$XDG_CONFIG_HOME/incident-tui/config.toml`, by default below `~/.config`. It is only read.

file = "~/oncall/incidents.md"
theme = "nord"
order = "newest"
stale_days = 60
review_days = 180

[keys]
pin = "P"

[searches]
"open items" = "is:open"
databases = { search = "tag:postgres,redis", key = "f9" }

[commands]
f5 = "jira open {ref}"

[names]
"~/oncall/kb/facts.md" = "facts"

[layers]
mine = "~/.config/gilfoyle/memory"

[synonyms]
cp = ["control plane"]
"""

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from incident_tui.format.sanitize import one_line

NAMES = (
    *("file", "theme", "order", "stale_days", "review_days", "write_reviewed", "list_width"),
    *("keys", "commands", "searches", "names", "synonyms", "layers"),
)
"""The settings that there are."""

TABLES = ("keys", "commands", "searches", "names", "synonyms", "layers")
"""Those that are tables."""

LIST_WIDTHS = range(15, 86)
"""What `list_width` may be."""

_TABLE = re.compile(r"\s*\[\s*([\w-]+)\s*\]")
_KEY = re.compile(r"""\s*(["']?)(.+?)\1\s*=""")


class Problem(NamedTuple):
    """What can't be used of the settings."""

    line: int
    """Where it stands, from 1; 0 if that isn't known."""
    setting: str
    """A name of `NAMES`; empty if it is the whole file, or no setting at all."""
    told: str
    """One line, harmless to a terminal, that begins with the file's name and the line."""


_NOTHING: Mapping[str, Any] = MappingProxyType({})


class Config(NamedTuple):
    """What the user has set. What isn't set, or can't be used, is `None` or empty."""

    file: tuple[Path, ...] = ()
    """The files or folders that are opened where none is named and none is here; absolute."""
    theme: str | None = None
    order: str | None = None
    stale_days: int | None = None
    """After so many days without use an entry is stale; 1 or more."""
    list_width: int | None = None
    """How wide the list is, in per cent of the screen."""
    review_days: int | None = None
    """For so many days the review leaves out what it kept; 1 or more."""
    write_reviewed: bool | None = None
    """Whether what the review keeps gets a metadata line that says so."""
    keys: Mapping[str, str] = _NOTHING
    """Other keys for actions, by the actions' names."""
    commands: Mapping[str, str] = _NOTHING
    """Programs that keys run, by the keys."""
    searches: Mapping[str, str] = _NOTHING
    """Saved searches by their names, in the file's order."""
    search_keys: Mapping[str, str] = _NOTHING
    """The keys of saved searches that have one, by the searches' names."""
    names: Mapping[str, str] = _NOTHING
    """Short names of files, by their absolute paths."""
    layers: Mapping[str, Path] = _NOTHING
    """The folders of layers, absolute, by the layers' names, in the layers' order."""
    synonyms: Mapping[str, Sequence[str]] = _NOTHING
    """Words and phrases that mean the same as a word or phrase, by that."""
    problems: tuple[Problem, ...] = ()
    """What in the file can't be used; the rest is in force all the same."""
    lines: Mapping[str, int] = _NOTHING
    """Where each setting stands (`theme`, `keys.pin`), from 1."""

    def problem(self, setting: str, wrong: str) -> Problem:
        """What is wrong with a setting, or with one in a table (`keys.pin`), and where it stands."""
        line = self.lines.get(setting, 0)
        table = setting.partition(".")[0]
        where = f"config.toml:{line}" if line else "config.toml"
        return Problem(line, table if table in NAMES else "", one_line(f"{where}: {wrong}"))


def config_file() -> Path:
    """Where the settings are."""
    base = os.environ.get("XDG_CONFIG_HOME", "")
    try:
        folder = Path(base) if base.startswith("/") else Path.home() / ".config"
    except RuntimeError:  # a user without a home has no settings
        folder = Path(os.devnull)
    return folder / "incident-tui" / "config.toml"


def read(path: Path | None = None) -> Config:
    """Read the settings. Never raises: a file that isn't there sets nothing.

    Whether there is such a theme, order, action or key only the browser knows.
    """
    try:
        text = (path or config_file()).read_text(encoding="utf-8-sig")
    except (FileNotFoundError, NotADirectoryError):
        return Config()
    except OSError as error:
        return _unreadable((error.strerror or str(error)).lower())
    except ValueError:
        return _unreadable("it is not UTF-8")
    import tomllib

    try:
        settings = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        return _unreadable(str(error))
    return _checked(settings, _lines(text))


LIKE = 0.6
"""How like a command or an option a word must be for that to be what was meant."""


def nearest(word: str, names: Iterable[str], likeness: float = 0.0) -> str:
    """The name that a word was probably meant to be, as the end of a sentence about the word; empty where none is as
    like it, from 0 to 1.
    """
    from difflib import get_close_matches

    return "".join(f"; did you mean '{name}'?" for name in get_close_matches(word.casefold(), names, 1, likeness))


_NOT_ABSOLUTE = "begins with neither / nor ~/"


def _unreadable(why: str) -> Config:
    return Config(problems=(Config().problem("", f"{why}; the whole file was ignored"),))


def _checked(held: Mapping[str, Any], lines: Mapping[str, int]) -> Config:
    """The settings that are of the right kind, and what is wrong with the others."""
    right: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    for name, value in held.items():
        if name not in NAMES:
            wrong[name] = f"there is no setting '{name}'{nearest(name, NAMES)}"
        elif name not in TABLES:
            right[name], wrong[name] = _value(name, value)
        elif name == "synonyms" and isinstance(value, dict):
            right[name] = {key: texts for key, given in value.items() if (texts := _texts(given)) is not None}
            wrong |= {f"{name}.{key}": _no_texts(key, value[key]) for key in value if key not in right[name]}
        elif name == "searches" and isinstance(value, dict):
            searches = {key: saved for key, given in value.items() if (saved := _search(given)) is not None}
            right[name] = {key: search for key, (search, _) in searches.items()}
            right["search_keys"] = {key: bound for key, (_, bound) in searches.items() if bound is not None}
            wrong |= {f"{name}.{key}": _no_search(key, value[key]) for key in value if key not in searches}
        elif isinstance(value, dict):
            right[name] = {key: text for key, text in value.items() if isinstance(text, str)}
            wrong |= {f"{name}.{key}": _no_text(key, value[key]) for key in value if key not in right[name]}
        else:
            wrong[name] = f"{name} is {_shown(value)}, not a table that begins with a line [{name}]"
    named = right.get("names", {})
    wrong |= {f"names.{path}": f"{_shown(path)} {_NOT_ABSOLUTE}" for path in named if _absolute(path) is None}
    right["names"] = {str(path): name for held, name in named.items() if (path := _absolute(held))}
    layers = right.get("layers", {})
    wrong |= {
        f"layers.{name}": f"{name} is {_shown(held)}, which {_NOT_ABSOLUTE}"
        for name, held in layers.items()
        if _absolute(held) is None
    }
    right["layers"] = {name: path for name, held in layers.items() if (path := _absolute(held))}
    config = Config(**right, lines=lines)
    return config._replace(problems=tuple(config.problem(name, told) for name, told in wrong.items() if told))


def _value(name: str, value: object) -> tuple[Any, str]:
    """A setting's value, or nothing and what is wrong with it."""
    if name in ("stale_days", "review_days"):
        right = type(value) is int and value > 0
        return (value, "") if right else (None, f"{name} is {_shown(value)}, not a whole number from 1")
    if name == "list_width":
        low, high = LIST_WIDTHS.start, LIST_WIDTHS.stop - 1
        right = type(value) is int and value in LIST_WIDTHS
        return (value, "") if right else (None, f"{name} is {_shown(value)}, not a whole number from {low} to {high}")
    if name == "write_reviewed":
        right = isinstance(value, bool)
        return (value, "") if right else (None, f"{name} is {_shown(value)}, neither true nor false")
    if name == "file":
        return _paths(value)
    return (value, "") if isinstance(value, str) else (None, _no_text(name, value))


def _paths(value: object) -> tuple[tuple[Path, ...], str]:
    """The paths that `file` names, one or a list of them; none, and what is wrong, where one of them can't be used."""
    paths = []
    for each in value if isinstance(value, list) else [value]:
        if not isinstance(each, str):
            return (), _no_text("file", each)
        if (path := _absolute(each)) is None:
            return (), f"file is {_shown(each)}, which {_NOT_ABSOLUTE}"
        paths.append(path)
    return tuple(paths), ""


def _absolute(name: str) -> Path | None:
    try:
        path = Path(name).expanduser()
    except RuntimeError:  # nobody knows that home
        return None
    return path if path.is_absolute() and "\0" not in name else None


def _no_text(name: str, value: object) -> str:
    return f"{name} is {_shown(value)}, not a text in quotes"


def _search(value: object) -> tuple[str, str | None] | None:
    """A saved search and its key: a text, or a table of the two."""
    table = value if isinstance(value, dict) else {"search": value}
    search, key = table.get("search"), table.get("key")
    if not isinstance(search, str) or not isinstance(key, str | None) or table.keys() - {"search", "key"}:
        return None
    return search, key


def _no_search(name: str, value: object) -> str:
    table = ', nor { search = "…", key = "…" }' if isinstance(value, dict) else ""
    return f"{_no_text(name, value)}{table}"


def _texts(value: object) -> tuple[str, ...] | None:
    """A text, or a list of them."""
    texts: list[object] = value if isinstance(value, list) else [value]
    strings = tuple(text for text in texts if isinstance(text, str))
    return strings if len(strings) == len(texts) else None


def _no_texts(name: str, value: object) -> str:
    return f"{name} is {_shown(value)}, not a list of texts in quotes"


def _shown(value: object) -> str:
    text = f"'{value}'" if isinstance(value, str) else str(value).lower() if isinstance(value, bool) else str(value)
    return text if len(text) < 40 else f"{text[:39]}…"


def _lines(text: str) -> dict[str, int]:
    """Where settings stand, from 1; one that is written in an unusual way may be missing."""
    line_numbers: dict[str, int] = {}
    table = ""
    for number, line in enumerate(text.split("\n"), 1):
        if header := _TABLE.match(line):
            table = f"{header[1]}."
            line_numbers.setdefault(header[1], number)
        elif key := _KEY.match(line):
            line_numbers.setdefault(f"{table}{key[2]}", number)
    return line_numbers
