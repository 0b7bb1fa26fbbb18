"""The user's settings: what is wrong in them is told and never stops the program."""

from pathlib import Path

import pytest

from incident_tui.config import Config, config_file, read


def test_without_a_file_nothing_is_set(tmp_path: Path) -> None:
    assert read(tmp_path / "config.toml") == Config()


def test_saved_searches_keep_their_order(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text('[searches]\n"open items" = "is:open"\nours = "tag:redis"\n', encoding="utf-8")
    assert list(read(path).searches.items()) == [("open items", "is:open"), ("ours", "tag:redis")]


@pytest.mark.parametrize(
    ("text", "problem", "kept"),
    [
        (b"[searches\n", "nothing of it is in force", {}),
        (b"\xff\xfe", "nothing of it is in force", {}),
        (b"colour = 1\n[searches]\na = 'x'\n", "there is no setting colour", {"a": "x"}),
        (b"[searches]\na = 1\nb = 'x'\n", "searches.a is no text", {"b": "x"}),
        (b"searches = 1\n", "searches is no table", {}),
    ],
    ids=["no TOML", "no UTF-8", "unknown setting", "no text", "no table"],
)
def test_what_is_wrong_is_one_line_and_the_rest_is_in_force(
    text: bytes, problem: str, kept: dict[str, str], tmp_path: Path
) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(text)
    found = read(path)
    assert found.searches == kept
    (told,) = found.problems
    assert problem in told
    assert str(path) in told


def test_it_is_where_the_desktop_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert config_file() == tmp_path / "incident-tui" / "config.toml"
    monkeypatch.setenv("XDG_CONFIG_HOME", "relative")
    assert config_file() == Path.home() / ".config" / "incident-tui" / "config.toml"
