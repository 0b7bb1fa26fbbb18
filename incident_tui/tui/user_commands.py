"""The user's own keys: a key runs a program with what the entry under the cursor is called, and where it is; another
one searches for what was saved.
"""

import shlex
from collections.abc import Iterable, Mapping
from string import Formatter
from typing import NamedTuple

from incident_tui.config import nearest
from incident_tui.tui.actions.bindings import Action
from incident_tui.tui.actions.remap import NoKey, key_name, readable

FIELDS = ("ref", "id", "title", "file", "line", "link")
"""What stands in braces in a command: the reference, the ID, the title, the file and the line in it, the first link."""

QUIETLY = "&"
"""The last word of a command that runs beside the browser, which only says how it ended."""


class UserCommand(NamedTuple):
    """A program with its arguments."""

    key: str
    """Textual's name of it."""
    shown: str
    """The key as people read it."""
    words: tuple[str, ...]
    """Program and arguments, with fields in braces."""
    quietly: bool
    """Whether the browser keeps the terminal."""

    @property
    def text(self) -> str:
        """The command as it was set."""
        return shlex.join(self.words)

    def filled(self, values: Mapping[str, str]) -> list[str]:
        """Return the words with the fields filled in; each stays one argument, whatever it holds."""
        return [word.format_map(values) for word in self.words]


class SavedSearch(NamedTuple):
    """A search of the settings."""

    name: str
    search: str
    key: str = ""
    """Textual's name of its key, if it has one."""

    @property
    def shown(self) -> str:
        """The key as people read it."""
        return readable(self.key) if self.key else ""


def saved_searches(
    searches: Mapping[str, str], keys: Mapping[str, str], actions: Iterable[Action], commands: Iterable[UserCommand]
) -> tuple[tuple[SavedSearch, ...], dict[str, str]]:
    """Return the searches, and what is wrong with the keys of those that don't get theirs, by the searches' names."""
    used_keys = _keys_taken(actions) | {command.key: "a command" for command in commands}
    right: list[SavedSearch] = []
    wrong: dict[str, str] = {}
    for name, search in searches.items():
        key = ""
        if name in keys:
            try:
                key = _free_key(keys[name], used_keys)
                used_keys[key] = "another search"
            except NoKey as error:
                wrong[name] = f"{name}: {error}"
        right.append(SavedSearch(name, search, key))
    return tuple(right), wrong


def _keys_taken(actions: Iterable[Action]) -> dict[str, str]:
    """The keys that an action has and doesn't give up, each with whose it is."""
    return {key: action.name for action in actions if not action.yields for key in action.keys.split(",")}


def _free_key(name: str, taken: Mapping[str, str]) -> str:
    """Textual's own name of a key. Raises `NoKey` where there is no such key, or it is taken."""
    key = key_name(name)
    if key in taken:
        raise NoKey(f"{readable(key)} is the key of {taken[key]}")
    return key


def user_commands(
    commands: Mapping[str, str], actions: Iterable[Action]
) -> tuple[tuple[UserCommand, ...], dict[str, str]]:
    """Return the commands by their keys, and what is wrong with the others by the same names."""
    used_keys = _keys_taken(actions)
    right: list[UserCommand] = []
    wrong: dict[str, str] = {}
    for name, text in commands.items():
        try:
            key = key_name(name)
            words = shlex.split(text)
            used = {field for word in words for _, field, _, _ in Formatter().parse(word) if field is not None}
        except NoKey as error:
            wrong[name] = f"{name}: {error}"
            continue
        except ValueError as error:
            wrong[name] = f"{name}: {str(error).lower()}"
            continue
        quietly = words[-1:] == [QUIETLY]
        if quietly:
            del words[-1]
        unknown = sorted(used.difference(FIELDS))
        if not words:
            wrong[name] = f"{name} runs nothing"
        elif key in used_keys:
            wrong[name] = f"{readable(key)} is the key of {used_keys[key]}"
        elif unknown:
            wrong[name] = f"{name}: there is no {{{unknown[0]}}}{nearest(unknown[0], FIELDS)}"
        else:
            right.append(UserCommand(key, readable(key), tuple(words), quietly))
            used_keys[key] = "another command"
    return tuple(right), wrong
