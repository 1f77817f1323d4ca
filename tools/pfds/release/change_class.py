"""The class of a release: what its differences from the one before mean for those who use the data."""

from __future__ import annotations

from enum import StrEnum

from pfds.release.diff import Difference
from pfds.release.versions import GateRefused
from pfds.standard.phrase import Count, Phrase


class ChangeClass(StrEnum):
    """A release has exactly one class: the first of these that applies.

    `initial`: there is no release before it. `retraction`: a record of the release before is gone, or less of it is
    shown to protect somebody. `breaking`: a table, field or code is gone, fields were moved, or a field no longer
    accepts what it did; a program that reads the release before may fail. `corrections`: a cell of a record holds
    something else. `additive`: records, tables, fields or codes were added, and nothing else. `repackage`: the same
    records in the same form; only what is made around them differs.
    """

    INITIAL = "initial"
    RETRACTION = "retraction"
    BREAKING = "breaking"
    CORRECTIONS = "corrections"
    ADDITIVE = "additive"
    REPACKAGE = "repackage"


MEANING = {
    ChangeClass.INITIAL: Phrase("This is the first release."),
    ChangeClass.RETRACTION: Phrase("Records were taken back. Please do not use them any longer."),
    ChangeClass.BREAKING: Phrase(
        "Tables, fields or codes have changed. Programs that read the data may need a change."
    ),
    ChangeClass.CORRECTIONS: Phrase("Records were corrected. Results that were computed before may differ."),
    ChangeClass.ADDITIVE: Phrase("Something was added. All that was there is as before."),
    ChangeClass.REPACKAGE: Phrase("The records are the same."),
}


def change_class(difference: Difference | None) -> ChangeClass:
    """The class that a difference has; None stands for a first release."""
    if difference is None:
        return ChangeClass.INITIAL
    tables, schema = difference.tables, difference.schema
    if any(table.removed or table.reduced for table in tables):
        return ChangeClass.RETRACTION
    if schema.breaks:
        return ChangeClass.BREAKING
    if any(table.corrected for table in tables):
        return ChangeClass.CORRECTIONS
    if schema.adds or any(table.added or table.changed for table in tables):
        return ChangeClass.ADDITIVE
    return ChangeClass.REPACKAGE


def check_declared(declared: ChangeClass | None, difference: Difference | None) -> ChangeClass:
    """The class of a release. Raises GateRefused if another one was declared."""
    found = change_class(difference)
    if declared in (None, found):
        return found
    if difference is None:
        raise GateRefused(f"It was declared {declared}, but it is the first release of the store, which is {found}.")
    raise GateRefused(
        f"It was declared {declared}, but its differences from {difference.old.version} make it {found}:"
        f" {_evidence(difference)}. Nothing was published."
    )


def _evidence(difference: Difference) -> str:
    """How many records and parts of the form differ, in words."""
    tables, schema = difference.tables, difference.schema
    numbers = [
        Count("{n} record added", "{n} records added", sum(table.added for table in tables)),
        Count("{n} record changed", "{n} records changed", sum(table.changed for table in tables)),
        Count("{n} record removed", "{n} records removed", sum(table.removed for table in tables)),
        Count("{n} record shown in part", "{n} records shown in part", sum(table.reduced for table in tables)),
    ]
    form = (*schema.tables_removed, *schema.tables_reordered, *schema.fields_removed, *schema.fields_narrowed)
    parts: list[str] = [number for number in numbers if number.n]
    parts += ["the form of " + ", ".join(form) + " changed"] if form else []
    parts += ["codes removed"] if schema.codes_removed else []
    parts += ["tables, fields or codes added"] if schema.adds else []
    return "; ".join(parts) or "nothing differs"
