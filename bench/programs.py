"""What is started, and on what: a knowledge base on disk, and programs with an environment that holds nothing of the
caller's.
"""

import gc
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from bench.data import bodies, document, records
from bench.search_quality import clean, queries, transposition
from tests.pty.terminal import Terminal

BACKSPACE = b"\x7f"

PATIENCE = 300.0
"""Seconds to wait for something: so much is indexed at first."""


class Made(NamedTuple):
    """A knowledge base on disk."""

    path: Path
    refs: list[str]
    """The references of the entries, in file order."""
    first: str
    """The reference of the entry that the browser lists first."""
    searches: list[list[bytes]]
    """The keys of two searches, typed and taken back: two words of an entry each, in one search with a typo."""

    @property
    def home(self) -> Path:
        """Where programs find the settings and keep the state of a user who has none yet."""
        return self.path.parent / "home"


@contextmanager
def knowledge_base(words: Sequence[str], count: int, seed: int, length: int) -> Iterator[Made]:
    """Hold a file of so many entries, with bodies of about so many words, and one emoji."""
    with tempfile.TemporaryDirectory() as folder:
        made = records(words, count, seed)
        path = Path(folder) / "incidents.md"
        path.write_bytes(document(made, bodies(words, count, seed, length), emoji=True))
        refs = [record.ref for record in made]
        first = max(made, key=lambda record: (record.pinned, record.timestamp)).ref
        typed = [query for kind in (clean, transposition) for query, _ in queries(made, kind, 1, seed)]
        del made
        gc.collect()  # not while the time of a key is taken
        searches = [[*(key.encode() for key in query), *[BACKSPACE] * len(query)] for query in typed]
        yield Made(path, refs, first, searches)


def environment(home: str | Path) -> dict[str, str]:
    """What a program is told: so it compiles what it imports, and keeps that, whatever the caller's own does."""
    return {"PATH": os.environ["PATH"], "HOME": str(home), "TERM": "xterm-256color", "LANG": "C.UTF-8"}


def floor(program: str) -> Terminal:
    return _python("-c", program, home=tempfile.gettempdir())


def browser(made: Made) -> Terminal:
    return _python("-m", "incident_tui", str(made.path), home=made.home)


def _python(*arguments: str, home: str | Path) -> Terminal:
    return Terminal(sys.executable, *arguments, environment=environment(home), patience=PATIENCE)
