"""The words of bodies: indexed an entry at a time, and looked up by what a person types.

A body is its *document*: a number that it keeps as long as it isn't altered, so that an edit elsewhere costs
nothing here. Of every word two posting lists are kept: the documents that hold it in one of the sections that say
what happened (a summary, a root cause, learnings), and those that hold it elsewhere. Runs of unspaced scripts are
indexed as `pairs` of neighbours. The bytes are decoded one body at a time and not kept.
"""

import re
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import NamedTuple, Union

from rapidfuzz import process
from rapidfuzz.distance import OSA

from incident_tui.format.read.titles import KEY_SECTION, title_text, titles
from incident_tui.search.index.fuzzy import (
    BEGUN,
    BRIEF,
    EXACT,
    fuzzy_score,
    prefix_score,
    substring_score,
    typos_allowed,
)
from incident_tui.search.index.tokenize import TO_WORDS, forms, is_korean, is_unspaced, pairs
from incident_tui.search.terms import LETTERS, Acronym

_MOST = 16_000
"""So many documents are collected from unfinished and misspelt words of one term: an unfinished word begins
half of all text, and there is no use in listing that.
"""

_MOST_WORDS = 3_000
"""So many words are looked at that hold a term."""

_SHORTEST = 3
"""A term of fewer characters finds only itself."""

_SHORTEST_NUMBER = 4
"""So does a number of fewer digits: a status or a port begins far too many others."""

Posting = Sequence[int]
"""Documents, ascending."""

_Held = Union[None, int, "array[int]"]


class WordMatch(NamedTuple):
    """A word of the bodies that is like a term."""

    word: str
    likeness: float
    telling: Posting
    """The documents that hold it where they say what happened."""
    elsewhere: Posting


