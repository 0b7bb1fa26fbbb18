"""The user's settings: `$XDG_CONFIG_HOME/incident-tui/config.toml`, by default below `~/.config`.

[searches]
"open items" = "is:open"
"our databases" = "tag:postgres,redis date:>2025-01"
"""

import os
import tomllib
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Config:
    """What the user has set."""

    searches: dict[str, str] = field(default_factory=dict)
    """Saved searches by their names, in the file's order."""
    problems: tuple[str, ...] = ()
    """What in the file can't be used, one line each; the rest is in force all the same."""


def config_file() -> Path:
    """Where the settings are."""
    base = os.environ.get("XDG_CONFIG_HOME", "")
    try:
        folder = Path(base) if base.startswith("/") else Path.home() / ".config"
    except RuntimeError:  # a user without a home has no settings
        folder = Path(os.devnull)
    return folder / "incident-tui" / "config.toml"


def read(path: Path | None = None) -> Config:
    """Read the settings. Never raises: a file that isn't there sets nothing."""
    path = path or config_file()
    try:
        held = tomllib.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return Config()
    except (OSError, ValueError) as error:
        return Config(problems=(f"{path}: {error}; nothing of it is in force",))
    problems = [f"{path}: there is no setting {key}" for key in held if key != "searches"]
    searches = held.get("searches", {})
    if not isinstance(searches, dict):
        return Config(problems=(*problems, f"{path}: searches is no table of names and searches"))
    problems += [f"{path}: searches.{name} is no text" for name, text in searches.items() if not isinstance(text, str)]
    return Config({name: text for name, text in searches.items() if isinstance(text, str)}, tuple(problems))
