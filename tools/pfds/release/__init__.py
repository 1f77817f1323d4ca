"""Floor 5: from a dataset to a published, verifiable release."""
