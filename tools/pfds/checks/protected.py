"""Names that are not for everybody, known once persons and names are read, and where they stand in text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from pfds.checks.cells import CheckedTable
from pfds.checks.mentions import NameMatcher
from pfds.intake.columns import TextColumns, as_table
from pfds.standard.model import Table

NOT_PUBLIC = ("initials", "pseudonym", "withheld", "embargoed")
MENTIONS = pa.schema([(name, pa.string()) for name in ("subject_table", "subject_id", "subject_field", "name_id")])
_TEXT_KINDS = frozenset({"line", "text", "url"})


def searched(table: Table) -> list[str]:
    """The identifier of a table, and its text and addresses, in which a name may stand."""
    return [table.primary_key, *(field.name for field in table.fields if field.kind in _TEXT_KINDS)]


@dataclass(slots=True)
class ProtectedNames:
    """Gathers the forms of names that are not public, or whose person is not; persons are to be read first."""

    names: list[tuple[str, str]] = field(default_factory=list)
    _persons: set[str] = field(default_factory=set)

    def note(self, checked: CheckedTable) -> None:
        """Takes note of persons or of names."""
        cells = checked.columns
        hidden = pc.is_in(cells.column("disclosure"), value_set=pa.array(NOT_PUBLIC))
        if checked.table.name == "persons":
            self._persons.update(cells.column("person_id").filter(hidden).drop_null().to_pylist())
            return
        if self._persons:
            owners = pa.array(sorted(self._persons), pa.string())
            hidden = pc.or_(hidden, pc.is_in(cells.column("person_id"), value_set=owners))
        rows = as_table(cells, ["name_id", "name"]).filter(hidden).drop_null()
        self.names += zip(*(column.to_pylist() for column in rows.columns), strict=True)

    def matcher(self) -> NameMatcher | None:
        """Finds these names in text; None if there are none."""
        return NameMatcher(self.names) if self.names else None


def mentions(matcher: NameMatcher, table: Table, rows: TextColumns, columns: Iterable[str]) -> pa.Table:
    """Where names stand in columns of some records: table, id, field and the form of the name."""
    keys = rows.column(table.primary_key)
    pieces = [MENTIONS.empty_table()]
    for name in columns:
        found = matcher.find_in(rows, name)
        if found.num_rows:
            size = found.num_rows
            ids = keys.take(found.column("cell"))
            repeated = [pa.repeat(table.name, size), ids, pa.repeat(name, size), found.column("name_id")]
            pieces.append(pa.table(repeated, schema=MENTIONS))
    return pa.concat_tables(pieces).filter(pc.field("subject_id").is_valid())
