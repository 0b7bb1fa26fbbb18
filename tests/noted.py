"""What tests note beside passing, gathered from all workers and written into a table of a document."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

Rewritten = Callable[[str, Sequence[Any]], str]
"""Makes the document's text anew with what was noted."""


def collect(config: pytest.Config, option: str, name: str, rewritten: Rewritten) -> None:
    """Rewrite the document that an option names, if it names one, with what tests note as `name`.

    A test notes by `request.node.user_properties.append((name, noted))`.
    """
    file = config.getoption(option, None)
    if file and not hasattr(config, "workerinput"):
        config.pluginmanager.register(_Collector(config.invocation_params.dir / file, name, rewritten))


class _Collector:
    """Gathers what the tests have noted; with pytest-xdist it comes with their reports from the workers."""

    def __init__(self, file: Path, name: str, rewritten: Rewritten) -> None:
        self.file = file
        self.name = name
        self.rewritten = rewritten
        self.noted: list[Any] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call":
            self.noted += [noted for name, noted in report.user_properties if name == self.name]

    def pytest_sessionfinish(self) -> None:
        text = self.file.read_text(encoding="utf-8")
        self.file.write_text(self.rewritten(text, self.noted), encoding="utf-8")


def between(text: str, begin: str, end: str, lines: Sequence[str]) -> str:
    """The text with these lines between two marks. Raises `ValueError` where the marks are missing."""
    start, stop = text.index(begin) + len(begin), text.index(end)
    return text[:start] + "\n\n" + "".join(line + "\n" for line in lines) + "\n" + text[stop:]
