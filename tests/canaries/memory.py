"""The ledger, said once more: what earlier releases kept back, and what a release would give back unasked."""

from __future__ import annotations

from dataclasses import dataclass, field

from canaries.decided import NOTHING, shortened
from canaries.model import EVERYTHING, REDUCED, Part

Cell = tuple[str, str]


@dataclass
class Memory:
    """What is left of each record (`*`) and cell at most, and the as-of date of the last release that kept it back."""

    kept: dict[Cell, tuple[int, str]] = field(default_factory=dict)

    def remember(self, part: Part, as_of: str) -> None:
        """Takes in what a release keeps back."""
        for cell, left in part.left.items():
            before, last = self.kept.get(cell, (left, as_of))
            self.kept[cell] = (min(before, left), max(last, as_of))

    def given_back(self, part: Part) -> list[Cell]:
        """What a release would show though it was kept back and nobody decided so since."""
        rows = {key: row for rows in part.shown.values() for key, row in rows.items()}
        return [
            cell
            for cell, (left, last) in sorted(self.kept.items())
            if part.left.get(cell, EVERYTHING) > left
            and not _is_decided(part, cell, part.left.get(cell, EVERYTHING), last)
            and _is_there(rows.get(cell[0]), cell[1], left)
        ]


def _is_there(row: dict[str, str] | None, name: str, left: int) -> bool:
    if row is None or name == "*":
        return row is not None
    return name in row and (left == NOTHING or shortened(row[name], left) != row[name])


def _is_decided(part: Part, cell: Cell, now: int, last: str) -> bool:
    (key, name), decided = cell, part.decided
    cells = {cell, (key, "*")}
    if name == "*" and now == REDUCED and key in decided.pseudonyms:
        return True
    if cell in part.texts and any(decided.read.get(each, "") >= last for each in cells):
        return True
    made = [days for each in cells for days in decided.published.get(each, ())]
    return any(day >= last or since > last for day, since in made) or any(
        decided.ended.get(each, "") > last for each in cells
    )
