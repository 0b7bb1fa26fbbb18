"""A git repository of a test's own, which sees nobody's settings and in which no time passes but the test's."""

import os
import subprocess
from pathlib import Path

import pytest


def of_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take nobody's settings, and nobody's name."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", os.devnull)
    for who in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{who}_NAME", "a person")
        monkeypatch.setenv(f"GIT_{who}_EMAIL", "person@example.com")


class Repository:
    """A work tree in a folder. Its commits are an hour apart."""

    def __init__(self, top: Path) -> None:
        self.top = top
        self._hour = 0
        self.git("init", "-q", "-b", "main")

    def git(self, *words: str, **environment: str) -> str:
        """What git says. Raises `CalledProcessError` where it fails."""
        run = ["git", "-C", str(self.top), *words]
        return subprocess.run(run, capture_output=True, check=True, env=os.environ | environment).stdout.decode()

    def commit(self, subject: str, author: str = "Ana") -> str:
        """Commit all that is there; the commit's short hash."""
        self._hour += 1
        when = f"2026-11-01T{self._hour:02}:00:00Z"
        self.git("add", "--all")
        dates = {"GIT_AUTHOR_DATE": when, "GIT_COMMITTER_DATE": when}
        self.git("commit", "-q", "--allow-empty", "-m", subject, GIT_AUTHOR_NAME=author, **dates)
        return self.git("rev-parse", "--short", "HEAD").strip()
