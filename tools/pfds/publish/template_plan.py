"""What a workbook holds, before it is written: its sheets, their columns, and the lists that cells choose from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from pfds.publish.template_words import EXAMPLE, LISTS, START
from pfds.standard.folding import fold
from pfds.standard.language import Language
from pfds.standard.messages import in_language
from pfds.standard.model import Code, Codelist, Field, Standard, Table
from pfds.standard.phrase import Phrase

if TYPE_CHECKING:
    import pyarrow as pa

MARK: Final = "▸"
"""Begins each hint, and the first cell of each sheet that holds no records: readers pass over both."""
HIDDEN_LISTS: Final = "_lists"
NAMES_ROW, LABELS_ROW, HINTS_ROW, FIRST_ROW = range(4)
PREPARED: Final = 1_000
"""Rows that are ready to be filled in."""
MOST_COUNTED: Final = 5_000
"""Rows up to which a spreadsheet program compares ids with each other while somebody types."""
MOST_ROWS: Final = 1_048_576 - FIRST_ROW
NOT_IN_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""Characters that a file of a workbook cannot hold but as escapes in a text."""
MOST_CHARACTERS: Final = 32_767
"""Limits of the format: rows of a sheet, and UTF-16 units of a cell."""

_LONGEST_NAME = 31
_FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\", "-"))
_DISPLAY = ("title", "display_name", "name")
_NAMING_KINDS = ("id", "line")
_MOST_NAMING = 3


class NotForAWorkbook(Exception):
    """Records that the format cannot hold; its argument is a phrase that says why."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a sheet; ``field`` is None if the standard does not know it."""

    name: str
    label: str
    field: Field | None


@dataclass(frozen=True, eq=False)
class Sheet:
    """The sheet of one table: ``cells`` are its records, a list of texts for each column that has any."""

    table: Table
    name: str
    columns: tuple[Column, ...]
    cells: Mapping[str, Sequence[str | None]]
    size: int

    @cached_property
    def last_row(self) -> int:
        """The last row that is ready to be filled in, counted from 0."""
        return FIRST_ROW + max(PREPARED, self.size) - 1

    @property
    def counted(self) -> bool:
        """Whether its ids are compared and listed while somebody types."""
        return self.last_row < FIRST_ROW + MOST_COUNTED

    def position(self, name: str) -> int:
        """Of a column, counted from 0."""
        return next(index for index, column in enumerate(self.columns) if column.name == name)

    @property
    def naming(self) -> tuple[str, ...]:
        """The columns that tell a person which record it is: its title or name, else what it is about."""
        names = [column.name for column in self.columns]
        best = [name for name in _DISPLAY if name in names][:1]
        if best:
            return tuple(best)
        others = [f for f in self.table.fields if f.kind in _NAMING_KINDS and f.name != self.table.primary_key]
        optional = [field.name for field in others if not field.required]
        return tuple((optional or [field.name for field in others])[:_MOST_NAMING])


@dataclass(frozen=True, eq=False)
class Plan:
    """A workbook in one language: ``standard`` is in the words of that language already."""

    standard: Standard
    language: Language
    sheets: tuple[Sheet, ...]
    start: str
    lists: str
    example: str

    def sheet(self, table: str) -> Sheet | None:
        """The sheet of a table, if the workbook has one."""
        return next((sheet for sheet in self.sheets if sheet.table.name == table), None)

    def fields(self) -> Iterator[Field]:
        """Every field that has a column, sheet by sheet."""
        return (column.field for sheet in self.sheets for column in sheet.columns if column.field)

    @cached_property
    def codelists(self) -> tuple[str, ...]:
        """Lists of codes that cells choose from, in the order of the standard."""
        used = {choices(field) for field in self.fields()}
        return tuple(name for name in self.standard.codelists if name in used)

    @cached_property
    def listed(self) -> tuple[Sheet, ...]:
        """Sheets whose records other sheets refer to by choosing from a list."""
        targets = {field.reference.table for field in self.fields() if field.reference}
        return tuple(sheet for sheet in self.sheets if sheet.table.name in targets and sheet.counted)

    def label(self, code: Code) -> str:
        """A code in the language of the workbook, in English if it has no label there."""
        return code.labels.get(self.language.code) or code.labels["en"]

    @cached_property
    def shown(self) -> Mapping[str, Mapping[str, str]]:
        """By codelist and code what cells show: its label, or the code where a reader could take that for another."""
        return {name: self._shown(self.standard.codelists[name]) for name in self.codelists}

    def _shown(self, codelist: Codelist) -> Mapping[str, str]:
        codes = codelist.codes.values()
        own = {fold(code.code): code.code for code in codes}
        named: dict[str, set[str]] = {}
        for code in codes:
            for spelling in (*code.labels.values(), *code.aliases):
                named.setdefault(fold(spelling), set()).add(code.code)
        labels = {code.code: self.label(code) for code in codes}
        words = {code: fold(label) for code, label in labels.items()}
        means = {code: {own[word]} if word in own else named[word] for code, word in words.items()}
        return {code: label if means[code] == {code} else code for code, label in labels.items()}


