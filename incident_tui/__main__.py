"""`python -m incident_tui` is the command `incident-tui`."""

from incident_tui.cli import entry_point

entry_point()
