"""The user's settings in the browser: theme, order, stale days, keys, and what is wrong with them."""

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest
from rich.style import Style

from incident_tui.config import config_file, read
from incident_tui.storage.user.theme_choice import load_theme
from incident_tui.tui.actions.bindings import ACTIONS
from incident_tui.tui.preferences import effective
from incident_tui.tui.screens.command_palette import CommandPalette
from incident_tui.tui.terminal.themes import TERMINAL, THEMES
from incident_tui.tui.widgets.entry_list import EntryList

from .conftest import PROJECT, Opened
from .reader import Reader

Set = Callable[[str], None]

POOL = "INC-2187"


@pytest.fixture
def set_() -> Set:
    """Writes the user's settings."""

    def write(text: str) -> None:
        path = config_file()
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    return write


def test_the_example_of_the_docs_is_in_force(set_: Set) -> None:
    text = (PROJECT / "docs" / "configuration.md").read_text(encoding="utf-8")
    first = text.partition("\n    ")[2].partition("\n| ")[0]
    set_(dedent(f"    {first}"))
    settings = effective(read())
    assert settings.problems == ()
    assert (settings.theme, settings.order, settings.stale_days) == ("nord", "newest", 60)
    assert len(settings.searches) == 2
    changed = {action.name for action in settings.actions if action not in ACTIONS}
    assert changed == {"archive", "up", "down", "palette", "helped"}


# Keys in the browser


async def test_the_browser_obeys_and_shows_the_keys_that_are_set(
    knowledge_base: Path, opened: Opened, set_: Set
) -> None:
    set_('[keys]\npin = "P"\narchive = "f8"\nhelp = "h"\nhelped = ""\n')
    before = knowledge_base.read_bytes()
    async with opened(knowledge_base, size=(120, 60)) as reader:
        await reader.goes_to(POOL)
        for shown in ("P pin", "F8 archive", "h help"):
            assert shown in reader.footer
        assert "helped" not in reader.footer
        await reader.press("p", "a", "plus", "question_mark")
        assert knowledge_base.read_bytes() == before
        assert reader.dialog == ""
        await reader.press("P")
        assert knowledge_base.read_bytes() != before
        await reader.press("u", "h")
        assert reader.dialog == "Help"
        assert any(line.strip().startswith("F8 ") and "Move it to the archive" in line for line in reader.lines)
        assert not any("Mark as helpful" in line for line in reader.lines)
        await reader.press("escape")
        keys = {command.name: command.key for command in reader.app.commands()}
        assert (keys["Pin"], keys["Archive"], keys["Helped"]) == ("P", "F8", "")


async def test_a_key_that_is_set_is_dropped_where_its_entry_was_not_seen(
    knowledge_base: Path, opened: Opened, set_: Set
) -> None:
    set_('[keys]\narchive = "f8"\n')
    async with opened(knowledge_base) as reader:
        await reader.goes_to(POOL)
        count = len(reader.listed)
        await reader.at_once("f8", "f8")
        assert "F8 was dropped" in reader.notice
        assert len(reader.listed) == count - 1


@pytest.mark.sample_day
async def test_the_review_has_the_keys_that_are_set(knowledge_base: Path, opened: Opened, set_: Set) -> None:
    set_('[keys]\npin = "P"\narchive = "f8"\nundo = "ctrl+t"\n')
    before = knowledge_base.read_bytes()
    async with opened(knowledge_base, review=True) as reader:
        await reader.sees("Stale: 1 of 9")
        assert "P pin  s summarize  F8 archive  o open  Esc end" in reader.screen
        await reader.press("p", "a")
        assert knowledge_base.read_bytes() == before
        await reader.press("P")
        await reader.sees("Stale: 2 of 9")
        assert knowledge_base.read_bytes() != before
        await reader.press("ctrl+t")
        await reader.sees("Stale: 1 of 9")
        assert knowledge_base.read_bytes() == before


async def test_messages_name_the_keys_that_are_set(knowledge_base: Path, opened: Opened, set_: Set) -> None:
    set_('[keys]\nmark_range = "V"\nleave = "f9"\n')
    async with opened(knowledge_base) as reader:
        await reader.press("V")
        assert reader.notice == "a range starts here: move, then V marks it (F9 ends it)"
        await reader.press("f9", "slash")
        await reader.types("zzqqxx")
        await reader.sees("F9 clears the search.")


async def test_a_letter_that_is_set_can_still_be_typed(knowledge_base: Path, opened: Opened, set_: Set) -> None:
    set_('[keys]\nquit = "Q"\npalette = "P"\nsearch = "w"\ninterrupt = "X"\nsuspend = "Z"\n')
    async with opened(knowledge_base) as reader:
        await reader.press("w")
        assert reader.focus == "search"
        await reader.types("QPwXZq/")
        assert reader.query == "QPwXZq/"
        assert reader.app.is_running
        await reader.press("escape", "escape", "P")
        assert reader.dialog == "CommandPalette"


