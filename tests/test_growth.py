"""No text takes quadratic time: of each nasty kind, four times as much may take about four times as long."""

import gc
import io
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, date, datetime
from time import process_time

import pytest
from rich.console import Console

from incident_tui.format.check import check
from incident_tui.format.edit.edit import Edit, apply
from incident_tui.format.edit.new_entry import new_entry_text
from incident_tui.format.edit.operations import (
    Archive,
    Helped,
    Operation,
    Pin,
    RenameTag,
    Rewrite,
    Summarize,
    Tag,
    Tick,
)
from incident_tui.format.errors import Refused
from incident_tui.format.merge.document import NotUnderstood, merge_files
from incident_tui.format.merge.entry import Conflict, merge
from incident_tui.format.model.contents import Contents
from incident_tui.format.model.document import Document
from incident_tui.format.model.located import Target
from incident_tui.format.read.references import referenced_entries
from incident_tui.format.read.resolve import all_entries, resolve
from incident_tui.format.read.sections import draft_summary, item_lines, items, sections
from incident_tui.format.read.snippets import queries
from incident_tui.format.sanitize import one_line, sanitize
from incident_tui.insights.overview import each_once, overview
from incident_tui.render.links import links
from incident_tui.render.markdown import render
from incident_tui.search.engine import Search
from incident_tui.search.index.bodies import sections as indexed_sections
from incident_tui.search.query import explain, parse

from .nasty import KINDS
from .thorough import sampled

DAY = date(2026, 1, 1)
SIZES = [8_000, 32_000, 128_000]
"""Bytes. Below the first, limits look like growth; the last is asked only where the first two don't tell."""
NOTHING = 0.05
"""Seconds below which a time says nothing of growth."""
MOST = 9
"""How many times as long four times as much may take; in quadratic time it would be sixteen."""
TRIES = 4


def base_of(data: bytes) -> Contents:
    document = Document.parse(data)
    return Contents(document, document, "incidents.md")


def search_over(data: bytes) -> Search:
    found = all_entries(base_of(data))
    search = Search(found)
    search.finish()
    return search


def read(data: bytes) -> None:
    document = Document.parse(data)
    for entry in document.entries:
        entry.metadata.values()
        entry.tags  # noqa: B018
    for entry in document.entries:
        document.id(entry)
    document.lines  # noqa: B018
    text = data.decode("utf-8", "surrogateescape")
    sanitize(text)
    one_line(text)
    for word in ("pool", "INC-3", "M-2025"):
        with suppress(LookupError):
            resolve(word, all_entries(base_of(data)))


def find(data: bytes) -> None:
    search = search_over(data)
    for text in ("conection pol", '"the pool"', "in:summary pool", "is:open tag:db -cache", "INC-3"):
        query = parse(text, DAY)
        for row in search.find(query).rows[:2]:
            search.evidence(query, row)


def compare(data: bytes) -> None:
    search = search_over(data)
    search.related(0)
    search.match(data)


def ask(data: bytes) -> None:
    explain(parse(data.decode("utf-8", "surrogateescape"), DAY))


def look_for_faults(data: bytes) -> None:
    check([("", base_of(data))], DAY)


def report(data: bytes) -> None:
    overview(each_once(base_of(data)), DAY, archives=[Document.parse(data)])


def take_apart(data: bytes) -> None:
    base = base_of(data)
    for entry in base.live.entries[:50]:
        for _ in item_lines(entry, items(entry)):
            pass
        draft_summary(entry)
        queries(entry)
        sections(entry)
        indexed_sections(entry.raw)
    referenced_entries([base], all_entries(base)[0])


def merge_versions(data: bytes) -> None:
    raw = Document.parse(data).entries[0].raw
    ours = raw.replace(b"- used: 2", b"- used: 3").replace(b"- tags: ", b"- tags: x, ") + b"\n**More**\n\na\n"
    theirs = (
        raw.replace(b"- used: 2", b"- used: 4").replace(b"- tags: ", b"- tags: y, ").replace(b"\n\n", b"\n\nb\n", 2)
    )
    with suppress(Conflict):
        merge(raw, ours, theirs)
    with suppress(NotUnderstood):
        merge_files(data, data.replace(raw, ours), data.replace(raw, theirs))


def change(data: bytes) -> None:
    document = Document.parse(data)
    base, entry = Contents(document, None, "incidents.md"), document.entries[0]
    acts: list[Operation] = [
        Pin(),
        Helped(DAY),
        Tag(("x",), ("db",)),
        RenameTag("db", "x"),
        Summarize("s", "k"),
        Archive(True),
    ]
    acts.append(Rewrite(entry.raw + b"more\n"))
    if count := len(items(entry)):
        acts.append(Tick(tuple(range(1, count + 1)), True))
    for act in acts:
        with suppress(Refused):
            apply(base, [Edit(Target.of("live", entry), act)])


def begin(data: bytes) -> None:
    for text in (data, b"<!--\n" + data.replace(b"-->", b"") + b"\n-->\n"):
        with suppress(Refused):
            new_entry_text(
                Contents(Document.parse(text), None, ""), datetime(2026, 1, 1, tzinfo=UTC), "INC-1", "x", ["a"]
            )


def draw(data: bytes) -> None:
    console = Console(width=80, file=io.StringIO(), force_terminal=True, color_system="truecolor")
    body = Document.parse(data).entries[0].body
    console.print(render(body))
    links(body)


USES: list[Callable[[bytes], None]] = [
    read,
    find,
    compare,
    ask,
    look_for_faults,
    report,
    take_apart,
    merge_versions,
    change,
    begin,
    draw,
]


@pytest.fixture
def _collector_waits() -> Iterator[None]:
    """How often the collector comes, and how much it goes through, depends on what earlier tests left."""
    gc.disable()
    gc.collect()
    gc.freeze()
    yield
    gc.enable()


def seconds(use: Callable[[bytes], None], data: bytes) -> float:
    """Of this process's own, so that what else the machine does counts for little."""
    gc.collect()
    start = process_time()
    use(data)
    return process_time() - start


def growth(use: Callable[[bytes], None], small: bytes, big: bytes) -> str:
    """Say how much longer the big text takes, if that is more than about four times as long; else nothing."""
    fewest = most = float("inf")
    for _ in range(TRIES):
        most = min(most, seconds(use, big))
        if most < NOTHING:
            return ""
        fewest = min(fewest, seconds(use, small))
        if most < MOST * fewest:
            return ""
    return f"{fewest:.3f} s for {len(small)} bytes, {most:.3f} s for {len(big)}"


@pytest.mark.slow
@pytest.mark.usefixtures("_collector_waits")
@pytest.mark.parametrize("kind", KINDS)
def test_four_times_as_much_takes_about_four_times_as_long(kind: str) -> None:
    small, big, biggest = (KINDS[kind](size) for size in SIZES)
    for use in sampled(USES, 2, kind):
        # What is quadratic shows it at every size; a limit that is reached between two shows it once.
        if growth(use, small, big) and (said := growth(use, big, biggest)):
            pytest.fail(f"{use.__name__}: {said}")
