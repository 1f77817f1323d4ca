"""The first sheet of the workbook of a release: what the release is, and what its tables, columns and codes mean."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import pyarrow as pa

from pfds.editions.codebook.words import titled
from pfds.editions.public import Public
from pfds.editions.xlsx.cells import FIRST_DAY, Look
from pfds.standard.language import Language, all_languages
from pfds.standard.messages import in_language
from pfds.standard.model import Field, Table
from pfds.standard.phrase import Phrase

SHEET: Final = "Codebook"
LEFT_OUT: Final = "Left out"
_PLACES: Final = (Phrase("Table"), Phrase("Column"), Phrase("Code"), Phrase("Records"))
_WORDS: Final = (Phrase("Label"), Phrase("Meaning"))
_PLACE_WIDTHS, _WORD_WIDTHS = (22, 30, 30, 10), (34, 70)


@dataclass(frozen=True, slots=True)
class Tally:
    """How many records of a table there are, have something in a column, and have each code."""

    filled: Counter[str] = field(default_factory=Counter)
    codes: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, table: Table, batch: pa.RecordBatch) -> None:
        """Counts some records."""
        for column in table.released:
            values = batch.column(column.name)
            self.filled[column.name] += len(values) - values.null_count
            if column.codelist:
                for pair in values.drop_null().value_counts().to_pylist():
                    self.codes[column.name, pair["values"]] += pair["counts"]


def write_codebook(page: Any, public: Public, tallies: Mapping[str, Tally], look: Look) -> None:
    """A head, then one rectangle to filter: a row for each table, each of its columns, and each code that occurs.

    Labels and meanings stand there once in each language; codes are defined in English.
    """
    languages = all_languages()
    head = [*_PLACES, *(f"{language.say(word)} ({language.code})" for language in languages for word in _WORDS)]
    for column, width in enumerate((*_PLACE_WIDTHS, *_WORD_WIDTHS * len(languages))):
        page.set_column(column, column, width)
    for row, text in enumerate(_about(public)):
        page.write_string(row, 0, text, look.text if row else look.title)
    first = row + 2
    for column, text in enumerate(head):
        page.write_string(first, column, text, look.head)
    row = first
    for row, (places, number, words) in enumerate(_rows(public, tallies, languages), first + 1):
        _write_row(page, row, (*places, number, *words), look)
    page.freeze_panes(first + 1, 2)
    page.autofilter(first, 0, row, len(head) - 1)


def _write_row(page: Any, row: int, cells: tuple[str | int, ...], look: Look) -> None:
    arabic = len(_PLACES) + len(_WORDS) * next(i for i, each in enumerate(all_languages()) if each.direction == "rtl")
    for column, cell in enumerate(cells):
        if isinstance(cell, int):
            page.write_number(row, column, cell)
        elif cell:
            page.write_string(row, column, cell, look.right_to_left if column >= arabic else look.wrapped)


def _about(public: Public) -> Iterator[str]:
    about = public.about
    name, page = about.licence_page
    yield f"{about.title}, release {about.version}"
    yield f"Published by {about.publisher}, as of {about.as_of.isoformat()}, under {name}: {page}"
    yield f"The form is that of the Press Freedom Data Standard {about.standard}. An empty cell means: not stated."
    yield (
        f"First and last days are dates; those before {FIRST_DAY.isoformat()} are text, because spreadsheet programs do"
        " not agree on them. All other dates are text, as they are stated."
    )
    yield (
        "A line break within a cell is the one of a spreadsheet. In all else a cell says what the files in data/ say; a"
        f" cell that cannot says so, and the sheet “{LEFT_OUT}” lists it."
    )
    yield "Below stands every table, column and code that occurs, and the number of records that have something there."


def _rows(
    public: Public, tallies: Mapping[str, Tally], languages: tuple[Language, ...]
) -> Iterator[tuple[tuple[str, str, str], int, list[str]]]:
    spoken = [in_language(public.standard, language) for language in languages]
    for name, rows in public.rows.items():
        tables = [standard.tables[name] for standard in spoken]
        yield (name, "", ""), rows, [text for table in tables for text in (table.plural, table.description)]
        for column in public.standard.tables[name].released:
            words = [text for each in languages for text in titled(public.standard, each, name, column)]
            yield (name, column.name, ""), tallies[name].filled[column.name], words
            yield from _codes(public, name, column, tallies[name], languages)


def _codes(
    public: Public, table: str, column: Field, tally: Tally, languages: tuple[Language, ...]
) -> Iterator[tuple[tuple[str, str, str], int, list[str]]]:
    codes = public.standard.codelists[column.codelist].codes.values() if column.codelist else ()
    for code in codes:
        if number := tally.codes[column.name, code.code]:
            labels = (code.labels.get(language.code) or code.labels["en"] for language in languages)
            meanings = (code.definition, *[""] * (len(languages) - 1))
            words = [text for pair in zip(labels, meanings, strict=True) for text in pair]
            yield (table, column.name, code.code), number, words
