"""A whole retro, by keys and by commands: both leave the same files, and nothing in them but what was meant."""

import re
import shutil
from pathlib import Path

import pytest

from incident_tui.cli import main

from .conftest import PROJECT, Editor, Opened
from .reader import Reader
from .test_marking import changed
from .test_writing import fills

pytestmark = pytest.mark.sample_day

PINNED = ("INC-2187", "INC-2180", "INC-2174")
WRITES = "path.write_bytes(text.replace(b'**Summary**\\n', b'**Summary**\\n\\nThe disk was full.\\n', 1))"


async def finds(reader: Reader, words: str, name: str) -> None:
    await reader.press("escape", "slash")
    await reader.types(words)
    await reader.press("enter")
    assert name in reader.current


async def by_keys(reader: Reader) -> None:
    for words, name in zip(("exhuasted pool", "poison mail", "wildcard cert"), PINNED, strict=True):
        await finds(reader, words, name)
        await reader.press("space")
    await reader.press("p")
    await reader.press("escape", "I")
    await reader.sees("open items in")
    await reader.press("x", "j", "x", "escape")
    await finds(reader, "redis split", "INC-2168")
    await reader.press("plus")
    await finds(reader, "cdn basket", "INC-2140")
    await reader.press("t")
    await reader.types("retro-2026")
    await reader.press("enter", "ctrl+s")
    await reader.press("escape")
    await fills(reader, "full-disk", "INC-3000", "disk")
    await finds(reader, "bgp leak", "INC-2155")
    await reader.press("s")
    await reader.sees("Key Learning")
    await reader.press("ctrl+s")
    for words, name in (("coredns", "INC-2067"), ("valentine", "INC-2088")):
        await finds(reader, words, name)
        await reader.press("space")
    await reader.press("a", "u")
    assert reader.notice.startswith("undone: archived INC-2088")
    await reader.press("q")


def by_commands(path: Path) -> None:
    for command in (
        ["pin", *PINNED],
        ["done", "INC-1998", "3"],
        ["done", "alert-diet", "2"],
        ["helped", "INC-2168"],
        ["tag", "INC-2140", "--add", "retro-2026"],
        ["new", "--title", "full-disk", "--ref", "INC-3000", "--tag", "disk", "--editor"],
        ["summarize", "INC-2155"],
        ["archive", "INC-2067", "INC-2088"],
        ["undo"],
    ):
        assert main([*command, "-f", str(path)]) == 0


def timeless(data: bytes) -> bytes:
    """A file without the moment at which the new entry was made."""
    return re.sub(rb"## M-\S+ INC-3000", b"## M-now INC-3000", data)


@pytest.mark.slow
@pytest.mark.usefixtures("given_away")
async def test_a_retro_by_keys_and_by_commands_leaves_the_same_files(
    knowledge_base: Path,
    opened: Opened,
    set_editor: Editor,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    set_editor(WRITES)
    before = knowledge_base.read_bytes()
    async with opened(knowledge_base, size=(100, 30)) as reader:
        await by_keys(reader)
    other = tmp_path / "by-commands"
    shutil.copytree(PROJECT / "sample_data", other)
    by_commands(other / "incidents.md")
    for name in ("incidents.md", "archive/incidents.md"):
        assert timeless((knowledge_base.parent / name).read_bytes()) == timeless((other / name).read_bytes())
    lines = changed(before, knowledge_base)
    start = next(at for at, line in enumerate(lines) if "INC-2155" in line)
    assert [line for line in lines[:start] if line not in ("-- pinned: false", "+- pinned: true")][-4:] == [
        "-- used: 4",
        "-- last_used: 2026-11-05",
        "+- used: 5",
        "+- last_used: 2026-11-24",
    ]
    assert lines.count("+- pinned: true") == len(PINNED)
    assert sum(line.startswith("+- [x] ") for line in lines) == 2
    assert sum(line.endswith(", retro-2026") for line in lines) == 1
