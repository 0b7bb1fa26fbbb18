"""Twenty clones of one base, a thousand edits, merged in pairs through git until all agree."""

import random
import shutil
import subprocess
import sys
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest

from incident_tui.cli.commands.git_setup import SETTINGS
from incident_tui.format.edit.edit import Edit, create_edit
from incident_tui.format.edit.operations import Archive, Helped, Operation, Pin, Summarize, Tag
from incident_tui.format.model.document import Document
from incident_tui.format.model.located import Target
from incident_tui.storage.knowledge_base import KnowledgeBase

from ..thorough import ALL
from .conftest import Git
from .scenarios import entry, file

CLONES = 20
EDITS = 1000 if ALL else 400
BY_COMMAND = EDITS // 10
CROSSED = 12
SHARED = 30
"""Entries that everyone edits. Each clone has one more that only it archives or summarizes."""


def base_file() -> bytes:
    """Newest first: the entries that are shared, and those that belong to one clone each."""
    shared = [entry(1 + n % 28, f"INC-{n}", last_used="2025-01-01") for n in range(SHARED)]
    owned = [entry(1 + n % 28, f"OWN-{n}", body=f"It broke {n} times.\n\n**Learnings**\n\n- x") for n in range(CLONES)]
    return file(*sorted([*shared, *owned], reverse=True))


class Person:
    """Someone with a clone, who edits at random."""

    def __init__(self, folder: Path, number: int, rng: random.Random, helped: Counter[str]) -> None:
        self.file = folder / "incidents.md"
        self.base = KnowledgeBase(self.file)
        self.number = number
        self.rng = rng
        self.helped = helped
        self.made = 0

    def edits(self, by_command: bool) -> None:
        ref = f"INC-{self.rng.randrange(SHARED)}"
        kind = self.rng.choices(["helped", "pin", "tag", "new", "move"], [60, 10, 15, 10, 5])[0]
        if by_command or kind == "helped":
            self.helped[ref] += 1
            if by_command:
                command = [sys.executable, "-m", "incident_tui", "helped", ref, "-f", str(self.file)]
                subprocess.run(command, check=True, capture_output=True)
            else:
                self._do(ref, Helped(date(2025, 4, 1) + timedelta(self.rng.randrange(90))))
        elif kind == "pin":
            self._do(ref, Pin())
        elif kind == "tag":
            self._do(
                ref, Tag(add=(f"tag-{self.rng.randrange(12)}",), remove=("db",) if self.rng.random() < 0.2 else ())
            )
        elif kind == "new":
            self.made += 1
            raw = entry(self.made % 28 + 1, f"NEW-{self.number}{self.made:02}")  # no two at the same time in one clone
            self.base.edit([create_edit(raw.replace(b"2025-03", b"2025-06" if self.made < 28 else b"2025-07"))])
        else:
            moves: list[Operation] = [Archive(force=True), Summarize("Short.", "Learn.")]
            self._do(f"OWN-{self.number}", self.rng.choice(moves))

    def _do(self, ref: str, act: Operation) -> None:
        found = [held for held in self.base.snapshot().live.entries if held.ref == ref]
        if found and not (isinstance(act, Summarize) and found[0].state == "summarized"):
            self.base.edit([Edit(Target("live", found[0].identity, found[0].raw), act)])


def until_all_agree(git: Git, folders: list[Path], rng: random.Random) -> None:
    """Merge in pairs, in random order, until all clones are at the same commit.

    At first any two merge, which crosses their histories; then only those that nobody has merged yet.
    """
    for _ in range(CROSSED):
        one, other = rng.sample(folders, 2)
        merge(git, one, other)
        merge(git, other, one)
    left = list(folders)
    while len(left) > 1:
        one, other = rng.sample(left, 2)
        merge(git, one, other)
        left.remove(other)
    for folder in folders:
        merge(git, folder, left[0])


def merge(git: Git, into: Path, other: Path) -> None:
    git(into, "fetch", "-q", str(other), "main")
    done = git(into, "merge", "-q", "--no-edit", "FETCH_HEAD", check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2] if ALL else [1])
def test_all_clones_agree_every_counter_is_the_sum_and_no_entry_is_lost(seed: int, git: Git, tmp_path: Path) -> None:
    rng = random.Random(seed)
    origin = tmp_path / "origin"
    origin.mkdir()
    git(origin, "init", "-q", "-b", "main")
    (origin / "incidents.md").write_bytes(base_file())
    (origin / "archive").mkdir()
    (origin / "archive" / "incidents.md").write_bytes(file(entry(1, "OLD-1")))
    (origin / ".gitattributes").write_text(
        "/incidents.md merge=incident-tui\n/archive/incidents.md merge=incident-tui\n"
    )
    git(origin, "add", ".")
    git(origin, "commit", "-q", "-m", "base")
    folders = [tmp_path / f"clone-{number}" for number in range(CLONES)]
    helped: Counter[str] = Counter()
    people = []
    for number, folder in enumerate(folders):
        git(tmp_path, "clone", "-q", str(origin), folder.name)
        for key, value in SETTINGS.items():
            git(folder, "config", key, value)
        people.append(Person(folder, number, rng, helped))
    commands = set(rng.sample(range(EDITS), BY_COMMAND))
    for number in range(EDITS):
        rng.choice(people).edits(number in commands)
    for folder in folders:
        git(folder, "commit", "-q", "-a", "--allow-empty", "-m", folder.name)
    shutil.copytree(tmp_path, again := tmp_path.parent / f"{tmp_path.name}-again")

    until_all_agree(git, folders, random.Random(seed + 100))
    until_all_agree(git, [again / folder.name for folder in folders], random.Random(seed + 200))

    for name in ("incidents.md", "archive/incidents.md"):
        text = (folders[0] / name).read_bytes()
        assert {(folder / name).read_bytes() for folder in folders} == {text}
        assert (again / folders[0].name / name).read_bytes() == text, "another order of merging, another file"
    live = Document.parse((folders[0] / "incidents.md").read_bytes()).entries
    archived = Document.parse((folders[0] / "archive" / "incidents.md").read_bytes()).entries
    assert {each.ref: each.used for each in live if each.ref in helped} == helped
    wanted = Counter([f"INC-{n}" for n in range(SHARED)] + [f"OWN-{n}" for n in range(CLONES)] + ["OLD-1"])
    wanted += Counter(f"NEW-{person.number}{made:02}" for person in people for made in range(1, person.made + 1))
    found = Counter(each.ref for each in (*live, *archived) if each.state == "full")
    assert found == wanted
