"""One name in two spellings is one name, wherever names are compared: its case and its Unicode form are no matter."""

from typing import Literal
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incident_tui.format.caseless import caseless
from incident_tui.format.edit.tags import tag_usage, with_tag_renamed, with_tags
from incident_tui.format.merge.entry import merge
from incident_tui.format.model.contents import Contents
from incident_tui.format.model.document import Document
from incident_tui.format.read.resolve import Ambiguous, Unknown, all_entries, resolve

NAMES = ["café", "Überlastung", "データベース", "장애", "ệ", "Ångström", "Straße", "ปิด", "ΌΣΟΣ", "redis"]
FORMS: tuple[Literal["NFC", "NFD"], ...] = ("NFC", "NFD")
EACH = pytest.mark.parametrize("name", NAMES)


@given(st.text(), st.text())
def test_spellings_of_a_text_are_the_same_and_beginnings_stay_beginnings(text: str, more: str) -> None:
    spellings = {normalize(form, spelled) for form in FORMS for spelled in (text, text.casefold())}
    assert {caseless(spelled) for spelled in spellings} == {caseless(text)}
    assert caseless(caseless(text)) == caseless(text)
    assert caseless(f"{text} {more}").startswith(caseless(f"{text} "))


def test_accents_and_widths_tell_names_apart() -> None:
    assert len({caseless(name) for name in ("cafe", "café", "cafè", "ｃａｆｅ")}) == 4


@EACH
def test_a_tag_is_taken_off_found_and_renamed_in_either_form(name: str) -> None:
    composed, apart = (normalize(form, name) for form in FORMS)
    for held, typed in ((composed, apart), (apart, composed)):
        value = f"db, {held} , x"
        assert with_tags(value, [typed], []) == value
        assert with_tags(value, [], [typed.upper()]) == "db, x"
        assert with_tag_renamed(value, typed, "new") == "db, new , x"
        assert with_tag_renamed(value, "db", typed) == f"{held} , x"
        assert with_tags("", [held, typed], []) == typed


def test_what_is_not_meant_keeps_its_form() -> None:
    assert with_tags("cafe\u0301, db", ["x"], ["db"]) == "cafe\u0301, x"
    assert with_tag_renamed("cafe\u0301, db", "db", "\u00e9t\u00e9") == "cafe\u0301, \u00e9t\u00e9"


def test_tags_are_counted_as_one_and_named_as_most_spell_them() -> None:
    each = [("caf\u00e9", "db"), ("cafe\u0301",), ("cafe\u0301", "CAFE\u0301"), ("db",), ("x",)]
    assert tag_usage(each) == [("cafe\u0301", 3), ("db", 2), ("x", 1)]


@EACH
def test_an_entry_is_found_by_its_title_in_either_form(name: str) -> None:
    composed, apart = (normalize(form, name) for form in FORMS)
    for title, typed in ((composed, apart), (apart, composed)):
        text = f"## M-2025-01-02T00:00:00Z {title} down\n\nx\n\n## M-2025-01-01T00:00:00Z other\n\nx\n"
        named = all_entries(Contents(Document.parse(text.encode()), Document.parse(b""), ""))
        for word in (f"{typed} down", f"{typed} d", typed, typed.upper(), title):
            assert resolve(word, named).entry.title == f"{title} down"
        with pytest.raises(Unknown):
            resolve(f"{typed}x", named)


def test_the_form_as_it_is_written_wins_and_two_that_are_alike_are_told() -> None:
    titles = ("caf\u00e9", "cafe\u0301")
    text = "".join(f"## M-2025-01-0{day}T00:00:00Z {title}\n\nx\n\n" for day, title in enumerate(titles, 1))
    named = all_entries(Contents(Document.parse(text.encode()), Document.parse(b""), ""))
    for title in titles:
        assert resolve(title, named).entry.title == title
    with pytest.raises(Ambiguous):
        resolve("CAF\u00c9", named)


def entry(tags: str) -> bytes:
    return f"## M-2025-01-01T00:00:00Z a\n\n- type: incident\n- tags: {tags}\n- used: 0\n\nx\n".encode()


@pytest.mark.parametrize(
    ("base", "ours", "theirs", "merged"),
    [
        pytest.param("db", "db, caf\u00e9", "db, cafe\u0301", "db, cafe\u0301", id="both added it"),
        pytest.param("db, caf\u00e9", "db, x", "cafe\u0301, db, y", "db, y, x", id="taken off, respelled"),
        pytest.param("caf\u00e9", "cafe\u0301", "caf\u00e9, x", "cafe\u0301, x", id="respelled, added to"),
        pytest.param("Redis, db", "redis, db", "Redis, db, x", "redis, db, x", id="other letters, added to"),
        pytest.param("caf\u00e9, db", "caf\u00e9, x", "cafe\u0301, db", "cafe\u0301, x", id="one added, one respelled"),
        pytest.param("a, A", "a, A, x", "a, A, y", "a, A, y, x", id="twice before"),
    ],
)
def test_tags_are_merged_as_the_same_ones(base: str, ours: str, theirs: str, merged: str) -> None:
    assert merge(entry(base), entry(ours), entry(theirs)) == entry(merged)
    swapped = merge(entry(base), entry(theirs), entry(ours))
    found = swapped.decode().partition("tags: ")[2].partition("\n")[0]
    assert sorted(found.split(", ")) == sorted(merged.split(", "))
