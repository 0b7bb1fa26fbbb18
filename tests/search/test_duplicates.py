"""What may be there twice: of one key, superseded, or much alike; and that nothing else is."""

from pathlib import Path

import pytest

from incident_tui.format.model.contents import Contents
from incident_tui.format.model.document import Document
from incident_tui.format.model.located import LocatedEntry, located_entries
from incident_tui.search import duplicates
from incident_tui.search.duplicates import duplicate_pairs, near_duplicate_findings, near_pairs

from ..days import SAMPLE_DAY

SAMPLE = Path(__file__).parents[2] / "sample_data" / "incidents.md"
TEXT = "\n\n- type: incident\n- tags: {tags}\n\n**Summary**\n\n{text}\n"
LONG = (
    "The checkout service stopped answering after the nightly certificate rotation because the ingress controller kept "
    "serving the expired chain, retries doubled the load on payments, and the pager went off {when} in the morning."
)


def entries(*files: str) -> list[LocatedEntry]:
    return [
        located
        for index, text in enumerate(files)
        for located in located_entries(Document.parse(text.encode()), "live", index)
    ]


def entry(day: int, name: str, text: str = "Text.") -> str:
    return f"## M-2026-01-{day:02}T10:00:00Z {name}" + TEXT.format(tags="", text=text) + "\n"


def shown(pairs: list[duplicates.DuplicatePair[LocatedEntry]]) -> list[tuple[str, ...]]:
    """Each pair: file index and day of both, and the reason's last word."""
    places = [[f"{each.file_index}/{each.entry.timestamp[8:10]}" for each in pair[:2]] for pair in pairs]
    return [(*place, pair.reason.split()[-1]) for place, pair in zip(places, pairs, strict=True)]


def test_entries_of_one_key_are_paired_with_the_one_in_force() -> None:
    ours, theirs = entry(1, "pool") + entry(2, "else"), entry(3, "pool") + entry(5, "pool")
    assert shown(duplicate_pairs(entries(ours, theirs), ["personal", "team"])) == [
        ("0/01", "1/05", "key"),
        ("0/01", "1/03", "key"),
    ]
    assert shown(duplicate_pairs(entries(theirs))) == [("0/05", "0/03", "key")]
    nameless = "## M-2026-01-01T10:00:00Z\n\nText.\n\n## M-2026-01-02T10:00:00Z\n\nText.\n"
    assert not duplicate_pairs(entries(nameless))


def test_superseded_entries_of_the_same_layer_are_paired_with_the_one_that_says_so() -> None:
    newer = entry(4, "storm-2", "Supersedes `storm`, and supersedes\nnothing else. Supersedes `storm-2`.")
    assert shown(duplicate_pairs(entries(newer + entry(1, "storm")))) == [("0/04", "0/01", "second")]
    assert not duplicate_pairs(entries(newer, entry(1, "storm")), ["personal", "team"])
    assert len(duplicate_pairs(entries(newer, entry(1, "storm")), ["team", "team"])) == 1


def test_entries_with_nearly_the_same_words_are_paired_once() -> None:
    text = entry(1, "expired-chain", LONG.format(when="early")) + entry(2, "rotation", LONG.format(when="late"))
    text += entry(3, "short", "The checkout service stopped.") + entry(4, "brief", "The checkout service stopped.")
    assert shown(duplicate_pairs(entries(text))) == [("0/02", "0/01", "alike")]
    same_key = text.replace("rotation\n", "expired-chain\n")
    assert shown(duplicate_pairs(entries(same_key))) == [("0/02", "0/01", "key")]
    two_incidents = text.replace("rotation\n", "INC-1 rotation\n").replace("expired-chain\n", "INC-2 expired-chain\n")
    assert not duplicate_pairs(entries(two_incidents))


def test_the_sample_has_none_by_far() -> None:
    sample = located_entries(Document.parse(SAMPLE.read_bytes()))
    assert not duplicate_pairs(sample)
    assert not near_pairs(sample, duplicates.MIN_SIMILARITY / 2)


def test_a_copy_with_fewer_words_is_near_to_its_original_and_to_no_other() -> None:
    """The copy has the same title and three of four words."""
    sample = SAMPLE.read_text()
    for number, original in enumerate(entries(sample)):
        words = " ".join(word for at, word in enumerate(original.entry.body.split(" ")) if at % 4 != 3)
        text = f"{sample}\n\n## M-2026-12-01T10:00:00Z {original.entry.title}\n\n- type: note\n\n{words}\n"
        assert [pair[1:] for pair in near_pairs(entries(text))] == [(number, 25)], original.id


def test_findings_name_the_other_entry_and_its_file() -> None:
    first, second = entry(1, "expired-chain", LONG), "\n" + entry(2, "rotation", LONG)
    bases = [
        (name, Contents(Document.parse(text.encode()), None, "archive/incidents.md"))
        for name, text in (("ours", first), ("theirs", second))
    ]
    (finding,) = near_duplicate_findings(bases, SAMPLE_DAY)
    assert (finding.code, finding.severity, finding.base, finding.line) == ("near-duplicate", "note", "theirs", 2)
    assert finding.what == "rotation says nearly the same as expired-chain in line 1 of ours"
    one = [("", Contents(Document.parse((first + second).encode()), None, "archive/incidents.md"))]
    assert [finding.what[-9:] for finding in near_duplicate_findings(one, SAMPLE_DAY)] == ["in line 1"]
    twins = [("", Contents(Document.parse((first + first).encode()), None, "archive/incidents.md"))]
    assert not near_duplicate_findings(twins, SAMPLE_DAY)


def test_a_word_that_many_have_leads_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """Copies of one template aren't compared each with each."""
    compared = 0

    def similarity(*_: object) -> float:
        nonlocal compared
        compared += 1
        return 0.0

    monkeypatch.setattr(duplicates, "_similarity", similarity)
    for copies in (duplicates.MAX_HOLDERS, duplicates.MAX_HOLDERS + 1):
        before = compared
        near_pairs(entries("".join(entry(1, f"copy-{number}", LONG) for number in range(copies))))
        assert (compared > before) == (copies == duplicates.MAX_HOLDERS)
