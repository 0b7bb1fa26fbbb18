"""Matches in a text that was wrapped into lines, where a run of an unspaced script may be broken between two."""

from collections.abc import Callable, Iterator, Sequence

from incident_tui.search.index.fuzzy import Span
from incident_tui.search.index.tokenize import is_unspaced


def spans_of_lines(lines: Sequence[str], spans: Callable[[Sequence[str]], list[list[Span]]]) -> list[list[Span]]:
    """Return for each line the character ranges in it that match; `spans` finds them in the parts of a text."""
    result: list[list[Span]] = [[] for _ in lines]
    texts, each = [], []
    for first, last in _unbroken(lines):
        text, pieces = "", []
        for number in range(first, last + 1):
            line = lines[number]
            start = len(line) - len(line.lstrip()) if number > first else 0
            stop = len(line.rstrip()) if number < last else len(line)
            pieces.append((number, start, len(text), len(text) + stop - start))
            text += line[start:stop]
        texts.append(text)
        each.append(pieces)
    for pieces, matched in zip(each, spans(texts), strict=True):
        for begin, end in matched:
            for number, start, at, until in pieces:
                if max(begin, at) < min(end, until):
                    result[number].append((start + max(begin, at) - at, start + min(end, until) - at))
    return result


def _unbroken(lines: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield the first and the last of the lines over which runs go on."""
    first = 0
    for number in range(1, len(lines) + 1 if lines else 0):
        goes_on = (
            number < len(lines)
            and is_unspaced(lines[number - 1].rstrip()[-1:])
            and is_unspaced(lines[number].lstrip()[:1])
        )
        if not goes_on:
            yield first, number - 1
            first = number
