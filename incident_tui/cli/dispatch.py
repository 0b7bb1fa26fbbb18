"""One run: parse the arguments, run the command, and report errors in plain words."""

from collections.abc import Sequence
from importlib import import_module

from incident_tui.cli import output
from incident_tui.cli.parser import UsageError, parse


def run(argv: Sequence[str]) -> int:
    """Do what the arguments say; return the exit code."""
    output.prepare()
    try:
        code = _done(argv)
        output.flush()
    except BrokenPipeError:  # the reader (`| head`) has seen enough
        output.discard_stdout()
        return 0
    except OSError as error:
        output.discard_stdout()
        output.print_error(_reason(error))
        return 1
    return code


def _done(argv: Sequence[str]) -> int:
    try:
        command, args = parse(argv)
    except SystemExit as done:  # --help and --version
        return int(done.code or 0)
    except UsageError as wrong:
        output.print_error(*wrong.lines)
        return 2
    from incident_tui.format.errors import Refused

    try:
        code: int = import_module(f"incident_tui.cli.commands.{command.module}").run(args)
    except UsageError as wrong:
        output.print_error_now()
        output.print_error(*wrong.lines)
        return 2
    except Refused as refused:
        output.print_error(str(refused))
        return 1
    output.print_error_now()
    return code


def _reason(error: OSError) -> str:
    reason = (error.strerror or str(error)).lower()
    return f"{error.filename}: {reason}" if isinstance(error.filename, str) else reason
