"""Canaries: a dataset whose every cell can be recognised, three releases of it, and a search for each in every byte."""
