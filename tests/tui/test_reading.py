"""Reading an entry: pages, headings, the outline, and what is found within it."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from incident_tui.tui.widgets.detail import Detail
from incident_tui.tui.widgets.entry_header import local_moment

from .conftest import Opened
from .reader import Reader

POSTMORTEM = """\
## M-2026-03-01T10:00:00Z INC-7 orders-api-outage

- type: incident
- tags: orders
- used: 0

# Orders API outage

The pool ran dry.

## Timeline

{timeline}

## Root cause

The limit of the pool was lowered by a deploy.

### Why nobody saw it

The pool has no alarm. The deploy had none, either.

## Action items

- [ ] An alarm on the pool
"""


def written(path: Path) -> Path:
    path.write_text(POSTMORTEM.format(timeline="\n\n".join(f"10:{n:02} step {n} of the outage" for n in range(40))))
    return path


def detail(reader: Reader) -> Detail:
    return reader.app.browse.query_one(Detail)


async def test_a_first_heading_that_repeats_the_title_is_not_shown_twice(tmp_path: Path, opened: Opened) -> None:
    async with opened(written(tmp_path / "incidents.md")) as reader:
        await reader.sees_entry()
        assert "Orders API outage" not in reader.entry
        assert "The pool ran dry." in reader.entry


async def test_space_and_b_turn_pages_while_reading_and_mark_nothing(tmp_path: Path, opened: Opened) -> None:
    async with opened(written(tmp_path / "incidents.md")) as reader:
        await reader.sees_entry()
        await reader.press("enter", "space")
        assert "The pool ran dry." not in reader.entry
        assert reader.app.browse.model.marks == frozenset()
        await reader.press("b")
        assert "The pool ran dry." in reader.entry


async def test_half_pages_move_the_entry_while_reading(tmp_path: Path, opened: Opened) -> None:
    async with opened(written(tmp_path / "incidents.md")) as reader:
        await reader.sees_entry()
        await reader.press("enter", "ctrl+d")
        page = detail(reader).size.height - 1
        assert detail(reader).scroll_offset.y == page // 2
        await reader.press("ctrl+u")
        assert detail(reader).scroll_offset.y == 0


async def test_j_and_k_with_shift_scroll_the_entry_from_the_list(tmp_path: Path, opened: Opened) -> None:
    async with opened(written(tmp_path / "incidents.md")) as reader:
        await reader.sees_entry()
        await reader.press("J", "J")
        assert detail(reader).scroll_offset.y == 4
        await reader.press("K")
        assert detail(reader).scroll_offset.y == 2


async def test_braces_go_from_heading_to_heading_and_the_title_says_which(tmp_path: Path, opened: Opened) -> None:
    async with opened(written(tmp_path / "incidents.md")) as reader:
        await reader.sees_entry()
        await reader.press("enter", "}", "}")
        assert reader.entry.splitlines()[0].strip() == "Root cause" or "Root cause" in reader.entry
        assert "Root cause" in reader.title_bar
        assert "%" in reader.title_bar
        await reader.press("{", "{")
        assert "Timeline" in reader.entry


async def test_the_outline_goes_to_a_heading(tmp_path: Path, opened: Opened) -> None:
    async with opened(written(tmp_path / "incidents.md")) as reader:
        await reader.sees_entry()
        await reader.press("enter", "O")
        await reader.sees_in_popup("Why nobody saw it")
        await reader.press("G", "enter")
        assert "An alarm on the pool" in reader.entry


async def test_a_text_is_found_within_the_entry_and_n_goes_on(tmp_path: Path, opened: Opened) -> None:
    async with opened(written(tmp_path / "incidents.md")) as reader:
        await reader.sees_entry()
        await reader.press("enter", "/")
        await reader.types("DEPLOY")
        await reader.press("enter")
        assert "1 of 2" in reader.title_bar
        assert "Root cause" in reader.entry
        await reader.press("n")
        assert "2 of 2" in reader.title_bar
        await reader.press("n")
        assert reader.notice == "no more matches in this entry"
        assert reader.app.browse.model.query_text == ""


async def test_what_is_not_in_the_entry_is_said(tmp_path: Path, opened: Opened) -> None:
    async with opened(written(tmp_path / "incidents.md")) as reader:
        await reader.sees_entry()
        await reader.press("enter", "/")
        await reader.types("redis")
        await reader.press("enter")
        assert reader.notice == "not in this entry: redis"


async def test_esc_ends_what_is_sought_within_the_entry_and_leads_back_to_it(tmp_path: Path, opened: Opened) -> None:
    async with opened(written(tmp_path / "incidents.md")) as reader:
        await reader.sees_entry()
        await reader.press("enter", "/")
        await reader.types("deploy")
        await reader.press("escape")
        assert detail(reader).matches == []
        assert detail(reader).has_focus


async def test_the_entry_alone_is_in_the_middle_of_a_wide_screen(tmp_path: Path, opened: Opened) -> None:
    async with opened(written(tmp_path / "incidents.md"), size=(200, 30)) as reader:
        await reader.sees_entry()
        await reader.press("z")
        await reader.sees_entry()
        line = next(line for line in reader.lines if "The pool ran dry." in line)
        assert 45 <= line.index("The pool") <= 55


async def test_the_next_key_clears_a_notice(knowledge_base: Path, opened: Opened) -> None:
    async with opened(knowledge_base) as reader:
        await reader.press("p")
        assert reader.notice
        await reader.press("j")
        assert not reader.notice


async def test_a_heading_that_was_gone_to_is_forgotten_with_its_entry(tmp_path: Path, opened: Opened) -> None:
    short = "\n\n".join(f"## Part {number}\n\ntext" for number in range(3))
    long = "\n\n".join(f"line {number}" for number in range(60))
    path = tmp_path / "incidents.md"
    entries = ("2026-03-02", "short", short), ("2026-03-01", "long", long)
    path.write_text("".join(f"## M-{day}T10:00:00Z {title}\n\n- used: 0\n\n{body}\n\n" for day, title, body in entries))
    async with opened(path) as reader:
        await reader.sees_entry()
        await reader.press("enter", "}", "}", "}", "escape", "j", "enter")
        await reader.sees_entry()
        assert detail(reader).section is None
        assert reader.title_bar.endswith("%")


@pytest.fixture
def in_berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The reader's time zone is an hour before UTC."""
    monkeypatch.setenv("TZ", "CET-1")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("in_berlin")
