"""The table of what was tried, as docs/reliability.md shows it."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ..noted import between

BEGIN = "<!-- table: written by the tests -->"
END = "<!-- end of the table -->"


class Row(NamedTuple):
    """One kind of fault."""

    fault: str
    tried: int
    lost: int
    promise: str
    """What was looked at after each of them."""


def rewritten(text: str, noted: Sequence[tuple[str, int, int, str]]) -> str:
    """The text with the table between its two marks made anew. Raises `ValueError` where they are missing."""
    return between(text, BEGIN, END, table(Row(*held) for held in noted))


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
