"""Headings, sections, lists, task items, quotes, code: how each of them stands on the page."""

import gc
import io
import subprocess
import sys

import pytest
from rich.color import Color
from rich.console import Console
from rich.style import Style
from rich.text import Text

from incident_tui.render.layout import Flow
from incident_tui.render.markdown import render

from .conftest import Lines, Segments, StyleOf


def test_a_section_title_has_air_above_and_its_body_below(lines: Lines) -> None:
    assert lines("First.\n\n**Summary**\n\nIt broke.\n\n**Impact**\n\n- All") == [
        "First.",
        "",
        "Summary",
        "It broke.",
        "",
        "Impact",
        "• All",
    ]


def test_text_on_the_line_after_a_section_title_is_its_body(lines: Lines) -> None:
    assert lines("**Summary**\nIt broke.\nTwice.") == ["Summary", "It broke. Twice."]


@pytest.mark.parametrize("title", ["**Impact:**", "**Impact**:", "__Impact__", "**Impact** :", "**Impact**  "])
def test_a_section_title_may_have_a_colon(lines: Lines, title: str) -> None:
    assert lines(f"{title}\nAll.") == ["Impact", "All."]


def test_a_section_title_ends_the_text_or_list_above_it(lines: Lines) -> None:
    assert lines("- one\n**Impact**\n- two\n**Cause**\nbug") == [
        "• one",
        "",
        "Impact",
        "• two",
        "",
        "Cause",
        "bug",
    ]


def test_a_section_title_is_styled_as_one_and_bold_in_a_line_is_not(style_of: StyleOf) -> None:
    assert style_of("**Summary**\ntext", "Summary").color == Color.parse("magenta")
    assert style_of("It was **bad** indeed", "bad").color is None


def test_headings_stand_off_and_setext_is_one(lines: Lines, style_of: StyleOf) -> None:
    assert lines("# Big\ntext\n### Small\ntext\n\nSet\n---\ntext") == [
        "Big",
        "─" * 60,
        "text",
        "",
        "Small",
        "text",
        "",
        "Set",
        "text",
    ]


def test_headings_are_drawn_by_their_level_and_none_is_underlined(style_of: StyleOf) -> None:
    text = "# Title\n## Part\n### Detail\n**Bold line**\n\nx"
    looks = {word: style_of(text, word) for word in ("Title", "Part", "Detail", "Bold line")}
    assert [look.color is not None for look in looks.values()] == [True, True, False, False]
    assert all(look.bold and not look.underline for look in looks.values())


def test_section_titles_are_sections_where_no_heading_is_above_them(style_of: StyleOf) -> None:
    assert style_of("**Summary**\n\nx\n\n### Detail\n\ny", "Summary").color is not None
    assert style_of("**Summary**\n\nx\n\n### Detail\n\ny", "Detail").color is None


@pytest.mark.parametrize(
    ("heading", "title"),
    [
        ("# Orders API outage", "INC-7 orders-api-outage"),
        ("# INC-7: Orders API outage", "INC-7 orders-api-outage"),
        ("Post-mortem: orders API outage\n===", "orders-api-outage"),
        ("**Orders API outage**", "INC-7 Orders API outage"),
    ],
)
def test_a_first_heading_that_says_the_same_as_the_title_is_left_out(lines: Lines, heading: str, title: str) -> None:
    assert lines(f"{heading}\n\ntext", title=title) == ["text"]


def test_another_first_heading_stays(lines: Lines) -> None:
    assert lines("# Orders API outage of May\n\ntext", title="INC-7 orders-api-outage")[0] == "Orders API outage of May"
    assert lines("# INC-7\n\ntext", title="INC-7")[0] == "INC-7"


def test_nested_lists_hang(lines: Lines) -> None:
    text = "- a long item that has to wrap\n  - nested and also rather long\n    1. deep\n    2. deeper\n- b"
    assert lines(text, 20) == [
        "• a long item that",
        "  has to wrap",
        "  ◦ nested and also",
        "    rather long",
        "    1. deep",
        "    2. deeper",
        "• b",
    ]


def test_numbers_are_kept_and_aligned(lines: Lines) -> None:
    assert lines("9. nine\n10. ten") == [" 9. nine", "10. ten"]
    assert lines("3) three\n4) four") == ["3) three", "4) four"]


def test_a_loose_list_of_short_items_stays_dense(lines: Lines) -> None:
    assert lines("- a\n\n- b\n\n- c") == ["• a", "• b", "• c"]


