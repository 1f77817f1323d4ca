"""The sourcemeta command validates JSON Lines files, in its fast mode; no keys or references.

It lives in an environment of its own, for its command has the name of another package's.
"""

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

from benchmarks.peers.outcome import report
from benchmarks.standard import PUBLISHED, ROOT, record_schemas, tables_in

COMMAND: Final = ROOT / "build" / "peers" / "sourcemeta" / "bin" / "jsonschema"


def validate(folder: Path) -> int:
    """Number of files with defects: the command stops at the first one of each."""
    files = {schema["x-table"]: path for path, schema in _published().items()}
    return sum(_is_invalid(files[table], path) for table, path in tables_in(folder, ".jsonl").items())


def _published() -> dict[Path, dict[str, str]]:
    return {PUBLISHED / "schemas" / Path(schema["$id"]).name: dict(schema) for schema in record_schemas().values()}


def _is_invalid(schema: Path, records: Path) -> bool:
    with tempfile.TemporaryFile() as said:
        done = subprocess.run(
            [COMMAND, "validate", schema, records, "--fast"], stdout=said, stderr=subprocess.STDOUT, check=False
        )
        said.seek(0)
        failed = said.read(5) == b"fail:"
    if done.returncode and not failed:
        sys.exit(f"{COMMAND.name} ended with {done.returncode}")
    return failed


if __name__ == "__main__":
    report(validate)