async def test_the_local_time_is_shown_on_demand(knowledge_base: Path, opened: Opened) -> None:
    async with opened(knowledge_base, size=(120, 24)) as reader:
        await reader.goes_to("INC-2187")
        await reader.sees_entry()
        assert "2026-11-18 09:12 UTC · " in reader.entry
        await reader.press("T")
        assert "2026-11-18 09:12 UTC = 10:12 CET · " in reader.entry
        await reader.press("T")
        assert "CET" not in reader.entry


@pytest.mark.usefixtures("in_berlin")
@pytest.mark.parametrize(
    ("instant", "expected"),
    [
        ("2026-11-18T23:30:00Z", "2026-11-19 00:30 CET"),
        ("2026-11-18T07:40:00Z", "08:40 CET"),
        ("2026-11-18", ""),
        ("0001-01-01T00:00:00Z", "01:00 CET"),
        ("9999-12-31T23:59:59Z", ""),
        ("some time", ""),
    ],
)
def test_the_local_time_of_an_instant(instant: str, expected: str) -> None:
    assert local_moment(instant) == expected


def test_in_utc_there_is_no_other_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "UTC0")
    time.tzset()
    try:
        assert local_moment("2026-11-18T07:40:00Z") == ""
    finally:
        monkeypatch.undo()
        time.tzset()
