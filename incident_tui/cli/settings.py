"""The user's settings as commands read them."""

from argparse import Namespace

from incident_tui import config
from incident_tui.cli import output


def settings(args: Namespace, name: str) -> config.Config:
    """The settings, for a command that needs this one. What is wrong with it, or with the whole file, is told once."""
    result: config.Config = args.settings if "settings" in args else config.read()
    reported = [problem for problem in result.problems if problem.setting in ("", name)]
    for problem in reported:
        output.print_error(problem.told)
    args.settings = result._replace(problems=tuple(problem for problem in result.problems if problem not in reported))
    return result