def test_a_long_item_of_a_loose_list_is_set_off(lines: Lines) -> None:
    assert lines("- a\n- b\n\n  more\n\n- c") == ["• a", "", "• b", "", "  more", "", "• c"]


def test_an_empty_item_is_its_bullet(lines: Lines) -> None:
    assert lines("-\n- a") == ["•", "• a"]


def test_task_items_are_boxes(lines: Lines) -> None:
    text = "- [ ] open\n- [x] done\n* [X] done too\n\n1. [ ] first"
    assert lines(text) == ["☐ open", "☑ done", "", "☑ done too", "", "1. ☐ first"]
    assert lines(text, ascii_only=True)[:2] == ["[ ] open", "[x] done"]


def test_done_items_are_dim_and_open_ones_are_not(style_of: StyleOf) -> None:
    assert style_of("- [x] ready", "ready").dim
    assert not style_of("- [ ] waiting", "waiting").dim
    assert not style_of("- [x] ready\n  - [ ] waiting", "waiting").dim


def test_boxes_are_numbered_in_source_order(segments: Segments) -> None:
    text = "- [ ] a\n  - [x] b\n- c\n\n**Later**\n\n1. [ ] d\n\n> - [ ] e"
    boxes = [
        (s.text, s.style.meta["item"]) for line in segments(text) for s in line if s.style and "item" in s.style.meta
    ]
    assert boxes == [("☐", 1), ("☑", 2), ("☐", 3), ("☐", 4)]


def test_items_are_numbered_as_the_caller_says(segments: Segments) -> None:
    text = "**Next**\n\n- a\n- [ ] b\n\n  more\n  - [x] c\n\n<!--\n- [ ] no\n-->\n> - [ ] quoted\n\n1. d"
    found = segments(text, items={2: 1, 3: 2, 6: 3, 13: 4})
    numbered = [(s.text, s.style.meta["item"]) for line in found for s in line if s.style and "item" in s.style.meta]
    assert numbered == [("• ", 1), ("☐", 2), ("☑", 3), ("1. ", 4)]


def test_brackets_elsewhere_are_text(lines: Lines) -> None:
    assert lines("[x] done? [/red] and - [ ] so\n- [y] z\n- `[x]` w") == [
        "[x] done? [/red] and - [ ] so",
        "",
        "• [y] z",
        "• [x] w",
    ]


def test_quotes_have_a_bar_on_every_line(lines: Lines) -> None:
    text = "> quoted text that wraps\n>\n> - item\n>\n> > inner"
    assert lines(text, 16) == [
        "▎ quoted text",
        "▎ that wraps",
        "▎",
        "▎ • item",
        "▎",
        "▎ ▎ inner",
    ]
    assert lines("> a", ascii_only=True) == ["| a"]


def test_soft_breaks_flow_and_hard_ones_stay(lines: Lines) -> None:
    assert lines("a\nb\\\nc  \nd<br>e") == ["a b", "c", "d", "e"]


def test_a_timeline_without_bullets_keeps_its_lines(lines: Lines) -> None:
    text = "14:30 alert\n14:35 confirmed\nby two people\n15:00 fixed"
    assert lines(text) == ["14:30 alert", "14:35 confirmed by two people", "15:00 fixed"]
    assert lines("It broke at\n14:30 sharp") == ["It broke at 14:30 sharp"]


def test_footnotes_and_definitions_stay_where_they_are(lines: Lines) -> None:
    text = "See[^1] and [docs].\n\n[docs]: https://example.org/d 'All of it'\n[unused]: x.md\n\n[^1]: One.\n[^2]: Two."
    assert lines(text) == [
        'See[^1] and docs (https://example.org/d) "All of it".',
        "",
        '[docs]: https://example.org/d "All of it"',
        "[unused]: x.md",
        "",
        "[^1]: One.",
        "[^2]: Two.",
    ]


def test_a_thematic_break_is_one_rule(lines: Lines, style_of: StyleOf) -> None:
    assert lines("a\n\n***\n\nb", 10) == ["a", "", "─" * 10, "", "b"]
    assert lines("***", 10, ascii_only=True) == ["-" * 10]
    assert style_of("***", "─").dim


def test_html_and_comments_are_shown_dim(lines: Lines, style_of: StyleOf) -> None:
    text = "<!-- a\n\nb -->\n\ntext <b>bold</b> <!-- c -->\n\n<div>\n*raw*\n</div>"
    assert lines(text) == [
        "<!-- a",
        "",
        "b -->",
        "",
        "text <b>bold</b> <!-- c -->",
        "",
        "<div>",
        "*raw*",
        "</div>",
    ]
    assert style_of(text, "<!-- a").dim
    assert style_of(text, "<!-- c").dim


