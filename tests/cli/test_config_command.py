"""`config`, and the settings that commands read."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from incident_tui import clock
from incident_tui.cli.commands.browse import _files
from incident_tui.cli.parser import parse
from incident_tui.config import config_file
from incident_tui.storage.user.theme_choice import save_theme, theme_file

from .conftest import Run

Set = Callable[[str], Path]

USED = "## M-2020-01-01T00:00:00Z INC-1 a\n\n- last_used: {}\n"


@pytest.fixture
def set_(folder: Path) -> Set:
    """Writes the user's settings; returns their file."""

    def write(text: str) -> Path:
        path = config_file()
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder without a knowledge base, in which the shell stands."""
    here = tmp_path / "elsewhere"
    here.mkdir()
    monkeypatch.chdir(here)
    return here


def settings(out: str) -> dict[str, tuple[str, str]]:
    """Value and origin of each setting, as they come on a pipe."""
    rows = [line.split("\t") for line in out.splitlines()]
    return {name: (value, origin) for name, value, origin in rows}


def test_without_settings_all_is_by_default(run: Run) -> None:
    said = run("config")
    assert (said.code, said.err) == (0, "")
    found = settings(said.out)
    assert found["file"] == ("incidents.md", "this folder")
    assert found["theme"] == ("terminal", "default")
    assert found["order"] == ("best", "default")
    assert found["stale_days"] == found["review_days"] == ("90", "default")
    assert found["write_reviewed"] == ("false", "default")
    assert found["keys.quit"] == ("q,ctrl+q", "default")
    assert found["keys.review"] == ("-", "default")
    assert not [name for name in found if name.startswith("searches.")]


def test_each_setting_is_told_with_the_line_that_it_is_from(run: Run, set_: Set) -> None:
    text = 'theme = "nord"\norder = "title"\nstale_days = 7\n'
    path = set_(f'{text}[keys]\npin = "P, f8"\nzoom = ""\n[searches]\n"a b" = "is:open"\n')
    said = run("config")
    assert (said.code, said.err) == (0, "")
    found = settings(said.out)
    assert found["theme"] == ("nord", f"{path}:1")
    assert found["order"] == ("title", f"{path}:2")
    assert found["stale_days"] == ("7", f"{path}:3")
    assert found["keys.pin"] == ("P,f8", f"{path}:5")
    assert found["keys.zoom"] == ("-", f"{path}:6")
    assert found["searches.a b"] == ("is:open", f"{path}:8")
    assert found["keys.archive"] == ("a", "default")


def test_width_and_synonyms_are_told_too(run: Run, set_: Set) -> None:
    path = set_('list_width = 40\n[synonyms]\ncp = ["control plane", "ctl"]\n')
    found = settings(run("config").out)
    assert found["list_width"] == ("40", f"{path}:1")
    assert found["synonyms.cp"] == ("control plane, ctl", f"{path}:3")


def test_synonyms_of_the_settings_are_searched(run: Run, set_: Set) -> None:
    assert run("list", "kasse").out == ""
    set_('[synonyms]\nkasse = ["seatmap"]\n')
    assert "INC-2168" in run("list", "kasse").out


def test_as_json_it_is_the_same(run: Run, set_: Set) -> None:
    path = set_('stale_days = 7\n[searches]\nx = "is:open"\n')
    found = {one["name"]: one for one in json.loads(run("config", "--json").out)}
    assert found["stale_days"] == {"name": "stale_days", "value": 7, "from": f"{path}:1"}
    assert found["searches.x"]["value"] == "is:open"
    assert found["keys.pin"] == {"name": "keys.pin", "value": "p", "from": "default"}


def test_its_path_is_told_even_if_it_is_not_there(run: Run) -> None:
    assert run("config", "--path") == (0, f"{config_file()}\n", "")
    assert run("config", "--path", "--json").code == 2
    assert run("config", "x").code == 2


def test_what_is_wrong_is_told_line_by_line_in_the_order_of_the_file(run: Run, set_: Set) -> None:
    set_('them = 1\ntheme = "nordd"\norder = "newst"\nstale_days = 0\n[keys]\npin = "a"\nsummarise = "x"\n')
    said = run("config")
    assert said.code == 0
    assert said.err.splitlines() == [
        "incident-tui: config.toml:1: there is no setting 'them'; did you mean 'theme'?",
        "incident-tui: config.toml:2: there is no theme 'nordd'; did you mean 'nord'?",
        "incident-tui: config.toml:3: there is no order 'newst'; did you mean 'newest'?",
        "incident-tui: config.toml:4: stale_days is 0, not a whole number from 1",
        "incident-tui: config.toml:6: a is the key of archive; pin keeps p",
        "incident-tui: config.toml:7: there is no action 'summarise'; did you mean 'summarize'?",
    ]
    found = settings(said.out)
    for name, value in (("theme", "terminal"), ("order", "best"), ("stale_days", "90"), ("keys.pin", "p")):
        assert found[name] == (value, "default")


def test_a_file_that_cannot_be_read_is_one_line(run: Run, set_: Set) -> None:
    set_('theme = "nord\n')
    said = run("config")
    assert said.code == 0
    assert len(said.err.splitlines()) == 1
    assert settings(said.out)["theme"] == ("terminal", "default")


def test_a_theme_that_was_chosen_in_the_browser_stands_until_another_is_set(run: Run, set_: Set) -> None:
    path = set_('theme = "nord"\n')
    save_theme("dracula", "nord")
    assert settings(run("config").out)["theme"] == ("dracula", f"chosen in the browser, {theme_file()}")
    set_('theme = "gruvbox"\n')
    assert settings(run("config").out)["theme"] == ("gruvbox", f"{path}:1")


def test_a_chosen_theme_that_is_no_more_is_as_if_it_were_not(run: Run, set_: Set) -> None:
    save_theme("no-such-theme", None)
    assert settings(run("config").out)["theme"] == ("terminal", "default")
    for held in (b"", b"[]", b'{"theme": 1}', b"\xff", b"[" * 100_000):
        theme_file().write_bytes(held)
        assert settings(run("config").out)["theme"] == ("terminal", "default")


# Which knowledge base


def test_option_environment_this_folder_and_settings_name_the_file_in_this_order(
    run: Run, set_: Set, folder: Path, elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert settings(run("config").out)["file"] == ("-", "nowhere")
    path = set_(f'file = "{folder}"\n')
    assert settings(run("config").out)["file"] == (str(folder), f"{path}:1")
    (elsewhere / "incidents.md").write_text(USED.format("2020-01-01"), encoding="utf-8")
    assert settings(run("config").out)["file"] == ("incidents.md", "this folder")
    monkeypatch.setenv("INCIDENT_TUI_FILE", "env.md")
    assert settings(run("config").out)["file"] == ("env.md", "$INCIDENT_TUI_FILE")
    assert settings(run("config", "-f", "opt.md").out)["file"] == ("opt.md", "option -f")


def test_commands_take_the_file_of_the_settings_where_there_is_none_here(
    run: Run, set_: Set, folder: Path, elsewhere: Path
) -> None:
    set_(f'file = "{folder}"\n')
    assert "INC-2187" in run("list").out
    set_('file = "~/kb.md"\n')
    (Path.home() / "kb.md").write_text(USED.format("2020-01-01"), encoding="utf-8")
    assert run("list").out.split("\t")[2] == "INC-1"
    assert run("pin", "INC-1").code == 0
    assert "- pinned: true" in (Path.home() / "kb.md").read_text(encoding="utf-8")


def test_a_refusal_says_that_the_settings_name_the_file(run: Run, set_: Set, elsewhere: Path) -> None:
    set_('file = "/no/such/file.md"\n')
    assert run("list") == (
        1,
        "",
        "incident-tui: /no/such/file.md: there is no such file (config.toml names it)\n",
    )
    set_(f'file = "{elsewhere}"\n')
    assert run("show", "x").err.endswith("this folder has no incidents.md or kb/incidents.md (config.toml names it)\n")


def test_a_command_tells_what_is_wrong_with_the_settings_that_it_reads_and_no_others(
    run: Run, set_: Set, folder: Path, elsewhere: Path
) -> None:
    wrong = "incident-tui: config.toml:1: file is 'kb.md', which begins with neither / nor ~/\n"
    set_("file = 'kb.md'\nstale_days = 0\norder = 1\n")
    assert run("list").err.startswith(wrong)
    assert run("list", "-f", str(folder)).err == ""
    assert run("list", "-f", str(folder), "is:stale").err == (
        "incident-tui: config.toml:2: stale_days is 0, not a whole number from 1\n"
    )


def test_the_browser_opens_the_file_of_the_settings(set_: Set, folder: Path, elsewhere: Path) -> None:
    set_(f'file = "{folder}"\n')
    assert _files(parse([])[1]).paths == [folder / "incidents.md"]
    assert _files(parse(["gone.md"])[1]).paths == [Path("gone.md")]


# When an entry is stale


@pytest.mark.parametrize(("days", "stale"), [(None, False), (29, True), (30, False), (10**9, False)])
def test_an_entry_is_stale_after_as_many_days_as_are_set(
    run: Run, set_: Set, folder: Path, days: int | None, stale: bool
) -> None:
    (folder / "one.md").write_text(USED.format(clock.today() - timedelta(days=30)), encoding="utf-8")
    set_(f"stale_days = {days}\n" if days else "")
    assert ("INC-1" in run("list", "is:stale", "-f", "one.md").out) == stale
    report = run("report", "-f", "one.md").out
    assert ("is:stale" in report) == stale
    assert f"for more than {days or 90} days" in report
    assert ("1 incident" in run("report", "-f", "one.md", "--query", "is:stale").out) == stale


def test_a_listing_without_a_query_reads_no_settings(run: Run, set_: Set, folder: Path) -> None:
    set_("[\n")
    assert run("list").err == ""
