"""Pastes of several lines: all of them are taken, whatever is typed into, and however fast."""

from pathlib import Path

import pytest
from textual import events
from textual.widgets import Input

from .conftest import Opened
from .reader import Reader, key_event

PASTES = {
    "two lines": ("conn\npool", "conn pool"),
    "an empty line first": ("\nconn pool", "conn pool"),
    "CRLF": ("conn\r\npool\r\n", "conn pool"),
    "an empty line between": ("conn\n\npool", "conn pool"),
    "only line ends": ("\n\r\n", ""),
    "CR": ("conn\rpool", "conn pool"),
    "U+2028": ("conn\u2028pool", "conn pool"),
}
WAYS = {
    "search": ["slash"],
    "title": ["c"],
    "tags of a new entry": ["c", "tab", "tab"],
    "tags": ["t"],
    "palette": ["ctrl+p"],
}


def value(reader: Reader) -> str:
    focused = reader.app.focused
    assert isinstance(focused, Input)
    return focused.value


@pytest.mark.slow
@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
async def test_all_lines_of_a_paste_are_taken(knowledge_base: Path, opened: Opened, way: list[str]) -> None:
    async with opened(knowledge_base) as reader:
        await reader.press(*way)
        for kind, (pasted, taken) in PASTES.items():
            reader.app.post_message(events.Paste(pasted))
            await reader.pilot.pause()
            assert value(reader) == taken, kind
            await reader.press("x")
            assert value(reader) == f"{taken}x", kind
            await reader.press("ctrl+u")
            assert value(reader) == "", kind


@pytest.mark.parametrize("key", ["slash", "t"])
async def test_a_paste_right_behind_the_key_goes_where_the_key_leads(
    knowledge_base: Path, opened: Opened, key: str
) -> None:
    before = knowledge_base.read_bytes()
    async with opened(knowledge_base) as reader:
        for event in (key_event(key), events.Paste("conn\npool"), key_event("x")):
            reader.app.post_message(event)
        await reader.sees("conn poolx")
        assert value(reader) == "conn poolx"
    assert knowledge_base.read_bytes() == before


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
async def test_a_pasted_control_character_is_not_sent_to_the_terminal(
    knowledge_base: Path, opened: Opened, way: list[str]
) -> None:
    async with opened(knowledge_base) as reader:
        await reader.press(*way)
        await reader.pilot.pause()
        reader.app.post_message(events.Paste("a\x1b[31mb\x07\x9bc"))
        await reader.pilot.pause()
        assert not {"\x1b", "\x07", "\x9b"} & set(reader.screen)


async def test_a_line_that_is_pasted_where_nothing_is_typed_does_nothing(knowledge_base: Path, opened: Opened) -> None:
    before = knowledge_base.read_bytes()
    async with opened(knowledge_base) as reader:
        reader.app.post_message(events.Paste("aaapp\n\n"))
        await reader.pilot.pause()
        assert (reader.focus, reader.dialog, reader.query) == ("list", "", "")
    assert knowledge_base.read_bytes() == before
