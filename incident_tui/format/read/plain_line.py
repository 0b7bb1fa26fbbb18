"""One line of Markdown as the text that it shows: no list marker, no emphasis, a link as its text.

A line is read by itself, whatever stands above it: that is enough to recognize it by in a list.
"""

import re

_MARKERS = re.compile(r"\s*(?:(?:>|\|+|#{1,6}(?=\s)|[-*+](?=\s)|[0-9]{1,9}[.)](?=\s)|\[[ xX]\](?=\s))\s*)*")
_CODE = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)")
_LINK = re.compile(r"!?\[([^\[\]]*)\](?:\([^()\s]*(?:\([^()\s]*\)[^()\s]*)*(?:\s[^()]*)?\)|\[[^\[\]]*\])")
_ADDRESS = re.compile(r"<(https?://[^<>\s]+)>")
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,200}>")
_STARS = re.compile(r"(?<![\w*\\])\*{1,3}(?=[^\s*])|(?<=[^\s*\\])\*{1,3}(?![\w*])|\*\*|~~")
_UNDERSCORES = re.compile(r"(?<![\w\\])_{1,3}(?=\w)|(?<=\w)_{1,3}(?!\w)")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_PIPE = re.compile(r"\s*\|\s*")


def plain_line(line: str) -> str:
    """Return the text that a line of Markdown shows; cells of a table have ` · ` between them."""
    marker = _MARKERS.match(line)
    rest = line[marker.end() :] if marker else line
    shown, at = [], 0
    for code in _CODE.finditer(rest):
        shown += [_inline(rest[at : code.start()]), code[2].strip()]
        at = code.end()
    text = "".join([*shown, _inline(rest[at:])])
    if line.lstrip().startswith("|"):
        text = _PIPE.sub(" · ", text.strip().rstrip("|").rstrip())
    return text.strip()


def _inline(text: str) -> str:
    text = _LINK.sub(r"\1", text)
    text = _ADDRESS.sub(r"\1", text)
    text = _TAG.sub("", text)
    text = _UNDERSCORES.sub("", _STARS.sub("", text))
    return _ESCAPE.sub(r"\1", text)
