"""An error of the kernel's at each call of a whole command: the exit code and the line say what is on disk.

Unlike the shim of the other tests this meets calls that Python makes by itself, and a `close` that closes nothing.
"""

import os
import re
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from incident_tui.format.edit.edit import Edit
from incident_tui.format.edit.operations import Archive, Operation, Pin, Tag
from incident_tui.format.model.contents import LOCATIONS
from incident_tui.format.model.located import Target
from incident_tui.storage.knowledge_base import KnowledgeBase
from incident_tui.storage.library import Library

from ..thorough import sampled
from .conftest import Tally
from .scene import GAP, entry, told

CALLS = ("openat", "close", "write", "fsync", "rename", "unlink")
ERRORS = ("EIO", "ENOSPC", "EACCES", "EROFS", "EMFILE", "ENOMEM", "ESTALE")
FILES = {
    "incidents.md": b"# Incidents\n\n" + entry("2025-05-01", "INC-5", "five") + GAP + entry("2025-04-01", "INC-4", "4"),
    "facts.md": b"# Facts\n\n" + entry("2025-03-01", "FACT-3", "three") + GAP + entry("2025-02-01", "FACT-2", "two"),
}
TAG = ("tag", "INC-4", "FACT-2", "--add", "x")
ARCHIVE = ("archive", "INC-4")

Texts = dict[str, bytes]


class Call(NamedTuple):
    """A system call of a command."""

    name: str
    number: int
    """From 1, among those of its name."""
    line: str


@cache
def why_not() -> str:
    """Why strace can't be used here; empty where it can."""
    if shutil.which("strace") is None:
        return "no strace"
    command = ["strace", "-f", "-o", os.devnull, "-e", "inject=openat:error=EIO:when=9999", "true"]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    return f"strace isn't allowed: {run.stderr.strip()[:80]}" if run.returncode else ""


class Folder:
    """Two files of one knowledge base, perhaps with hard links, and a command that changes them."""

    def __init__(self, folder: Path, hard_links: bool, command: tuple[str, ...], undo: bool) -> None:
        self.folder = folder / "scene"
        self.kb = self.folder / "kb"
        self.hard_links = hard_links
        self.command = command
        self.undo = undo

    def reset(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
        (self.folder / "names").mkdir(parents=True)
        self.kb.mkdir()
        for name, data in FILES.items():
            (self.kb / name).write_bytes(data)
            if self.hard_links:
                (self.folder / "names" / name).hardlink_to(self.kb / name)
        if self.undo:
            act: Operation = Archive() if self.command == ARCHIVE else Tag(("x",))
            self.edit(act, *(word for word in self.command if "-" in word[1:] and not word.startswith("-")))

    def edit(self, act: Operation, *refs: str) -> None:
        library = self.library()
        edits = [
            Edit(Target.of("live", found, part), act)
            for part, contents in enumerate(library.snapshot().contents)
            for found in contents.live.entries
            if found.ref in refs
        ]
        library.edit(edits)

    def library(self) -> Library:
        return Library([KnowledgeBase(self.kb / name) for name in FILES], list(FILES))

    def texts(self) -> Texts:
        found = [path for path in self.folder.rglob("*.md") if path.parent.name != "names"]
        return {str(path.relative_to(self.folder)): path.read_bytes() for path in found}

    def as_read(self) -> Texts:
        """As a reader sees them, and the next edit makes them."""
        found: Texts = {}
        for file in self.library().snapshot().files:
            for location in LOCATIONS:
                if file.path(location).exists():
                    found[str(file.path(location).relative_to(self.folder))] = file.document(location).data
        return found

    def run(self, *strace: str) -> subprocess.CompletedProcess[str]:
        words = ("undo",) if self.undo else self.command
        command = ["strace", "-f", *strace, sys.executable, "-m", "incident_tui", *words, "-f", str(self.kb)]
        env = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
        root = Path(__file__).parents[2]
        return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, cwd=root, env=env)

    def calls(self) -> list[Call]:
        """The calls of the command that are about the knowledge base, its history, or what is printed."""
        log = self.folder.parent / "log"
        assert self.run("-y", "-o", str(log), "-e", f"trace={','.join(CALLS)}").returncode == 0
        met = dict.fromkeys(CALLS, 0)
        calls = []
        for line in log.read_text().splitlines():
            if (match := re.match(r"\d+ +(\w+)\((.*)", line)) and match[1] in met:
                met[match[1]] += 1
                if str(self.folder) in line or line.partition("(")[2].startswith("1<"):
                    calls.append(Call(match[1], met[match[1]], match[2][:80]))
        return calls

    def faults(self, call: Call, error: str, old: Texts, new: Texts) -> list[str]:
        """What is wrong after a command in which a call failed."""
        self.reset()
        run = self.run("-o", os.devnull, "-e", f"inject={call.name}:error={error}:when={call.number}")
        wrong = []
        if run.returncode not in (0, 1) or (run.returncode and len(run.stderr.splitlines()) != 1):
            wrong.append("not 0, nor 1 with one line")
        if "Traceback" in run.stderr:
            wrong.append("a traceback")
        said = new if run.returncode == 0 else old
        if self.as_read() != said:
            wrong.append("the files aren't as it says")
        self.edit(Pin(), "INC-5", "FACT-3")
        pinned = {name: text.replace(b"pinned: true", b"pinned: false") for name, text in self.texts().items()}
        if pinned != said:
            wrong.append("the next run makes something else of them")
        left = [path.name for path in self.folder.rglob(".*")]
        wrong += [f"{left} are left over"] if left else []
        if self.hard_links and not all((self.kb / name).samefile(self.folder / "names" / name) for name in FILES):
            wrong.append("a hard link is lost")
        where = f"{error} at {call.name} {call.number} ({call.line})"
        return [f"{where}: {fault}: exit {run.returncode}: {run.stdout}{run.stderr}" for fault in wrong]


@pytest.mark.slow
@pytest.mark.skipif("why_not()", reason="strace can't be used here (not there, or ptrace isn't allowed)")
@pytest.mark.parametrize("undo", [False, True], ids=["", "undo"])
@pytest.mark.parametrize("command", [TAG, ARCHIVE], ids=["tag in two files", "archive"])
@pytest.mark.parametrize("hard_links", [False, True], ids=["rename", "in place"])
def test_what_a_command_says_is_what_is_on_disk_whatever_call_fails(
    room: Path, monkeypatch: pytest.MonkeyPatch, hard_links: bool, command: tuple[str, ...], undo: bool, tally: Tally
) -> None:
    """A sixth of the calls meet one of the errors each: all seven at each call would take three quarters of an hour."""
    monkeypatch.setenv("XDG_STATE_HOME", str(room / "scene" / "state"))
    folder = Folder(room, hard_links, command, undo)
    folder.reset()
    old = folder.texts()
    folder.run("-o", os.devnull)
    new = folder.texts()
    assert old != new
    folder.reset()
    calls = folder.calls()
    tries = [(call, error) for call in calls for error in ERRORS]
    faults = [folder.faults(call, error, old, new) for call, error in sampled(tries, 6 * len(ERRORS) - 1, command[0])]
    mode = "patching in place" if hard_links else "replacing by a rename"
    tally(
        f"an error by strace at each call of a command, {mode}",
        len(faults),
        sum(map(bool, faults)),
        "what the exit code and the line say is on disk, the next run keeps it, several files are one change",
    )
    wrong = [fault for found in faults for fault in found]
    assert not wrong, told(wrong)
