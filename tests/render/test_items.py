"""What is drawn as a task is what is counted as one: the renderer and the reading of items agree."""

from random import Random

import pytest
from rich.console import Console

from incident_tui.format.model.entry import parse_entry
from incident_tui.format.read.sections import items
from incident_tui.render.markdown import render

HEAD = b"## M-2025-01-05T16:00:00Z INC-1 x\n\n- used: 1\n\n"
BEFORE = ("", "", "", "  ", "   ", "    ", "      ", "\t", "> ", ">", "> > ", "> - ", "- > ", "- ", "1. ")
LINES = ("- [ ] a", "- [x] b", "* [ ] c", "1. [ ] d", "2) [ ] e", "text", "[ ] f")
ALONE = ("", "", "# title", "**Impact**", "> q")
"""Lines that nothing stands before: what follows an empty item or a title in a quote is drawn in a way of its own."""


def drawn(body: str) -> list[bool]:
    """Whether each box that is drawn is ticked, in the order of the screen."""
    found = []
    for line in Console(width=200).render_lines(render(body), pad=False):
        for segment in line:
            if segment.style is not None and "item" in segment.style.meta:
                found.append("☑" in segment.text)
    return found


def counted(body: str) -> list[bool]:
    return [item.checked for item in items(parse_entry(HEAD + body.encode())) if item.boxed]


@pytest.mark.parametrize("seed", range(20))
def test_every_box_that_is_drawn_is_counted_and_no_other(seed: int) -> None:
    random = Random(seed)
    for _ in range(100):
        lines = [random.choice(BEFORE) + random.choice(LINES) for _ in range(random.randint(1, 5))]
        lines.insert(random.randrange(len(lines) + 1), random.choice(ALONE))
        body = "".join(f"{line}\n" for line in lines)
        assert counted(body) == drawn(body), body
