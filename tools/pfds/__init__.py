"""The toolkit of the Press Freedom Data Standard: validate submissions, build and verify releases."""

__version__ = "0.1.0"
