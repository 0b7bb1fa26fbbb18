"""Keys that run the user's own commands on the entry under the cursor."""

import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from textual.app import SuspendNotSupported

from incident_tui.editor import run_in_foreground
from incident_tui.format.sanitize import one_line
from incident_tui.tui.actions.base import BrowserActions
from incident_tui.tui.background.run import run_in_background
from incident_tui.tui.rows import Row


class CommandActions(BrowserActions):
    """What runs other programs."""

    def action_user_command(self, number: int) -> None:
        """Run a command of the settings, by its position from 0."""
        row = self.model.current
        if row is None:
            self.refuse("there is no entry to run it on")
            return
        command = self.settings.commands[number]
        words = command.filled(self._values(row))
        name = one_line(Path(words[0]).name)
        if command.quietly:
            run_in_background(self, lambda: _run_quietly(words), lambda result: self._say_ended(name, result))
            return
        try:
            with self.app.suspend():
                code = run_in_foreground(words)
        except SuspendNotSupported:
            self.refuse(f"{name} needs the terminal, which can't be given away here; put a & behind the command")
        except OSError as error:
            self.refuse(f"{name}: {(error.strerror or str(error)).lower()}")
        else:
            self._say_ended(name, (code, ""))

    def _values(self, row: Row) -> Mapping[str, str]:
        """What the fields of a command stand for."""
        from incident_tui.render.links import links

        entry = row.entry
        snapshot = self.model.file_of(row)
        file = snapshot.path(row.location) if snapshot is not None else ""
        link = next((link.url for link in links(entry.body) if link.url), "")
        ref, title = one_line(entry.ref or ""), one_line(entry.title)
        line = str(row.document.line(entry.start))
        return {"ref": ref, "id": row.id, "title": title, "file": str(file), "line": line, "link": link}

    def _say_ended(self, name: str, result: tuple[int, str]) -> None:
        code, output = result
        if code:
            self.refuse(f"{name} failed ({code}){': ' if output else ''}{output}")
        else:
            self.tell(f"{name}: done{': ' if output else ''}{output}")


def _run_quietly(words: Sequence[str]) -> tuple[int, str]:
    """Run a program without the terminal; return its exit code and the last line that it wrote."""
    try:
        process = subprocess.run(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    except OSError as error:
        return 127, (error.strerror or str(error)).lower()
    lines = process.stdout.decode("utf-8", "replace").strip().splitlines()
    return process.returncode, one_line(lines[-1]) if lines else ""
