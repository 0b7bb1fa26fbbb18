"""The table of what was tried, as docs/reliability.md shows it."""

from collections.abc import Iterable
from typing import NamedTuple

BEGIN = "<!-- table: written by the tests -->"
END = "<!-- end of the table -->"


class Row(NamedTuple):
    """One kind of fault."""

    fault: str
    tried: int
    lost: int
    promise: str
    """What was looked at after each of them."""


def rewritten(text: str, rows: Iterable[Row]) -> str:
    """The text with the table between its two marks made anew. Raises `ValueError` where they are missing."""
    start, end = text.index(BEGIN) + len(BEGIN), text.index(END)
    return text[:start] + "\n\n" + "".join(line + "\n" for line in table(rows)) + "\n" + text[end:]


def table(rows: Iterable[Row]) -> list[str]:
    """The lines of the table, one for each fault; what several tests tried of one is added up."""
    summed: dict[tuple[str, str], Row] = {}
    for row in rows:
        key = (row.fault, row.promise)
        before = summed.get(key, row._replace(tried=0, lost=0))
        summed[key] = row._replace(tried=before.tried + row.tried, lost=before.lost + row.lost)
    lines = ["| fault | tried | lost | result |", "| --- | ---: | ---: | --- |"]
    for row in sorted(summed.values()):
        result = row.promise if not row.lost else f"BROKEN: {row.promise}"
        lines.append(f"| {row.fault} | {row.tried:,} | {row.lost} | {result} |")
    return lines
