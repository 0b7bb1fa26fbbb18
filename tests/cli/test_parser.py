"""Where the command's word stands: anywhere between options."""

from pathlib import Path

import pytest

from incident_tui.cli import main
from incident_tui.cli.parser import COMMANDS, command_word, parse, parser_of


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


def test_help_is_a_word_for_the_option_unless_a_file_is_called_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["help"]) == main(["help", "help"]) == 0
    assert main(["help", "pin"]) == 0
    said = capsys.readouterr()
    assert said.err == ""
    assert said.out.startswith("usage: incident-tui [")
    assert "usage: incident-tui pin ID" in said.out
    (tmp_path / "help").touch()
    command, args = parse(["help"])
    assert (command.module, args.words) == ("browse", ["help"])