class BodyIndex:
    """An index that grows. `version` tells when it did."""

    def __init__(self) -> None:
        self.version = 1
        self.lengths: array[int] = array("I")
        """How many different words each document has."""
        self._checksums: array[int] = array("q")
        self._once: dict[str, int] = {}
        """The words that one document holds: that, or its complement where it is in a telling section. Most words
        are such, ids above all."""
        self._places: dict[str, int] = {}
        """The others, with their place in the two lists of postings."""
        self._words: list[str] = []
        """All words but ids."""
        self._telling: list[_Held] = []
        self._elsewhere: list[_Held] = []
        self._ids: defaultdict[str, list[str]] = defaultdict(list)
        """The ids, by their first `_SHORTEST` characters."""
        self._shapes: defaultdict[str, defaultdict[int, list[str]]] = defaultdict(lambda: defaultdict(list))
        self._titles: list[tuple[str, ...]] = []
        self._same_titles: dict[tuple[bytes, ...], tuple[str, ...]] = {}
        self._text = ("\n", 0)
        """The words joined by line feeds, and how many they are."""
        self._matches: dict[tuple[str | Acronym, bool, bool], list[WordMatch]] = {}

    def __len__(self) -> int:
        return len(self.lengths)

    def add(self, body: bytes) -> int:
        """Index a body (what follows an entry's metadata), and return its document."""
        document = len(self.lengths)
        body_sections = sections(body)
        every = distinct(body)
        telling = set[str]()
        for title, start, end in body_sections:
            if KEY_SECTION.search(title):
                telling |= distinct(body[start:end])
        self._add(telling, self._telling, document)
        self._add(every - telling, self._elsewhere, document)
        self._checksums.append(hash(body))
        raw_titles = tuple(title for title, _, _ in body_sections)
        same = self._same_titles.get(raw_titles)
        if same is None:
            same = self._same_titles[raw_titles] = tuple(dict.fromkeys(map(shown_title, raw_titles)))
        self._titles.append(same)
        self.lengths.append(len(every))
        self.version += 1
        self._matches.clear()
        return document

    def is_same(self, document: int, body: bytes) -> bool:
        """Whether a document was this body."""
        return self._checksums[document] == hash(body)

    def titles(self, document: int) -> tuple[str, ...]:
        """Return the titles of a document's sections, each once."""
        return self._titles[document]

    def posting(self, word: str) -> tuple[Posting, Posting]:
        """Return the documents that hold exactly this word, where they say what happened and elsewhere."""
        word = word[:LETTERS]
        once = self._once.get(word)
        if once is not None:
            return ((), (once,)) if once >= 0 else ((~once,), ())
        position = self._places.get(word)
        return (
            ((), ()) if position is None else (_posting(self._telling[position]), _posting(self._elsewhere[position]))
        )

    def holding(self, form: str) -> tuple[Posting, Posting]:
        """Return the same for a word that may stand inside a longer one, where its script is unspaced or Korean.

        Of more than two characters of an unspaced script each two neighbours are held, maybe not all together.
        """
        if is_unspaced(form) and len(form) > 1:
            return self._holding_all(pairs(form))
        if is_unspaced(form) or is_korean(form):
            return self._containing(form)
        return self.posting(form)

    def matches(self, term: str | Acronym, typos: bool, strict: bool = False) -> list[WordMatch]:
        """Return the words that are like a term, the likest first.

        Words with typos are among them only if `typos` says so. Numbers are
        found as typed, or by their beginnings; so is any term where that is `strict`.
        """
        key = (term, typos, strict)
        if key not in self._matches:
            if len(self._matches) > 64:
                self._matches.clear()
            self._matches[key] = self._found(str(term), typos, BEGUN if isinstance(term, Acronym) else None, strict)
        return self._matches[key]

    def _holding_all(self, words: Sequence[str]) -> tuple[Posting, Posting]:
        postings = sorted(map(self.posting, dict.fromkeys(words)), key=lambda both: len(both[0]) + len(both[1]))
        every, telling = ({*postings[0][0], *postings[0][1]}, set(postings[0][0]))
        for both in postings[1:]:
            every = every.intersection(both[0]) | every.intersection(both[1])
            telling.intersection_update(both[0])
        return sorted(telling), sorted(every - telling)

    def _containing(self, piece: str, most: int | None = None) -> tuple[Posting, Posting]:
        """Return the documents with a word that holds this piece of one; of very many words not all, if `most` says
        how many documents are enough.
        """
        telling, elsewhere = set[int](), set[int]()
        joined = self._joined()
        at = joined.find(piece)
        while at >= 0 and (most is None or len(telling) + len(elsewhere) < most):
            end = joined.find("\n", at)
            posting = self.posting(joined[joined.rfind("\n", 0, at) + 1 : end])
            telling.update(posting[0])
            elsewhere.update(posting[1])
            at = joined.find(piece, end)
        return sorted(telling), sorted(elsewhere - telling)

    def _unspaced(self, term: str, typos: bool) -> Iterator[WordMatch]:
        """Yield what holds a term of an unspaced script; if `typos` says so and nothing does, what holds at least two
        of its pairs and half of them.
        """
        telling, elsewhere = self.holding(term) if len(term) > 1 else self._containing(term, _MOST)
        if telling or elsewhere:
            yield WordMatch(term, BRIEF, telling, elsewhere)
        elif typos:
            every = dict.fromkeys(pairs(term))
            counts = Counter(document for pair in every for posting in self.posting(pair) for document in posting)
            for count in range(len(every) - 1, max(1, (len(every) - 1) // 2), -1):
                some = sorted(document for document, held in counts.items() if held == count)
                if some:
                    yield WordMatch(term, BRIEF * count / len(every), (), some)

    def _found(self, term: str, typos: bool, begun: float | None, strict: bool) -> list[WordMatch]:
        """`begun` is how like a word is that begins with the term, if that is not to be worked out."""
        if is_unspaced(term):
            return list(self._unspaced(term, typos))
        telling, elsewhere = self.posting(term)
        found = [WordMatch(term, EXACT, telling, elsewhere)] if telling or elsewhere else []
        if len(term) < (_SHORTEST_NUMBER if term.isdigit() else _SHORTEST):
            return found
        others = dict(self._beginning_ids(term))
        if not term.isdigit():
            others.update(self._holding(term))
        if strict:
            others = {word: begun or others[word] for word in others if word.startswith((term, f"0x{term}"))}
        elif typos and not term.isdigit():
            for word in self._misspelt(term):
                likeness = fuzzy_score(term, word, self._commonness(word))
                if likeness:
                    others.setdefault(word, likeness)
        others.pop(term, None)
        room = _MOST
        for word, likeness in sorted(others.items(), key=lambda item: (-item[1], item[0])):
            telling, elsewhere = self.posting(word)
            room -= len(telling) + len(elsewhere)
            if room < 0:
                break
            found.append(WordMatch(word, likeness, telling, elsewhere))
        return found

    def _holding(self, term: str) -> Iterator[tuple[str, float]]:
        """Yield the words that begin with the term, or hold it if it has 4 letters (not all, if they are many)."""
        piece = term if len(term) > 3 else f"\n{term}"
        joined = self._joined()
        at = joined.find(piece)
        for _ in range(_MOST_WORDS):
            if at < 0:
                break
            start = joined.rfind("\n", 0, at + 1) + 1
            end = joined.find("\n", at + 1)
            word = joined[start:end]
            if word.startswith(term):
                yield word, prefix_score(term, word, self._commonness(word))
            elif len(word) <= 3 * len(term) or is_korean(term):
                yield word, substring_score(term, word, self._commonness(word))
            at = joined.find(piece, end)

    def _beginning_ids(self, term: str) -> Iterator[tuple[str, float]]:
        """Yield the ids that begin with the term, `0x` left out or not (not all, if they are many)."""
        ids = self._ids.get(_digits_of(term)[:_SHORTEST], ())
        begins = (term, f"0x{term}")
        for word in islice((word for word in ids if word.startswith(begins)), _MOST_WORDS):
            likeness = prefix_score if word.startswith(term) else substring_score
            yield word, likeness(term, word, self._commonness(word))

    def _commonness(self, word: str) -> float:
        """Return how common the word is: 1 for one that all documents hold, a step less for each halving."""
        telling, elsewhere = self.posting(word)
        return (len(telling) + len(elsewhere)).bit_length() / len(self).bit_length()

    def _joined(self) -> str:
        """All words that may be meant by parts of them, each after a line feed, and one at the end."""
        text, count = self._text
        if count < len(self._words):
            text = "".join([text, *(f"{word}\n" for word in self._words[count:])])
            self._text = (text, len(self._words))
        return text

    def _misspelt(self, term: str) -> Iterator[str]:
        """Yield words that may be the term with typos, or whose vowels it leaves out.

        A slip at the first letter is looked for only where it is the only one.
        """
        size, allowed = len(term), typos_allowed(term)
        shape: Mapping[int, list[str]] = self._shapes.get(term[0], {})
        for length, held in list(shape.items()):
            if abs(length - size) <= allowed:
                alike = process.extract(term, held, scorer=OSA.distance, score_cutoff=allowed, limit=None)
                yield from (word for word, _, _ in alike)
            if size < length <= 2 * size + 2 and not _VOWEL.search(term, 1):
                yield from (word for word in held if word[0] + _VOWEL.sub("", word[1:]) == term)
        swapped = term[1] + term[0] + term[2:]
        for word in (swapped, term[1:], *(letter + rest for letter in self._shapes for rest in (term, term[1:]))):
            if word in self._once or word in self._places:
                yield word

    def _add(self, words: set[str], postings: "list[_Held]", document: int) -> None:
        place_of = self._places.get
        for word in words:
            position = place_of(word)
            known = None if position is None else postings[position]
            if isinstance(known, array):
                known.append(document)
            elif position is None:
                self._add_rare(word, postings, document)
            else:
                postings[position] = document if known is None else array("I", (known, document))

    def _add_rare(self, word: str, postings: "list[_Held]", document: int) -> None:
        once = self._once.pop(word, None)
        if once is None:
            self._once[word] = ~document if postings is self._telling else document
            if _is_id(word):
                self._ids[_digits_of(word)[:_SHORTEST]].append(word)
            else:
                self._words.append(word)
                if not is_unspaced(word):
                    self._shapes[word[0]][len(word)].append(word)
            return
        position = self._places[word] = len(self._telling)
        self._telling.append(None if once >= 0 else ~once)
        self._elsewhere.append(once if once >= 0 else None)
        known = postings[position]
        postings[position] = document if known is None else array("I", (once if once >= 0 else ~once, document))


_VOWEL = re.compile("[aeiou]")
_DIGIT = re.compile("[0-9]")


def _is_id(word: str) -> bool:
    """Whether a word names one thing, as a hash or a number does: it is found whole, or by its beginning."""
    return (len(word) > 32 and not is_korean(word)) or len(_DIGIT.findall(word)) > 2


def _digits_of(word: str) -> str:
    return word.removeprefix("0x")


def distinct(text: bytes) -> set[str]:
    """Return the different words of a text, as `words.forms` gives them, long ones cut, runs in `pairs`."""
    spaced = text.translate(TO_WORDS)
    words = set(spaced.decode("utf-8", "surrogateescape").split())
    if not spaced.isascii():
        for piece in [piece for piece in words if not piece.isascii()]:
            words.discard(piece)
            for form in forms(piece):
                words.update(pairs(form) if is_unspaced(form) else (form,))
    return {word[:LETTERS] for word in words} if max(map(len, words), default=0) > LETTERS else words


def tokens(text: bytes) -> Iterator[str]:
    """Yield the words of a text, as `words.forms` gives them, in its order, long ones cut, runs in `pairs`."""
    for piece in text.translate(TO_WORDS).decode("utf-8", "surrogateescape").split():
        if piece.isascii():
            yield piece[:LETTERS]
        else:
            for form in forms(piece):
                yield from pairs(form) if is_unspaced(form) else (form[:LETTERS],)


def _posting(documents: "_Held") -> Posting:
    return () if documents is None else (documents,) if isinstance(documents, int) else documents


def sections(body: bytes) -> list[tuple[bytes, int, int]]:
    """Return the title of each section of a body, and where its text starts and ends."""
    body_titles = titles(body, 0, len(body))
    ends = [title.start for title in body_titles[1:]] + [len(body)]
    return [(title.text, title.end, end) for title, end in zip(body_titles, ends, strict=False)]


def shown_title(title: bytes) -> str:
    """Return a section's title as text that can be written anywhere."""
    return title_text(title, "replace")
