"""A process that makes edits and meets a fault while it does: killed at a system call, or told of an error.

Run as a program it takes requests, one JSON line each, forks for every one of them, and answers with a line. (The
forks are of this small process, which has one thread, and cost a few milliseconds.) The tests import the rest.
"""

import contextlib
import errno
import fcntl
import functools
import hashlib
import heapq
import json
import os
import random
import resource
import signal
import stat
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from incident_tui.format.edit.edit import Edit, create_edit
from incident_tui.format.edit.operations import Archive, Helped, Operation, Pin, Restore, Summarize
from incident_tui.format.edit.plan import EditConflict
from incident_tui.format.errors import Refused
from incident_tui.format.model.contents import Location
from incident_tui.format.model.located import Target
from incident_tui.storage import knowledge_base as base_module
from incident_tui.storage.disk import late_writes
from incident_tui.storage.disk.lock import locked
from incident_tui.storage.knowledge_base import KnowledgeBase, Outcome
from incident_tui.storage.snapshot import FileSnapshot

ACTS: dict[str, Operation] = {
    "pin": Pin(),
    "unpin": Pin(False),
    "helped": Helped(date(2025, 4, 5)),
    "archive": Archive(force=True),
    "summarize": Summarize("The pool ran dry.", "Bound the pool."),
    "restore": Restore(),
}

CHANGING = [
    *("open", "write", "fsync", "close", "lseek", "ftruncate", "truncate", "replace", "rename", "link", "unlink"),
    *("fchmod", "fchown", "chmod", "chown", "setxattr", "removexattr", "mkdir", "rmdir"),
]
"""The functions of `os` through which storage changes a disk (those of pathlib end there), and `fcntl.flock`."""

LOOKING = ["stat", "lstat", "fstat", "scandir", "listxattr", "getxattr"]
"""Those through which it looks at one."""

_IMPORTED = heapq
"""What the standard library imports late: who becomes another user here may not be able to read it then."""

Call = Callable[..., Any]


class Raised(BaseException):
    """What a signal's handler raises."""


