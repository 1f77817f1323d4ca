"""Where each record of a table stood, by its number over all files of the table."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field

from pfds.intake.tables import TextTable
from pfds.standard.findings import Finding
from pfds.standard.model import Rule


@dataclass(slots=True)
class Places:
    """Per table, the first number (0 = first record of the table) of each file, and that file without its records."""

    _starts: dict[str, list[int]] = field(default_factory=dict)
    _files: dict[str, list[TextTable]] = field(default_factory=dict)

    def begin(self, text: TextTable, number: int) -> None:
        """From ``number`` on the records of its table come from this file."""
        self._starts.setdefault(text.table, []).append(number)
        self._files.setdefault(text.table, []).append(text.without_records())

    def add(self, later: Places) -> None:
        """Take over the files of others, whose numbers are all higher."""
        for table, starts in later._starts.items():
            self._starts.setdefault(table, []).extend(starts)
            self._files.setdefault(table, []).extend(later._files[table])

    def row(self, table: str, number: int) -> int:
        """Row of a record in its file (1 = first)."""
        return number - self._starts[table][self._index(table, number)] + 1

    def finding(
        self,
        rule: Rule,
        table: str,
        name: str | None,
        place: tuple[int, int],
        record_id: str | None,
        *,
        value: str | None = None,
        facts: Mapping[str, str | int],
        values: Mapping[str, str] | None = None,
    ) -> Finding:
        """A finding at a record; ``place`` is its number and its physical line (0 where there are none)."""
        number, line = place
        file, row = self._files[table][self._index(table, number)], self.row(table, number)
        return Finding(
            rule=rule.name,
            severity=rule.severity,
            table=table,
            field=name,
            row=row,
            record_id=record_id,
            origin=next(file.origins([row], [line], name)),
            value=value,
            facts=facts,
            values=values or {},
        )

    def _index(self, table: str, number: int) -> int:
        return bisect_right(self._starts[table], number) - 1
