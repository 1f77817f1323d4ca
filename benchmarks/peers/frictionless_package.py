"""frictionless validates the package: types, constraints, primary and foreign keys."""

import json
from pathlib import Path
from typing import Any

from frictionless import Package

from benchmarks.peers.outcome import report
from benchmarks.standard import PUBLISHED, tables_in


def validate(folder: Path) -> int:
    checked = Package.from_descriptor(_descriptor(folder), basepath=str(folder)).validate()
    return int(checked.stats["errors"])


def _descriptor(folder: Path) -> dict[str, Any]:
    """The published data package, of the tables that are there; references into absent tables cannot be checked."""
    published: dict[str, Any] = json.loads((PUBLISHED / "datapackage.json").read_text("utf-8"))
    present = tables_in(folder)
    published["resources"] = [resource for resource in published["resources"] if resource["name"] in present]
    for resource in published["resources"]:
        schema = resource["schema"]
        schema["foreignKeys"] = [
            key for key in schema.get("foreignKeys", []) if key["reference"]["resource"] in {"", *present}
        ]
    return published


if __name__ == "__main__":
    report(validate)
