"""The ways to the words that are like a term pass none over."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from incident_tui.search.index.fuzzy import fuzzy_score, holds
from incident_tui.search.index.vocabulary import Vocabulary

letters = st.text("abeiz", min_size=1, max_size=11)


@pytest.mark.slow
@given(letters, st.sets(letters, max_size=30))
@example("bcdefghx", {"abcdzefgh"})  # a letter left out, one too few, one wrong
@example("acbdeghi", {"abcdeghif"})
@example("bcdfehgi", {"zbcdefhgi"})
@example("zbadefghj", {"zbcadefgh"})
def test_comparing_with_every_word_finds_no_more(term: str, words: set[str]) -> None:
    vocabulary = Vocabulary({word: [0] for word in words})
    matches = {vocabulary.words[place] for place in vocabulary.matches(term)}
    assert matches >= {word for word in words if holds(term, word) or fuzzy_score(term, word, 1.0)}


def test_a_term_with_two_typos_is_found_wherever_they_are() -> None:
    word = "terminated"
    vocabulary = Vocabulary({word: [0]})
    once = {word[:at] + word[at + 1 :] for at in range(len(word))}
    once |= {word[:at] + "x" + word[at:] for at in range(len(word) + 1)}
    once |= {word[:at] + "x" + word[at + 1 :] for at in range(len(word))}
    once |= {word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in range(len(word) - 1)}
    twice = {typed[:at] + "y" + typed[at + 1 :] for typed in once for at in range(len(typed))}
    twice |= {typed[:at] + typed[at + 1 :] for typed in once for at in range(len(typed))}
    assert [typed for typed in twice if len(typed) >= 8 and not vocabulary.matches(typed)] == []


def test_of_two_words_equally_like_a_typo_the_commoner_is_more_likely_meant() -> None:
    vocabulary = Vocabulary({"model": [0], "motel": [0, 1, 2, 3]})
    likeness = vocabulary.matches("mobel")
    assert likeness[vocabulary.words.index("motel")] > likeness[vocabulary.words.index("model")] > 0
