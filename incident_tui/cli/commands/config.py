"""`config`: the settings in force, where each is from, and what is wrong with the user's file."""

import os
from argparse import Namespace
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from incident_tui import config
from incident_tui.cli import output
from incident_tui.cli.files import SETTINGS, knowledge_base_source
from incident_tui.format.sanitize import one_line

if TYPE_CHECKING:
    from incident_tui.tui.preferences import Settings

_DEFAULT = "default"

_WIDEST = 24
"""Cells that a longer name or value doesn't widen its column to."""


class Setting(NamedTuple):
    """A setting as it is in force."""

    name: str
    value: str | int
    """Empty where nothing is set."""
    origin: str
    """Where it is from."""


def run(args: Namespace) -> int:
    """Print the settings, or the path of the user's file. What is wrong there is told, and is no failure here."""
    if args.path:
        output.print_line(str(config.config_file()))
        return 0
    from incident_tui.tui.preferences import effective

    user_config = config.read()
    settings = effective(user_config)
    args.settings = user_config._replace(problems=())  # all are told below
    listed = [_file(args, user_config), *_others(user_config, settings)]
    if args.json:
        from incident_tui.cli.json_output import dumps, valid

        objects = [{"name": setting.name, "value": setting.value, "from": valid(setting.origin)} for setting in listed]
        output.write("[" + ",\n".join(map(dumps, objects)) + "]\n")
    else:
        rows = [[one_line(str(column)) or "-" for column in setting] for setting in listed]
        names, values = (max(min(len(row[at]), _WIDEST) for row in rows) for at in (0, 1))
        for name, value, origin in rows:
            aligned = f"{name:<{names}}  {value:<{values}}  {origin}"
            output.write(f"{aligned}\n" if output.on_terminal() else f"{name}\t{value}\t{origin}\n")
    for problem in settings.problems:
        output.print_error(problem)
    return 0


def _file(args: Namespace, user_config: config.Config) -> Setting:
    """The knowledge base that commands are for."""
    from incident_tui.cli.json_output import valid

    paths, origin = knowledge_base_source(args)
    name = "file" if user_config.file else "layers"
    return Setting(
        "file", valid(os.pathsep.join(map(str, paths))), _line(user_config, name) if origin == SETTINGS else origin
    )


def _others(user_config: config.Config, settings: "Settings") -> Iterator[Setting]:
    """All that says no file."""
    from incident_tui.storage.user.theme_choice import load_theme, theme_file
    from incident_tui.storage.user.width_choice import load_list_width, width_file
    from incident_tui.tui.actions.bindings import ACTIONS

    def origin(name: str, ours: bool) -> str:
        return _line(user_config, name) if ours else _DEFAULT

    if load_theme(user_config.theme) == settings.theme:
        yield Setting("theme", settings.theme, f"chosen in the browser, {theme_file()}")
    else:
        yield Setting("theme", settings.theme, origin("theme", settings.theme == user_config.theme))
    yield Setting("order", settings.order, origin("order", settings.order == user_config.order))
    for name in ("stale_days", "review_days"):
        value = getattr(settings, name)
        yield Setting(name, value, origin(name, value == getattr(user_config, name)))
    yield Setting(
        "write_reviewed",
        str(settings.write_reviewed).lower(),
        origin("write_reviewed", user_config.write_reviewed is not None),
    )
    width = settings.list_width
    if width is not None and load_list_width(user_config.list_width) == width:
        yield Setting("list_width", width or "", f"chosen in the browser, {width_file()}")
    else:
        yield Setting("list_width", width or "", origin("list_width", width is not None))
    for action in settings.actions:
        name = f"keys.{action.name}"
        yield Setting(name, action.keys, origin(name, action not in ACTIONS))
    for path, short in user_config.names.items():
        yield Setting(f"names.{path}", short, _line(user_config, f"names.{path}"))
    for layer, folder in user_config.layers.items():
        yield Setting(f"layers.{layer}", str(folder), _line(user_config, f"layers.{layer}"))
    for saved in settings.searches:
        name = f"searches.{saved.name}"
        yield Setting(name, saved.search, _line(user_config, name))
        if saved.key:
            yield Setting(f"{name}.key", saved.key, _line(user_config, name))
    for word, same in settings.synonyms.items():
        yield Setting(f"synonyms.{word}", ", ".join(same), _line(user_config, f"synonyms.{word}"))


def _line(user_config: config.Config, name: str) -> str:
    """Where a setting stands in the user's file."""
    line = user_config.lines.get(name)
    return f"{config.config_file()}:{line}" if line else str(config.config_file())
