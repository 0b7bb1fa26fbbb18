"""A knowledge base on disk that is put back to the same bytes before every run, and what must be true after one."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

from incident_tui.format.model.contents import Location
from incident_tui.format.model.document import Document
from incident_tui.storage.knowledge_base import KnowledgeBase

from .child import do

Files = dict[str, bytes]
"""Names below the scene's folder, and what is in them."""

LIVE, ARCHIVE = "team/incidents.md", "team/archive/incidents.md"

GAP = b"\n---\n\n"


def entry(stamp: str, ref: str, title: str, body: str = "The pool ran dry.", pinned: str = "false") -> bytes:
    text = f"## M-{stamp}T10:00:00Z {ref} {title}\n\n- type: incident\n- used: 2\n- pinned: {pinned}\n\n{body}\n"
    return text.encode()


SUMMARIZED = """**Summary**

Short.

**Key Learning**

Learned.

**Full Details**

See archive/incidents.md#M-2025-03-01T10:00:00Z"""
LONG = "**Summary**\n\n" + "\n".join(f"- [ ] step {number}: `a \\| b` & < >" for number in range(200))
BYSTANDER = entry("2025-01-01", "INC-1", "bystander")
ENTRIES = [
    entry("2025-05-01", "INC-5", "newest", pinned="true"),
    entry("2025-04-01", "INC-4", "meant", LONG),
    entry("2025-03-01", "INC-3", "short (summarized)", SUMMARIZED),
    entry("2025-02-01", "INC-2", "other"),
    BYSTANDER,
]
ARCHIVED = [entry("2025-03-01", "INC-3", "short", LONG + "\n\nThe original."), entry("2024-01-01", "OLD-1", "old")]
START: Files = {
    LIVE: b"# Incidents\n\n---\n\n" + GAP.join(ENTRIES),
    ARCHIVE: b"# Archived incidents\n\n---\n\n" + GAP.join(ARCHIVED),
}
START_WITHOUT_ARCHIVE: Files = {LIVE: START[LIVE]}


class Case(NamedTuple):
    """An edit, and what was done before it."""

    act: str
    ref: str = "INC-4"
    place: Location = "live"
    archive: bool = True
    """Whether there is an archive at the start."""
    before: Sequence[str] = ()
    """`do`, `undo`: what is done first."""

    @property
    def name(self) -> str:
        """As test ids and the table say it."""
        made = {"archive": "archive", "summarize": "summarize"}.get(self.act)
        new = ", new archive" if made and not self.archive else ""
        which = " summary" if self.ref == "INC-3" else ""
        name = f"{self.act}{which}{new}"
        return f"{('', 'undo ', 'redo ')[len(self.before)]}{name}"

    @property
    def now(self) -> str:
        """What the run does."""
        return (self.act, "undo", "redo")[len(self.before)]


_ACTS = [
    Case("pin"),
    Case("helped"),
    Case("archive"),
    Case("archive", archive=False),
    Case("archive", "INC-3"),
    Case("summarize"),
    Case("summarize", archive=False),
    Case("restore", "OLD-1", "archive"),
    Case("restore", "INC-3"),
]
CASES = [
    *_ACTS,
    *(case._replace(before=("do",)) for case in _ACTS),
    *(case._replace(before=("do", "undo")) for case in _ACTS),
]