def choices(field: Field) -> str | None:
    """The codelist behind a column. Tags of languages may be longer than its codes, but begin with one."""
    return "language" if field.kind == "language" else field.codelist


def plan(standard: Standard, language: Language, tables: Iterable[str], records: Mapping[str, pa.Table] | None) -> Plan:
    """The workbook of these tables, in the order of the standard.

    Raises NotForAWorkbook if a sheet would have too many rows or a cell too much text.
    """
    spoken, wanted = in_language(standard, language), set(tables)
    own = [language.say(phrase) for phrase in (START, EXAMPLE, LISTS)]
    chosen = [table for table in spoken.tables.values() if table.name in wanted]
    names = _sheet_names([*own, *(table.plural for table in chosen)])
    sheets = tuple(
        _sheet(table, name, (records or {}).get(table.name)) for table, name in zip(chosen, names[3:], strict=True)
    )
    start, example, lists = names[:3]
    return Plan(spoken, language, sheets, start=start, lists=lists, example=example)


def _sheet(table: Table, name: str, records: pa.Table | None) -> Sheet:
    sent = records.column_names if records is not None else []
    more = [column for column in sent if column not in {field.name for field in table.fields}]
    columns = [Column(field.name, field.title, field) for field in table.fields]
    columns += [Column(column, column, None) for column in more]
    cells = {column: records.column(column).to_pylist() for column in sent} if records is not None else {}
    size = records.num_rows if records is not None else 0
    if size > MOST_ROWS:
        raise NotForAWorkbook(
            Phrase(
                "The sheet “{sheet}” would have more rows than a workbook can hold: {most}.",
                sheet=name,
                most=f"{MOST_ROWS:,}",
            )
        )
    for column, texts in cells.items():
        if any(len(text) * 2 > MOST_CHARACTERS and _units(text) > MOST_CHARACTERS for text in texts if text):
            raise NotForAWorkbook(
                Phrase(
                    "In the sheet “{sheet}”, column “{column}”, a text is too long. Letters that a cell holds: {most}.",
                    sheet=name,
                    column=column,
                    most=f"{MOST_CHARACTERS:,}",
                )
            )
        if any(text.startswith("<r>") and text.endswith("</r>") for text in texts if text):
            raise NotForAWorkbook(
                Phrase(
                    "In the sheet “{sheet}”, column “{column}”, a text looks like the inner form of a cell, <r>…</r>,"
                    " which a workbook cannot hold as text.",
                    sheet=name,
                    column=column,
                )
            )
    return Sheet(table, name, tuple(columns), cells, size)


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _sheet_names(labels: Iterable[str]) -> list[str]:
    """Names that a spreadsheet program accepts: short, without certain characters, each only once."""
    names: list[str] = []
    taken = {HIDDEN_LISTS, "history"}
    for label in labels:
        plain = label.translate(_FORBIDDEN).strip("' ") or "-"
        name, number = plain[:_LONGEST_NAME].rstrip("' "), 2
        while name.casefold() in taken:
            ending = f" {number}"
            name, number = plain[: _LONGEST_NAME - len(ending)] + ending, number + 1
        taken.add(name.casefold())
        names.append(name)
    return names
