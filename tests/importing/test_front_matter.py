"""Front matter, key by key."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incident_tui.importing.front_matter import (
    front_matter,
    metadata_key,
    split_front_matter,
    whole_front_matter,
)


def test_values_stay_as_they_are_written() -> None:
    found = split_front_matter(
        "---\ndate: 2024-03-05\nresolved: no\nversion: 1.10\nat: 10:30\ntags: [a, b]\n---\n# Text\n"
    )
    assert found.values == {
        "date": "2024-03-05",
        "resolved": "no",
        "version": "1.10",
        "at": "10:30",
        "tags": ["a", "b"],
    }
    assert (found.text, found.rest, found.comments, found.notes) == ("# Text\n", "", "", ())


def test_a_title_with_a_colon_is_read_as_plain_text_and_said() -> None:
    found = split_front_matter("---\ntitle: Outage: the database\nseverity: high\n---\n")
    assert found.values == {"title": "Outage: the database", "severity": "high"}
    assert found.notes == ("'title' in its front matter isn't YAML: it is read as plain text",)


def test_what_is_more_than_a_line_is_kept_as_it_stands() -> None:
    block = "nested:\n  a: b\nsteps: |\n  one\n  # two\nlist:\n  - a: 1\n"
    found = split_front_matter(f"---\n{block}# why\nfolded: >\n  one\n  two\n---\n")
    assert found.values == {"folded": "one two"}
    assert (found.rest, found.comments) == (block, "# why\n")


def test_a_rule_and_some_prose_are_no_front_matter() -> None:
    text = "---\nSome prose, and\nmore of it: a lot.\n---\nText\n"
    assert split_front_matter(text) == ({}, "", "", text, (), "yaml")


def test_a_broken_block_stays_in_the_text_and_is_said() -> None:
    text = "---\nno key here\ntitle: x\n---\nText\n"
    found = split_front_matter(text)
    assert (found.text, found.notes) == (text, ("its front matter isn't YAML: it is kept in the text",))


def test_toml_is_read_and_kept_whole_where_it_has_more_than_lines() -> None:
    found = split_front_matter('+++\ntitle = "x"\ndate = 2024-03-05\ndraft = false\n+++\nText\n')
    assert (found.values, found.rest) == ({"title": "x", "date": "2024-03-05", "draft": "false"}, "")
    block = 'title = "x"\n[extra]\na = 1\n'
    assert split_front_matter(f"+++\n{block}+++\n").rest == block


@pytest.mark.parametrize(
    "text", ["", "---", "---\n", "---\n---\n", "--- x\n", "+++\n= 1\n+++\n", "---\n: x\n---\n", "---\n&a *a\n---\n"]
)
def test_odd_beginnings_lose_nothing(text: str) -> None:
    found = split_front_matter(text)
    assert found.text == text or not text.strip("-\n")


def test_keys_get_the_shape_of_the_format() -> None:
    names = ("resolvedWhen", "Resolved when", "MTTR (min)", "5xx", "日付")
    assert [metadata_key(name) for name in names] == ["resolved_when", "resolved_when", "mttr_min", "xx", ""]


@pytest.mark.slow
@given(
    st.dictionaries(
        st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True),
        st.text(st.characters(blacklist_categories=()), max_size=20) | st.lists(st.text("ab: #-'\"[]{},", max_size=6)),
        min_size=1,
    )
)
def test_what_is_written_reads_back_the_same(values: dict[str, str | list[str]]) -> None:
    assert whole_front_matter(f"{front_matter(values)}body\n") == (values, "body\n")
