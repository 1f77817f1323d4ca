"""Floor 0: the standard as data, and the words that every floor above uses."""
