"""A host that is reached over a line: sshd on loopback with its own keys; a line that can be slow, and can drop."""

import os
import shlex
import shutil
import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from time import monotonic, sleep
from typing import Self

import pytest

from ..pty.terminal import Terminal

PROJECT = Path(__file__).parents[2]

SSHD = shutil.which("sshd", path=os.pathsep.join((os.environ["PATH"], "/usr/sbin", "/usr/local/sbin")))

CHUNK = 64
"""Bytes that a slow line carries at once."""


class Line:
    """One connection to a port of this host. It carries so many bytes a second in each direction, until it is cut."""

    def __init__(self, port: int) -> None:
        self.speed = float("inf")
        self.carried = 0
        """Bytes that have come from the host."""
        self._host = port
        door = socket.create_server(("127.0.0.1", 0))
        self._ends = [door]
        self.port: int = door.getsockname()[1]
        threading.Thread(target=self._connect, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.cut()

    def cut(self) -> None:
        """Drop it, with what is on its way."""
        while self._ends:
            end = self._ends.pop()
            end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            with suppress(OSError):
                end.shutdown(socket.SHUT_RD)
            end.close()

    def _connect(self) -> None:
        with suppress(OSError):
            client, _ = self._ends[0].accept()
            host = socket.create_connection(("127.0.0.1", self._host))
            self._ends += [client, host]
            threading.Thread(target=self._carry, args=(client, host, 0), daemon=True).start()
            self._carry(host, client, 1)

    def _carry(self, come: socket.socket, go: socket.socket, counted: int) -> None:
        with suppress(OSError):
            while data := come.recv(CHUNK if self.speed < float("inf") else 1 << 16):
                sleep(len(data) / self.speed)
                go.sendall(data)
                self.carried += counted * len(data)


class Host:
    """This host, as it is reached by ssh."""

    def __init__(self, folder: Path, port: int) -> None:
        self.port = port
        self._folder = folder

    def open(self, line: Line, path: Path) -> Terminal:
        """Log in, and open a file in the browser."""
        home = self._folder / "home"
        program = f"HOME={home} XDG_STATE_HOME={home}/state XDG_CONFIG_HOME={home}/config LANG=C.UTF-8"
        python = shlex.quote(sys.executable)
        return Terminal(
            *("ssh", "-tt", "-F", "none", "-i", str(self._folder / "key"), "-p", str(line.port), "127.0.0.1"),
            *("-o", "BatchMode=yes", "-o", f"UserKnownHostsFile={self._folder / 'known'}"),
            *("-o", "StrictHostKeyChecking=accept-new", "-o", "LogLevel=ERROR"),
            *("-o", "IgnoreUnknown=ObscureKeystrokeTiming", "-o", "ObscureKeystrokeTiming=no"),  # 3,000 bytes a second
            f"cd {shlex.quote(str(PROJECT))} && exec env {program} {python} -m incident_tui {path}",
            environment={"PATH": os.environ["PATH"], "HOME": str(home), "TERM": "xterm-256color"},
        )


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    """A server of the user who runs the tests, for as long as they run."""
    if SSHD is None or shutil.which("ssh") is None:
        pytest.skip("there is no sshd here, or no ssh (Debian: openssh-server)")
    folder = tmp_path_factory.mktemp("ssh")
    for name in ("key", "host"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / name], check=True)
    shutil.copy(folder / "key.pub", folder / "authorized")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    (folder / "config").write_text(
        f"Port {port}\nListenAddress 127.0.0.1\nHostKey {folder}/host\nAuthorizedKeysFile {folder}/authorized\n"
        "PidFile none\nStrictModes no\nUsePAM no\nPermitRootLogin yes\nPasswordAuthentication no\n"
        "KbdInteractiveAuthentication no\nMaxStartups 100\n"
    )
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(exist_ok=True)  # its own unprivileged part lives there
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen([SSHD, "-D", "-e", "-f", folder / "config"], stderr=log)
    try:
        limit = monotonic() + 10
        while True:
            assert server.poll() is None, (folder / "log").read_text()
            with suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                break
            assert monotonic() < limit, (folder / "log").read_text()
            sleep(0.05)
        yield Host(folder, port)
    finally:
        server.terminate()
        server.wait()


@pytest.fixture
def knowledge_base(tmp_path: Path) -> Path:
    """The live file of a copy of the sample; its archive is beside it."""
    shutil.copytree(PROJECT / "sample_data", tmp_path / "oncall")
    return tmp_path / "oncall" / "incidents.md"
