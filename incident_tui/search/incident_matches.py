"""Have we seen this before? The incidents that the text of an alert or a log is about."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

from incident_tui.format.model.entry import Identity
from incident_tui.format.model.located import LocatedEntry
from incident_tui.format.sanitize import one_line

if TYPE_CHECKING:
    from incident_tui.search.engine import Search

_LONGEST = 64 * 1024
"""So much of a text is looked at for how it spells words."""

_NEAR = 0.2
"""An entry whose score is a smaller share of the best one's shares a word with the text by chance."""

Located = TypeVar("Located", bound=LocatedEntry)


class MatchRequest(NamedTuple):
    """A text to match, and how many entries are wanted at most."""

    text: str | bytes
    limit: int = 10


class IncidentMatch(NamedTuple, Generic[Located]):
    """An entry that a text is about, how much of the text's known words it has (above 0, at most 1), and up to eight
    of these words, the weightiest first.
    """

    located: Located
    score: float
    words: tuple[str, ...]


def rank_incidents(search: "Search", entries: Sequence[Located], request: MatchRequest) -> list[IncidentMatch[Located]]:
    """Return the entries near to a text, the nearest first, each incident once: of a summary and its original the live
    one is named. Those that are far behind the nearest are left out. `search` is over these entries, and has indexed
    all bodies.
    """
    live = {(located.file_index, located.entry.identity): located for located in entries if not located.archived}
    matches: dict[tuple[int, Identity | str], IncidentMatch[Located]] = {}
    for match in search.match(request.text):
        located = entries[match.row]
        incident = located.file_index, located.entry.identity
        archived = located.archived and incident in live
        summarized = located.entry.state == "summarized"
        key = located.entry.identity if archived or summarized else f"{located.location} {located.id}"
        matches.setdefault(
            (located.file_index, key), IncidentMatch(live[incident] if archived else located, match.score, match.words)
        )
    best = max((match.score for match in matches.values()), default=0.0)
    nearest = [match for match in matches.values() if match.score >= _NEAR * best][: request.limit]
    if all(word.isascii() for match in nearest for word in match.words):
        return nearest
    spellings = _spellings(request.text)
    return [match._replace(words=tuple(spellings.get(word, word) for word in match.words)) for match in nearest]


def _spellings(text: str | bytes) -> dict[str, str]:
    """Return how a text spells each two characters of its runs without blanks, by what a search makes of them: a voiced
    kana is one with a mark, and has lost it there.
    """
    from incident_tui.search.index.tokenize import is_unspaced, skip_combining, words

    start = text[:_LONGEST]
    start = start if isinstance(start, str) else start.decode("utf-8", "surrogateescape")
    spellings: dict[str, str] = {}
    for form, places in words(start):
        for at in range(len(form) - 1 if is_unspaced(form) else 0):
            spelling = start[places[at] : skip_combining(start, places[at + 1] + 1)]
            spellings.setdefault(form[at : at + 2], one_line(spelling))
    return spellings
