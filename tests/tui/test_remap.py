"""The table of keys with the keys that the user wants instead."""

from collections.abc import Mapping

import pytest

from incident_tui.config import Config
from incident_tui.tui.actions.bindings import ACTIONS, Action, bindings
from incident_tui.tui.actions.remap import readable, remap
from incident_tui.tui.preferences import effective


def keys(wanted: Mapping[str, str]) -> dict[str, str]:
    """The keys of the actions that have others than by default."""
    return {action.name: action.keys for action in remap(wanted)[0] if action not in ACTIONS}


def wrong(wanted: Mapping[str, str]) -> dict[str, str]:
    return remap(wanted)[1]


@pytest.mark.parametrize(
    ("name", "key", "shown"),
    [
        ("P", "P", "P"),
        ("f8", "f8", "F8"),
        ("/", "slash", "/"),
        ("plus", "plus", "+"),
        ("ctrl+k", "ctrl+k", "^k"),
        ("alt+x", "alt+x", "alt+x"),
        ("shift+tab", "shift+tab", "shift+Tab"),
        ("shift+p", "P", "P"),
        ("ctrl+i", "tab", "Tab"),
        ("return", "enter", "Enter"),
        ("pagedown", "pagedown", "PgDn"),
        ("comma", "comma", ","),
        ("ö", "ö", "ö"),
        (" w , ctrl+w ", "w,ctrl+w", "w ^w"),
        ("w,w", "w", "w"),
        ("", "", ""),
    ],
)
def test_a_key_is_named_as_textual_does_and_shown_as_people_read_it(name: str, key: str, shown: str) -> None:
    free = {"search": "f2", "helped": "f3", "switch": "f4", "page_down": "f5", "open": "f6"}
    table, problems = remap({**free, "pin": name})
    assert problems == {}
    (pin,) = (action for action in table if action.name == "pin")
    assert (pin.keys, pin.shown) == (key, shown)


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.name)
def test_the_keys_by_default_are_names_that_can_be_set_and_are_shown_so(action: Action) -> None:
    if action.keys:
        assert wrong({action.name: action.keys}) == {}
        assert set(action.shown.split()) <= {*map(readable, action.keys.split(",")), "1-5"}


@pytest.mark.parametrize(
    ("wanted", "problem"),
    [
        ({"pinn": "P"}, "there is no action 'pinn'; did you mean 'pin'?"),
        ({"pin": "F8"}, "pin: there is no key 'F8'; did you mean 'f8'?"),
        ({"pin": "PgDn"}, "pin: there is no key 'PgDn'; did you mean 'pagedown'?"),
        ({"pin": "control+w"}, "pin: there is no key 'control+w'; did you mean 'ctrl+w'?"),
        ({"pin": "w,"}, "pin: a key is missing before or after a comma (the comma itself is called 'comma')"),
        ({"leave": ""}, "leave needs a key, for it is not in the palette"),
        ({"pin": "a"}, "a is the key of archive; pin keeps p"),
        ({"pin": "w,a"}, "a is the key of archive; pin keeps p"),
        ({"pin": "w", "archive": "w"}, "w is the key of pin; archive keeps a"),
        ({"review": "p"}, "p is the key of pin; review keeps no key"),
    ],
)
def test_what_is_wrong_with_a_key_is_told_and_the_old_one_kept(wanted: dict[str, str], problem: str) -> None:
    assert list(wrong(wanted).values()) == [problem]
    assert list(wanted)[-1] not in keys(wanted)


def test_keys_can_change_places_and_be_given_away() -> None:
    assert keys({"pin": "a", "archive": "p"}) == {"pin": "a", "archive": "p"}
    assert wrong({"pin": "a", "archive": "p"}) == {}
    assert wrong({"up": "up,ctrl+p", "palette": "ctrl+k"}) == {}


def test_the_half_page_keys_give_way_without_a_word() -> None:
    for wanted in ({"archive": "ctrl+d", "pin": "p,ctrl+u"}, {"down": "down,ctrl+d", "half_up": "f2"}):
        assert wrong(wanted) == {}
        assert wanted.items() <= keys(wanted).items()
        assert "ctrl+d" not in keys(wanted).get("half_down", "")
    assert wrong({"half_down": "ctrl+d", "pin": "ctrl+d"}) == {"pin": "^d is the key of half_down; pin keeps p"}


def test_the_half_page_keys_give_way_to_a_command() -> None:
    settings = effective(Config(commands={"ctrl+u": "true {ref}"}))
    assert settings.problems == ()
    assert [command.key for command in settings.commands] == ["ctrl+u"]
    assert "ctrl+u" not in [binding.key for binding in bindings(settings.actions)]


def test_no_settings_can_bind_a_key_twice() -> None:
    names = [action.name for action in ACTIONS]
    for wanted in (dict.fromkeys(names, "x"), dict(zip(names, "abcdefghijklmnopqrstuvwxyz" * 3, strict=False))):
        bound = [binding.key for binding in bindings(remap(wanted)[0])]
        assert len(bound) == len(set(bound))
