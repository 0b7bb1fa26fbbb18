"""Keys of the settings that run programs on the entry under the cursor."""

import sys
from pathlib import Path

import pytest

from incident_tui.config import read
from incident_tui.tui.actions.bindings import ACTIONS
from incident_tui.tui.preferences import effective
from incident_tui.tui.user_commands import user_commands

from .conftest import Opened


@pytest.mark.parametrize(
    ("key", "text", "wrong"),
    [
        ("f99", "x", "f99: there is no key 'f99'"),
        ("p", "x", "p is the key of pin"),
        ("f5", "jira {rev}", "f5: there is no {rev}; did you mean 'ref'?"),
        ("f5,f6", "x", "f5,f6: 'f5,f6' is not one key"),
        ("f5", "", "f5 runs nothing"),
        ("f5", "&", "f5 runs nothing"),
        ("f5", "jira 'x", "f5: no closing quotation"),
        ("f5", "jira {ref", "f5: expected '}' before end of string"),
    ],
)
def test_a_command_that_cannot_be_run_is_said(key: str, text: str, wrong: str) -> None:
    right, problems = user_commands({key: text}, ACTIONS)
    assert right == ()
    assert problems[key].startswith(wrong)


def test_a_field_stays_one_argument_whatever_it_holds() -> None:
    (command,), _ = user_commands({"f5": "open {title} 'a b'"}, ACTIONS)
    assert command.filled({"title": "$(rm -rf) ; x"}) == ["open", "$(rm -rf) ; x", "a b"]


def test_a_problem_names_the_line_of_the_settings(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text('[commands]\nf5 = "jira {rev}"\n', "utf-8")
    assert effective(read(path)).problems == ("config.toml:2: f5: there is no {rev}; did you mean 'ref'?",)


async def test_a_key_runs_its_program_quietly_on_the_entry(
    knowledge_base: Path, opened: Opened, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "settings"))
    code = "import sys; print('first'); print(*sys.argv[1:], sep='|')"
    settings = tmp_path / "settings/incident-tui/config.toml"
    settings.parent.mkdir(parents=True)
    settings.write_text(
        f"""[commands]\nf5 = '''{sys.executable} -c "{code}" {{ref}} {{title}} {{line}} &'''\n""", "utf-8"
    )
    async with opened(knowledge_base, size=(120, 24)) as reader:
        await reader.goes_to("INC-2187")
        await reader.press("f5")
        await reader.sees("INC-2187|orders-api-connection-pool-exhausted|")
