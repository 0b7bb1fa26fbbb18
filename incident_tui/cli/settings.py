"""The user's settings as commands read them."""

from argparse import Namespace

from incident_tui import config
from incident_tui.cli import output


def settings(args: Namespace, name: str) -> config.Config:
    """Return the settings, for a command that uses this one. Problems with it, or with the file, are reported once."""
    result: config.Config = args.settings if "settings" in args else config.read()
    reported = [problem for problem in result.problems if problem.setting in ("", name)]
    for problem in reported:
        output.print_error(problem.told)
    args.settings = result._replace(problems=tuple(problem for problem in result.problems if problem not in reported))
    return result
