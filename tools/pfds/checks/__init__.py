"""Floor 3: checks of cells, keys, references and rules."""
