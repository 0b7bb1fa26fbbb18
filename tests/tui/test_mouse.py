"""What a click does."""

from contextlib import AbstractAsyncContextManager
from pathlib import Path

from incident_tui.tui.widgets.detail import Detail

from .conftest import Opened
from .reader import Reader

TEXT = """\
## M-2026-03-02T10:00:00Z INC-8 second

- type: incident
- tags: orders, postgres
- used: 0

**Summary**

As in INC-7, see [how](#root-cause).

**Action Items**

- [ ] An alarm on the pool

**Root Cause**

A deploy.

## M-2026-03-01T10:00:00Z INC-7 first

- type: incident
- tags: orders
- used: 0

**Summary**

The pool ran dry.
"""


async def click(reader: Reader, text: str) -> None:
    """Click on a text of the screen, where it comes last."""
    lines = reader.lines
    y, x = next((y, line.rindex(text)) for y, line in reversed(list(enumerate(lines))) if text in line)
    await reader.pilot.click(offset=(x + (len(text) > 1), y))
    await reader.app.input_queue.join()
    await reader.pilot.pause()


async def opened_on(path: Path, opened: Opened) -> AbstractAsyncContextManager[Reader]:
    path.write_text(TEXT, "utf-8")
    return opened(path, size=(120, 30))


async def test_a_click_on_a_tag_searches_for_it(tmp_path: Path, opened: Opened) -> None:
    async with await opened_on(tmp_path / "incidents.md", opened) as reader:
        await reader.sees_entry()
        await click(reader, "postgres")
        assert reader.app.browse.model.query_text == "tag:postgres"


async def test_a_click_on_a_box_ticks_the_item(tmp_path: Path, opened: Opened) -> None:
    path = tmp_path / "incidents.md"
    async with await opened_on(path, opened) as reader:
        await reader.sees_entry()
        await click(reader, "☐")
        assert "- [x] An alarm" in path.read_text("utf-8")


async def test_a_click_on_a_reference_goes_to_its_entry(tmp_path: Path, opened: Opened) -> None:
    async with await opened_on(tmp_path / "incidents.md", opened) as reader:
        await reader.sees_entry()
        await click(reader, "INC-7")
        await reader.press("escape")
        assert reader.current.startswith("INC-7")


async def test_a_click_on_a_key_of_the_footer_presses_it(tmp_path: Path, opened: Opened) -> None:
    path = tmp_path / "incidents.md"
    async with await opened_on(path, opened) as reader:
        await reader.sees_entry()
        await click(reader, "p pin")
        assert "- pinned: true" in path.read_text("utf-8")


async def test_an_anchor_goes_to_its_heading(tmp_path: Path, opened: Opened) -> None:
    async with await opened_on(tmp_path / "incidents.md", opened) as reader:
        await reader.sees_entry()
        assert reader.app.browse.query_one(Detail).go_to_anchor("#root-cause")
        assert not reader.app.browse.query_one(Detail).go_to_anchor("#nothing")