class Scene:
    """A folder with a knowledge base in it, and the state folder of whoever edits it."""

    def __init__(self, folder: Path, hard_links: bool = False) -> None:
        self.folder = folder
        self.live = folder / LIVE
        self.archive = folder / ARCHIVE
        self.state = folder / "state"
        self.hard_links = hard_links
        self.linked: list[str] = []

    def reset(self, files: Files) -> None:
        """Make the folder hold these files and nothing else; in place is edited what has a second name."""
        for name in ("team", "state", "names"):
            shutil.rmtree(self.folder / name, ignore_errors=True)
        (self.folder / "names").mkdir(parents=True)
        self.linked = [name for name in (LIVE, ARCHIVE) if self.hard_links and name in files]
        for name, data in files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
            if name in self.linked:
                self.second_name(name).hardlink_to(path)

    def second_name(self, name: str) -> Path:
        return self.folder / "names" / name.replace("/", "-")

    def files(self) -> Files:
        """The live file and its archive, where they are there."""
        return {path: (self.folder / path).read_bytes() for path in (LIVE, ARCHIVE) if (self.folder / path).exists()}

    def everything(self) -> Files:
        """All files, the history as well."""
        found = [path for name in ("team", "state") for path in (self.folder / name).rglob("*") if path.is_file()]
        return {str(path.relative_to(self.folder)): path.read_bytes() for path in found}

    def prepare(self, case: Case) -> Files:
        """Do what comes before a case; return everything that is there then."""
        start = START if case.archive else START_WITHOUT_ARCHIVE
        self.reset(start)
        base = KnowledgeBase(self.live)
        for step in case.before:
            if step == "do":
                do(base, case.act, case.ref, case.place)
            else:
                do(base, step)
        return self.everything()

    def request(self, case: Case, **fault: Any) -> dict[str, Any]:
        """A request to make the edit of a case, under a fault."""
        return {
            "task": "edit",
            "path": str(self.live),
            "state": str(self.state),
            "act": case.now,
            "ref": case.ref,
            "place": case.place,
            "fault": fault,
        }

    def entries(self) -> set[tuple[str, str]]:
        """Which entries are in the live file or the archive, as a reader sees them."""
        snapshot = KnowledgeBase(self.live).snapshot()
        documents = [snapshot.live, snapshot.document("archive")]
        return {(entry.identity.timestamp, entry.identity.name) for held in documents for entry in held.entries}

    def leftovers(self) -> list[str]:
        """What isn't a knowledge base's file, nor a history."""
        return sorted(
            name for name in self.everything() if name.startswith(("team/.", "team/archive/.", "state/incident-tui/."))
        )

    def faults_after(self, old: Files, new: Files) -> list[str]:
        """What is wrong after a run that was to make `new` of `old`: nothing, if all is as promised.

        A new reader looks, then edits an entry that has nothing to do with it, which settles what was left.
        """
        wrong = []
        if not self.hard_links:
            wrong += [f"{name} is neither old nor new" for name in (LIVE, ARCHIVE) if not self._is(name, old, new)]
        snapshot = KnowledgeBase(self.live).snapshot()
        read: Files = {LIVE: snapshot.live.data} | ({ARCHIVE: snapshot.archive.data} if snapshot.archive else {})
        for name in (LIVE, ARCHIVE):
            if read.get(name) not in (old.get(name), new.get(name)):
                wrong.append(f"a reader sees neither the old nor the new text of {name}")
        wanted = identities(old) | identities(new)
        wrong += [f"{lost} is in neither file" for lost in sorted(wanted - self.entries())]
        do(KnowledgeBase(self.live), "pin", "INC-1")
        after = self.files()
        expected = dict(read)
        expected[LIVE] = read[LIVE].replace(BYSTANDER, BYSTANDER.replace(b"pinned: false", b"pinned: true"))
        if after != expected:
            wrong.append("an unrelated edit afterwards did more than that edit")
        wrong += [f"{name} is left over" for name in self.leftovers()]
        for name in self.linked:
            path = self.folder / name
            if path.exists() and not path.samefile(self.second_name(name)):
                wrong.append(f"{name} has lost its second name")
        return wrong

    def _is(self, name: str, old: Files, new: Files) -> bool:
        return self.files().get(name) in (old.get(name), new.get(name))


def told(wrong: Iterable[str]) -> str:
    """What is wrong, for an assertion's message."""
    return "\n".join(wrong)


def identities(files: Files) -> set[tuple[str, str]]:
    documents = [Document.parse(data) for name, data in files.items() if name in (LIVE, ARCHIVE)]
    return {(entry.identity.timestamp, entry.identity.name) for held in documents for entry in held.entries}


class Child:
    """The other process: see `child.py`."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("child.py"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        )

    def tell(self, request: dict[str, Any]) -> None:
        """Send a request, and don't wait for its answer."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()

    def answer(self) -> dict[str, Any]:
        """The next answer."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, "the other process is gone"
        answer: dict[str, Any] = json.loads(line)
        assert "traceback" not in answer, answer["traceback"]
        return answer

    def ask(self, request: dict[str, Any]) -> dict[str, Any]:
        """Send a request and return its answer."""
        self.tell(request)
        return self.answer()

    def close(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)  # its own children as well, be they stopped
        self._process.communicate()


@contextmanager
def children(number: int) -> Iterator[list[Child]]:
    """Several other processes."""
    started = [Child() for _ in range(number)]
    try:
        yield started
    finally:
        for child in started:
            child.close()
