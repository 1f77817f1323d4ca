"""Consecutive JSON records, judged by the published schema: the many sound ones at once, the others one by one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import inf
from typing import Any, Final, NamedTuple

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc

from pfds.intake.columns import HeldColumns, Integers
from pfds.intake.encoding import first_bad_byte
from pfds.intake.json_acceptor import acceptor
from pfds.intake.json_columns import LARGEST_NUMBER, read_columns
from pfds.intake.json_cursor import ENDS, BrokenJsonError, JsonCursor
from pfds.intake.json_records import RecordTable
from pfds.intake.json_unknown import KeyCounts
from pfds.intake.limits import MAX_RECORD_VALUES
from pfds.intake.merging import merged
from pfds.intake.problems import limit_facts, problem
from pfds.intake.tables import TextTable
from pfds.standard.findings import Finding, Origin
from pfds.standard.model import Field, Standard, Table
from pfds.standard.phrase import Phrase

MOST_RECORDS: Final = 20_000
"""In one piece."""
AFTER_RECORD: Final = Phrase("there is text after the end of the record")
RECORD_ENDS: Final = Phrase("the record ends too early")

_WORDS: Final[Mapping[str, str]] = {ENDS: RECORD_ENDS}

_PLAIN_TYPES: Final[Mapping[str, tuple[type, ...]]] = {
    "string": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "number": (int, float),
}
_COLONS: Final = re.compile(rb'"[ \t\r\n]*:')
_LONGEST_FLOAT: Final = 15
"""Digits that a float64 always keeps."""


@dataclass(frozen=True, slots=True)
class JudgedRecords:
    """What a piece holds: its records, what is wrong with them, keys that are not known, and what cannot be read.

    ``broken`` are the indices of records that are not JSON objects; of ``lost`` of them not even the identifier is
    known.
    """

    text: TextTable
    findings: tuple[Finding, ...]
    unknown: KeyCounts
    broken: tuple[int, ...]
    lost: int

    def among(self, table: Table, plain: TextTable, numbers: Integers) -> JudgedRecords:
        """These records put among ``plain`` ones; ``numbers`` are the indices that they have there."""
        rows = (numbers + 1).tolist()
        return replace(
            self,
            text=merged(table, plain, replace(self.text, rows=numbers[self.text.rows - 1] + 1)),
            findings=tuple(found._replace(row=found.row and rows[found.row - 1]) for found in self.findings),
            broken=tuple(rows[index] - 1 for index in self.broken),
        )


class _Shape(NamedTuple):
    """Of a record that its schema refuses: the ``unknown`` keys, if only the content of texts and numbers is left to be
    judged, and whether it ``fits`` but for that.

    They are None if a value of a known field is not of its type, if a key may stand twice, or if it is no JSON.
    """

    unknown: Sequence[str] | None
    fits: bool


_SHAPELESS: Final = _Shape(None, fits=False)


@dataclass(slots=True)
class JsonPiece:
    """Records of ``table``, each as its bytes, with the physical ``lines`` on which they begin.

    ``text`` are the bytes that hold all of them, if nothing but blanks stands between them: it begins at byte
    ``offset`` of the file, on line ``first``.
    """

    standard: Standard
    table: Table
    file: str
    records: Sequence[bytes]
    lines: Integers
    text: bytes | None = None
    offset: int = 0
    first: int = 1
    _unknown: KeyCounts = field(default_factory=KeyCounts)
    _findings: list[Finding] = field(default_factory=list)
    _broken: list[int] = field(default_factory=list)
    _lost: int = 0
    _crowded: dict[int, int] = field(default_factory=dict)

    def judge(self) -> JudgedRecords:
        """Read and judge the records."""
        self._crowded = self._set_aside()
        refused = self._refused()
        shapes = {index: self._shape(index) for index in refused}
        self._unknown.misfits = sum(not shape.fits for shape in shapes.values())
        odd = sorted({*(index for index, shape in shapes.items() if shape.unknown is None), *self._huge()})
        text = self._sound(odd, accepted=not refused)
        if text is None:
            odd = sorted({*odd, *self._suspects()})
            text = self._sound(odd, accepted=False)
        if text is None:
            odd = list(range(len(self.records)))
            text = self._sound(odd, accepted=False)
        if text is None:
            raise AssertionError("a piece without records could not be read")
        for index in set(shapes).difference(odd):
            self._unknown.add(shapes[index].unknown or (), int(self.lines[index]))
        if odd:
            text = self._merged(text, odd)
        return JudgedRecords(text, tuple(self._findings), self._unknown, tuple(self._broken), self._lost)

    def _set_aside(self) -> dict[int, int]:
        """How many values stand in each record that has too many, by its index; these are not read."""
        long = [(index, record) for index, record in enumerate(self.records) if len(record) > MAX_RECORD_VALUES]
        counted = [(index, sum(map(record.count, (b",", b"[", b"{")))) for index, record in long]
        crowded = {index: values for index, values in counted if values > MAX_RECORD_VALUES}
        if crowded:
            self.records = [b"" if index in crowded else record for index, record in enumerate(self.records)]
        return crowded

    def _refused(self) -> list[int]:
        """Indices of the records that the published schema does not accept, or that are no JSON."""
        accepts = acceptor(self.standard, self.table)
        try:
            verdicts = [accepts(orjson.loads(record)) for record in self.records]
        except ValueError:
            verdicts = [_is_accepted(accepts, record) for record in self.records]
        return [] if all(verdicts) else [index for index, accepted in enumerate(verdicts) if not accepted]

    def _shape(self, index: int) -> _Shape:
        known = self.table.by_name
        try:
            record = orjson.loads(self.records[index])
        except ValueError:
            return _SHAPELESS
        if not isinstance(record, dict):
            return _SHAPELESS
        unknown = []
        for key, value in record.items():
            if key not in known:
                unknown.append(key)
            elif type(value) not in _PLAIN_TYPES[known[key].json_type] or value == "" or _is_huge(value):
                return _SHAPELESS
        if unknown and not _has_each_key_once(self.records[index], record):
            return _SHAPELESS
        lacking = any(field.required and field.name not in record for field in self.table.fields)
        return _Shape(unknown, fits=not unknown and not lacking)

    def _huge(self) -> Iterator[int]:
        """Indices of the records with a number that is too large to be read together with others."""
        names = [field.name for field in self.table.fields if _is_unbounded(field)]
        for index, record in enumerate(self.records if names else ()):
            try:
                value = orjson.loads(record)
            except ValueError:
                continue
            if isinstance(value, dict) and any(_is_huge(value.get(name)) for name in names):
                yield index

    def _suspects(self) -> Iterator[int]:
        """Indices of the records that may hold a key twice, or a number with more digits than others can have."""
        for index, line in enumerate(self.records):
            try:
                record = orjson.loads(line)
            except ValueError:
                continue
            if not _has_each_key_once(line, record) or any(type(value) in (int, float) for value in record.values()):
                yield index

    def _sound(self, odd: Sequence[int], *, accepted: bool) -> TextTable | None:
        """The records without the ``odd`` ones; None if they cannot be read together."""
        kept = np.ones(len(self.records), np.bool_)
        kept[odd] = False
        rows = np.flatnonzero(kept)
        if not rows.size:
            return replace(self._careful().finish(), accepted=accepted)
        records = (
            self.text if self.text is not None and not odd else b"\n".join(self.records[row] for row in rows.tolist())
        )
        try:
            cells = read_columns(self.table, records)
        except pa.ArrowInvalid:
            return None
        if cells.num_rows != len(rows):
            return None
        return TextTable(
            table=self.table.name,
            file=self.file,
            columns=HeldColumns(cells),
            rows=rows + 1,
            lines=self.lines[rows],
            damaged=np.zeros(len(rows), np.bool_),
            positions={},
            refused={},
            accepted=accepted and not self._has_long_numbers(cells),
        )

    def _has_long_numbers(self, cells: pa.Table) -> bool:
        numbers = (field.name for field in self.table.fields if field.json_type == "number")
        longest = (pc.max(pc.binary_length(cells.column(name))).as_py() for name in numbers)
        return any(length is not None and length > _LONGEST_FLOAT for length in longest)

    def _merged(self, sound: TextTable, odd: Iterable[int]) -> TextTable:
        """The sound records, and the ``odd`` ones, which are read one by one, each in its place."""
        careful = self._careful()
        for index in odd:
            self._read(careful, index)
        self._findings.extend(careful.findings)
        other = careful.finish()
        return merged(self.table, sound, other) if len(sound.rows) else other

    def _careful(self) -> RecordTable:
        return RecordTable(self.table, self.file, self._unknown)

    def _read(self, careful: RecordTable, index: int) -> None:
        line, record = int(self.lines[index]), self.records[index]
        if index in self._crowded:
            facts = limit_facts(Phrase("values in one record"), MAX_RECORD_VALUES, self._crowded[index])
            self._break(careful, index, "limit-exceeded", facts)
            return
        if bad := first_bad_byte(record, 0, len(record)):
            self._break(careful, index, "encoding-invalid", bad.moved(self._offset(line)).facts())
            return
        try:
            value = _value(record.decode())
        except BrokenJsonError as error:
            self._break(careful, index, "json-invalid", {"problem": error.words, "column": error.column})
            return
        if not isinstance(value, dict):
            self._broken.append(index)
        careful.add(value, index + 1, line)

    def _offset(self, line: int) -> int:
        """Byte of the file with which a physical line of the text begins."""
        feeds = np.flatnonzero(np.frombuffer(self.text or b"", np.uint8) == ord("\n"))
        return self.offset + (int(feeds[line - self.first - 1]) + 1 if line > self.first else 0)

    def _break(self, careful: RecordTable, index: int, rule: str, facts: Mapping[str, Any]) -> None:
        line = int(self.lines[index])
        self._broken.append(index)
        self._lost += not careful.add_broken(self.records[index].decode("utf-8", "replace"), index + 1, line)
        origin = Origin(self.file, None, line)
        self._findings.append(problem(rule, origin, table=self.table.name, row=index + 1, facts=facts))


def _is_unbounded(field: Field) -> bool:
    return field.json_type in ("integer", "number") and not (
        (-inf if field.minimum is None else field.minimum) >= -LARGEST_NUMBER
        and (inf if field.maximum is None else field.maximum) <= LARGEST_NUMBER
    )


def _is_huge(value: object) -> bool:
    return isinstance(value, (int, float)) and abs(value) > LARGEST_NUMBER


def _is_accepted(accepts: Any, record: bytes) -> bool:
    try:
        return bool(accepts(orjson.loads(record)))
    except ValueError:
        return False


def _has_each_key_once(line: bytes, record: object) -> bool:
    """Whether it is sure that no key is repeated: a colon after a quotation mark stands as often as there are keys."""
    return isinstance(record, dict) and len(_COLONS.findall(line)) == len(record)


def _value(text: str) -> object:
    """The value of a text that holds one, with everything that is unusual about it; raises BrokenJsonError."""
    cursor = JsonCursor(text)
    try:
        value = cursor.value()
    except BrokenJsonError as error:
        raise BrokenJsonError(error.line, error.column, _WORDS.get(error.words, error.words)) from None
    if not cursor.at_end:
        raise cursor.broken(AFTER_RECORD)
    return value
