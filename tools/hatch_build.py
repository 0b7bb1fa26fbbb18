"""Puts the manual page into the wheel, where `man` finds it once the wheel is installed."""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hatchling.builders.config import BuilderConfig
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class ManualPage(BuildHookInterface[BuilderConfig]):
    """Writes incident-tui(1) before the wheel is put together."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Make the page, and tell the builder where it goes."""
        sys.path.insert(0, self.root)
        from tools.manual import page

        self.folder = TemporaryDirectory()
        written = Path(self.folder.name, "incident-tui.1")
        written.write_text(page(), encoding="ascii")
        build_data["shared_data"][str(written)] = "share/man/man1/incident-tui.1"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Leave nothing behind."""
        self.folder.cleanup()
