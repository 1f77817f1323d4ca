"""What a release keeps back for reasons of its own, and what it shows of that which earlier ones kept back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Final

import pyarrow as pa

from pfds.checks.database import Database
from pfds.release.coarser import Unit, coarser
from pfds.release.dataset import public
from pfds.release.disclose import REDUCED, Disclosure, kept_for_itself
from pfds.release.hanging import is_text, labelled, texts_kept_back
from pfds.release.ledger import Kept, undecided
from pfds.release.redactions import RECORD, Cell
from pfds.standard.model import Standard

_UNITS: Final[Mapping[str, Unit]] = {"year": "year", "month": "month"}


def left_now(standard: Standard, dataset: Database, disclosure: Disclosure) -> dict[Cell, str]:
    """What a disclosed dataset leaves of each record, cell and text that it keeps back, by identifier and field."""
    left = dict(disclosure.decided.cells)
    for select in (*texts_kept_back(standard), *labelled(standard)):
        left |= dict.fromkeys(dataset.rows(select), "nothing")
    left |= {(key, RECORD): "reduced" for (key,) in dataset.rows(f"SELECT id FROM {REDUCED}")}
    return left | {(key, RECORD): "nothing" for (key,) in dataset.rows(kept_for_itself(standard))}


def given_back(
    standard: Standard, dataset: Database, disclosure: Disclosure, before: Mapping[Cell, Kept], left: Mapping[Cell, str]
) -> Iterator[Cell]:
    """What was kept back ``before`` and would be published, though nobody decided so since."""
    suspected: dict[tuple[str, str], dict[str, Kept]] = defaultdict(dict)
    for (key, name), kept in before.items():
        table, now = standard.table_of(key), left.get((key, name), "everything")
        signable = table is not None and name in table.by_name and is_text(table.by_name[name])
        if table and undecided(kept, (key, name), now, disclosure.decided, is_text=signable):
            suspected[table.name, name][key] = kept
    for number, ((table_name, name), cells) in enumerate(suspected.items()):
        table = standard.tables[table_name]
        dataset.relate(f"suspected_{number}", pa.table({"id": pa.array(sorted(cells), pa.string())}))
        content = table.primary_key if name == RECORD else name
        there = f"{public(table_name)} JOIN suspected_{number} ON {table.primary_key} = id"
        for key, text in dataset.rows(f"SELECT id, {content} FROM {there} WHERE {content} IS NOT NULL"):
            unit = _UNITS.get(cells[key].left)
            if unit is None or coarser(text, unit) != text:
                yield key, name
