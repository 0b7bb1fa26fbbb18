"""The actions of the keys, in the groups of the table in `incident_tui.tui.actions.bindings`."""
