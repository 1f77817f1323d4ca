"""Following the changes of releases as the documentation says."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from command import ROOT


def applied(folder: Path, lines: Iterable[str]) -> dict[str, bytes]:
    """The CSV files that the program of the documentation makes of a release and the lines of a changes.jsonl."""
    (program,) = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "releases.md").read_text("utf-8"), re.DOTALL)
    names: dict[str, Any] = {}
    exec(program, names)  # noqa: S102 - a file of ours
    made: dict[str, bytes] = names["tables_after"](folder, lines)
    return made


def lines_of(folder: Path) -> list[str]:
    return (folder / "changes" / "changes.jsonl").read_text("utf-8").splitlines()
