"""One column of a table as it was sent, and the findings in its cells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pfds.intake.tables import Flags, TextTable
from pfds.standard.findings import Finding
from pfds.standard.model import Field, Rule, Table


@dataclass(frozen=True, slots=True)
class Column:
    """A column of text cells of one file, null where empty; ``values`` is an Arrow array of strings."""

    table: Table
    field: Field
    text: TextTable
    values: Any

    @property
    def refused(self) -> Flags | None:
        """Cells that the reader refused already."""
        return self.text.refused.get(self.field.name)

    def finding(
        self, rule: Rule, index: int, facts: Mapping[str, str | int], remarks: Mapping[str, str] | None = None
    ) -> Finding:
        """A finding in the cell of record ``index``."""
        return Finding(
            rule=rule.name,
            severity=rule.severity,
            table=self.table.name,
            field=self.field.name,
            row=int(self.text.rows[index]),
            record_id=self.text.record_id(self.table, index),
            origin=self.text.origin(index, self.field.name),
            value=self.values[index].as_py(),
            facts={"field": self.field.name, **facts},
            remarks=remarks or {},
        )
