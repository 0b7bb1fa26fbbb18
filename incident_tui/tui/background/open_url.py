"""A web browser for a link. It never gets the terminal, whatever browser it is."""

import os
import subprocess
import sys
from collections.abc import Mapping

PATIENCE = 5.0
"""Seconds after which a browser that has not ended is believed to have opened."""

_OPEN = "import sys, webbrowser; sys.exit(not webbrowser.open(sys.argv[1]))"


def has_display(environ: Mapping[str, str] = os.environ, platform: str = sys.platform) -> bool:
    """Whether there is a screen on which a browser could open."""
    return platform == "darwin" or any(environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))


def open_link(url: str) -> bool:
    """Open a link in the person's browser; whether one was found that took it. Takes a while: not for the main thread.

    In a process without the terminal: some browsers write to it, and `$BROWSER` may name one that would draw on it.
    """
    nothing = subprocess.DEVNULL
    command = [sys.executable, "-I", "-c", _OPEN, url]
    try:
        process = subprocess.Popen(command, stdin=nothing, stdout=nothing, stderr=nothing, start_new_session=True)
        return process.wait(PATIENCE) == 0
    except subprocess.TimeoutExpired:
        return True
    except OSError:
        return False