async def test_the_palette_and_its_key_go_elsewhere(knowledge_base: Path, opened: Opened, set_: Set) -> None:
    set_('[keys]\nup = "up,k,ctrl+p"\ndown = "down,j,ctrl+n"\npalette = "ctrl+k"\nquit = "ctrl+x"\n')
    async with opened(knowledge_base) as reader:
        first = reader.current
        await reader.press("slash", "ctrl+n")
        assert reader.current != first
        await reader.press("ctrl+p")
        assert (reader.current, reader.dialog) == (first, "")
        await reader.press("ctrl+k")
        assert reader.dialog == "CommandPalette"
        await reader.press("escape", "ctrl+q", "ctrl+p")
        assert (reader.app.is_running, reader.dialog) == (True, "")
        await reader.press("ctrl+x")
        assert not reader.app.is_running


async def test_ctrl_q_quits_from_a_dialog(knowledge_base: Path, opened: Opened) -> None:
    async with opened(knowledge_base) as reader:
        await reader.press("question_mark", "ctrl+q")
        assert not reader.app.is_running


# Saved searches


async def test_a_saved_search_has_its_key_in_the_browser_the_help_and_the_palette(
    knowledge_base: Path, opened: Opened, set_: Set
) -> None:
    set_('[searches]\nopen = { search = "is:open", key = "f9" }\nredis = { search = "tag:redis", key = "ctrl+d" }\n')
    async with opened(knowledge_base, size=(120, 40)) as reader:
        await reader.press("f9")
        assert (reader.query, reader.focus) == ("is:open", "list")
        await reader.press("ctrl+d")
        assert reader.query == "tag:redis"
        await reader.press("slash", "f9")
        assert reader.query == "is:open"
        assert {command.name: command.key for command in reader.app.commands()}["Search: open"] == "F9"
        await reader.press("escape", "escape", "question_mark")
        await reader.types("search: open")
        assert any(line.split() == ["▌", "F9", "Search:", "open"] for line in reader.lines)
        await reader.press("enter")
        assert (reader.dialog, reader.query) == ("", "is:open")


def test_a_key_of_a_saved_search_is_taken_from_nothing_else(set_: Set) -> None:
    set_(
        """[commands]
f5 = "true"

[searches]
a = { search = "is:open", key = "p" }
b = { search = "is:open", key = "f5" }
c = { search = "is:open", key = "f9" }
d = { search = "tag:x", key = "f9" }
e = { search = "tag:x", key = "f99" }
f = { search = "tag:x", key = "f7,f8" }
g = { search = "tag:x", query = "y" }
h = { key = "f6" }
"""
    )
    settings = effective(read())
    assert {saved.name: saved.shown for saved in settings.searches} == {**dict.fromkeys("abdef", ""), "c": "F9"}
    told = [problem.removeprefix("config.toml:") for problem in settings.problems]
    assert told[:5] == [
        "5: a: p is the key of pin",
        "6: b: F5 is the key of a command",
        "8: d: F9 is the key of another search",
        "9: e: there is no key 'f99'; did you mean 'f9'?",
        "10: f: 'f7,f8' is not one key (the comma itself is called 'comma')",
    ]
    assert [problem.partition(", nor { search")[1] != "" for problem in told[5:]] == [True, True]


# Order and stale days


async def test_the_order_that_is_set_is_the_first_one(knowledge_base: Path, opened: Opened, set_: Set) -> None:
    set_('order = "title"\n')
    async with opened(knowledge_base) as reader:
        assert "by title" in reader.title_bar
        assert "abandoned-replication-slot" in reader.listed[0]
        await reader.press("o")
        assert "by title" not in reader.title_bar


@pytest.mark.sample_day
@pytest.mark.parametrize(("days", "count"), [(90, 9), (10**6, 0)])
async def test_stale_is_what_was_not_used_for_so_many_days(
    knowledge_base: Path, opened: Opened, set_: Set, days: int, count: int
) -> None:
    set_(f"stale_days = {days}\n")
    async with opened(knowledge_base, query="is:stale") as reader:
        assert len(reader.app.browse.model.listed) == count


# Problems


async def test_the_first_problem_is_told_and_all_else_is_in_force(
    knowledge_base: Path, opened: Opened, set_: Set
) -> None:
    set_('them = "nord"\norder = "newst"\n[keys]\npin = "a"\nhelp = "h"\n')
    before = knowledge_base.read_bytes()
    async with opened(knowledge_base) as reader:
        assert reader.footer == "(1 of 3) config.toml:1: there is no setting 'them'; did you mean 'theme'?"
        await reader.press("h")
        assert reader.dialog == "Help"
        await reader.press("escape", "p")
        assert knowledge_base.read_bytes() != before
        await reader.press("u")
        assert knowledge_base.read_bytes() == before


async def test_one_problem_is_told_as_it_is(knowledge_base: Path, opened: Opened, set_: Set) -> None:
    set_('theme = "terminol"\n')
    async with opened(knowledge_base) as reader:
        assert reader.footer == "config.toml:1: there is no theme 'terminol'; did you mean 'terminal'?"
        assert reader.app.theme == "terminal"


