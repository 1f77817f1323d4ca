"""Which character separates the cells of a CSV file: the one with which its header, and no other, names our columns."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from pfds.intake.csv_cells import read_names
from pfds.intake.csv_scan import Scan
from pfds.intake.limits import MAX_COLUMNS
from pfds.intake.tables import UnreadableInput
from pfds.standard.model import Table
from pfds.standard.phrase import Phrase

COMMA: Final = b","
SEPARATORS: Final = MappingProxyType({COMMA: Phrase("commas"), b";": Phrase("semicolons"), b"\t": Phrase("tabs")})
"""Separators that are known, and their names."""


class UnclearSeparatorError(UnreadableInput):
    """A header that names columns with more than one separator; its text says so."""


def find_separator(header: bytes, table: Table) -> bytes:
    """The separator of a header record; a comma if there is none with which it names a column.

    Raises UnclearSeparatorError if there are several.
    """
    fitting = [separator for separator in SEPARATORS if _names_a_column(header, table, separator)]
    if len(fitting) > 1:
        words = " and with ".join(SEPARATORS[separator] for separator in fitting)
        raise UnclearSeparatorError(f"It can be read with {words} between the names, so that neither is certain.")
    return fitting[0] if fitting else COMMA


def first_record(text: bytes, *, ended: bool) -> bytes | None:
    """The first record that is not blank, whatever separates its cells; None if the text may break off within it."""
    begin = place = quotes = 0
    while (end := text.find(b"\n", place)) >= 0:
        quotes += text.count(b'"', place, end)
        place = end + 1
        if quotes % 2:
            continue
        if record := text[begin:end].removesuffix(b"\r"):
            return record
        begin = place
    return text[begin:] if ended else None


def _names_a_column(header: bytes, table: Table, separator: bytes) -> bool:
    scan = Scan(header, separator=separator[0])
    records = scan.records()
    if records.stop or len(records) != 1:
        return False
    width = int(scan.cells(records)[0])
    if width > MAX_COLUMNS or (width == 1 and separator != COMMA):
        return False
    return any(name in table.by_name for name in read_names(header, width, separator))
