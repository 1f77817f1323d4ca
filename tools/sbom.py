"""python tools/sbom.py: makes sbom.cdx.json, the parts list of the toolkit in CycloneDX, from what cyclonedx-py says.

    cyclonedx-py requirements requirements.lock --pyproject pyproject.toml --output-reproducible --sv 1.6 -o - \
        | python tools/sbom.py requirements.lock > sbom.cdx.json

Addresses and line numbers are left out, so that the file changes only with the parts; the hashes of the files of each
part stand in the lock, whose own hash is told.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path
from typing import Any


def normalised(bom: dict[str, Any], lock: bytes) -> dict[str, Any]:
    """The same parts, ordered by name, without what differs from one machine to another."""
    parts = [
        {"type": part["type"], "name": part["name"], "version": part["version"], "purl": part["purl"]}
        | {"bom-ref": part["purl"]}
        for part in sorted(bom["components"], key=lambda part: (part["name"], part["version"]))
    ]
    made = {"name": "pfds:lock-sha256", "value": hashlib.sha256(lock).hexdigest()}
    return {
        "$schema": bom["$schema"],
        "bomFormat": bom["bomFormat"],
        "specVersion": bom["specVersion"],
        "version": 1,
        "metadata": {"component": bom["metadata"]["component"], "properties": [made]},
        "components": parts,
    }


if __name__ == "__main__":
    made = normalised(json.load(sys.stdin), Path(sys.argv[1]).read_bytes())
    sys.stdout.write(json.dumps(made, indent=1, ensure_ascii=False) + "\n")
