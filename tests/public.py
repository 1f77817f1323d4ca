"""The public tables of a release that was built, as the editions get them."""

import json
from pathlib import Path

from kloop import STANDARD
from pfds.editions.public import Public
from pfds.release.stated import stated_about


def public(folder: Path, before: Path | None = None) -> Public:
    """The release in a folder, and the folder of the one before it."""
    release = json.loads((folder / "release.json").read_text("utf-8"))
    rows = {table["name"]: table["rows"] for table in release["tables"]}
    return Public(STANDARD.released, stated_about(release), folder, rows, before)
