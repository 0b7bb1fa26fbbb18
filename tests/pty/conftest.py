"""The browser on a pseudo-terminal of 80×24, with a knowledge base that is always the same."""

import random
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from .terminal import Terminal

WORDS = [
    "api",
    "auth",
    "backup",
    "broker",
    "cache",
    "checkout",
    "cluster",
    "connection",
    "consumer",
    "database",
    "deploy",
    "disk",
    "dns",
    "failover",
    "gateway",
    "index",
    "invoice",
    "kafka",
    "latency",
    "lock",
    "memory",
    "metrics",
    "network",
    "orders",
    "partition",
    "payment",
    "pool",
    "proxy",
    "queue",
    "redis",
    "region",
    "replica",
    "retry",
    "rollback",
    "scheduler",
    "search",
    "shard",
    "storage",
    "timeout",
    "token",
]


def entries(count: int) -> str:
    """So many incidents, a day apart; every thirtieth is pinned."""
    draw = random.Random(count)
    made = []
    for number in range(count):
        year, month, day = 2023 + number // 336, 1 + number // 28 % 12, 1 + number % 28
        title, tags = draw.sample(WORDS, 4), draw.sample(WORDS, 3)
        prose = [" ".join(draw.choices(WORDS, k=length)).capitalize() + "." for length in (40, 25)]
        items = "".join(f"- [{'x' if item else ' '}] {' '.join(draw.choices(WORDS, k=6))}\n" for item in range(2))
        made.append(
            f"## M-{year}-{month:02}-{day:02}T10:00:00Z INC-{1000 + number} {'-'.join(title)}\n\n"
            f"- type: incident\n- tags: {', '.join(tags)}\n- used: {number % 5}\n"
            f"- pinned: {'true' if number % 30 == 7 else 'false'}\n\n**Summary**\n\n{prose[0]}\n\n"
            f"**Root Cause**\n\n{prose[1]} Then `{title[0]} --{title[1]}` was **run** again.\n\n"
            f"**Action Items**\n\n{items}\n---\n\n"
        )
    return "".join(made)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A live file with 300 entries."""
    path = tmp_path / "incidents.md"
    path.write_text(entries(300), encoding="utf-8")
    return path


@pytest.fixture(autouse=True)
def _plain_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """The developer's own terminal changes nothing."""
    for name in ("NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "FORCE_COLOR", "COLORTERM", "TMUX", "COLUMNS", "LINES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("LANG", "C.UTF-8")


@pytest.fixture
def terminal(path: Path) -> Iterator[Terminal]:
    """The browser, when nothing more comes."""
    with Terminal(sys.executable, "-m", "incident_tui", str(path)) as terminal:
        terminal.sees("Root Cause")
        terminal.rests(0.5)
        yield terminal
