"""Floor 5: everything that is made from the public tables of a release, and from nothing else."""
