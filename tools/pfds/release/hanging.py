"""What hangs on a record that is not published in full: names, claims, conflicts, and rows that stand for it.

The relations that this works with are in the database of a dataset, one column `id` each.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from pfds.checks.database import Database
from pfds.release.conditions import NEVER, every, inside, one_of, some, unless
from pfds.release.dataset import sent
from pfds.standard.model import Field, Standard, Table

SHORT = "short"
"""Rows that stand for a record that is gone or reduced, or hang on one that does, and so tell nothing more about it."""
NAMELESS = "nameless"
"""Rows that stand for a record that is gone, under a group label."""
TELLING = "telling"
"""Cases and events that somebody protected has a part in, and those with a date or place made coarser: their texts may
tell what is kept back, and are published only where they are SIGNED."""
PROTECTED = "protected"
"""Records about somebody protected: the short and the telling ones, and the reduced records themselves."""
LOST = "lost"
"""Conflicts that lost a claim."""
LABELS = "labels"
"""What stands for a person or organization, or in a row that points to one, with a column `label`."""
SIGNED = "signed"
"""Texts that a reviewer has read as they stand, with a column `field` (a name, or `*` for all of the record)."""
TEXT_KEPT_BACK = "Text not published"
"""Stands where a text is kept back and the cell must not be empty."""

_NOT_NAMED = {"persons": "person not named", "organizations": "organization not named"}
_NOTE_KEPT_BACK = "'The note is not published, because it may repeat what is kept back.'"
_SUBJECT = "(subject_table || '.' || subject_field)"


def not_let_out(standard: Standard, table: Table, reduced: str, replaced: str) -> str:
    """The condition that a row says more about a record than the release does.

    Those are: names of a reduced record, and records merged into one, which would name it; its identifiers;
    claims and conflicts about its name or its optional fields, about a field that is not public, or about a cell that
    is published otherwise (``replaced``); and whatever the standard drops (`onReduced`).
    """
    found = [
        inside(field.name, reduced)
        if field.name != "merged_into"
        else every([inside(field.name, reduced), f"NOT {inside(table.primary_key, reduced)}"])
        for field in table.fields
        if field.reference and (field.reference.on_reduced == "drop" or field.name == "merged_into")
    ]
    if "subject_field" in table.by_name:
        found += [f"NOT {one_of(_SUBJECT, _published(standard))}"]
        found += [every([one_of(_SUBJECT, _beyond_required(standard)), inside("subject_id", reduced)])]
        found += [f"COALESCE((subject_id, subject_field) IN (SELECT (id, field) FROM {replaced}), false)"]
    elif "subject_id" in table.by_name:
        found += [inside("subject_id", reduced)]
    return some(found)


def keep_standing(standard: Standard, dataset: Database, gone: str, reduced: str, coarse: str) -> None:
    """Keeps the rows that stand for what is gone or reduced, and those that hang on them: SHORT and NAMELESS; and what
    tells of them: TELLING. ``coarse`` are the records with cells that are published otherwise."""
    for relation, hidden in ((SHORT, (gone, reduced)), (NAMELESS, (gone,))):
        dataset.keep({relation: _together(_standing(table, hidden) for table in _grouped(standard))})
    dataset.keep({"hanging": _together(_hanging(table, owners) for table, owners in _owned(standard).items())})
    dataset.extend(SHORT, "hanging")
    telling = [f"SELECT id FROM {coarse}", *_telling(standard, (gone, reduced), coarse)]
    dataset.keep({TELLING: f"SELECT DISTINCT id FROM ({_together(telling)}) WHERE id IS NOT NULL"})


def keep_protected(dataset: Database, reduced: str) -> None:
    """Keeps PROTECTED, once all that is gone is known."""
    dataset.keep({PROTECTED: f"SELECT id FROM {SHORT} UNION SELECT id FROM {TELLING} UNION SELECT id FROM {reduced}"})


def keep_lost(dataset: Database, claims: str, gone: str) -> None:
    """Keeps LOST; ``claims`` is the relation of the claims that were let out."""
    dataset.keep({LOST: f"SELECT id FROM ({_lost(claims, gone)})"})


def about_protected(standard: Standard, table: Table) -> str:
    """The condition that a claim or conflict is about a cell that a row must not tell, or whose record is gone."""
    if "subject_field" not in table.by_name:
        return some([])
    tables = [*_grouped(standard), *_owned(standard)]
    short = (f"{each.name}.{field.name}" for each in tables for field in each.fields if field.cleared_when_protected)
    texts = (f"{each.name}.{field.name}" for each in _hosts(standard) for field in each.fields if is_text(field))
    naming = (f"{each.name}.{field.name}" for each in tables for field in _grouping(each))
    return some(
        every([one_of(_SUBJECT, subjects), inside("subject_id", ids)])
        for subjects, ids in ((short, SHORT), (texts, TELLING), (naming, NAMELESS))
    )


def one_sided(table: Table, claims: str, gone: str) -> str:
    """The condition that a conflict lost a claim, and has a single one left or none."""
    if table.name != "conflicts":
        return some([])
    return f"{table.primary_key} IN (SELECT id FROM ({_lost(claims, gone)}) WHERE claims < 2)"


def replaced(table: Table, field: Field, gone: str) -> str:
    """The cell of a field, or what stands there if the row points to what is gone, or was given a label."""
    value, grouping = field.name, _grouping(table)
    labelled = inside(table.primary_key, LABELS) if grouping else NEVER
    if field.reference and field.reference.on_withheld in ("clear", "group"):
        hidden = [inside(field.name, gone), *([labelled] if field in grouping else [])]
        return unless(some(hidden), value)
    for pointing in reversed(grouping):
        labels = {"group_label": _label(pointing), "group_count": "'1'", "group_count_qualifier": "'exact'"}
        if field.name in labels:
            value = unless(inside(pointing.name, gone), value, labels[field.name])
    one = some(f"{pointing.name} IS NOT NULL" for pointing in grouping)
    label = f"(SELECT ANY_VALUE(label) FROM {LABELS} WHERE id = {table.primary_key})"
    own = {"group_label": label, "group_count": f"CASE WHEN {one} THEN '1' ELSE {value} END"}
    own["group_count_qualifier"] = f"CASE WHEN {one} THEN 'exact' ELSE {value} END"
    return unless(labelled, value, own[field.name]) if field.name in own else value


def cleared(table: Table, field: Field, value: str) -> str:
    """The value of a cell, or nothing if it would say more of somebody protected than is published: free text that
    nobody has signed, age, and the words of a source or a coder, which name the person whose name is kept back."""
    if (table.name, field.name) == ("conflicts", "resolution_note"):
        told = some([inside("subject_id", PROTECTED), inside(table.primary_key, LOST)])
        return unless(every([f"{field.name} IS NOT NULL", told]), value, _NOTE_KEPT_BACK)
    if not field.cleared_when_protected:
        return value
    subject = "subject_id" if "subject_field" in table.by_name else table.primary_key
    if field.kind == "language":
        return unless(inside(subject, PROTECTED), value, _language(table, field))
    about = every([inside(subject, PROTECTED), f"NOT {_signed(table, field)}"])
    return unless(about, value, f"'{TEXT_KEPT_BACK}'" if field.required else "NULL")


def _language(table: Table, field: Field) -> str:
    """The language of a text that a reviewer has signed, which can be read from the text itself; without the country,
    which cannot."""
    text = table.by_name[field.name.removesuffix("_lang")]
    shown = every([f"{text.name} IS NOT NULL", _signed(table, text)])
    return f"CASE WHEN {shown} THEN split_part({field.name}, '-', 1) END"


def texts_kept_back(standard: Standard) -> Iterator[str]:
    """Statements for the texts of cases and events that nobody has signed though they may tell what is kept back: the
    identifier and the field of each."""
    for table in _hosts(standard):
        for field in filter(is_text, table.fields):
            kept_back = every([inside(table.primary_key, TELLING), f"NOT {_signed(table, field)}"])
            said = f"{field.name} IS NOT NULL AND {kept_back}"
            yield f"SELECT {table.primary_key}, '{field.name}' FROM {sent(table.name)} WHERE {said}"


def labelled(standard: Standard) -> Iterator[str]:
    """Statements for the cells that say whom a row stands for that was given a label of its own: the identifier and
    the field of each."""
    for table in _grouped(standard):
        for field in _grouping(table):
            said = f"{field.name} IS NOT NULL AND {inside(table.primary_key, LABELS)}"
            yield f"SELECT {table.primary_key}, '{field.name}' FROM {sent(table.name)} WHERE {said}"


def _signed(table: Table, field: Field) -> str:
    """The condition that a reviewer has read the text of a cell."""
    if not is_text(field):
        return NEVER
    own = [table.primary_key, *(["subject_id"] if "subject_field" in table.by_name else [])]
    names = (f"field IN ('{field.name}', '*')", "field = '*'")
    return some(
        f"COALESCE({key} IN (SELECT id FROM {SIGNED} WHERE {name}), false)"
        for key, name in zip(own, names, strict=False)
    )


def _published(standard: Standard) -> list[str]:
    return [
        f"{table.name}.{name}"
        for table in standard.tables.values()
        for name in ("*", *(field.name for field in table.fields if field.disclosure == "public"))
    ]


def _beyond_required(standard: Standard) -> list[str]:
    return [
        f"{table.name}.{field.name}"
        for table in standard.tables.values()
        for field in table.fields
        if table.reduced_when and (not field.required or field.name == "display_name")
    ]


def _grouping(table: Table) -> list[Field]:
    return [field for field in table.fields if field.reference and field.reference.on_withheld == "group"]


def _grouped(standard: Standard) -> list[Table]:
    """Tables whose rows can stand for somebody under a group label."""
    return [table for table in standard.tables.values() if _grouping(table)]


def _owned(standard: Standard) -> Mapping[Table, list[Field]]:
    """Tables whose rows hang on one of those, with the fields that say on which."""
    grouped = [table.name for table in _grouped(standard)]
    owners = {
        table: [
            field for field in table.fields if field.required and field.reference and field.reference.table in grouped
        ]
        for table in standard.tables.values()
        if table.name not in grouped
    }
    return {table: fields for table, fields in owners.items() if fields}


def is_text(field: Field) -> bool:
    """Whether a reviewer can sign the cells of a field."""
    return field.cleared_when_protected and field.kind in ("line", "text")


def _hosts(standard: Standard) -> list[Table]:
    """Tables whose texts tell of those who have a part in their records: cases and events."""
    hosts = {
        field.reference.table
        for table in _grouped(standard)
        for field in table.fields
        if field.required and field.reference
    }
    return [table for table in standard.tables.values() if table.name in hosts]


def _telling(standard: Standard, hidden: Iterable[str], coarse: str) -> Iterator[str]:
    """Statements for the cases and events that somebody hidden has a part in, or whose cell is withheld."""
    hosts, parties = {table.name for table in _hosts(standard)}, _NOT_NAMED.keys()
    for table in standard.tables.values():
        pointing = [field for field in table.fields if field.reference and field.reference.table in parties]
        own = [table.primary_key] if table.name in hosts else []
        of = [
            field.name
            for field in table.fields
            if field.required and field.reference and field.reference.table in hosts
        ]
        concerned = [inside(field.name, ids) for field in pointing for ids in hidden]
        concerned += [_is_withheld(table, field, coarse) for field in pointing]
        concerned += [inside(table.primary_key, LABELS)] if _grouping(table) else []
        for key in (*own, *of) if concerned else ():
            yield f"SELECT {key} AS id FROM {sent(table.name)} WHERE {some(concerned)}"


def _is_withheld(table: Table, field: Field, coarse: str) -> str:
    cell = f"({table.primary_key}, '{field.name}') IN (SELECT (id, field) FROM {coarse})"
    return every([f"{field.name} IS NOT NULL", f"COALESCE({cell}, false)"])


def _standing(table: Table, hidden: Iterable[str]) -> str:
    pointing = some(
        [
            *(inside(field.name, ids) for field in _grouping(table) for ids in hidden),
            inside(table.primary_key, LABELS),
        ]
    )
    return f"SELECT {table.primary_key} AS id FROM {sent(table.name)} WHERE {pointing}"


def _hanging(table: Table, owners: Iterable[Field]) -> str:
    pointing = some(inside(field.name, SHORT) for field in owners)
    return f"SELECT {table.primary_key} AS id FROM {sent(table.name)} WHERE {pointing}"


def _lost(claims: str, gone: str) -> str:
    """Conflicts with fewer claims than the dataset has, with the number left."""
    number = "SELECT conflict_id AS id, COUNT(*) AS claims FROM {} WHERE conflict_id IS NOT NULL{} GROUP BY conflict_id"
    before = number.format(sent("claims"), "")
    after = number.format(claims, f" AND NOT {inside('claim_id', gone)}")
    return (
        f"SELECT b.id, COALESCE(a.claims, 0) AS claims FROM ({before}) b LEFT JOIN ({after}) a ON a.id = b.id"
        " WHERE COALESCE(a.claims, 0) < b.claims"
    )


def _label(field: Field) -> str:
    """What stands for the one that a field points to."""
    if not field.reference:
        return "NULL"
    given = f"(SELECT ANY_VALUE(label) FROM {LABELS} WHERE id = {field.name})"
    return f"COALESCE({given}, '{_NOT_NAMED[field.reference.table]}')"


def _together(selects: Iterable[str]) -> str:
    return " UNION ALL ".join(selects) or "SELECT '' AS id LIMIT 0"
