"""The same checks on a cluster: cells file by file on the workers of Spark, keys, references and rules in its SQL."""
