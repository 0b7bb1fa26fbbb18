"""Live entries that may be there twice: of one key, superseded by another one, or with nearly the same words."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from math import log
from typing import Generic, Literal, NamedTuple, TypeVar

from incident_tui.format.check.checked_file import CheckedFile
from incident_tui.format.check.finding import Finding
from incident_tui.format.model.contents import Contents
from incident_tui.format.model.entry import STALE_DAYS
from incident_tui.format.model.located import LocatedEntry
from incident_tui.format.model.overrides import heading_key, overrides
from incident_tui.format.read.references import superseded_keys
from incident_tui.format.read.resolve import entries_in
from incident_tui.format.sanitize import one_line
from incident_tui.search.entry_table import EntryTable
from incident_tui.search.similar import entry_terms

Reason = Literal["the same key", "the first one supersedes the second", "much alike"]

FINDINGS = ("same-heading", "two-files", "older-duplicate", "superseded", "near-duplicate")
"""The codes of the findings that are about such a pair."""

MIN_SIMILARITY = 0.5
"""From this similarity on two entries are near-duplicates. Of the incidents of real teams those that weren't written by
copying one another come to 0.27 at most.
"""

MIN_WORDS = 20
"""An entry of fewer words says too little: a template's own words are half of it."""

MAX_HOLDERS = 50
"""A word that more entries have doesn't lead from one to its near-duplicate."""

Located = TypeVar("Located", bound=LocatedEntry)


class DuplicatePair(NamedTuple, Generic[Located]):
    """Two live entries of which one may be enough: the one in force, superseding or newer first."""

    first: Located
    second: Located
    reason: Reason


class NearPair(NamedTuple):
    """Two near-duplicates: their similarity, and their numbers, the smaller first."""

    similarity: float
    first: int
    second: int


def duplicate_pairs(entries: Sequence[Located], layers: Sequence[str] = ()) -> list[DuplicatePair[Located]]:
    """Return the pairs among live entries, each once: those of one key, superseded ones, the most alike.

    `layers` has the layer of each file; none if they are of none. An entry supersedes those of its own layer.
    """
    overridden = overrides(entries, layers)
    newest_first = sorted(entries, key=lambda located: located.entry.instant, reverse=True)
    newest_first.sort(key=lambda located: (located.file_index, located in overridden))
    by_key: dict[bytes, list[Located]] = {}
    for located in newest_first:
        by_key.setdefault(heading_key(located.entry), []).append(located)
    pairs: list[DuplicatePair[Located]] = []
    for key, alike in by_key.items():
        first = next((each for each in alike if each not in overridden), alike[0])
        if key:
            pairs += [DuplicatePair(first, other, "the same key") for other in alike if other is not first]
    for located in newest_first:
        for key in superseded_keys(located.entry.raw):
            pairs += [
                DuplicatePair(located, other, "the first one supersedes the second")
                for other in by_key.get(key, ())
                if not layers or layers[other.file_index] == layers[located.file_index]
            ]
    pairs += [
        DuplicatePair(newest_first[near.first], newest_first[near.second], "much alike")
        for near in near_pairs(newest_first)
    ]
    once: dict[frozenset[Located], DuplicatePair[Located]] = {}
    for pair in pairs:
        if heading_key(pair.first.entry) != heading_key(pair.second.entry) or pair.reason == "the same key":
            once.setdefault(frozenset(pair[:2]), pair)
    return list(once.values())


def near_duplicate_findings(bases: Sequence[tuple[str, Contents]], today: date) -> list[Finding]:
    """Return a note for each near-duplicate of knowledge bases, each with its name, at the later of the two.

    Entries of one heading are left to other findings.
    """
    entries = entries_in("live", *(contents for _, contents in bases))
    files = [CheckedFile(contents, "live", today) for _, contents in bases]
    findings = []
    for near in near_pairs(entries):
        first, second = entries[near.first], entries[near.second]
        if first.entry.identity == second.entry.identity:
            continue
        line = f"line {files[first.file_index].line(first.entry.start)}"
        if first.file_index != second.file_index:
            line += f" of {one_line(bases[first.file_index][0])}"
        problem = f"{second.entry.label} says nearly the same as {first.entry.label} in {line}"
        advice = "put them together, or keep one: the browser's review of duplicates shows both"
        finding = files[second.file_index].finding("near-duplicate", "note", second.entry.start, problem, advice)
        findings.append(finding._replace(base=bases[second.file_index][0]))
    return findings


def near_pairs(entries: Sequence[LocatedEntry], least: float = MIN_SIMILARITY) -> list[NearPair]:
    """Return the near-duplicates among entries, the most alike first. Two references are two incidents.

    The similarity of two entries is the weight of the words that both have, of the weight of all words of the two: 1
    where they have the same words. A word weighs by its rarity and by where it stands.
    """
    table = EntryTable(entries, STALE_DAYS)
    terms = [entry_terms(table[number], table.body(number)) for number in range(len(entries))]
    holders = Counter(word for words in terms for word in words)
    # The other entry of a pair doesn't make a word a common one.
    rarity = {word: log((len(entries) + 1) / (max(1, count - 1) + 0.5)) for word, count in holders.items()}
    weights = [{word: weight * rarity[word] for word, weight in words.items()} for words in terms]
    by_word: defaultdict[str, list[int]] = defaultdict(list)
    pairs = []
    for number, own in enumerate(weights):
        if len(own) < MIN_WORDS:
            continue
        words = [word for word in _telling_words(own, rarity, least) if 1 < holders[word] <= MAX_HOLDERS]
        for other in {other for word in words for other in by_word[word]}:
            refs = table[number].ref, table[other].ref
            similarity = _similarity(own, weights[other]) if "" in refs or refs[0] == refs[1] else 0.0
            if similarity >= least:
                pairs.append(NearPair(similarity, other, number))
        for word in words:
            by_word[word].append(number)
    return sorted(pairs, key=lambda pair: (-pair.similarity, pair[1:]))


def _telling_words(weights: Mapping[str, float], rarity: Mapping[str, float], least: float) -> Iterable[str]:
    """Return an entry's rarest words, of which each of its near-duplicates has at least one: without them too little
    is left to be shared.
    """
    remaining = sum(weights.values())
    least_weight = least * remaining
    for word in sorted(weights, key=lambda word: (-rarity[word], word)):
        if remaining < least_weight:
            break
        yield word
        remaining -= weights[word]


def _similarity(own: Mapping[str, float], other: Mapping[str, float]) -> float:
    shared = sum(min(weight, other[word]) for word, weight in own.items() if word in other)
    return shared / (sum(own.values()) + sum(other.values()) - shared)
