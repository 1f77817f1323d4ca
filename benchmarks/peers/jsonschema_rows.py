"""jsonschema lists every error of every record, from CSV (cells converted) or JSON Lines; no keys or references."""

from pathlib import Path

from jsonschema import Draft202012Validator, FormatChecker

from benchmarks.peers.outcome import report
from benchmarks.peers.rows import package
from benchmarks.standard import record_schemas


def validate(folder: Path) -> int:
    defects = 0
    for table, records in package(folder):
        validator = Draft202012Validator(record_schemas()[table], format_checker=FormatChecker(["date"]))
        defects += sum(1 for record in records for _error in validator.iter_errors(record))
    return defects


if __name__ == "__main__":
    report(validate)
