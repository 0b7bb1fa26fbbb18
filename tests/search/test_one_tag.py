"""A tag in two Unicode forms is one tag in filters, completion, figures and what is alike."""

import pytest

from incident_tui.format.model.document import Document
from incident_tui.format.model.located import located_entries
from incident_tui.insights.overview import overview
from incident_tui.search.engine import Search
from incident_tui.search.query import parse

from ..days import DAY

COMPOSED, APART = "caf\u00e9", "cafe\u0301"
TAGS = (COMPOSED, APART, "cafe", "cafeteria", f"{APART}-bar")
DATA = "".join(
    f"## M-2025-01-0{9 - number}T00:00:00Z title{number}\n\n- type: incident\n- tags: {tag}\n\nx\n\n"
    for number, tag in enumerate(TAGS)
).encode()
SUBJECTS = located_entries(Document.parse(DATA))
SEARCH = Search(SUBJECTS)


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        (f"tag:{COMPOSED}", [0, 1]),
        (f"tag:{APART.upper()}", [0, 1]),
        (f"-tag:{APART}", [2, 3, 4]),
        ("tag:cafe", [2]),
        ("tag:caf\u00e8", [0, 1, 2]),
        ("tag:caf", [0, 1, 2, 3, 4]),
        (f"tag:{COMPOSED}-bar", [4]),
        (f"{COMPOSED}", [0, 1, 2, 4, 3]),
    ],
)
def test_a_filter_takes_it_in_either_form(text: str, rows: list[int]) -> None:
    assert list(SEARCH.find(parse(text, DAY)).rows) == rows


def test_it_is_offered_once_with_all_that_have_it() -> None:
    offered = [(one.text, one.count) for one in SEARCH.complete(f"tag:{COMPOSED}", 8, DAY)]
    assert offered[0] == (COMPOSED, 2)
    assert [text for text, _ in offered] == [COMPOSED, "cafe", "cafeteria", f"{APART}-bar"]


def test_it_is_one_figure_whose_query_lists_what_was_counted() -> None:
    (tags,) = [section for section in overview(SUBJECTS, DAY).sections if section.title == "Tags"]
    figures = {figure.label: figure for figure in tags.figures}
    assert {label: figure.value for label, figure in figures.items() if label in TAGS[:3]} == {COMPOSED: 2, "cafe": 1}
    for figure in figures.values():
        assert figure.query is not None
        assert len(SEARCH.find(parse(figure.query, DAY))) == figure.value
