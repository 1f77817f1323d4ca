"""What hangs on a record that is not published in full: names, claims, conflicts, and rows that stand for it."""

from __future__ import annotations

from collections.abc import Iterable

import pyarrow as pa
import pyarrow.compute as pc

from pfds.release.rows import Ids, Tables, inside, keys, outside, replaced, subject, together
from pfds.standard.model import Field, Standard, Table

_NOTE_KEPT_BACK = "The note is not published, because it may repeat what is kept back."
_NO_IDS = pa.chunked_array([], pa.string())


def without_restricted(standard: Standard, table: Table, content: pa.Table, reduced: Ids) -> pa.Table:
    """Without the rows that say more about a record than the release does.

    Those are: names of a reduced record, and records merged into one, which would name it; its identifiers;
    claims and conflicts about its name or its optional fields, or about a field that is not public; and whatever
    the standard drops (`onReduced`).
    """
    for field in table.fields:
        if field.reference and field.reference.table in reduced:
            pointing = inside(content.column(field.name), reduced[field.reference.table])
            if field.name == "merged_into":
                pointing = pc.and_(pointing, outside(keys(table, content), reduced[table.name]))
            if field.reference.on_reduced == "drop" or field.name == "merged_into":
                content = content.filter(pc.invert(pointing))
    if "subject_id" not in table.by_name:
        return content
    if "subject_field" not in table.by_name:
        return content.filter(outside(content.column("subject_id"), together(*reduced.values())))
    return _about_published(standard, content, reduced)


def _about_published(standard: Standard, content: pa.Table, reduced: Ids) -> pa.Table:
    published = [
        f"{table.name}.{name}"
        for table in standard.tables.values()
        for name in ("*", *(field.name for field in table.fields if field.disclosure == "public"))
    ]
    content = content.filter(inside(subject(content), published))
    for name, ids in reduced.items():
        fields = [field for field in standard.tables[name].fields if not field.required or field.name == "display_name"]
        content = _without_claims(content, ids, standard.tables[name], fields)
    return content


def kept_short(standard: Standard, dataset: Tables, tables: Tables, gone: Ids, reduced: Ids) -> dict[str, pa.Table]:
    """``tables`` in which rows that stand for a record that is gone or reduced tell nothing more about it.

    Such a row, and what hangs on it (the charges of a party), keeps neither free text nor age. Claims about these
    cells, and about the one that pointed to a record that is gone, are left out; other claims keep no words.
    """
    hidden = {name: together(gone[name], reduced.get(name, _NO_IDS)) for name in gone}
    short = _standing_for(standard, dataset, hidden)
    nameless = _standing_for(standard, dataset, gone)
    kept = dict(tables)
    for name, ids in short.items():
        table = standard.tables[name]
        telling = _telling(table)
        for field in telling:
            kept[name] = replaced(kept[name], field.name, inside(keys(table, kept[name]), ids), None)
        for about in ("claims", "conflicts"):
            kept[about] = _without_claims(kept[about], ids, table, telling)
            kept[about] = _without_claims(kept[about], nameless.get(name, _NO_IDS), table, _grouping(table))
    return _without_words(standard, kept, together(*short.values(), *reduced.values()))


def two_sided(dataset: Tables, tables: Tables) -> pa.Table:
    """Conflicts; one that lost a claim loses its note, which may repeat it, and with a single claim left it goes."""
    conflicts = tables["conflicts"]
    before, after = _claims_of(dataset["claims"]), _claims_of(tables["claims"])
    lost = [key for key, number in before.items() if after.get(key, 0) < number]
    one_sided = [key for key in lost if after.get(key, 0) < 2]
    column = conflicts.column("conflict_id")
    return _without_note(conflicts, inside(column, lost)).filter(pc.invert(inside(column, one_sided)))


def _without_words(standard: Standard, tables: Tables, about: pa.ChunkedArray) -> dict[str, pa.Table]:
    """``tables`` in which claims and conflicts about these records keep their codes and values, but not the words
    of a source or a coder: those name the person whose name is kept back."""
    claims, conflicts = tables["claims"], tables["conflicts"]
    for field in _telling(standard.tables["claims"]):
        claims = replaced(claims, field.name, inside(claims.column("subject_id"), about), None)
    return {
        **tables,
        "claims": claims,
        "conflicts": _without_note(conflicts, inside(conflicts.column("subject_id"), about)),
    }


def _without_note(conflicts: pa.Table, rows: pa.ChunkedArray) -> pa.Table:
    noted = pc.and_(rows, pc.is_valid(conflicts.column("resolution_note")))
    return replaced(conflicts, "resolution_note", noted, _NOTE_KEPT_BACK)


def _standing_for(standard: Standard, dataset: Tables, hidden: Ids) -> dict[str, pa.ChunkedArray]:
    """Identifiers of rows that stand for a hidden record under a group label, and of those that hang on them."""
    found: dict[str, pa.ChunkedArray] = {}
    for name, table in standard.tables.items():
        if grouping := _grouping(table):
            found[name] = _pointing(table, dataset[name], grouping, hidden)
    hanging = {}
    for name, table in standard.tables.items():
        owners = [
            field for field in table.fields if field.required and field.reference and field.reference.table in found
        ]
        if owners and name not in found:
            hanging[name] = _pointing(table, dataset[name], owners, found)
    return {**found, **hanging}


def _pointing(table: Table, content: pa.Table, fields: Iterable[Field], targets: Ids) -> pa.ChunkedArray:
    return together(
        *(
            keys(table, content.filter(inside(content.column(field.name), targets[field.reference.table])))
            for field in fields
            if field.reference
        )
    )


def _grouping(table: Table) -> list[Field]:
    return [field for field in table.fields if field.reference and field.reference.on_withheld == "group"]


def _telling(table: Table) -> list[Field]:
    return [field for field in table.fields if field.cleared_when_protected]


def _without_claims(content: pa.Table, ids: pa.ChunkedArray, table: Table, fields: Iterable[Field]) -> pa.Table:
    subjects = [f"{table.name}.{field.name}" for field in fields]
    concerned = pc.and_(inside(content.column("subject_id"), ids), inside(subject(content), subjects))
    return content.filter(pc.invert(concerned))


def _claims_of(claims: pa.Table) -> dict[str, int]:
    """Number of claims of each conflict."""
    counts = claims.column("conflict_id").drop_null().value_counts().to_pylist()
    return {item["values"]: item["counts"] for item in counts}
