"""The terminal's abilities according to the environment: colours, links, and more than ASCII."""

import os
import re
from collections.abc import Mapping
from typing import Literal, TextIO

Colours = Literal["standard", "256", "truecolor"]
"""How many there are, in Rich's words; `standard` are the terminal's own sixteen."""

_MONOCHROME = re.compile(r"(?:dumb|unknown|vt\d.*|.*-m(?:ono)?)?")
_NO_LINKS = re.compile(r"(?:linux|screen\b).*")

_SET_BY_PYTHON = ("C.UTF-8", "C.utf8", "UTF-8")
"""The value that Python gives LC_CTYPE if the locale is C (PEP 538)."""


def colours(environ: Mapping[str, str] = os.environ) -> Colours | None:
    """How many colours a terminal has; `None` if it has none, or the user wants none.

    `NO_COLOR` counts most, then `FORCE_COLOR` and `CLICOLOR_FORCE`, then `CLICOLOR=0`, then `TERM` and `COLORTERM`.
    """
    term = environ.get("TERM", "").casefold()
    if environ.get("NO_COLOR"):
        return None
    if not color_forced(environ) and (environ.get("CLICOLOR") == "0" or _MONOCHROME.fullmatch(term)):
        return None
    inherited = term.startswith("screen") and "TMUX" not in environ  # GNU screen takes true colours for other orders
    if term.endswith("-direct") or (environ.get("COLORTERM") in ("truecolor", "24bit") and not inherited):
        return "truecolor"
    return "256" if term.endswith(("256color", "kitty")) else "standard"


def color_forced(environ: Mapping[str, str] = os.environ) -> bool:
    """Whether the user wants colours also where no terminal is; never with `NO_COLOR`."""
    forced = any(environ.get(name, "0") not in ("", "0") for name in ("FORCE_COLOR", "CLICOLOR_FORCE"))
    return forced and not environ.get("NO_COLOR")


def is_dumb(environ: Mapping[str, str] = os.environ) -> bool:
    """Whether a terminal can only print one line after the other."""
    return environ.get("TERM", "") in ("", "dumb", "unknown")


def links(environ: Mapping[str, str] = os.environ) -> bool:
    """Whether a terminal can carry addresses behind the text (OSC 8)."""
    term = environ.get("TERM", "").casefold()
    return not _MONOCHROME.fullmatch(term) and ("TMUX" in environ or not _NO_LINKS.fullmatch(term))


def unicode(stream: TextIO | None) -> bool:
    """Whether what is written to a stream may be more than ASCII: its encoding and the locale are UTF-8."""
    return stream is not None and _is_utf8(stream.encoding or "") and _is_utf8(_locale(os.environ))


def _locale(environ: Mapping[str, str]) -> str:
    """The locale of characters. Where it is C, Python writes UTF-8 all the same, but a terminal may not read it."""
    ctype = environ.get("LC_CTYPE", "")
    if ctype in _SET_BY_PYTHON and not environ.get("LC_ALL"):
        ctype = _initial_env("LC_CTYPE", ctype)
    return environ.get("LC_ALL") or ctype or environ.get("LANG") or "C"


def _initial_env(name: str, now: str) -> str:
    """A variable as this process was given it; as it is `now` where the system doesn't tell."""
    try:
        with open("/proc/self/environ", "rb") as file:  # noqa: PTH123 - pathlib is not worth its import here
            variables = file.read().split(b"\0")
    except OSError:
        return now
    prefix = f"{name}=".encode()
    return next((text.removeprefix(prefix).decode() for text in variables if text.startswith(prefix)), "")


def _is_utf8(name: str) -> bool:
    return "utf8" in name.casefold().replace("-", "")
