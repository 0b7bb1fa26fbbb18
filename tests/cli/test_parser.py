"""Where the command's word stands: anywhere between options."""

import pytest

from incident_tui.cli.parser import COMMANDS, command_word, parser_of


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_is_seen_behind_each_of_its_options(name: str) -> None:
    for option in parser_of(name)._actions:
        values = 1 if option.nargs is None else option.nargs if isinstance(option.nargs, int) else 0
        before = [option.option_strings[-1], *["browse"] * values]
        if (name, before[0]) != ("git-setup", "--remove"):  # that of `tag` takes a value
            assert command_word([*before, name, "x"]) == (name, [*before, "x"])


def test_a_value_in_the_same_argument_is_no_word_of_its_own() -> None:
    assert command_word(["--file=a.md", "list"]) == ("list", ["--file=a.md"])
    assert command_word(["-fa.md", "list"]) == ("list", ["-fa.md"])
    assert command_word(["--unknown", "list"]) == ("list", ["--unknown"])
    assert command_word(["--", "list"]) == ("", ["--", "list"])
