"""One column of a table as it was sent, and the findings in its cells."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from pfds.intake.columns import Flags, Integers
from pfds.intake.tables import TextTable
from pfds.standard.findings import Finding
from pfds.standard.model import Field, Rule, Table

MOST_KEPT: Final = 40_000
"""Characters of a value that are kept to be told; no field takes as many without being wrong by its length."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of text cells of one file."""

    table: Table
    field: Field
    text: TextTable

    @property
    def refused(self) -> Flags | None:
        """Cells that the reader refused already."""
        return self.text.refused.get(self.field.name)

    def findings(
        self,
        rule: Rule,
        indices: Integers,
        told: Callable[[str | None], tuple[Mapping[str, str | int], Mapping[str, str]]],
    ) -> Iterator[Finding]:
        """A finding in the cell of each of these records; facts and remarks on its value are ``told``."""
        text, name = self.text, self.field.name
        rows, lines = text.rows[indices].tolist(), text.lines[indices].tolist()
        places = zip(rows, text.origins(rows, lines, name), text.record_ids(self.table, indices), strict=True)
        values = text.columns.texts(name, indices)
        for (row, origin, record_id), value in zip(places, values, strict=True):
            facts, remarks = told(value)
            yield Finding(
                rule=rule.name,
                severity=rule.severity,
                table=self.table.name,
                field=name,
                row=row,
                record_id=record_id,
                origin=origin,
                value=None if value is None else value[:MOST_KEPT],
                facts=facts,
                remarks=remarks,
            )
