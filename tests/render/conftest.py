"""Rendered lines, as a person sees them and as a terminal gets them."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from rich.console import Console
from rich.segment import Segment
from rich.style import Style

from incident_tui.render.markdown import render


@pytest.fixture
def lines() -> Callable[..., list[str]]:
    """The plain lines of some Markdown at a width."""

    def plain_lines(markdown: str, width: int = 60, **options: Any) -> list[str]:
        out = io.StringIO()
        Console(width=width, file=out).print(render(markdown, **{"hyperlinks": False, **options}))
        return out.getvalue().split("\n")[:-1]

    return plain_lines


@pytest.fixture
def segments() -> Callable[..., list[list[Segment]]]:
    """The styled lines of some Markdown at a width."""

    def styled_lines(markdown: str, width: int = 60, **options: Any) -> list[list[Segment]]:
        console = Console(width=width, file=io.StringIO(), force_terminal=True, color_system="standard")
        return console.render_lines(render(markdown, **options), pad=False)

    return styled_lines


@pytest.fixture
def style_of(segments: Callable[..., list[list[Segment]]]) -> Callable[..., Any]:
    """The style of the segment that holds a text, and of no other."""

    def style(markdown: str, text: str, width: int = 60, **options: Any) -> Any:
        found = [s for line in segments(markdown, width, **options) for s in line if text in s.text]
        assert len(found) == 1, found
        return found[0].style or Style.null()

    return style