def test_a_comment_that_is_never_closed_hides_nothing(lines: Lines) -> None:
    assert lines("<!-- lost\n\n**Impact**\n\n- [ ] check\n\n<!-- note -->") == [
        "<!-- lost",
        "",
        "Impact",
        "☐ check",
        "",
        "<!-- note -->",
    ]


def test_code_is_indented_folded_and_whole(lines: Lines) -> None:
    code = "if x:\n    some_function(with_arguments, and_more, and_yet_more)"
    shown = lines(f"```\n{code}\n```", 40)
    assert shown == ["  if x:", "      some_function(with_arguments,", "        and_more, and_yet_more)"]
    long = "a" * 100
    assert "".join(line.strip() for line in lines(f"```\n{long}\n```", 30)) == long
    assert lines("a\n\n    indented\n      more") == ["a", "", "  indented", "    more"]


def test_known_languages_are_coloured_on_the_terminals_own_background(segments: Segments) -> None:
    line = segments('```python\nx = "text"  # why\n```')[0]
    styles = {s.text: s.style or Style.null() for s in line}
    assert styles['"'].color == Color.parse("cyan")
    assert styles["# why"].dim
    assert all(s.style is None or s.style.bgcolor is None for s in line)


def test_an_unknown_language_is_named(lines: Lines) -> None:
    assert lines("```nonesuch\ncode\n```") == ["  nonesuch", "  code"]
    assert lines('```python title="x"\ncode\n```') == ['  python title="x"', "  code"]


def test_queries_in_axioms_language_are_coloured(segments: Segments) -> None:
    (line,) = segments("```apl\nlogs | where status == 500\n```")
    assert len({s.style for s in line if s.text.strip()}) > 1


def test_crlf_reads_as_lf(lines: Lines) -> None:
    text = "**Summary**\n\n- a\n  b\n\n| a | b |\n|---|---|\n| c | d |\n"
    assert lines(text.replace("\n", "\r\n")) == lines(text)


def test_nothing_renders_as_nothing(lines: Lines) -> None:
    assert lines("") == []
    assert lines("\n \n") == []


def test_no_line_ends_in_a_blank(lines: Lines) -> None:
    text = "> a\n>\n> b\n\n-\n\n| a | b |\n|--|--|\n| c | |\n\nsome words that wrap at the width\n\n    code  "
    for width in (12, 20, 60):
        assert all(line == line.rstrip() for line in lines(text, width))


def test_the_package_itself_imports_nothing() -> None:
    code = "import sys, incident_tui.render; print([m for m in ('rich', 'mistletoe') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "[]\n"


def test_pygments_is_imported_for_a_named_language_only() -> None:
    code = (
        "import sys; from incident_tui.render.markdown import render;"
        "render('```\\ncode\\n```'); print('pygments' in sys.modules);"
        "render('```python\\ncode\\n```'); print('pygments' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout == "False\nTrue\n"


def test_a_low_console_cuts_nothing() -> None:
    out = io.StringIO()
    console = Console(width=30, height=3, file=out)
    body = render("- " + "word " * 60 + "\n\n> " + "more " * 60)
    shown = console.render_lines(body, console.options.update(height=None), pad=False)
    text = " ".join(s.text for line in shown for s in line)
    assert (text.count("word"), text.count("more")) == (60, 60)


def test_a_text_keeps_its_own_style_where_it_flows() -> None:
    console = Console(width=20, file=io.StringIO(), force_terminal=True)
    shown = console.render_lines(Flow(Text("a title that wraps over lines", "bold")), pad=False)
    assert all(s.style is not None and s.style.bold for line in shown for s in line if s.text.strip())


ALL_KINDS = """# Heading

**Title**

- one `code`
  - [ ] two **bold** [link](https://example.com)

| a | b |
|---|---|
| 1 | *2* |

> quoted

<!-- comment -->

[word]: https://example.com
"""


def test_what_was_parsed_goes_with_its_last_reference() -> None:
    """The collector is off while a key is answered, and an entry is rendered at each."""
    render(ALL_KINDS)
    gc.collect()
    gc.disable()
    gc.set_debug(gc.DEBUG_SAVEALL)
    try:
        for _ in range(3):
            render(ALL_KINDS)
        gc.collect()
        kinds = {type(each).__name__ for each in gc.garbage if type(each).__module__.startswith(("mistletoe", "incid"))}
    finally:
        gc.set_debug(0)
        gc.garbage.clear()
        gc.enable()
    assert kinds == set()
