"""A shell to run the commands in: in this process for speed, or as a program of its own."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, NamedTuple, Protocol

import pytest

from incident_tui.cli import main

ROOT = Path(__file__).parents[2]


class Said(NamedTuple):
    """What a command left behind: exit code, standard output, standard error."""

    code: int
    out: str
    err: str


Content = Callable[[], dict[str, bytes]]


class Run(Protocol):
    """Runs a command in this process."""

    def __call__(self, *argv: str) -> Said: ...


class Program(Protocol):
    """Runs a command as a program of its own, standard input closed, with more variables in its environment."""

    def __call__(
        self,
        *argv: str | bytes,
        env: Mapping[str, str] | None = None,
        input: bytes | None = None,
        stdout: IO[bytes] | int = subprocess.PIPE,
        preexec_fn: Callable[[], object] | None = None,
    ) -> subprocess.CompletedProcess[bytes]: ...


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a copy of the sample knowledge base; the shell stands in it."""
    here = tmp_path / "team"
    shutil.copytree(ROOT / "sample_data", here)
    monkeypatch.chdir(here)
    return here


@pytest.fixture
def run(folder: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command in this process."""

    def command(*argv: str) -> Said:
        code = main(argv)
        return Said(code, *capsys.readouterr())

    return command


@pytest.fixture
def program(folder: Path) -> Program:
    """Run `python -m incident_tui` as a program of its own."""

    def command(
        *argv: str | bytes,
        env: Mapping[str, str] | None = None,
        input: bytes | None = None,
        stdout: IO[bytes] | int = subprocess.PIPE,
        preexec_fn: Callable[[], object] | None = None,
    ) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [sys.executable, "-m", "incident_tui", *argv],
            env={**os.environ, "PYTHONPATH": str(ROOT), **(env or {})},
            stdin=subprocess.DEVNULL if input is None else None,
            input=input,
            stdout=stdout,
            stderr=subprocess.PIPE,
            preexec_fn=preexec_fn,
            timeout=30,
        )

    return command


@pytest.fixture
def content(folder: Path) -> Content:
    """Every file of the knowledge base with its bytes, if it can be read."""

    def bytes_of(path: Path) -> bytes:
        try:
            return path.read_bytes()
        except PermissionError:
            return b"(unreadable)"

    def read() -> dict[str, bytes]:
        return {str(path.relative_to(folder)): bytes_of(path) for path in folder.rglob("*") if path.is_file()}

    return read
