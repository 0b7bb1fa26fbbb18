"""The command line: the command `incident-tui`, its commands, and their exit codes.

0 is done, 1 refused or failed (one line on stderr, no file touched), 2 usage error.
"""

import gc
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

__all__ = ["entry_point", "main"]

INTERRUPTED = 130


def entry_point() -> NoReturn:
    """The command `incident-tui`.

    A command ends before it would pay to collect garbage, and without taking the interpreter apart: all is written and
    flushed by then, and that would take as long as reading a thousand entries.
    """
    gc.disable()
    os._exit(main())


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command, or open the browser; return the exit code. Raises nothing."""
    try:
        from incident_tui.cli.dispatch import run

        return run(sys.argv[1:] if argv is None else argv)
    except KeyboardInterrupt as interrupt:
        if interrupt.args:  # it came while files were written
            from incident_tui.cli import output

            output.print_error(f"interrupted when this was done already: {interrupt}")
        return INTERRUPTED
