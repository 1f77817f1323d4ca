"""Floor 6: from a dataset to a published, verifiable release."""
