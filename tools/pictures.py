"""Makes the pictures of the docs from the running program, on a copy of the sample as it is on one day.

python -m tools.pictures [FOLDER]

Nothing in them is fetched from anywhere: a forge shows them as they are.
"""

import asyncio
import os
import re
import shutil
import subprocess
import sys
from argparse import Namespace
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple
from unittest.mock import patch

from incident_tui import clock
from incident_tui.cli.files import files_of
from incident_tui.storage.knowledge_base import KnowledgeBase
from incident_tui.storage.library import Library
from incident_tui.tui.app import IncidentApp
from incident_tui.tui.terminal.glyphs import glyphs_for_terminal

PROJECT = Path(__file__).parents[1]
PICTURES = PROJECT / "docs" / "pictures"

TERMINAL = {"TERM": "xterm-256color", "LC_ALL": "C.UTF-8", "GIT_CONFIG_GLOBAL": os.devnull, "TZ": "UTC"}
"""What the program finds around it, besides a home of its own."""

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
"""When the pictures are taken, by the program's clock: the day on which the sample's story is told."""

LOOKS = 5
"""A screen is done when so many looks at it, `PAUSE` seconds apart, see the same."""
PAUSE = 0.2

FACTS = """\
# Facts

## M-2026-11-20T16:00:00Z orders-database-hosts

- type: fact
- tags: orders, postgres
- used: 3
- last_used: 2026-11-23
- pinned: false

The primary is `orders-db-1`; reports read from `orders-db-3`. What happened to it on the last on-sale: INC-2187.

## M-2026-10-14T08:00:00Z who-blocks-whom

- type: query
- tags: postgres, locks

The same query, with the names of our hosts.
"""


class Picture(NamedTuple):
    """What is on a picture."""

    name: str
    keys: str
    """Pressed one after the other, parted by blanks, by Textual's names."""
    size: tuple[int, int] = (100, 30)
    environ: Mapping[str, str] = {}
    files: Mapping[str, str] = {}
    """What stands beside the sample, by name."""


PICTURES_OF = (
    Picture("browse", "j j j j"),
    Picture("search", "slash c o n e c t i o n space p o o l"),
    Picture("insights", "ctrl+p i n s i g h t s enter", (100, 34)),
    Picture("several", "slash p o s t g r e s enter", files={"facts.md": FACTS}),
    Picture("plain", "slash r e d i s", (40, 16), {"NO_COLOR": "1", "LC_ALL": "C"}),
)


def main() -> None:
    """Write all pictures into the folder that the argument names, else into the docs."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else PICTURES
    folder.mkdir(parents=True, exist_ok=True)
    for picture in PICTURES_OF:
        with surroundings(picture) as base:
            (folder / f"{picture.name}.svg").write_text(asyncio.run(taken(picture, base)), encoding="utf-8")


@contextmanager
def surroundings(picture: Picture) -> Iterator[Path]:
    """The sample in a work tree of git, a home with nothing in it, and the day that all pictures are of."""

    with TemporaryDirectory() as home, ExitStack() as patches:
        base = Path(home, "oncall")
        shutil.copytree(PROJECT / "sample_data", base)
        for name, text in picture.files.items():
            (base / name).write_text(text, encoding="utf-8")
        own = {"HOME": home, "PATH": os.environ.get("PATH", os.defpath), clock.SHIFT: clock.shift_to(NOON)}
        environ = {**own, **TERMINAL, **picture.environ}
        patches.enter_context(patch.dict(os.environ, environ, clear=True))
        for words in (["init", "-b", "main"], ["add", "."], ["commit", "-m", "Our incidents"]):
            someone = ["-c", "user.name=Ana", "-c", "user.email=ana@localhost"]
            subprocess.run(["git", *someone, *words], cwd=base, check=True, capture_output=True)
        yield base


async def taken(picture: Picture, base: Path) -> str:
    """The screen after the picture's keys, as SVG."""
    files = files_of(base, Namespace()).paths
    library = Library([KnowledgeBase(file) for file in files], [file.stem for file in files])
    app = IncidentApp(library, library.snapshot(), glyphs=glyphs_for_terminal())
    async with app.run_test(size=picture.size) as pilot:
        for key in picture.keys.split():
            await pilot.press(key)
        looks: list[str] = []
        while len(looks) < LOOKS or len(set(looks[-LOOKS:])) > 1:
            await pilot.pause(PAUSE)
            looks.append(app.export_screenshot())
    return for_all(looks[-1])


def for_all(svg: str) -> str:
    """The picture with nothing in it that is to be fetched, and with all its blanks, whoever draws it."""
    svg = re.sub(r"\s*(?:@font-face \{.*?\}|<!--.*?-->)", "", svg, flags=re.DOTALL)
    return svg.replace("<svg ", '<svg xml:space="preserve" ', 1)


if __name__ == "__main__":
    main()
