"""A line of Markdown, as the text that it shows."""

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incident_tui.format.read.plain_line import plain_line


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("**Make sure** it's *really* on", "Make sure it's really on"),
        ("- [ ] tell [the vendor](https://example.net/a_(b)) twice", "tell the vendor twice"),
        ("  - [x] done", "done"),
        ("1. first", "first"),
        ("> - quoted", "quoted"),
        ("### Timeline", "Timeline"),
        ("![a picture](x.png) of it", "a picture of it"),
        ("see [INC-4][ref] and <https://example.net>", "see INC-4 and https://example.net"),
        ("run `idle in transaction` **now**", "run idle in transaction now"),
        ("- `a * b` and `x_y_z`", "a * b and x_y_z"),
        ("| 10:00 | **down** | `a` |", "10:00 · down · a"),
        ("snake_case and 2 * 3 * 4", "snake_case and 2 * 3 * 4"),
        ("_really_ and __strong__ and ~~gone~~", "really and strong and gone"),
        (r"a \* b\_c", "a * b_c"),
        ("a<br>b <b>c</b> 1 < 2", "ab c 1 < 2"),
        ("-5 degrees", "-5 degrees"),
        ("#hashtag", "#hashtag"),
        ("a cut [link](https://exam", "a cut [link](https://exam"),
        ("", ""),
    ],
)
def test_a_line_is_shown_without_its_signs(line: str, shown: str) -> None:
    assert plain_line(line) == shown


@given(st.text(st.sampled_from("a *_`[]()!|<>-#~\\1.é\n"), max_size=60))
def test_any_line_has_a_text(line: str) -> None:
    assert len(plain_line(line)) <= 3 * len(line)


@pytest.mark.parametrize(
    "piece", ["[", "](", "[a](", "`", "`a", "*", "**a", "_a", "<a", "> ", "- ", "| ", "\\", "[a](b "]
)
def test_a_long_line_takes_no_longer_than_others(piece: str) -> None:
    line = piece * (4_000 // len(piece))
    start = process_time()
    plain_line(line)
    assert process_time() - start < 1
