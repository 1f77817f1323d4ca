"""Every finding is told at its place: row, physical line, cell, record; in every format, however the file is cut."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet

from command import pfds
from kloop import AS_OF, STANDARD, seeded
from pfds.checks import spool
from pfds.checks.run import Options, Report, validate
from pfds.intake import columnar_file, json_document
from pfds.intake.csv_file import CsvFile
from pfds.intake.json_lines import JsonLinesFile
from pfds.intake.submission import open_submission
from pfds.intake.tables import column_letters
from pfds.reports.json_report import json_report

Row = dict[str, str]
Place = tuple[str, str | None, int | None, int | None, str | None, str | None]
"""Rule, field, row, line, cell and record id of a finding."""

FORMATS = ("csv", "json", "jsonl", "parquet")
PIECES = (1, 7, 64, 300, 1 << 20)
SEEDS = range(6)
TEXT_RULES = ("row-too-short", "row-too-long", "encoding-invalid")
EVENTS = [field.name for field in STANDARD.tables["events"].fields]


def example(table: str) -> Row:
    """A record with the examples of its required fields."""
    return {field.name: str(field.examples[0]) for field in STANDARD.tables[table].fields if field.required}


CASE = {**example("cases"), "case_id": "cas-klp-1"}
SOUND = {**example("events"), "title": "An arrest", "case_id": "cas-klp-1"}
DEFECTS: Mapping[str, tuple[str, str, str]] = {
    "late": ("event_date", "2024-02-30", "cell-date"),
    "white": ("title", "арест ", "cell-pattern"),
    "bell": ("channel", "a\x07b", "cell-control-character"),
    "code": ("country", "KG", "cell-code"),
    "empty": ("event_status", "", "cell-required"),
    "far": ("latitude", "91", "cell-range"),
    "lost": ("case_id", "cas-klp-none", "reference-missing"),
    "no parent": ("parent_event_id", "evt-klp-none", "reference-missing"),
}


@dataclass(slots=True)
class Event:
    """A record to be written, and what is wrong with it: names of DEFECTS, or one of TEXT_RULES."""

    row: Row
    defects: Sequence[str] = ()
    damage: str | None = None
    repeated: bool = False
    line: int = 0
    blank_lines: int = 0


@dataclass(slots=True)
class Written:
    """Events in the order of their file, the order of its columns, and the file."""

    events: list[Event]
    names: list[str] = field(default_factory=lambda: list(EVENTS))
    path: Path = Path()


def drawn_events(rng: Random, count: int, *, damages: bool, first: int = 1) -> list[Event]:
    """Records of which most are sound."""
    events = []
    for number in range(first, first + count):
        defects = rng.sample(sorted(DEFECTS), rng.choice([0, 0, 0, 1, 2]))
        text = rng.choice(["", "one", "two\nlines", "é\n\n\nя", 'a "b", c\n', "記" * 30])
        row = {**SOUND, "event_id": f"evt-klp-{number}", "description": text.strip()}
        row |= {DEFECTS[name][0]: DEFECTS[name][1] for name in defects}
        event = Event(row, defects, blank_lines=rng.choice([0, 0, 0, 1, 3]))
        if damages and rng.random() < 0.15:
            event.damage = rng.choice(TEXT_RULES)
        elif number > first + 1 and rng.random() < 0.1:
            earlier = rng.choice(events)
            if earlier.damage is None:
                event.row["event_id"], event.repeated = earlier.row["event_id"], True
        events.append(event)
    return events


def _quoted(text: str, rng: Random) -> str:
    if set(text) & set('",\r\n') or rng.random() < 0.1:
        return '"' + text.replace('"', '""') + '"'
    return text


def write_csv(written: Written, rng: Random) -> None:
    """With blank lines, lines that end in LF or CRLF, line breaks in cells, or a byte-order mark."""
    rng.shuffle(written.names)
    ending = rng.choice(["\n", "\r\n"])
    blank = rng.choice([0, 2])
    data = rng.choice([b"", b"\xef\xbb\xbf"]) + ending.encode() * blank + f"{','.join(written.names)}{ending}".encode()
    line = blank + 2
    for event in written.events:
        cells = [_quoted(event.row.get(name, "").replace("\n", ending), rng) for name in written.names]
        if event.damage == "row-too-short":
            del cells[-2:]
        elif event.damage == "row-too-long":
            cells.append("more")
        text = ending * event.blank_lines + ",".join(cells) + ending
        octets = text.encode()
        if event.damage == "encoding-invalid":
            octets = octets.replace(b"arrest", b"arr\xe9st", 1)
        event.line = line + event.blank_lines
        line += text.count("\n")
        data += octets
    written.path.write_bytes(data.removesuffix(ending.encode()) if rng.random() < 0.5 else data)


def values(event: Event) -> dict[str, Any]:
    """A record as JSON."""
    return {name: float(text) if name == "latitude" else text for name, text in event.row.items() if text}


def write_json(written: Written, rng: Random) -> None:
    text, records = '{"events": [', []
    for event in written.events:
        text += "\n" * event.blank_lines
        event.line = text.count("\n") + 1
        text += json.dumps(values(event), indent=rng.choice([None, 1])) + ",\n"
    other = {"cases": [CASE], "persons": []}
    written.path.write_text(text.removesuffix(",\n") + "], " + json.dumps(other)[1:], "utf-8")


def write_json_lines(written: Written, rng: Random) -> None:
    text = ""
    for event in written.events:
        text += "\n" * event.blank_lines
        event.line = text.count("\n") + 1
        text += json.dumps(values(event), ensure_ascii=rng.random() < 0.5) + "\n"
    written.path.write_text(rng.choice(["", "\ufeff"]) + text, "utf-8")


def write_parquet(written: Written, rng: Random) -> None:
    rows = [values(event) for event in written.events]
    cells = {name: [row.get(name) for row in rows] for name in EVENTS}
    kinds = {name: pa.float64() if name == "latitude" else pa.string() for name in EVENTS}
    table = pa.table({name: pa.array(column, kinds[name]) for name, column in cells.items()})
    parquet.write_table(table, written.path, row_group_size=rng.choice([1, 5, 1000]))


WRITERS: Mapping[str, Callable[[Written, Random], None]] = {
    "csv": write_csv,
    "json": write_json,
    "jsonl": write_json_lines,
    "parquet": write_parquet,
}


def lay_out(form: str, folder: Path, seed: int, count: int = 60) -> Written:
    """A submission whose events have defects."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = seeded(seed)
    written = Written(drawn_events(rng, count, damages=form == "csv"), path=folder / f"events.{form}")
    WRITERS[form](written, rng)
    if form != "json":
        (folder / "cases.csv").write_text(
            "".join(f"{','.join(map(json.dumps, line))}\n" for line in (CASE, CASE.values())), "utf-8"
        )
        (folder / "persons.csv").write_text(",".join(f.name for f in STANDARD.tables["persons"].fields) + "\n", "utf-8")
    return written


