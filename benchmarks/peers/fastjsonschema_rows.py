"""fastjsonschema stops at the first error of each record, from CSV or JSON Lines; no keys or references."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import fastjsonschema

from benchmarks.peers.outcome import report
from benchmarks.peers.rows import Record, package
from benchmarks.standard import record_schemas


def validate(folder: Path) -> int:
    defects = 0
    for table, records in package(folder):
        check = fastjsonschema.compile(record_schemas()[table])
        defects += sum(1 for record in records if not _passes(check, record))
    return defects


def _passes(check: Callable[..., Any], record: Record) -> bool:
    try:
        check(record)
    except fastjsonschema.JsonSchemaValueException:
        return False
    return True


if __name__ == "__main__":
    report(validate)
