"""jsonschema-rs: is each record valid, yes or no; from CSV (cells converted) or JSON Lines; no keys or references."""

from pathlib import Path

import jsonschema_rs

from benchmarks.peers.outcome import report
from benchmarks.peers.rows import package
from benchmarks.standard import record_schemas


def validate(folder: Path) -> int:
    defects = 0
    for table, records in package(folder):
        is_valid = jsonschema_rs.Draft202012Validator(record_schemas()[table], validate_formats=True).is_valid
        for record in records:
            if not is_valid(record):
                defects += 1
    return defects


if __name__ == "__main__":
    report(validate)
