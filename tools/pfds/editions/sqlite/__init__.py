"""The tables of a release as one SQLite file."""
