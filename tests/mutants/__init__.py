"""Mutants: the code of the toolkit with one thing changed at a time, each of which some test must notice."""
