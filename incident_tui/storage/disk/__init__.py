"""Files, locks and the journal: what makes a write safe."""
