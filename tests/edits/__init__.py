"""Edits of a published, signed store, by chance and on purpose: whatever is done to it, `pfds release verify` tells."""
