"""Submissions with many or strange problems, and reports on them."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from command import ROOT

MINIMAL = ROOT / "examples" / "submissions" / "minimal"
MISTAKES = ROOT / "examples" / "submissions" / "with-mistakes"

SCRIPT = '<script>document.title="taken"</script>'
RIGHT_TO_LEFT = "صحفي"
HOSTILE = (
    SCRIPT,
    RIGHT_TO_LEFT,
    '=HYPERLINK("http://x")',
    "@SUM(1)",
    "+1",
    "-1",
    "\u202eevil\u2066",
    "a\x1b[31mb",
    "100%:a,b::error::",
    "]]>&\"'",
    "\ufffe",
    "z" * 100_000,
)
"""Values that break other reports: markup, another direction, formulas, marks, controls, commands, and much."""


def submission(folder: Path, **tables: Iterable[Mapping[str, str]]) -> Path:
    """The minimal submission, with the rows of some tables made of its first row and of what is given for each.

    Identifiers are numbered from 1.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for path in MINIMAL.glob("*.csv"):
        header, *rows = read(path)
        changes = tables.get(path.stem)
        if changes is not None:
            first = dict(zip(header, rows[0], strict=True))
            stem = first[header[0]].rsplit("-", 1)[0]
            rows = [
                list({**first, header[0]: f"{stem}-{number:04}", **change}.values())
                for number, change in enumerate(changes, 1)
            ]
        write(folder / path.name, [header, *rows])
    return folder


def groups_of_persons(folder: Path, *values: str) -> Path:
    """A submission in which persons have these values in `protected_group`."""
    return submission(folder, persons=[{"protected_group": value} for value in values])


def read(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def write(path: Path, rows: Sequence[Sequence[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
