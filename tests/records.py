"""Records written in a test, as the engine sees them."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa

from in_memory import empty_database
from pfds.checks.cell_pass import CellPass
from pfds.checks.gathered import Gathered
from pfds.checks.keys import Links, sent
from pfds.checks.laying import Wanted
from pfds.checks.relations import SUPPLIED
from pfds.checks.spool import Spool
from pfds.checks.supply import Supply
from pfds.checks.tally import Tally
from pfds.intake.columns import HeldColumns
from pfds.intake.tables import Submission, TextTable
from pfds.standard.model import Rule, Standard
from reading import HeldTable

Records = Sequence[Mapping[str, Any]]


def cell_text(value: Any) -> str | None:
    """A JSON value as the text of a cell."""
    if value is None:
        return None
    return str(value).lower() if isinstance(value, bool) else str(value)


def text_table(standard: Standard, table: str, records: Records) -> TextTable:
    """Records as the table of one file, with every column of the standard."""
    names = [field.name for field in standard.tables[table].fields]
    derived = [field.name for field in standard.tables[table].derived if any(field.name in r for r in records)]
    cells = pa.table({n: pa.array([cell_text(r.get(n)) for r in records], pa.string()) for n in (*names, *derived)})
    rows = np.arange(1, len(records) + 1, dtype=np.int64)
    return TextTable(
        table=table,
        file=f"{table}.csv",
        columns=HeldColumns(cells),
        rows=rows,
        lines=rows + 1,
        damaged=np.zeros(len(records), dtype=np.bool_),
        positions={name: position for position, name in enumerate(cells.column_names)},
        refused={},
    )


def relations(standard: Standard, tables: Mapping[str, Records], as_of: str | None, rule: Rule) -> dict[str, pa.Table]:
    """The relations that a rule sees, built by the engine; a table that is not named has no record.

    References to records that are not among these are kept: a vector names only what its rule looks at.
    """
    day = date.fromisoformat(as_of) if as_of else None
    wanted = rule.reads
    files = tuple(
        HeldTable(text_table(standard, name, tables.get(name, ())))
        for name in {*tables, *(wanted & standard.tables.keys())}
    )
    cells = CellPass(standard, Gathered(Tally()), Spool(), Wanted.by((rule,)))
    cells.run(Submission(files))
    presence = cells.gathered.presence(complete=True)
    names = [
        *(name for name in standard.tables if name in wanted),
        *(name for name in SUPPLIED if name in wanted and (name != "run" or day)),
    ]
    with empty_database() as database:
        for name in presence.tables:
            database.relate(sent(name), cells.spool.close(sent(name)))
        Supply(standard, database, cells.spool, Links(), presence, day).relate(wanted)
        return {name: database.connection.sql(f"FROM {name}").to_arrow_table() for name in names}
