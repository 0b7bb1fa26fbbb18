"""The entries that an entry's text names."""

from time import process_time

import pytest

from incident_tui.format.model.contents import Contents, Location
from incident_tui.format.model.document import Document
from incident_tui.format.read.references import referenced_entries
from incident_tui.format.read.resolve import entries_in

LIVE = """## M-2025-03-01T10:00:00Z INC-3 third

{body}

## M-2025-02-01T10:00:00Z INC-2 second (summarized)

See archive/incidents.md#M-2025-02-01T10:00:00Z

## M-2025-01-01T10:00:00Z INC-1 twin

## M-2025-01-01T10:00:00Z INC-1-2 other twin
"""
ARCHIVE = """# Archived

## M-2025-02-01T10:00:00Z INC-2 second

All of it, as INC-2 says.

## M-2024-01-01 PM2024-001 old

Nothing.
"""


def names(body: str, number: int = 0, place: Location = "live") -> list[str]:
    base = Contents(Document.parse(LIVE.format(body=body).encode()), Document.parse(ARCHIVE.encode()), "incidents.md")
    referring = entries_in(place, base)[number]
    return [f"{one.location} {one.entry.title}" for one in referenced_entries([base], referring)]


@pytest.mark.parametrize(
    ("body", "found"),
    [
        pytest.param("See M-2025-02-01T10:00:00Z.", ["live second"], id="a timestamp"),
        pytest.param("(M-2025-02-01T10:00:00Z)", ["live second"], id="in parentheses"),
        pytest.param("See archive/incidents.md#M-2025-02-01T10:00:00Z", ["archive second"], id="in the archive"),
        pytest.param("[it](../archive/x.md#M-2025-02-01T10:00:00Z)", ["archive second"], id="as a link"),
        pytest.param("See incidents.md#M-2025-02-01T10:00:00Z", ["live second"], id="in the live file"),
        pytest.param("M-2024-01-01", ["archive old"], id="archived only"),
        pytest.param("archive/incidents.md#M-2025-01-01T10:00:00Z#2", ["live other twin"], id="live only"),
        pytest.param("M-2025-01-01T10:00:00Z", ["live twin", "live other twin"], id="twins"),
        pytest.param("M-2025-01-01T10:00:00Z#2", ["live other twin"], id="one of twins"),
        pytest.param("INC-2, again INC-2, then INC-1", ["live second", "live twin"], id="references, each once"),
        pytest.param("as in PM2024-001", ["archive old"], id="an archived one"),
        pytest.param("INC-1-2", ["live other twin"], id="a longer reference is not its beginning"),
        pytest.param("INC-3 and M-2025-03-01T10:00:00Z", [], id="itself"),
        pytest.param("INC-4, M-2025-03-02T10:00:00Z, XINC-1, INC-1x, inc-1", [], id="nobody"),
    ],
)
def test_entries_are_named_by_timestamp_and_by_reference(body: str, found: list[str]) -> None:
    assert names(body) == found


def test_a_summary_points_to_its_full_text() -> None:
    assert names("", 1) == ["archive second"]


def test_a_full_text_that_names_itself_points_to_its_summary() -> None:
    assert names("", 0, "archive") == ["live second"]


def test_it_is_fast_on_what_nobody_would_write() -> None:
    start = process_time()
    names("archive/" + "M-2025-01-01-" * 50_000 + "#" * 100_000 + "A" * 100_000 + "-1" * 100_000)
    assert process_time() - start < 5
