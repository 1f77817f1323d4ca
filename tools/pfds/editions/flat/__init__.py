"""One row for each case, person and event, with labels and counts."""
