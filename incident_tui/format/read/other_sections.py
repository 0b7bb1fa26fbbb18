"""Sections of a file that are no entries: what a person wrote before the file was in this format."""

import re
from shlex import quote

from incident_tui.format.model.document import Document
from incident_tui.format.read.fences import code_blocks
from incident_tui.format.sanitize import one_line

_SECTION = re.compile(rb"^ {0,3}#{2,6}[ \t]+\S", re.MULTILINE)


def import_hint(path: str, document: Document) -> str:
    """Return the command that makes entries of a file that has other sections only; empty for any other file.

    A section begins with a heading below the title, outside code and comments.
    """
    if document.entries:
        return ""
    data = document.data
    hidden = [(comment.start, comment.end) for comment in document.comments]
    hidden += [(block.start, block.last) for block in code_blocks(data, 0, len(data))]
    if any(not any(start <= at.start() < end for start, end in hidden) for at in _SECTION.finditer(data)):
        return f"incident-tui import {one_line(quote(path))}"
    return ""
