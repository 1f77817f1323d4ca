"""Two releases, record by record: what was added, changed field by field and why, and removed.

Removed records are told by their identifier, never by their content (`diff_secrets`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pfds.checks.database import Database
from pfds.release.diff_schema import SchemaDifference, schema_difference
from pfds.release.diff_secrets import Secrets, names_taken_back, reduced_in
from pfds.release.diff_side import Sheet, Side
from pfds.standard.model import Standard

MEMORY_MIB: Final = 512
_ROWS: Final = 4096
_ABOUT: Final = ("claim_id", "source_id", "subject_table", "subject_id", "subject_field")
ADDED: Final = "ADD"
MODIFIED: Final = "MOD"
REMOVED: Final = "DEL"
_BOUNDS: Final = ("_earliest", "_latest")


@dataclass(frozen=True, slots=True)
class TableDifference:
    """How many records of a table were added, changed and removed, and how many are as before.

    ``corrected`` of the changed ones differ in a field that the first release has as well; of ``reduced`` ones the
    second release shows less, because the person or organization is protected since. ``fields`` are counts by field.
    """

    name: str
    added: int
    changed: int
    removed: int
    unchanged: int
    corrected: int
    reduced: int
    fields: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One cell: what it held and holds, None for empty; ``hidden`` says that the old content is not to be told.

    ``claims`` were added or changed since and are about this very cell; so are those that cite the ``sources``.
    """

    name: str
    old: str | None
    new: str | None
    hidden: bool
    claims: tuple[str, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """A record that was added, changed or removed, with each cell that differs; of a removed one none is told.

    ``origin`` says where the change of a record comes from that both releases have: `source` (a claim or source on it
    is new or changed), `schema` (only new fields were filled) or `coding`.
    """

    op: str
    id: str
    fields: tuple[FieldChange, ...]
    origin: str | None


class Difference:
    """What changed from release ``old`` to ``new``; counts are there, records are read when they are asked for."""

    def __init__(self, standard: Standard, old: Side, new: Side, folder: Path, database: Database) -> None:
        self.standard, self.old, self.new = standard, old, new
        self.schema: SchemaDifference = schema_difference(old, new)
        self._folder, self._database = folder, database
        self._known: set[str] = set()
        self._differing = [name for name, sheet in new.sheets.items() if not _same(old.sheets.get(name), sheet)]
        for name in self._differing:
            self._keep(name)
        gone = [f"SELECT id FROM gone_{name}" for name in self._differing]
        database.keep({"gone": " UNION ALL ".join(gone or ["SELECT '' AS id LIMIT 0"])})
        self.tables: tuple[TableDifference, ...] = tuple(map(self._counted, self._differing))
        self._secrets = self._names()
        self._causes()

    def added(self, table: str, most: int | None = None) -> Iterator[str]:
        """Identifiers of added records, in order; at most so many."""
        return self._ids("fresh", table, most)

    def removed(self, table: str, most: int | None = None) -> Iterator[str]:
        """Identifiers of removed records, in order, or what is told instead (`Secrets.told`); at most so many."""
        return map(self._secrets.told, self._ids("gone", table, most))

    def changed(self, table: str, most: int | None = None) -> Iterator[Change]:
        """The changed records in order of the identifier; at most so many."""
        return self._changes(table, f"WHERE e.op = '{MODIFIED}'", most)

    def every(self, table: str) -> Iterator[Change]:
        """All records that were added, changed or removed, in order of the identifier."""
        return self._changes(table, "", None)

    def _changes(self, table: str, where: str, most: int | None) -> Iterator[Change]:
        fields = self._fields(table)
        hide = "".join(f', e."old {name}" IN (SELECT id FROM gone) AS "gone {name}"' for name in fields)
        select = (
            f"SELECT e.*{hide}, s.told FROM ({self._every_select(table, fields)}) e LEFT JOIN"
            " (SELECT id, list([field, claim, source] ORDER BY field, claim, source) AS told"
            f" FROM causes WHERE subject = '{table}' GROUP BY id) s ON s.id = e.id {where} ORDER BY e.id{_limit(most)}"
        )
        for batch in self._database.batches(select, _ROWS):
            for row in batch.to_pylist():
                yield self._change(table, fields, row)

    def _every_select(self, table: str, fields: list[str]) -> str:
        """All that differs in one relation; added records have new cells only, removed ones have none."""
        key, new = self.new.sheets[table].key, self._related("new", table)
        cells = "".join(f', NULL::VARCHAR AS "old {field}", n."{field}" AS "new {field}"' for field in fields)
        return (
            f"SELECT '{REMOVED}' AS op, id FROM gone_{table}"
            f" UNION ALL BY NAME SELECT '{ADDED}' AS op, f.id{cells} FROM fresh_{table} f"
            f' JOIN {new} n ON n."{key}" = f.id'
            f" UNION ALL BY NAME SELECT '{MODIFIED}' AS op, * FROM changed_{table}"
        )

    def _change(self, table: str, fields: list[str], row: Mapping[str, Any]) -> Change:
        told: list[list[str]] = row["told"] or []
        cells = tuple(self._cell(table, name, row, told) for name in fields if row[f"old {name}"] != row[f"new {name}"])
        if row["op"] == REMOVED:
            return Change(REMOVED, self._secrets.told(row["id"]), (), None)
        if row["op"] == ADDED:
            return Change(ADDED, row["id"], cells, None)
        if any(cell.claims or cell.sources for cell in cells):
            return Change(MODIFIED, row["id"], cells, "source")
        return Change(MODIFIED, row["id"], cells, "coding" if row["corrected"] else "schema")

    def _cell(self, table: str, name: str, row: Mapping[str, Any], told: list[list[str]]) -> FieldChange:
        old, new = row[f"old {name}"], row[f"new {name}"]
        about = [cause for cause in told if cause[0] in (name, base_of(name, self.new.sheets[table]))]
        hidden = row["reduced"] or bool(row[f"gone {name}"]) or self._secrets.hide(table, name, old, new)
        return FieldChange(
            name,
            None if hidden else old,
            new,
            old is not None and hidden,
            tuple(dict.fromkeys(claim for _, claim, _ in about if claim)),
            tuple(dict.fromkeys(source for _, _, source in about if source)),
        )

    def _keep(self, name: str) -> None:
        """Keeps which records of a table are added, gone and changed."""
        new, key = self._related("new", name), self.new.sheets[name].key
        if name not in self.old.sheets:
            nothing = f'SELECT "{key}" AS id FROM {new} LIMIT 0'
            self._database.keep({f"fresh_{name}": f'SELECT "{key}" AS id FROM {new}', f"gone_{name}": nothing})
            self._database.keep(
                {f"changed_{name}": f"SELECT id, false AS corrected, false AS reduced FROM ({nothing})"}
            )
            return
        old, before = self._related("old", name), self.old.sheets[name].key
        only = 'SELECT x."{}" AS id FROM {} x ANTI JOIN {} y ON x."{}" = y."{}"'
        self._database.keep(
            {
                f"fresh_{name}": only.format(key, new, old, key, before),
                f"gone_{name}": only.format(before, old, new, before, key),
                f"changed_{name}": self._changed_select(name, old, new, before, key),
            }
        )

    def _changed_select(self, name: str, old: str, new: str, before: str, key: str) -> str:
        known = self.old.sheets[name].columns
        fields = self._compared(name)
        common = _any(f'o."{field}" IS DISTINCT FROM n."{field}"' for field in fields if field in known)
        filled = _any(f'n."{field}" IS NOT NULL' for field in fields if field not in known)
        olds = [f'o."{field}"' if field in known else "NULL::VARCHAR" for field in fields]
        cells = "".join(
            f', {cell} AS "old {field}", n."{field}" AS "new {field}"' for field, cell in zip(fields, olds, strict=True)
        )
        after = reduced_in(self.standard, name, "n", self.new.sheets[name])
        return (
            f'SELECT n."{key}" AS id, {common} AS corrected, {after} AS reduced{cells} FROM {old} o'
            f' JOIN {new} n ON o."{before}" = n."{key}" WHERE {common} OR {filled}'
        )

    def _compared(self, table: str) -> list[str]:
        return self._fields(table) if table in self.old.sheets else []

    def _fields(self, table: str) -> list[str]:
        return [name for name in self.new.sheets[table].columns if name != self.new.sheets[table].key]

    def _counted(self, name: str) -> TableDifference:
        fields = self._compared(name)
        sums = "".join(f', COUNT(*) FILTER ("old {field}" IS DISTINCT FROM "new {field}")' for field in fields)
        was = reduced_in(self.standard, name, None, self.new.sheets[name], self.old.sheets.get(name))
        changed, corrected, reduced, *each = self._database.row(
            f"SELECT COUNT(*), COUNT(*) FILTER (corrected), COUNT(*) FILTER (reduced AND NOT {was}){sums}"
            f" FROM changed_{name}"
        )
        numbers = [self._number(f"{kind}_{name}") for kind in ("fresh", "gone")]
        unchanged = self._number(self._related("new", name)) - numbers[0] - changed
        counts = {field: count for field, count in zip(fields, each, strict=True) if count}
        return TableDifference(name, numbers[0], changed, numbers[1], unchanged, corrected, reduced, counts)

    def _number(self, relation: str) -> int:
        return int(self._database.row(f"SELECT COUNT(*) FROM {relation}")[0])

    def _causes(self) -> None:
        """Keeps, for each cell, the claims on it that are new or changed, and those of sources that are."""
        claims, nothing = self.new.sheets.get("claims"), "SELECT '' AS subject, '' AS id, '' AS field, '' AS claim,"
        select = f"{nothing} '' AS source LIMIT 0"
        if claims and set(_ABOUT) <= claims.columns.keys() and self.tables:
            claim, source = (f"IN ({self._touched(name)})" for name in ("claims", "sources"))
            select = (
                "SELECT subject_table AS subject, subject_id AS id, subject_field AS field,"
                f" CASE WHEN claim_id {claim} THEN claim_id END AS claim, source_id AS source"
                f" FROM {self._related('new', 'claims')} WHERE claim_id {claim} OR source_id {source}"
            )
        self._database.keep({"causes": select})

    def _touched(self, table: str) -> str:
        if table not in self._differing:
            return "SELECT '' WHERE false"
        return f"SELECT id FROM fresh_{table} UNION ALL SELECT id FROM changed_{table} WHERE corrected"

    def _names(self) -> Secrets:
        taken = names_taken_back(self.old, self.new, self._differing, self._related, self._database)
        return Secrets(self.standard, taken)

    def _ids(self, kind: str, table: str, most: int | None) -> Iterator[str]:
        for batch in self._database.batches(f"SELECT id FROM {kind}_{table} ORDER BY id{_limit(most)}", _ROWS):
            yield from batch.column(0).to_pylist()

    def _related(self, which: str, table: str) -> str:
        """The name under which the database knows a table of the `old` or the `new` release."""
        name = f"{which}_{table}"
        if name not in self._known:
            path = self._folder / f"{name}.parquet"
            (self.old if which == "old" else self.new).sheets[table].write(path)
            self._database.relate(name, path)
            self._known.add(name)
        return name


@contextmanager
def difference(standard: Standard, old: Side, new: Side, folder: Path) -> Iterator[Difference]:
    """What changed from ``old`` to ``new``; what does not fit into memory goes to ``folder``, which is private.

    Raises NotARelease if a table cannot be read.
    """
    database = Database(folder, MEMORY_MIB)
    try:
        yield Difference(standard, old, new, folder, database)
    finally:
        database.close()


def base_of(field: str, sheet: Sheet) -> str | None:
    """The date that a column gives the first or last day of, if it is such a column."""
    bases = (field.removesuffix(suffix) for suffix in _BOUNDS if field.endswith(suffix))
    return next((base for base in bases if base in sheet.columns), None)


def _same(old: Sheet | None, new: Sheet) -> bool:
    return old is not None and old.hash == new.hash and list(old.columns) == list(new.columns)


def _any(conditions: Iterator[str]) -> str:
    return f"({' OR '.join(['false', *conditions])})"


def _limit(most: int | None) -> str:
    return "" if most is None else f" LIMIT {most}"
