"""Floor 1: what is generated from the standard."""
