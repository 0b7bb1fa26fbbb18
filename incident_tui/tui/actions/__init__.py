"""What the keys do, in the groups of the table in `incident_tui.tui.actions.table`."""
