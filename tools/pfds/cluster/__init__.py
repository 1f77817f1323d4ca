"""The same checks on a cluster: cells file by file on the workers of Spark, keys, references and rules in its SQL."""

import warnings

warnings.filterwarnings("ignore", message="PySpark does not yet fully support pandas", category=FutureWarning)
"""Spark imports pandas where it is installed; nothing here uses it."""
