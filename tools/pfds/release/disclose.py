"""The public part of a dataset: records and fields that the standard lets out, and nothing that points elsewhere.

Default deny: a record is published only if each of its deciding fields holds a code that `x-publishedWhen`
names, a field only if its disclosure is `public`. Minors, witnesses and what the maintainers decided to keep back are
left out whatever their records say; an embargo ends on its day.

Whatever points to a record left out is dropped, cleared or given a group label, as `x-references` says, until nothing
points to what is not there. Identifiers are unique over all tables, so those that are gone are one relation.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import pyarrow as pa

from pfds.checks.database import Database
from pfds.release.by_default import withheld_by_default
from pfds.release.conditions import every, holds, inside, some
from pfds.release.dataset import public, sent
from pfds.release.hanging import (
    LABELS,
    SIGNED,
    about_protected,
    cleared,
    keep_lost,
    keep_protected,
    keep_standing,
    not_let_out,
    one_sided,
    replaced,
)
from pfds.release.mending import Mending, mended, rules_that_mend, start_mending
from pfds.release.redactions import Decisions, decisions, replacements
from pfds.standard.model import Rule, Standard, Table

GONE = "gone"
"""Relation of the identifiers of all records that are not published."""
REDUCED = "reduced"
"""Relation of the identifiers of the records that are published with their required fields only."""
WITHOUT = "without"
"""Relation of the identifiers of the records that are to be left out, whatever they say."""
REPLACED = "replaced"
"""Relation of the cells that are published otherwise than they stand in the dataset: id, field, content."""


@dataclass(frozen=True, slots=True)
class Disclosure:
    """What may be published: whether this is all (how much is kept back of which kind is not told, since a single
    record more would be told too); the ids withdrawn, by table; the identifiers that must appear nowhere; and what was
    decided about single records and cells."""

    complete: bool
    withdrawn: Mapping[str, tuple[str, ...]]
    kept_back: frozenset[str]
    decided: Decisions


def disclose(standard: Standard, dataset: Database, as_of: date, without: frozenset[str] = frozenset()) -> Disclosure:
    """Makes the relations of the public part, as of a day, known in the database of the dataset.

    ``standard`` is that of a release. Records whose identifiers are in ``without`` are left out like those that are
    kept back.
    """
    tables = standard.tables.values()
    decided = decisions(standard, dataset, as_of)
    _keep_decided(standard, dataset, decided)
    _keep_without(standard, dataset, as_of, decided, without)
    for table in tables:
        dataset.view(_redacted(table), _select_redacted(table, dataset, decided))
    reduced = (_keys(table, holds(table.reduced_when), _redacted(table)) for table in tables if table.reduced_when)
    dataset.keep({REDUCED: " UNION ALL ".join(reduced)})
    for table in tables:
        _judge(standard, table, dataset)
    _keep_public(standard, dataset, decided)
    withdrawn = {table.name: _withdrawn(table, dataset) for table in tables}
    known = {key for ids in withdrawn.values() for key in ids} | without
    gone = frozenset(_ids(dataset, f"SELECT id FROM {GONE}"))
    complete = not gone and not decided.there
    nowhere = gone - known | frozenset(_ids(dataset, f"SELECT redaction_id FROM {sent('redactions')}"))
    return Disclosure(complete, {name: ids for name, ids in withdrawn.items() if ids}, nowhere, decided)


def _keep_decided(standard: Standard, dataset: Database, decided: Decisions) -> None:
    """Keeps what was decided where statements see it."""
    cells = sorted(replacements(standard, dataset, decided), key=lambda cell: cell[:2])
    texts = sorted((key, name, day.isoformat()) for (key, name), day in decided.signed.items())
    for name, columns, rows in (
        (REPLACED, ("id", "field", "content"), cells),
        (LABELS, ("id", "label"), sorted(decided.labels.items())),
        ("read", ("id", "field", "day"), texts),
        ("risen", ("id",), [(key,) for key in sorted(decided.risen)]),
        ("pseudonyms", ("id",), [(key,) for key in sorted(decided.pseudonyms)]),
        ("decided_persons", ("id",), [(key,) for key in sorted(decided.decided_persons)]),
    ):
        listed = {column: pa.array([row[at] for row in rows], pa.string()) for at, column in enumerate(columns)}
        dataset.relate(name, pa.table(listed))
    _keep_signed(standard, dataset)


def _keep_signed(standard: Standard, dataset: Database) -> None:
    """Keeps SIGNED: what was read and has not been modified since, nor has the record that it is about."""
    dated = (table for table in standard.tables.values() if "modified" in table.by_name)
    days = " UNION ALL ".join(f"SELECT {table.primary_key} AS id, modified FROM {sent(table.name)}" for table in dated)
    changed = f"SELECT (id, field) FROM read JOIN ({days}) USING (id) WHERE NOT COALESCE(day >= modified, false)"
    dataset.keep({SIGNED: f"SELECT id, field FROM read WHERE (id, field) NOT IN ({changed})"})


def _keep_without(
    standard: Standard, dataset: Database, as_of: date, decided: Decisions, without: frozenset[str]
) -> None:
    """Keeps WITHOUT: what is to be left out, was decided to be, or is by default."""
    ids = sorted({*without, *decided.withheld})
    dataset.relate("left_out", pa.table({"id": pa.array(ids, pa.string())}))
    by_default = " UNION ALL ".join(withheld_by_default(standard, dataset, as_of))
    free = f"id IS NOT NULL AND NOT {inside('id', 'decided_persons')}"
    dataset.keep({WITHOUT: f"SELECT id FROM left_out UNION SELECT id FROM ({by_default}) WHERE {free}"})


def _redacted(table: Table) -> str:
    return f"redacted_{table.name}"


def _select_redacted(table: Table, dataset: Database, decided: Decisions) -> str:
    """The records of a table with the cells that were decided to be published otherwise, and ended embargoes."""
    start = f"{table.id_prefix}-"
    changed = dataset.rows(f"SELECT DISTINCT field FROM {REPLACED} WHERE starts_with(id, '{start}')")
    names = {name for (name,) in changed}
    cells = []
    for field in table.fields:
        cell, own = field.name, f"id = {table.primary_key} AND field = '{field.name}'"
        if field.name in names:
            among = f"(SELECT id FROM {REPLACED} WHERE field = '{field.name}')"
            content = f"(SELECT ANY_VALUE(content) FROM {REPLACED} WHERE {own})"
            cell = f"CASE WHEN {table.primary_key} IN {among} THEN {content} ELSE {cell} END"
        elif field.name == "disclosure" and (decided.risen or decided.pseudonyms):
            cell = _disclosure(table)
        cells.append(f"{cell} AS {field.name}")
    return f"SELECT {', '.join(cells)} FROM {sent(table.name)}"


def _disclosure(table: Table) -> str:
    """The level of disclosure after what was decided: an embargo that is over, a pseudonym given."""
    open_now = f"disclosure = 'embargoed' AND {inside(table.primary_key, 'risen')}"
    risen = f"CASE WHEN {open_now} THEN 'public' ELSE disclosure END"
    hidden = f"{inside(table.primary_key, 'pseudonyms')} AND {risen} IN ('public', 'initials')"
    return f"CASE WHEN {hidden} THEN 'pseudonym' ELSE {risen} END"


def kept_for_itself(standard: Standard) -> str:
    """The statement for the identifiers of the records left out for what they are, not for what they hang on."""
    return " UNION ALL ".join(_keys(table, "NOT pfds_kept", _judged(table)) for table in standard.tables.values())


def _let_out(table: Table) -> str:
    return f"let_out_{table.name}"


def _judged(table: Table) -> str:
    return f"judged_{table.name}"


def _keys(table: Table, condition: str, relation: str) -> str:
    return f"SELECT {table.primary_key} AS id FROM {relation} WHERE {condition}"


def _judge(standard: Standard, table: Table, dataset: Database) -> None:
    """Keeps which records may be published if nothing else matters; reduced ones have required fields only."""
    reduced = inside(table.primary_key, REDUCED)
    cells = [
        f"CASE WHEN {reduced} THEN NULL ELSE {field.name} END AS {field.name}"
        if table.reduced_when and not field.required and field.name != "merged_into"
        else field.name
        for field in table.fields
    ]
    kept = every([f"NOT {inside(table.primary_key, WITHOUT)}", holds(table.published_when)])
    shown = f"SELECT {', '.join(cells)}, {kept} AS pfds_kept FROM {_redacted(table)}"
    judgement = f"pfds_kept AND NOT {not_let_out(standard, table, REDUCED, REPLACED)}"
    dataset.keep({_judged(table): f"SELECT *, {judgement} AS pfds_let_out FROM ({shown})"})
    names = ", ".join(field.name for field in table.fields)
    dataset.view(_let_out(table), f"SELECT {names} FROM {_judged(table)} WHERE pfds_let_out")


def _keep_public(standard: Standard, dataset: Database, decided: Decisions) -> None:
    """Keeps the public part of every table, without what the rules of the standard would object to in it."""
    tables = standard.tables.values()
    left_out = (_keys(table, "NOT pfds_let_out", _judged(table)) for table in tables)
    anything = dataset.keep({GONE: " UNION ALL ".join(left_out)})[GONE] or decided.there
    start_mending(dataset)
    mending: Mending | None = None
    while True:
        _find_gone(standard, dataset)
        keep_protected(dataset, REDUCED)
        keep_lost(dataset, _let_out(standard.tables["claims"]), GONE)
        rules = rules_that_mend(standard, dataset)
        for table in tables:
            dataset.keep({public(table.name): _select_public(table, rules)})
        if not anything:
            return
        mending = mending or Mending(standard, dataset, GONE)
        if not mending.is_needed():
            return


def _find_gone(standard: Standard, dataset: Database) -> None:
    """Adds the identifiers of all records left out because of those that are, however far the consequences reach."""
    tables = standard.tables.values()
    while True:
        keep_standing(standard, dataset, GONE, REDUCED, REPLACED)
        found = (_keys(table, _drops(standard, table), _let_out(table)) for table in tables)
        more = f"SELECT id FROM ({' UNION ALL '.join(found)}) WHERE NOT {inside('id', GONE)}"
        if not dataset.keep({"more": more})["more"]:
            return
        dataset.extend(GONE, "more")


def _drops(standard: Standard, table: Table) -> str:
    """The condition that a row of a table goes because of what is gone."""
    pointing = [
        inside(field.name, GONE)
        for field in table.fields
        if (field.reference and field.reference.on_withheld == "drop") or field.name in ("subject_id", "claim_value")
    ]
    claims = _let_out(standard.tables["claims"])
    return some([*pointing, about_protected(standard, table), one_sided(table, claims, GONE)])


def _select_public(table: Table, rules: Sequence[Rule]) -> str:
    cells = (
        f"{mended(rules, table, field, cleared(table, field, replaced(table, field, GONE)))} AS {field.name}"
        for field in table.fields
        if field.disclosure == "public"
    )
    return f"SELECT {', '.join(cells)} FROM {_let_out(table)} WHERE NOT {inside(table.primary_key, GONE)}"


def _withdrawn(table: Table, dataset: Database) -> tuple[str, ...]:
    """Identifiers of withdrawn records that could have been published before."""
    if "record_status" not in table.by_name:
        return ()
    marked = holds({**table.published_when, "record_status": frozenset({"withdrawn"})})
    condition = every([marked, f"NOT {inside(table.primary_key, WITHOUT)}"])
    return tuple(_ids(dataset, f"{_keys(table, condition, _redacted(table))} ORDER BY id"))


def _ids(dataset: Database, select: str) -> Iterator[str]:
    for batch in dataset.stream(select):
        yield from batch.column(0).to_pylist()
