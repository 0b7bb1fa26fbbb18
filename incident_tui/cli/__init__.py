"""What a shell sees: the command `incident-tui`, its commands, and their exit codes.

0 is done, 1 refused or failed (one line on stderr, no file touched), 2 wrong use.
"""

import sys
from collections.abc import Sequence

__all__ = ["main"]

INTERRUPTED = 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command, or open the browser; return the exit code. Raises nothing."""
    try:
        from incident_tui.cli.run import run

        return run(sys.argv[1:] if argv is None else argv)
    except KeyboardInterrupt:
        return INTERRUPTED
