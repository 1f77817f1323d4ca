"""The tables of a release as one workbook."""
