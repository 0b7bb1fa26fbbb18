"""The styles of a rendered entry, by the role of the text."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Palette:
    """Rich style definitions by role, such as `"bold cyan"`; an empty one changes nothing.

    The default names ANSI colours only, so that it follows the terminal's own theme, light or dark, and sets
    no background. What is bold is magenta if anything: many terminals show bold letters in bright colours, and
    a bright cyan is not to be seen on white. A definition that Rich cannot read makes `render` raise
    `rich.errors.StyleSyntaxError`.
    """

    section: str = "bold magenta"
    """Headings of the two highest levels, and section titles where no heading is above them."""
    subsection: str = "bold"
    """The headings below them."""
    strong: str = "bold"
    emphasis: str = "italic"
    strike: str = "strike"
    dim: str = "dim"
    """Additions to the text: addresses, HTML, definitions, names of languages."""
    link: str = "underline"
    quote: str = ""
    quote_bar: str = "dim"
    rule: str = "dim"
    bullet: str = "cyan"
    task_open: str = "bold magenta"
    task_done: str = "dim"
    table_header: str = "bold"
    table_label: str = "not bold cyan"
    """The header in front of each value, where a wide table is shown as records."""
    code: str = "not bold green"
    code_keyword: str = "magenta"
    code_name: str = "cyan"
    code_string: str = "cyan"
    code_number: str = "cyan"
    code_comment: str = "dim"


@dataclass(frozen=True, slots=True)
class MarkdownGlyphs:
    """The marks around the text; each is one cell wide but the boxes in ASCII, which are three."""

    bullets: str = "•◦▪"
    """One for each depth of nesting, from the outermost, over and over."""
    open_box: str = "☐"
    done_box: str = "☑"
    bar: str = "▎"
    line: str = "─"
    image: str = "▣"


ASCII_GLYPHS = MarkdownGlyphs(bullets="*-+", open_box="[ ]", done_box="[x]", bar="|", line="-", image="[image]")
