"""Rendered lines, as a person sees them and as a terminal gets them."""

import io
from collections.abc import Mapping
from typing import Protocol

import pytest
from rich.console import Console
from rich.segment import Segment
from rich.style import Style

from incident_tui.render.markdown import Palette, render

PALETTE = Palette()


class Lines(Protocol):
    """The plain lines of some Markdown at a width."""

    def __call__(
        self, markdown: str, width: int = 60, *, hyperlinks: bool = False, ascii_only: bool = False, title: str = ""
    ) -> list[str]: ...


class Segments(Protocol):
    """The styled lines of some Markdown at a width."""

    def __call__(
        self,
        markdown: str,
        width: int = 60,
        *,
        hyperlinks: bool = True,
        palette: Palette = PALETTE,
        items: Mapping[int, int] | None = None,
    ) -> list[list[Segment]]: ...


class StyleOf(Protocol):
    """The style of the segment that holds a text, and of no other."""

    def __call__(self, markdown: str, text: str, *, hyperlinks: bool = True, palette: Palette = PALETTE) -> Style: ...


@pytest.fixture
def lines() -> Lines:
    def plain_lines(
        markdown: str, width: int = 60, *, hyperlinks: bool = False, ascii_only: bool = False, title: str = ""
    ) -> list[str]:
        out = io.StringIO()
        body = render(markdown, hyperlinks=hyperlinks, ascii_only=ascii_only, title=title)
        Console(width=width, file=out).print(body)
        return out.getvalue().split("\n")[:-1]

    return plain_lines


@pytest.fixture
def segments() -> Segments:
    def styled_lines(
        markdown: str,
        width: int = 60,
        *,
        hyperlinks: bool = True,
        palette: Palette = PALETTE,
        items: Mapping[int, int] | None = None,
    ) -> list[list[Segment]]:
        console = Console(width=width, file=io.StringIO(), force_terminal=True, color_system="standard")
        return console.render_lines(render(markdown, palette, hyperlinks=hyperlinks, items=items), pad=False)

    return styled_lines


@pytest.fixture
def style_of(segments: Segments) -> StyleOf:
    def style(markdown: str, text: str, *, hyperlinks: bool = True, palette: Palette = PALETTE) -> Style:
        lines = segments(markdown, hyperlinks=hyperlinks, palette=palette)
        (found,) = [segment for line in lines for segment in line if text in segment.text]
        return found.style or Style.null()

    return style
