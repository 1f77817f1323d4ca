"""The tables as syntax for SPSS: types, widths, and labels of variables and values in English."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from pfds.checks.database import Database
from pfds.editions.public import Public
from pfds.standard.model import Field, Standard, Table

LONGEST_VARIABLE_LABEL: Final = 250
LONGEST_VALUE_LABEL: Final = 120
_WIDEST: Final = 32_767
_FORMATS: Final = {"date": "SDATE10", "integer": "F12.0", "number": "F24.8", "boolean": "A5"}
_HEAD: Final = """\
* Encoding: UTF-8.
* Loads the tables of this release into SPSS Statistics (in Unicode mode, as it comes), each as a data set of its own
  name, with labels. In PSPP, save each table before the next one is read: it keeps only the last.
* Change to the folder of this file first, for example: CD 'C:/release/interop'.
* SPSS ends a record at a line break inside a text. Where a text has one, open ../stata instead, for example:
* GET STATA FILE='../stata/cases.dta'.
SET DECIMAL=DOT.
"""


def spss_syntax(public: Public) -> str:
    """`load.sps`; the width of a text column is that of its longest text, in bytes of UTF-8."""
    parts = [_HEAD]
    with TemporaryDirectory(prefix="pfds-") as scratch, public.database(Path(scratch)) as database:
        for name in public.rows:
            table = public.standard.tables[name]
            parts.append("\n".join(_table(public.standard, table, _widths(public.standard, database, table))) + "\n")
    return "\n".join(parts)


def _widths(standard: Standard, database: Database, table: Table) -> dict[str, int]:
    """Bytes of the longest text of a column, of a code the longest code of its list: SPSS labels no others."""
    codes = {field.name: max(map(len, standard.codes(field))) for field in table.released if field.codelist}
    names = [field.name for field in table.released if field.kind not in _FORMATS]
    longest = database.row(f"SELECT {', '.join(f'max(strlen({name}))' for name in names)} FROM {table.name}")
    found = {name: min(max(width or 1, 1), _WIDEST) for name, width in zip(names, longest, strict=True)}
    return {**found, **codes}


def _table(standard: Standard, table: Table, widths: dict[str, int]) -> Iterator[str]:
    yield "GET DATA"
    yield "  /TYPE=TXT"
    yield f"  /FILE='../data/{table.name}.csv'"
    yield "  /ENCODING='UTF8'"
    yield "  /ARRANGEMENT=DELIMITED"
    yield "  /DELIMITERS=','"
    yield "  /QUALIFIER='\"'"
    yield "  /FIRSTCASE=2"
    yield "  /VARIABLES="
    columns = [f"    {field.name} {_FORMATS.get(field.kind) or f'A{widths[field.name]}'}" for field in table.released]
    yield from columns[:-1]
    yield f"{columns[-1]}."
    yield f"DATASET NAME {table.name}."
    yield "VARIABLE LABELS"
    labels = [f"  {field.name} {_quoted(field.title, LONGEST_VARIABLE_LABEL)}" for field in table.released]
    yield from labels[:-1]
    yield f"{labels[-1]}."
    for field in table.released:
        yield from _value_labels(standard, field)


def _value_labels(standard: Standard, field: Field) -> Iterator[str]:
    if field.codelist:
        codes = standard.codelists[field.codelist].codes.values()
        yield f"VALUE LABELS {field.name}"
        lines = [f"  {_quoted(code.code)} {_quoted(code.labels['en'], LONGEST_VALUE_LABEL)}" for code in codes]
        yield from lines[:-1]
        yield f"{lines[-1]}."


def _quoted(text: str, most: int = LONGEST_VALUE_LABEL) -> str:
    """A text of at most so many bytes in SPSS's quotes."""
    cut = text.encode("utf-8")[:most].decode("utf-8", "ignore")
    return "'" + cut.replace("'", "''") + "'"