def expected(written: Written, form: str) -> list[Place]:
    """Where each defect must be told: by row and field."""
    places: list[Place] = []
    for number, event in enumerate(written.events, start=1):
        line = event.line if form != "parquet" else None
        if event.damage:
            places.append((event.damage, None, number, line, None, None))
            continue
        found = [DEFECTS[name][::2] for name in event.defects]
        found += [("event_id", "key-duplicate")] if event.repeated else []
        for name, rule in found:
            cell = f"{column_letters(written.names.index(name))}{number + 1}" if form == "csv" else None
            places.append((rule, name, number, line, cell, event.row["event_id"]))
    return sorted(places, key=lambda place: (place[2] or 0, place[1] or "", place[0]))


def told(report: Report) -> list[Place]:
    return [
        (found.rule, found.field, found.row, found.origin.line, found.origin.cell, found.record_id)
        for found in report.findings
    ]


@pytest.fixture
def cut(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Cuts every file into pieces of so many bytes, or of as many records as there are 64 bytes in them."""

    def into(size: int) -> None:
        for reader in (CsvFile, JsonLinesFile):
            monkeypatch.setattr(reader.__init__, "__defaults__", (size,))
        monkeypatch.setattr(columnar_file, "BATCH_ROWS", max(size // 64, 1))
        monkeypatch.setattr(json_document, "MOST_RECORDS", max(size // 64, 1))

    return into


def checked(folder: Path, options: Options = Options(rules=False)) -> Report:
    return validate(STANDARD, open_submission([folder], STANDARD), AS_OF, options).report


def path_of(written: Written, form: str) -> Path:
    return written.path if form == "json" else written.path.parent


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("seed", SEEDS)
def test_every_finding_is_told_at_its_place(form: str, seed: int, tmp_path: Path, cut: Callable[[int], None]) -> None:
    written = lay_out(form, tmp_path, seed)
    cut(PIECES[seed % len(PIECES)])
    report = checked(path_of(written, form))
    assert told(report) == expected(written, form)
    assert len(report.findings) > 10
