"""How the theme of the terminal's own colours looks, as far as the first frame needs that before styles are read."""

from rich.style import Style

NAME = "terminal"

RULE = Style(color="color(8)")

STYLES = {
    "title-bar--name": Style(bold=True),
    "title-bar--dim": Style(dim=True),
    "prompt": Style(color="color(5)", bold=True),
    "input--placeholder": Style(dim=True),
    "entry-list--cursor": Style(reverse=True),
    "entry-list--mark": Style(color="color(5)"),
    "entry-list--ref": Style(color="color(6)", bold=False),
    "entry-list--dim": Style(dim=True),
    "entry-list--match": Style(color="color(5)", bold=True, underline=True),
    "key-bar--key": Style(color="color(5)", bold=True),
    "key-bar--label": Style(dim=True),
}
"""By component class, or by the widget's id."""
