"""Benchmarks: packages of made-up records, the programs compared on them, and what they took."""
