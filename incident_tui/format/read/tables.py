"""The rows of tables, as GitHub's specification splits them (https://github.github.com/gfm/#tables-extension-)."""

import re

_UNESCAPED_PIPE = re.compile(r"(?<!\\)\|")
_DELIMITER = re.compile(r":?-+:?")


def cells(row: str) -> list[str]:
    """Return the cells of a row, blanks trimmed, `\\|` as a pipe. An empty first cell stays one."""
    texts = [cell.strip().replace("\\|", "|") for cell in _UNESCAPED_PIPE.split(row.strip())]
    if len(texts) > 1 and not texts[0]:
        del texts[0]
    if len(texts) > 1 and not texts[-1]:
        del texts[-1]
    return texts


def is_delimiter(row: str) -> bool:
    """Whether a row parts a table's header from what follows: `|---|:--:|`. It needs a pipe."""
    return "|" in row and all(map(_DELIMITER.fullmatch, cells(row)))
