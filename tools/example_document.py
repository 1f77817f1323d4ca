"""Writes examples/kloop-2025.json from the CSV files of examples/kloop-2025: the same submission as one document."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pyarrow import parquet

from pfds.checks.run import Options, validate
from pfds.intake.submission import open_submission
from pfds.standard.load import load_standard
from pfds.standard.model import Standard

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
_VALUES: Mapping[str, Callable[[str], Any]] = {
    "string": str,
    "integer": int,
    "number": float,
    "boolean": lambda text: text == "true",
}


def document(standard: Standard, folder: Path) -> str:
    """The submission in ``folder`` as the text of a JSON document; an empty cell becomes an absent key."""
    with TemporaryDirectory() as room:
        text = Path(room)
        checked = validate(standard, open_submission([folder], standard), None, Options(text=text))
        if checked.report.findings:
            raise SystemExit(f"{folder} has defects; run `pfds validate {folder}`.")
        sent = {table: text / f"{table}.parquet" for table in standard.tables}
        tables = {
            table: [
                {
                    name: _VALUES[standard.tables[table].by_name[name].json_type](cell)
                    for name, cell in record.items()
                    if cell is not None
                }
                for record in parquet.read_table(path).to_pylist()
            ]
            for table, path in sent.items()
            if path.is_file()
        }
    return json.dumps({"meta": dict(checked.meta), **tables}, ensure_ascii=False, indent=1) + "\n"


def main() -> None:
    """Writes the document, or with --check fails if it is stale."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail if the document is stale")
    arguments = parser.parse_args()
    target = EXAMPLES / "kloop-2025.json"
    text = document(load_standard(), EXAMPLES / "kloop-2025")
    if not arguments.check:
        target.write_text(text, "utf-8")
    elif not target.is_file() or target.read_text("utf-8") != text:
        sys.exit(f"{target.name} is stale: run `make examples`.")


if __name__ == "__main__":
    main()
