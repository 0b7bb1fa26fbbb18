"""A text in the person's own editor, which has the terminal meanwhile.

The text goes to a private file below the user's state folder: unlike a folder for run-time files it outlives a dropped
line. It goes only when nothing came of it, or when whoever asked for it says that the result stands elsewhere
(`Edited.discard`); a crash in between, of the editor or ours, leaves it there.
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from incident_tui.format.errors import Refused
from incident_tui.format.sanitize import one_line
from incident_tui.storage.disk.atomic_file import display_path, os_error_text, replace_private
from incident_tui.storage.user.state_dir import state_folder

USUAL = ("sensible-editor", "nano", "vi")
"""The editors that are looked for where none is set."""

ON_TERMINAL = frozenset({*USUAL, "vim", "nvim", "emacs-nox", "helix", "hx", "micro", "joe", "mcedit", "kak", "ne"})
"""Editors that take their keys from the terminal, whatever the settings."""

_LONGEST_NAME = 60

_PLUS = frozenset(
    {
        "editor",
        "emacs",
        "emacsclient",
        "gvim",
        "jed",
        "joe",
        "kak",
        "mcedit",
        "micro",
        "nano",
        "ne",
        "nvim",
        "pico",
        "sensible-editor",
        "vi",
        "vim",
    }
)
"""Editors that take `+LINE` before a file."""
_COLON = frozenset({"helix", "hx", "subl", "zed"})
"""Editors that take `FILE:LINE`."""
_GOTO = frozenset({"code", "code-insiders", "codium", "cursor"})
"""Editors that take `--goto FILE:LINE`."""


@dataclass(frozen=True, slots=True)
class Edited:
    """A text that came back changed, and the file that holds it until it is discarded."""

    text: bytes
    path: Path

    @property
    def kept(self) -> str:
        """Where the text is, for the message that says why it can't be used."""
        return f"your text is kept in {display_path(self.path)}"

    def discard(self) -> None:
        """Delete the file: its text was written elsewhere, or is not needed."""
        _remove(self.path.parent)


@dataclass(frozen=True, slots=True)
class NoChange:
    """Nothing is to be written."""

    reason: str
    """Why, and what is kept where: one line for a person."""
    failed: bool
    """Whether the editor said that it failed, and the person may not have meant it so."""


def command(environ: Mapping[str, str] = os.environ) -> list[str]:
    """The editor and its arguments: `$VISUAL`, else `$EDITOR`, else the first of the usual ones that is there.

    Raises `Refused` where there is none, or where the one that is set can't be found.
    """
    import shlex
    from shutil import which

    path = environ.get("PATH")
    for variable in ("VISUAL", "EDITOR"):
        value = environ.get(variable, "")
        try:
            words = shlex.split(value)
        except ValueError:
            raise Refused(f"${variable} has a quote that isn't closed; nothing was changed") from None
        if words and which(words[0], path=path):
            return words
        if words:
            raise Refused(f"${variable} names {one_line(words[0])}, which was not found; nothing was changed")
    for name in USUAL:
        if which(name, path=path):
            return [name]
    raise Refused(f"there is no editor ({', '.join(USUAL)}): set $VISUAL or $EDITOR; nothing was changed")


def edit(text: bytes, name: str) -> Edited | NoChange:
    """Let a person edit a text, in a file called after `name`. To be called in the main thread.

    Raises `Refused` where the editor can't be started, or where its file can't be read afterwards.
    """
    words = command()
    editor = one_line(Path(words[0]).name)
    path = keep(text, name)
    try:
        code = run_in_foreground([*words, str(path)])
    except OSError as error:
        _remove(path.parent)
        raise Refused(f"{editor} can't be started: {os_error_text(error)}; nothing was changed") from None
    try:
        new = with_ending_of(text, path.read_bytes())
    except OSError as error:
        raise Refused(
            f"{display_path(path)} can't be read after editing: {os_error_text(error)}; nothing was changed"
        ) from None
    if code:
        why = f"{editor} {f'exited with {code}' if code > 0 else f'was ended by signal {-code}'}; nothing was changed"
        if new == text and list(path.parent.iterdir()) == [path]:
            _remove(path.parent)
        else:  # what it has saved, or a copy of what it hadn't
            why += f", what it left is in {display_path(path.parent)}"
        return NoChange(why, failed=True)
    if new == text:
        _remove(path.parent)
        return NoChange(f"{editor} left the text as it was; nothing was changed", failed=False)
    return Edited(new, path)


def edit_file(path: Path, line: int) -> None:
    """Let a person edit a file itself, from one of its lines on. To be called in the main thread.

    Raises `Refused` where the editor can't be started, and where it says that it failed.
    """
    words = command()
    editor = one_line(Path(words[0]).name)
    try:
        code = run_in_foreground(at_line(words, path, line))
    except OSError as error:
        raise Refused(f"{editor} can't be started: {os_error_text(error)}; nothing was changed") from None
    if code:
        raise Refused(f"{editor} {f'exited with {code}' if code > 0 else f'was ended by signal {-code}'}")


def at_line(words: list[str], path: Path, line: int) -> list[str]:
    """The command that opens a file at a line; at its beginning in editors of which that isn't known."""
    name = Path(words[0]).name
    if name in _GOTO:
        return [*words, "--goto", f"{path}:{line}"]
    if name in _COLON:
        return [*words, f"{path}:{line}"]
    return [*words, *([f"+{line}"] if name in _PLUS else []), str(path)]


def with_ending_of(original: bytes, text: bytes) -> bytes:
    """The text without the line end that an editor has added to a last line which had none."""
    if not original or original.endswith(b"\n") or not text.endswith(b"\n"):
        return text
    text = text.removesuffix(b"\n")
    return text if original.endswith(b"\r") else text.removesuffix(b"\r")


def run_in_foreground(words: list[str]) -> int:
    """Run a program, and return its exit code (negative: the signal that ended it). Raises `OSError`.

    Keys that interrupt are the program's: the terminal sends them to us as well, and they mustn't end us. They have a
    handler that does nothing, for the editor would take over that they are ignored.
    """
    import signal
    import subprocess

    handlers = {number: signal.signal(number, lambda *_: None) for number in (signal.SIGINT, signal.SIGQUIT)}
    try:
        return subprocess.run(words).returncode
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)


def keep(text: bytes, name: str) -> Path:
    """A new private file that holds a text, alone in its folder. Raises `Refused` where none can be made."""
    drafts = state_folder() / "drafts"
    try:
        for folder in (drafts.parent, drafts):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return _written_in(drafts, text, name)
    except OSError:  # no home, or a full one
        pass
    try:
        return _written_in(None, text, name)
    except OSError as error:
        raise Refused(f"there is no place for a draft: {os_error_text(error)}; nothing was changed") from None


def _written_in(parent: Path | None, text: bytes, name: str) -> Path:
    """A file for a text in a new folder: below this one, or where temporary ones are made. Raises `OSError`."""
    from tempfile import mkdtemp

    folder = Path(mkdtemp(prefix="" if parent else "incident-tui-", dir=parent))
    safe = re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip(".-")[:_LONGEST_NAME] or "entry"
    path = folder / f"{safe}.md"
    try:
        replace_private(path, text)
    except OSError:
        _remove(folder)
        raise
    return path


def _remove(folder: Path) -> None:
    """Take away a folder of ours with all that the editor has put there."""
    from shutil import rmtree

    rmtree(folder, ignore_errors=True)
