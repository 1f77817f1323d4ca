"""What becomes of every row of a dataset: each is published or kept back, and none twice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pfds.checks.database import Database
from pfds.release.conditions import inside
from pfds.release.dataset import sent
from pfds.release.disclose import GONE
from pfds.release.versions import GateRefused
from pfds.standard.model import Standard


@dataclass(frozen=True, slots=True)
class TableRows:
    """The rows of one table of a dataset. How many are kept back is for the maintainers only."""

    table: str
    rows: int
    published: int
    kept_back: int


def accounted(
    standard: Standard, dataset: Database, published: Mapping[str, int], accepted: Mapping[str, int] | None
) -> tuple[TableRows, ...]:
    """The rows of every table, of which so many were laid aside to be ``published``.

    ``accepted`` are those that the check of the dataset found nothing to correct in, if they are known. Raises
    GateRefused if the numbers do not agree: a row was lost, or is there twice.
    """
    rows = tuple(_rows(standard, dataset, name, published.get(name)) for name in standard.tables)
    wrong = [each.table for each in rows if each.rows != each.published + each.kept_back]
    wrong += [each.table for each in rows if accepted is not None and accepted.get(each.table, 0) != each.rows]
    if wrong:
        raise lost_rows(wrong[0])
    return rows


def lost_rows(table: str) -> GateRefused:
    """What is raised where rows of a table were lost or doubled; how many there are is not told."""
    return GateRefused(
        f"Not every record of the table {table} is published or kept back exactly once. Nothing was published. This is"
        " a defect of ours: please report it together with the command."
    )


def _rows(standard: Standard, dataset: Database, name: str, published: int | None) -> TableRows:
    (rows,) = dataset.row(f"SELECT COUNT(*) FROM {sent(name)}")
    if published is None:
        return TableRows(name, rows, 0, rows)
    gone = inside(standard.tables[name].primary_key, GONE)
    (kept_back,) = dataset.row(f"SELECT COUNT(*) FROM {sent(name)} WHERE {gone}")
    return TableRows(name, rows, published, kept_back)
