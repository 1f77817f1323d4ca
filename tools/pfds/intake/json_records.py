"""JSON records gathered into the text columns of a table."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from dataclasses import field as dataclass_field

import numpy as np
import pyarrow as pa

from pfds.intake.header import unknown_column
from pfds.intake.json_values import Refusal, Repeated, Unusual, cell_text, json_text
from pfds.intake.limits import MAX_COLUMNS
from pfds.intake.problems import Facts, limit_facts, problem, shown, type_facts
from pfds.intake.tables import Flags, TextTable
from pfds.standard.findings import Finding, Origin
from pfds.standard.model import Table

LONE_SURROGATE = "a character is only half written (\\ud800 to \\udfff must come in pairs)"


@dataclass(slots=True)
class _Unknown:
    origin: Origin
    count: int = 0


@dataclass(slots=True)
class RecordTable:
    """Records of one table, added one by one with the physical line on which each begins.

    ``surrogates`` says whether the document may hold half a surrogate pair, which no text can hold.
    """

    table: Table
    file: str
    surrogates: bool
    findings: list[Finding] = dataclass_field(default_factory=list)
    _columns: dict[str, list[str | None]] = dataclass_field(default_factory=dict)
    _refused: dict[str, list[int]] = dataclass_field(default_factory=dict)
    _unknown: dict[str, _Unknown] = dataclass_field(default_factory=dict)
    _lines: list[int] = dataclass_field(default_factory=list)
    _damaged: list[int] = dataclass_field(default_factory=list)

    def add(self, record: object, line: int) -> None:
        """Add the next record."""
        index = len(self._lines)
        self._lines.append(line)
        if not isinstance(record, dict):
            self._damaged.append(index)
            self._report("json-invalid", index, None, {"problem": "a record is not an object", "column": 0})
            return
        repeated = record.keys_repeated if isinstance(record, Repeated) else ()
        for key in repeated:
            self._report("json-duplicate-key", index, key, {"name": shown(key)})
            self._refuse(index, key)
        known = self.table.by_name
        for key, value in record.items():
            if key not in known:
                self._count_unknown(key, line)
            elif key in repeated:
                continue
            elif type(value) is str and value and known[key].json_type == "string" and not self.surrogates:
                self._append(index, key, value)
            else:
                self._add_cell(index, key, value)

    def _add_cell(self, index: int, name: str, value: object) -> None:
        if isinstance(value, Unusual) and not value.is_json:
            self._refuse(index, name)
            self._report("json-invalid", index, name, {"problem": f"{value.text} is no JSON value", "column": 0})
            return
        field = self.table.by_name[name]
        text = cell_text(value, field.json_type)
        if isinstance(text, Refusal):
            self._refuse(index, name)
            facts = type_facts(field, text.expected, text.found)
            self._report("cell-type", index, name, facts, json_text(value))
        elif text == "":
            self._refuse(index, name)
            self._report(
                "cell-length", index, name, {"field": name, "length": 0, "minimum": 1, "maximum": field.max_length or 0}
            )
        elif self.surrogates and not _is_writable(text):
            self._refuse(index, name)
            self._report("json-invalid", index, name, {"problem": LONE_SURROGATE, "column": 0})
        else:
            self._append(index, name, text)

    def _append(self, index: int, name: str, text: str) -> None:
        column = self._columns.setdefault(name, [])
        if len(column) < index:
            column.extend([None] * (index - len(column)))
        column.append(text)

    def _refuse(self, index: int, name: str) -> None:
        if name in self.table.by_name:
            self._refused.setdefault(name, []).append(index)

    def _count_unknown(self, key: str, line: int) -> None:
        if key not in self._unknown and len(self._unknown) > MAX_COLUMNS:
            return
        self._unknown.setdefault(key, _Unknown(Origin(self.file, None, line))).count += 1

    def _report(self, rule: str, index: int, name: str | None, facts: Facts, value: str | None = None) -> None:
        known = name if name in self.table.by_name else None
        origin = Origin(self.file, None, self._lines[index])
        table, row = self.table.name, index + 1
        found = problem(rule, origin, table=table, field=known, row=row, value=value, facts=facts)
        self.findings.append(found)

    def finish(self) -> TextTable:
        """The table of all records added; every field of the standard is a column."""
        self.findings.extend(self._unknown_findings())
        size = len(self._lines)
        names = [field.name for field in self.table.fields]
        names += [field.name for field in self.table.derived if field.name in self._columns]
        damaged = np.zeros(size, np.bool_)
        damaged[self._damaged] = True
        return TextTable(
            table=self.table.name,
            file=self.file,
            cells=pa.table({name: self._column(name, size) for name in names}),
            rows=np.arange(1, size + 1, dtype=np.int64),
            lines=np.array(self._lines, np.int64),
            damaged=damaged,
            positions={},
            refused={name: _flags(rows, size) for name, rows in self._refused.items()},
        )

    def _unknown_findings(self) -> Iterable[Finding]:
        if len(self._unknown) > MAX_COLUMNS:
            facts = limit_facts("columns", MAX_COLUMNS, len(self._unknown))
            yield problem("limit-exceeded", Origin(self.file), table=self.table.name, facts=facts)
            return
        for key, unknown in self._unknown.items():
            yield unknown_column(key, self.table, unknown.origin, unknown.count)

    def _column(self, name: str, size: int) -> pa.StringArray:
        values = self._columns.pop(name, [])
        values.extend([None] * (size - len(values)))
        return pa.array(values, pa.string())


def _flags(rows: list[int], size: int) -> Flags:
    flags = np.zeros(size, np.bool_)
    flags[rows] = True
    return flags


def _is_writable(text: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in text)
