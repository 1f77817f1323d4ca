"""How good a release is: figures of every column, the report of its validation, and the gates that it passed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from pfds.checks.run import Options, validate
from pfds.editions.measures import Measure, Measures, counts_codes, figures, measured
from pfds.editions.public import Public
from pfds.editions.text_files import write_json, write_text
from pfds.intake.submission import open_submission
from pfds.publish.dictionary import csv_text
from pfds.reports.json_report import json_report
from pfds.reports.wording import wording
from pfds.standard.model import Field

_FOLDER: Final = "quality"
_MOST_FREQUENT: Final = 10
"""Codes told of a column; the codebook tells all."""
_MOST_FINDINGS: Final = 1000
"""Findings of each rule, table and field that are listed, as in `pfds validate --format json`."""
_COLUMNS: Final = (
    *("table", "column", "kind", "rows", "filled", "fill_rate", "distinct", "minimum", "maximum", "shortest"),
    *("longest", "most_frequent"),
)


@dataclass(frozen=True, slots=True)
class Gate:
    """Something that a release has to pass, or it is not published: its name, and what it makes sure."""

    name: str
    meaning: str


def write_quality(public: Public, target: Path, gates: Sequence[Gate], measures: Measures | None = None) -> None:
    """Writes `quality/` with `statistics.json`, `statistics.csv`, `validation.json` and `gates.json`.

    ``gates`` are those that keep a release from being published, so that any that is published passed them;
    ``measures`` are those of the release, if they are known already. Only the public tables are validated.
    """
    known = measures or measured(public)
    write_json(target / _FOLDER / "statistics.json", _statistics(public, known))
    write_text(target / _FOLDER / "statistics.csv", csv_text(_COLUMNS, _rows(public, known)))
    write_text(target / _FOLDER / "validation.json", "".join(_validation(public)) + "\n")
    write_json(target / _FOLDER / "gates.json", _gates(public, gates))


def _statistics(public: Public, measures: Measures) -> dict[str, Any]:
    """`release`, `standard`, and for each table `table`, `rows` and `columns` with what they hold."""
    return {
        "release": public.about.version,
        "standard": public.about.standard,
        "tables": [
            {
                "table": table,
                "rows": rows,
                "columns": [
                    _column(column, measures[table][column.name]) for column in public.standard.tables[table].released
                ],
            }
            for table, rows in public.rows.items()
        ],
    }


def _column(column: Field, measure: Measure) -> dict[str, Any]:
    told = figures(column, measure)
    codes = told.pop("codes", [])
    most_frequent = {"most_frequent": codes[:_MOST_FREQUENT]} if counts_codes(column) else {}
    return {"column": column.name, "kind": column.kind, **told, **most_frequent}


def _rows(public: Public, measures: Measures) -> Iterator[Sequence[Any]]:
    """The same, flat; the most frequent codes are `code:records`, with a bar between them."""
    for table in public.rows:
        for column in public.standard.tables[table].released:
            measure = measures[table][column.name]
            told = {"table": table, "column": column.name, "kind": column.kind, **figures(column, measure)}
            frequent = islice(measure.codes.items(), _MOST_FREQUENT)
            told["most_frequent"] = "|".join(f"{code}:{rows}" for code, rows in frequent)
            yield [told.get(name) for name in _COLUMNS]


def _validation(public: Public) -> Iterator[str]:
    """The report of `pfds validate --format json` on the CSV tables, as of the day of the release."""
    submission = open_submission([public.folder / "data"], public.standard)
    with TemporaryDirectory(prefix="pfds-") as scratch:
        options = Options(most=_MOST_FINDINGS, folder=Path(scratch))
        report = validate(public.standard, submission, public.about.as_of, options).report
    yield from json_report(wording(public.standard, show_values=False), report, _MOST_FINDINGS)


def _gates(public: Public, gates: Sequence[Gate]) -> dict[str, Any]:
    passed = [{"gate": gate.name, "meaning": gate.meaning, "passed": True} for gate in gates]
    return {"release": public.about.version, "gates": passed}
