"""Recent searches: the newest first, each once, private, and their loss harms nothing."""

import stat
from pathlib import Path

import pytest

from incident_tui.storage.user.search_history import KEPT, LONGEST, add_search, load_searches
from incident_tui.storage.user.state_dir import state_folder


def test_the_newest_search_is_first_and_each_stands_once() -> None:
    for search in ("redis", "dns", " redis "):
        add_search(search)
    assert load_searches() == ["redis", "dns"]
    add_search("   ")
    assert load_searches() == ["redis", "dns"]


def test_so_many_are_kept_and_no_more() -> None:
    for number in range(KEPT + 5):
        add_search(f"search {number}" + "x" * LONGEST)
    assert len(load_searches()) == KEPT
    assert load_searches()[0].startswith(f"search {KEPT + 4}")
    assert len(load_searches()[0]) == LONGEST


def test_they_are_private() -> None:
    add_search("redis")
    path = state_folder() / "searches.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize("data", [b"", b"{", b"1", b'["a", 1, null]', b"\xff"])
def test_what_cannot_be_read_is_as_if_it_were_not_there(data: bytes) -> None:
    path = state_folder() / "searches.json"
    path.parent.mkdir(parents=True)
    path.write_bytes(data)
    assert load_searches() == (["a"] if b"null" in data else [])
    add_search("redis")
    assert load_searches()[0] == "redis"


def test_a_planted_symlink_is_not_followed(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_text('["theirs"]', encoding="utf-8")
    path = state_folder() / "searches.json"
    path.parent.mkdir(parents=True)
    path.symlink_to(other)
    add_search("redis")
    assert load_searches() == []
    assert other.read_text(encoding="utf-8") == '["theirs"]'
