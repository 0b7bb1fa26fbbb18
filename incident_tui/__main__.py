"""`python -m incident_tui` is the command `incident-tui`."""

import sys

from incident_tui.cli import main

sys.exit(main())
