"""The table of keys with the keys that the user wants instead.

The table is altered, and not Textual's keymap set: that one reaches bindings only, neither footer nor help, can't take
a key away, and makes all keys of an action as urgent as the most urgent one, so that a letter couldn't be typed.
"""

import string
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from textual.binding import Binding
from textual.keys import KEY_ALIASES, Keys, format_key

from incident_tui.config import nearest
from incident_tui.tui.actions.bindings import ACTIONS, Action

_READ = {
    "escape": "Esc",
    "enter": "Enter",
    "backspace": "Backspace",
    "delete": "Del",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "space": "space",
}
"""Keys as people read them, where that is neither their character nor their name."""

_CHARACTERS = string.ascii_letters + string.digits + string.punctuation.replace(",", "")

_NAMES = frozenset(
    {
        *(key.value for key in Keys if key.value[0] != "<"),
        *(binding.key for binding in Binding.make_bindings([Binding(",".join(_CHARACTERS), "")])),
        *(f"alt+{character}" for character in string.ascii_lowercase + string.digits),
        "comma",
    }
)
"""Textual's names of keys. A character that has none is its own name."""

_SAME = {alias: key for key, aliases in KEY_ALIASES.items() for alias in aliases}
_SAME |= {f"shift+{letter}": letter.upper() for letter in string.ascii_lowercase} | {"return": "enter"}
"""Names of keys that come from the terminal under another name."""


class NoKey(ValueError):
    """No key has this name; the text says so."""


def remap(configured: Mapping[str, str]) -> tuple[tuple[Action, ...], dict[str, str]]:
    """The table with other keys, given by actions' names: Textual's names of keys, comma-separated, or nothing.

    Also what is wrong with those that are not in force, by the same names. Where two actions would have the same key,
    the one that was changed last keeps the keys that it had; one that `yields` gives its key up.
    """
    actions = {action.name: action for action in ACTIONS}
    changed: dict[str, Action] = {}
    wrong: dict[str, str] = {}
    for name, keys in configured.items():
        if name not in actions:
            wrong[name] = f"there is no action '{name}'{nearest(name, actions)}"
        elif not keys.strip() and not actions[name].palette:
            wrong[name] = f"{name} needs a key, for it is not in the palette"
        else:
            try:
                changed[name] = _with_keys(actions[name], keys)
            except NoKey as no:
                wrong[name] = f"{name}: {no}"
    wanted = {key for action in changed.values() for key in action.keys.split(",")}
    actions = {action.name: action for action in give_way(actions.values(), wanted)}
    while clash := next(_clashes(actions | changed, reversed(changed)), None):
        name, problem = clash
        del changed[name]
        wrong[name] = f"{problem}; {name} keeps {actions[name].shown or 'no key'}"
    return tuple((actions | changed).values()), wrong


def give_way(actions: Iterable[Action], keys: Collection[str]) -> tuple[Action, ...]:
    """The table, in which those that yield don't have these keys any more."""
    return tuple(
        _bound(action, [key for key in action.keys.split(",") if key not in keys]) if action.yields else action
        for action in actions
    )


def readable(key: str) -> str:
    """A key as people read it, by Textual's name of it."""
    modifiers, plus, name = key.rpartition("+")
    text = _READ.get(name) or format_key(name)
    text = text if len(text) == 1 or name in _READ else text.capitalize()
    return f"^{text}" if modifiers == "ctrl" else f"{modifiers}{plus}{text}"


def _clashes(actions: Mapping[str, Action], names: Iterator[str]) -> Iterator[tuple[str, str]]:
    """Those of the names whose key is another action's, and which key of which action that is."""
    for name in names:
        for other in actions.values():
            shared = set(actions[name].keys.split(",")).intersection(other.keys.split(",")) - {""}
            if other.name != name and shared:
                yield name, f"{readable(min(shared))} is the key of {other.name}"


def _with_keys(action: Action, keys: str) -> Action:
    """An action with other keys, which it doesn't give up. Raises `NoKey`."""
    bound = list(dict.fromkeys(map(key_name, keys.split(",")))) if keys.strip() else []
    return _bound(replace(action, yields=False), bound)


def _bound(action: Action, keys: Sequence[str]) -> Action:
    return replace(action, keys=",".join(keys), shown=" ".join(map(readable, keys)))


def key_name(name: str) -> str:
    """Textual's own name of a key. Raises `NoKey`."""
    name = name.strip()
    if not name:
        raise NoKey("a key is missing before or after a comma (the comma itself is called 'comma')")
    if "," in name:
        raise NoKey(f"'{name}' is not one key (the comma itself is called 'comma')")
    (binding,) = Binding.make_bindings([Binding(name, "")])
    key = _SAME.get(binding.key, binding.key)
    if key not in _NAMES and len(name) > 1:
        raise NoKey(f"there is no key '{name}'{nearest(name, _NAMES)}")
    return key
