"""JSON records read one by one with care: every value that its field refuses becomes a finding."""

from __future__ import annotations

import re
from dataclasses import dataclass
from dataclasses import field as dataclass_field

import numpy as np
import pyarrow as pa

from pfds.intake.columns import Flags, HeldColumns
from pfds.intake.json_unknown import KeyCounts
from pfds.intake.json_values import Refusal, Repeated, Unusual, cell_text, json_text
from pfds.intake.problems import Facts, problem, shown, type_facts
from pfds.intake.tables import TextTable
from pfds.standard.findings import Finding, Origin
from pfds.standard.model import Table
from pfds.standard.phrase import Phrase

LONE_SURROGATE = Phrase("a character is only half written (\\ud800 to \\udfff must come in pairs)")


@dataclass(slots=True)
class RecordTable:
    """Records of one table, added one by one, each with its number and the physical line on which it begins."""

    table: Table
    file: str
    unknown: KeyCounts
    findings: list[Finding] = dataclass_field(default_factory=list)
    _columns: dict[str, list[str | None]] = dataclass_field(default_factory=dict)
    _refused: dict[str, list[int]] = dataclass_field(default_factory=dict)
    _rows: list[int] = dataclass_field(default_factory=list)
    _lines: list[int] = dataclass_field(default_factory=list)
    _damaged: list[int] = dataclass_field(default_factory=list)

    def add(self, record: object, row: int, line: int) -> None:
        """Add the next record."""
        index = self._begin(row, line)
        if not isinstance(record, dict):
            self._damaged.append(index)
            self._report("json-invalid", index, None, {"problem": Phrase("a record is not an object"), "column": 0})
            return
        repeated = record.keys_repeated if isinstance(record, Repeated) else ()
        for key in repeated:
            self._report("json-duplicate-key", index, key, {"name": shown(key)})
            self._refuse(index, key)
        known = self.table.by_name
        self.unknown.add((key for key in record if key not in known), line)
        for key, value in record.items():
            if key in known and key not in repeated:
                self._add_cell(index, key, value)

    def add_broken(self, text: str, row: int, line: int) -> bool:
        """Add a record that cannot be read; False if not even its identifier can be made out."""
        index = self._begin(row, line)
        self._damaged.append(index)
        key = self.table.primary_key
        found = re.findall(rf'"{key}"\s*:\s*"([^"\\]+)"', text)
        if len(found) == 1:
            self._append(index, key, found[0])
        return len(found) == 1

    def _begin(self, row: int, line: int) -> int:
        self._rows.append(row)
        self._lines.append(line)
        return len(self._rows) - 1

    def _add_cell(self, index: int, name: str, value: object) -> None:
        if isinstance(value, Unusual) and not value.is_json:
            self._refuse(index, name)
            self._report(
                "json-invalid",
                index,
                name,
                {"problem": Phrase("{value} is no JSON value", value=value.text), "column": 0},
            )
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
        elif not _is_writable(text):
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

    def _report(self, rule: str, index: int, name: str | None, facts: Facts, value: str | None = None) -> None:
        known = name if name in self.table.by_name else None
        origin, row = Origin(self.file, None, self._lines[index]), self._rows[index]
        self.findings.append(
            problem(rule, origin, table=self.table.name, field=known, row=row, value=value, facts=facts)
        )

    def finish(self) -> TextTable:
        """The table of all records added; every field of the standard is a column."""
        size = len(self._rows)
        names = [field.name for field in self.table.fields]
        names += [field.name for field in self.table.derived if field.name in self._columns]
        return TextTable(
            table=self.table.name,
            file=self.file,
            columns=HeldColumns(pa.table({name: self._column(name, size) for name in names})),
            rows=np.array(self._rows, np.int64),
            lines=np.array(self._lines, np.int64),
            damaged=_flags(self._damaged, size),
            positions={},
            refused={name: _flags(rows, size) for name, rows in self._refused.items()},
        )

    def _column(self, name: str, size: int) -> pa.StringArray:
        values = self._columns.pop(name, [])
        values.extend([None] * (size - len(values)))
        return pa.array(values, pa.string())


def _flags(rows: list[int], size: int) -> Flags:
    flags = np.zeros(size, np.bool_)
    flags[rows] = True
    return flags


def _is_writable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
