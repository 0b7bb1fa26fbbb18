"""A live file of three entries in a folder of its own."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from .small import LIVE

NOBODY = 65534


@pytest.fixture
def live(tmp_path: Path) -> Path:
    file = tmp_path / "team" / "incidents.md"
    file.parent.mkdir()
    file.write_bytes(LIVE)
    return file


@pytest.fixture
def common_folder() -> Iterator[Path]:
    """A folder of a user who isn't root, with that user's rights for as long as the test runs."""
    with tempfile.TemporaryDirectory() as name:
        root = os.geteuid() == 0
        if root:
            os.chown(name, NOBODY, -1)
            os.setresuid(NOBODY, NOBODY, 0)
        try:
            yield Path(name)
        finally:
            if root:
                os.setresuid(0, 0, 0)
