"""The codebook of a release: what every table, column and code means, and how far the columns are filled."""