async def test_without_problems_the_keys_are_offered_at_once(knowledge_base: Path, opened: Opened, set_: Set) -> None:
    set_('[searches]\n"a" = "is:open"\n')
    async with opened(knowledge_base) as reader:
        assert reader.notice == ""
        assert "q quit" in reader.footer


# Themes


def looks(reader: Reader) -> list[tuple[str, Style]]:
    """Each text that the screen shows with its style, as both are sent to the terminal."""
    strips = reader.strips
    for line_filter in reader.app._filters:
        if line_filter.enabled:
            strips = [strip.apply_filter(line_filter, reader.app.screen.styles.background) for strip in strips]
    return [(text, style or Style.null()) for strip in strips for text, style, _ in strip if text.strip()]


@pytest.mark.slow
async def test_every_theme_can_be_chosen_and_fills_the_screen(knowledge_base: Path, opened: Opened) -> None:
    async with opened(knowledge_base, size=(100, 12)) as reader:
        for theme in THEMES:
            reader.app.theme = theme
            await reader.pilot.pause()
            await reader.sees_entry()
            assert reader.app.theme == theme
            backgrounds = {style.bgcolor for _, style in looks(reader) if not style.reverse}
            if reader.app.current_theme.ansi:
                assert all(color is None or color.is_default for color in backgrounds), theme
            else:
                assert len(backgrounds) == 1, (theme, backgrounds)


async def test_the_entry_takes_on_the_colours_of_a_theme_that_is_chosen(
    knowledge_base: Path, opened: Opened, set_: Set
) -> None:
    def colours(reader: Reader) -> set[object]:
        return {style.color for text, style in looks(reader) if "who-blocks-whom" in text}

    set_('theme = "nord"\n')
    async with opened(knowledge_base, size=(100, 12)) as reader:
        await reader.sees_entry()
        expected = colours(reader)
    set_("")
    async with opened(knowledge_base, size=(100, 12)) as reader:
        await reader.sees_entry()
        assert colours(reader) != expected
        reader.app.theme = "nord"
        await reader.pilot.pause()
        await reader.sees_entry()
        assert colours(reader) == expected


@pytest.mark.parametrize("theme", ["terminal", "nord", "textual-light", "ansi-light"])
async def test_no_color_sends_none_in_any_theme(
    knowledge_base: Path, opened: Opened, set_: Set, monkeypatch: pytest.MonkeyPatch, theme: str
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    set_(f'theme = "{theme}"\n')
    async with opened(knowledge_base, size=(100, 12)) as reader:
        await reader.sees_entry()
        for text, style in looks(reader):
            assert style.color is None or style.color.is_default, (text, style)
            assert style.bgcolor is None or style.bgcolor.is_default, (text, style)


@pytest.mark.slow
async def test_a_theme_that_is_chosen_in_the_palette_is_remembered(
    knowledge_base: Path, opened: Opened, set_: Set
) -> None:
    async with opened(knowledge_base) as reader:
        assert reader.app.theme == TERMINAL.name
        await reader.press("ctrl+p")
        await reader.types("theme")
        await reader.sees("Choose the colours")
        await reader.press("enter")
        await reader.sees("a theme")
        await reader.types("dracula")
        await reader.sees("dracula")
        await reader.press("enter")
        assert reader.app.theme == "dracula"
    async with opened(knowledge_base) as reader:
        assert reader.app.theme == "dracula"
    set_('theme = "nord"\n')
    async with opened(knowledge_base) as reader:
        assert reader.app.theme == "nord", "what is set later stands"
        reader.app.choose_theme("monokai")
        await reader.pilot.pause()
    async with opened(knowledge_base) as reader:
        assert reader.app.theme == "monokai"


async def test_opening_remembers_nothing(knowledge_base: Path, opened: Opened, set_: Set) -> None:
    set_('theme = "nord"\n')
    async with opened(knowledge_base):
        pass
    assert load_theme("nord") is None


async def test_the_list_sends_no_colours_that_the_terminal_has(knowledge_base: Path, opened: Opened) -> None:
    async with opened(knowledge_base) as reader:
        row = reader.app.browse.query_one(EntryList).render_line(2)
        assert all(segment.style is None or segment.style.bgcolor is None for segment in row)


async def test_the_themes_are_shown_as_the_cursor_comes_to_them(knowledge_base: Path, opened: Opened) -> None:
    async with opened(knowledge_base) as reader:
        before = reader.app.theme
        reader.app.search_themes()
        await reader.sees("in use")
        palette = reader.page(CommandPalette)
        assert palette.chosen is not None
        assert palette.chosen.name == before
        await reader.press("up")
        assert reader.app.theme == palette.chosen.name != before
        await reader.press("escape")
        assert (reader.app.theme, load_theme(None)) == (before, None)
        reader.app.search_themes()
        await reader.sees("in use")
        await reader.types("nord")
        await reader.press("enter")
        assert (reader.app.theme, load_theme(None)) == ("nord", "nord")
