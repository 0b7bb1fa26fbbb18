"""Keys that come while the program starts act as soon as there is a screen, in their order."""

import sys
from pathlib import Path
from time import sleep

import pytest

from .conftest import entries
from .terminal import Terminal


@pytest.mark.parametrize("delay", [0.0, 0.1, 0.2, 0.3, 0.4, 0.6])
def test_keys_typed_while_it_starts_are_searched_for(path: Path, delay: float) -> None:
    path.write_text(entries(40), encoding="utf-8")
    with Terminal(sys.executable, "-m", "incident_tui", str(path)) as terminal:
        for byte in b"/poolx\x7f":
            sleep(delay / 7)
            terminal.press(bytes([byte]))
        terminal.sees("› pool")


def test_a_paste_while_it_starts_goes_where_the_keys_before_it_lead(path: Path) -> None:
    path.write_text(entries(40), encoding="utf-8")
    with Terminal(sys.executable, "-m", "incident_tui", str(path)) as terminal:
        terminal.press(b"/con\x1b[200~nection\npool\x1b[201~s")
        terminal.sees("› connection pools")
