"""Loaders that give types and labels to the CSV files in other programs."""