class Shim:
    """Counts the calls that reach the disk, and lets a fault happen at one of them.

    `plan`: `at` is the number of the call (from 1); `how` is `before`, `after` or `half` (the process is killed
    before the call, after it, or when it has written half of its bytes), `error` (the call fails with `errno`,
    a `write` after half of its bytes, a `close` after closing) or `signal` (the process sends itself `signal` before
    the call; its handler is the default one, or raises `Raised` if `raises`); `lasting`: from then on all calls fail
    that need room (`full`), or all calls (`dead`).
    """

    NEED_ROOM = ("write", "open", "mkdir", "setxattr", "link")

    def __init__(self, plan: dict[str, Any]) -> None:
        self.plan = plan
        self.calls: list[tuple[str, str]] = []
        self.armed = False
        self.paths: dict[int, str] = {}

    def install(self) -> None:
        """Put the counter before the real functions, for the rest of this process."""
        names = [*CHANGING, *(LOOKING if self.plan.get("looking") else [])]
        for name in names:
            if hasattr(os, name):
                setattr(os, name, self._counted(name, getattr(os, name)))
        fcntl.flock = self._counted("flock", fcntl.flock)
        late_writes._rename = self._counted("rename", late_writes._rename)

    def _counted(self, name: str, real: Call) -> Call:
        def call(*arguments: Any, **named: Any) -> Any:
            if not self.armed:
                return real(*arguments, **named)
            self.calls.append((name, self._path(arguments)))
            how = self.plan.get("how")
            if how == "error":
                if self._fails(name, arguments):
                    self._fail(name, real, arguments)
            elif len(self.calls) == self.plan.get("at"):
                if how == "signal":
                    os.kill(os.getpid(), self.plan["signal"])
                    return real(*arguments, **named)
                if how == "half":
                    real(arguments[0], arguments[1][: len(arguments[1]) // 2])
                elif how == "after":
                    with contextlib.suppress(OSError):
                        real(*arguments, **named)
                os.kill(os.getpid(), signal.SIGKILL)
            result = real(*arguments, **named)
            if name == "open":
                self.paths[result] = str(arguments[0])
            return result

        return call

    def _fails(self, name: str, arguments: tuple[Any, ...]) -> bool:
        at, first = len(self.calls), int(self.plan["at"])
        if not self.plan.get("lasting"):
            return at == first
        if self.plan["lasting"] == "dead":
            return at >= first
        needs_room = name in self.NEED_ROOM and (name != "open" or bool(arguments[1] & os.O_CREAT))
        return at >= first and needs_room

    def _fail(self, name: str, real: Call, arguments: tuple[Any, ...]) -> None:
        if name == "write":
            real(arguments[0], arguments[1][: len(arguments[1]) // 2])
        elif name == "close":
            real(*arguments)
        number = self.plan["errno"]
        raise OSError(number, os.strerror(number))

    def _path(self, arguments: tuple[Any, ...]) -> str:
        first = arguments[0] if arguments else ""
        return self.paths.get(first, "") if isinstance(first, int) else str(first)


def found(snapshot: FileSnapshot, ref: str, place: Location = "live") -> Edit:
    """An edit (a pin) of the entry with a reference, as it stands in a snapshot."""
    entry = next(entry for entry in snapshot.document(place).entries if entry.ref == ref)
    return Edit(Target(place, entry.identity, entry.raw), Pin())


def do(base: KnowledgeBase, act: str, ref: str = "", place: Location = "live") -> Outcome[FileSnapshot]:
    """Make one edit, or undo or redo one."""
    if act == "undo":
        return base.undo()
    if act == "redo":
        return base.redo()
    return base.edit([found(base.snapshot(), ref, place)._replace(act=ACTS[act])])


def perform(request: dict[str, Any]) -> dict[str, Any]:
    """Do what a request asks, and tell what became of it."""
    os.environ["XDG_STATE_HOME"] = request["state"]
    _become(request.get("user"))
    signal.alarm(request.get("seconds", 120))
    return _TASKS[request["task"]](Path(request["path"]), request)


def _become(user: dict[str, Any] | None) -> None:
    if user is None:
        return
    if "umask" in user:
        os.umask(user["umask"])
    if "uid" in user:
        os.setgroups(user["groups"])
        os.setgid(user["groups"][0])
        os.setuid(user["uid"])


def _edit(path: Path, request: dict[str, Any]) -> dict[str, Any]:
    """One edit under a fault."""
    shim = Shim(request.get("fault", {}))
    if shim.plan.get("how") == "signal":
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        os.setpgid(0, 0)  # whose group has no one outside it in its session isn't stopped
        number = shim.plan["signal"]
        usual = signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL
        signal.signal(number, _raise if shim.plan["raises"] else usual)
    if "patience" in request:
        vars(base_module)["locked"] = functools.partial(locked, timeout=request["patience"])
    try:
        base = KnowledgeBase(path)
        seen = base.snapshot()
        edits = []
        if request["act"] not in ("undo", "redo"):
            edits = [found(seen, request["ref"], request["place"])._replace(act=ACTS[request["act"]])]
        shim.install()
        shim.armed = True
        outcome = base.edit(edits) if edits else do(base, request["act"])
        shim.armed = False
    except Refused as refusal:
        shim.armed = False
        return {"refused": str(refusal), "calls": shim.calls}
    except (KeyboardInterrupt, Raised) as raised:
        shim.armed = False
        return {"raised": type(raised).__name__, "calls": shim.calls}
    return {"did": outcome.description, "durable": outcome.durable, "calls": shim.calls}


def _raise(*_: object) -> None:
    raise Raised


def _count(path: Path, request: dict[str, Any]) -> dict[str, Any]:
    """Say that an entry helped, many times; look again where someone else was quicker."""
    base = KnowledgeBase(path)
    looked = 0
    for _ in range(request["times"]):
        while True:
            looked += 1
            with contextlib.suppress(EditConflict):
                do(base, "helped", request["ref"])
                break
    return {"looked": looked}


def _hold(path: Path, request: dict[str, Any]) -> dict[str, Any]:
    """Take the lock and keep it."""
    with locked(path):
        _say({"pid": os.getpid()})
        signal.pause()
    return {}


def _read(path: Path, request: dict[str, Any]) -> dict[str, Any]:
    """Read until told to stop; tell which texts were seen, and in which readings an entry was nowhere."""
    base = KnowledgeBase(path)
    texts: set[tuple[str, str]] = set()
    nowhere: set[str] = set()
    readings = 0
    expected = set(request["refs"])
    _say({"pid": os.getpid()})
    until = time.monotonic() + request["seconds"] / 2
    while time.monotonic() < until and not Path(request["stop"]).exists():
        base._documents.clear()
        snapshot = base.snapshot()
        readings += 1
        archived = snapshot.archive.data if snapshot.archive else b""
        texts.add((digest(snapshot.live.data), digest(archived)))
        held = {entry.ref for entry in snapshot.live.entries} | {
            entry.ref for entry in snapshot.document("archive").entries
        }
        nowhere |= expected - held
    return {"readings": readings, "texts": sorted(texts), "nowhere": sorted(nowhere)}


def _create(path: Path, request: dict[str, Any]) -> dict[str, Any]:
    """Make new entries until told to stop, as a browser does; tell which were made, and why others weren't."""
    base = KnowledgeBase(path, patience=late_writes.GLANCE, later=True)
    made: list[str] = []
    refused: list[str] = []
    number = 0
    while not Path(request["stop"]).exists():
        number += 1
        ref = f"{request['ref']}-{number}"
        try:
            base.edit([create_edit(f"## M-2025-06-01T10:00:00Z {ref} new\n\n- used: 0\n\nNew.\n".encode())])
            made.append(ref)
        except Refused as refusal:
            refused.append(str(refusal))
        base.take_in_late()
    base.wait_for_late()
    return {"made": made, "refused": refused}


def _mix(path: Path, request: dict[str, Any]) -> dict[str, Any]:
    """Make edits at random for ever; before each of them note what was acknowledged."""
    dice = random.Random(request["seed"])
    notes = Path(request["notes"])
    base = KnowledgeBase(path)
    _say({"pid": os.getpid()})
    while True:
        snapshot = base.snapshot()
        draft = Path(f"{notes}.draft")
        draft.write_text(json.dumps(state_of(snapshot)), encoding="ascii")
        draft.replace(notes)
        with contextlib.suppress(Refused, StopIteration):
            one_at_random(base, snapshot, dice)


def one_at_random(base: KnowledgeBase, snapshot: FileSnapshot, dice: random.Random) -> None:
    """One edit of a mix. Raises `Refused` where it can't be made."""
    act = dice.choice(["pin", "unpin", "helped", "helped", "archive", "restore", "summarize", "undo", "redo"])
    place: Location = "archive" if act == "restore" and dice.random() < 0.7 else "live"
    entries = snapshot.document(place).entries
    ref = dice.choice(entries).ref or "" if entries else ""
    do(base, act, ref, place)


def state_of(snapshot: FileSnapshot) -> dict[str, list[str]]:
    """For each entry where it is and with which text."""
    state: dict[str, list[str]] = {}
    for place in ("live", "archive"):
        for entry in snapshot.document(place).entries:
            state.setdefault(entry.ref or "", []).append(f"{place} {digest(entry.raw)}")
    return state


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:16]


_TASKS: dict[str, Callable[[Path, dict[str, Any]], dict[str, Any]]] = {
    "edit": _edit,
    "count": _count,
    "hold": _hold,
    "read": _read,
    "mix": _mix,
    "create": _create,
}


def no_flock_on_folders() -> None:
    """From now on this process can't lock a folder, as on NFS."""
    real = fcntl.flock

    def flock(descriptor: int, how: int) -> None:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))
        real(descriptor, how)

    vars(fcntl)["flock"] = flock


def _say(answer: dict[str, Any]) -> None:
    os.write(1, json.dumps(answer).encode("ascii") + b"\n")


def _requests() -> Iterator[dict[str, Any]]:
    for line in sys.stdin:
        yield json.loads(line)


def _let_go_on(pid: int, request: dict[str, Any]) -> dict[str, Any]:
    """Let a process end, or go on if a signal has stopped it; tell how it was then, if it was."""
    status = os.waitid(os.P_PID, pid, os.WEXITED | os.WSTOPPED | os.WNOWAIT)
    if status is None or status.si_code != os.CLD_STOPPED:
        return {}
    live = Path(request["path"])
    files = {str(path.relative_to(live.parent)): digest(path.read_bytes()) for path in live.parent.rglob("*.md")}
    held = True
    with contextlib.suppress(Refused), locked(live, live.parent / "archive" / live.name, timeout=0):
        held = False
    os.kill(pid, signal.SIGCONT)
    return {"stopped": files, "locked": held}


def main() -> None:
    write = os.write
    for request in _requests():
        reading, writing = os.pipe()
        pid = os.fork()
        if not pid:
            answer: dict[str, Any]
            try:
                if request.get("no_flock_on_folders"):
                    no_flock_on_folders()
                answer = perform(request)
            except BaseException:
                answer = {"traceback": traceback.format_exc()}
            data = memoryview(json.dumps(answer).encode("ascii"))
            while data:
                data = data[write(writing, data) :]
            os._exit(0)
        os.close(writing)
        stopped: dict[str, Any] = {}
        if request.get("fault", {}).get("how") == "signal":  # its answer is small enough to wait in the pipe
            stopped = _let_go_on(pid, request)
        with os.fdopen(reading, "rb") as pipe:
            told = pipe.read()
        status = os.waitpid(pid, 0)[1]
        killed = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
        _say({"killed": killed, **stopped, **(json.loads(told) if told else {})})


if __name__ == "__main__":
    main()
