"""A shell to run the commands in: in this process for speed, or as a program of its own."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from incident_tui.cli import main

ROOT = Path(__file__).parents[2]


class Said(NamedTuple):
    """What a command left behind: exit code, standard output, standard error."""

    code: int
    out: str
    err: str


Run = Callable[..., Said]


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
def program(folder: Path) -> Callable[..., subprocess.CompletedProcess[bytes]]:
    """Run `python -m incident_tui` as a program of its own, standard input closed."""

    def command(*argv: str | bytes, **options: object) -> subprocess.CompletedProcess[bytes]:
        env = os.environ | {"PYTHONPATH": str(ROOT)} | options.pop("env", {})  # type: ignore[operator]
        return subprocess.run(
            [sys.executable, "-m", "incident_tui", *argv],
            **{"stdin": subprocess.DEVNULL, "capture_output": True, "timeout": 30, "env": env} | options,
        )

    return command


@pytest.fixture
def content(folder: Path) -> Callable[[], dict[str, bytes]]:
    """Every file of the knowledge base with its bytes."""

    def read() -> dict[str, bytes]:
        return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}

    return read
