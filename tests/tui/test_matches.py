"""Have we seen this before? A text that is pasted, or asked for, is ranked as `match` ranks it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from textual import events

from incident_tui.cli import main
from incident_tui.search.incident_matches import MatchRequest
from incident_tui.tui.widgets.choices import Choices

from .conftest import Opened
from .reader import Reader

LOG = """\
2026-11-24T03:11:12Z ERROR [reserve-2] HikariPool-1 - Connection is not available, request timed out after 5000ms
FATAL: sorry, too many clients already
payment provider answered 503, redis failover of the sentinel
"""


@pytest.fixture
def ranked(
    knowledge_base: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> Callable[[str], list[list[str]]]:
    """The rows of `match`, best first."""

    def rank(text: str) -> list[list[str]]:
        (tmp_path / "alert.txt").write_text(text, "utf-8")
        assert main(["match", str(tmp_path / "alert.txt"), "-f", str(knowledge_base)]) == 0
        return [line.split("\t") for line in capsys.readouterr().out.splitlines()]

    return rank


async def _pastes(reader: Reader, text: str) -> None:
    reader.app.post_message(events.Paste(text.replace("\n", "\r")))
    await reader.pilot.pause()
    await reader.app.input_queue.join()
    await reader.pilot.pause()


def _listed(reader: Reader) -> list[str]:
    return [" ".join(line.strip("▌ ").split()) for line in reader.popup[1:-1] if line.strip("▌ ")]


async def test_several_pasted_lines_are_ranked_as_match_does_and_esc_leads_back_to_the_row(
    knowledge_base: Path, opened: Opened, ranked: Callable[[str], list[list[str]]]
) -> None:
    rows = ranked(LOG)
    async with opened(knowledge_base, size=(100, 40)) as reader:
        await reader.sees_entry()
        for scope in ("live", "archived", "both"):
            await _pastes(reader, LOG)
            assert reader.dialog == "Matches", scope
            await reader.sees_in_popup("Seen before? ")
            titles, words = _listed(reader)[::2], _listed(reader)[1::2]
            assert len(titles) == len(rows) > 4
            for (share, _, ref, _, title, _, held), shown, shown_words in zip(rows, titles, words, strict=True):
                assert shown.startswith(" ".join(part for part in (f"{share}%", ref, title) if part != "-"))
                assert shown_words.split(", ") == held.split(",")
            await reader.press("j", "enter")
            assert reader.dialog == ""
            assert rows[1][4] in reader.current
            await reader.press("enter", "escape", "escape")
            assert reader.dialog == "Matches"
            await reader.sees_in_popup("Seen before? ")  # another scope is indexed first
            assert reader.app.screen.query_one(Choices).chosen == 1
            await reader.press("escape")
            assert (reader.dialog, reader.app.browse.model.scope) == ("", scope)
            await reader.press("A")
            await reader.sees_entry()


async def test_the_palette_asks_for_the_text(knowledge_base: Path, opened: Opened) -> None:
    async with opened(knowledge_base, size=(100, 40)) as reader:
        await reader.sees_entry()
        await reader.press("ctrl+p")
        await reader.types("match an")
        await reader.press("enter")
        assert reader.dialog == "MatchText"
        await reader.press("ctrl+s")
        assert "there is no text yet" in "\n".join(reader.popup)
        await _pastes(reader, f"\x1b[31m{LOG}")
        assert "\x1b" not in reader.screen
        await reader.types("q")
        await reader.press("ctrl+s")
        assert reader.dialog == "Matches"
        assert "INC-2187" in _listed(reader)[0]
        await reader.press("backspace", "escape", "ctrl+p")
        await reader.types("match an")
        await reader.press("enter")
        await _pastes(reader, "zzz yyy\nxxx")
        await reader.press("ctrl+s")
        assert _listed(reader) == ["no entry shares a distinctive word with this"]
        await reader.press("enter", "escape")
        assert reader.dialog == ""


async def test_a_long_text_pasted_into_the_search_is_an_alert_and_a_line_is_none(
    knowledge_base: Path, opened: Opened
) -> None:
    async with opened(knowledge_base, size=(100, 40)) as reader:
        await reader.sees_entry()
        await reader.press("slash")
        await reader.types("redis")
        await _pastes(reader, LOG)
        assert reader.dialog == "Matches"
        await reader.press("escape")
        assert (reader.dialog, reader.focus, reader.query) == ("", "search", "redis")
        await _pastes(reader, LOG.replace("\n", " "))
        assert (reader.dialog, reader.query) == ("", "redis" + LOG.replace("\n", " "))


async def test_a_text_given_at_the_start_is_ranked_once_all_is_indexed(knowledge_base: Path, opened: Opened) -> None:
    async with opened(knowledge_base, size=(60, 30), match=MatchRequest(LOG.encode(), 2)) as reader:
        await reader.sees_in_popup("Seen before? 2 similar entries")
        listed = _listed(reader)
        assert "INC-2187" in listed[0]
        await reader.press("G", "enter")
        assert reader.dialog == ""
        await reader.press("backspace")
        assert reader.dialog == "Matches"
        assert reader.app.screen.query_one(Choices).chosen == 1
