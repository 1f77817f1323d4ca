"""Every finding is told at its place: row, physical line, cell, record; in every format, however the file is cut."""

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet

from command import pfds
from kloop import AS_OF, STANDARD, Row, seeded, write_csv
from pfds.checks import spool
from pfds.checks.run import Options, Report, validate
from pfds.intake import json_document
from pfds.intake.csv_file import CsvFile
from pfds.intake.json_lines import JsonLinesFile
from pfds.intake.submission import open_submission
from pfds.intake.tables import column_letters
from pfds.reports.json_report import json_report
from pfds.reports.wording import wording
from pfds.standard.findings import Finding

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
SOUND = {**example("events"), "case_id": "cas-klp-1", "locality": "Bishkek"}
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
    events: list[Event] = []
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


def write_csv_events(written: Written, rng: Random) -> None:
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
            octets = octets.replace(b"Bishkek", b"Bi\xe9kek")
        event.line = line + event.blank_lines
        line += text.count("\n")
        data += octets
    written.path.write_bytes(data.removesuffix(ending.encode()) if rng.random() < 0.5 else data)


def values(event: Event) -> dict[str, Any]:
    """A record as JSON."""
    return {name: float(text) if name == "latitude" else text for name, text in event.row.items() if text}


def write_json(written: Written, rng: Random) -> None:
    text = '{"events": ['
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
    "csv": write_csv_events,
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
        write_csv(folder / "cases.csv", CASE, [CASE])
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
    """Cuts every file into pieces of so many bytes, or of as many records as there are 64 bytes in them; but for
    those of columns, which a process of their own cuts."""

    def into(size: int) -> None:
        monkeypatch.setattr(CsvFile.__init__, "__defaults__", (size,))
        monkeypatch.setattr(JsonLinesFile.__init__, "__defaults__", (max(size, 8),))
        monkeypatch.setattr(json_document, "MOST_RECORDS", max(size // 64, 1))

    return into


STRUCTURE = Options(rules=False)


def checked(folder: Path, options: Options = STRUCTURE) -> Report:
    return validate(STANDARD, open_submission([folder], STANDARD), AS_OF, options).report


def path_of(written: Written, form: str) -> Path:
    return written.path if form == "json" else written.path.parent


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("seed", [*SEEDS[:3], *(pytest.param(seed, marks=pytest.mark.long) for seed in SEEDS[3:])])
def test_every_finding_is_told_at_its_place(form: str, seed: int, tmp_path: Path, cut: Callable[[int], None]) -> None:
    written = lay_out(form, tmp_path, seed)
    cut(PIECES[seed % len(PIECES)])
    report = checked(path_of(written, form))
    assert told(report) == expected(written, form)
    assert len(report.findings) > 10


def rewritten(report: Report) -> str:
    return "".join(json_report(wording(STANDARD, show_values=True), report, len(report.findings)))


@pytest.mark.parametrize(
    ("form", "runs"), [("csv", 5), *(pytest.param(form, 20, marks=pytest.mark.long) for form in FORMATS)]
)
def test_every_run_gives_the_same_report(form: str, runs: int, tmp_path: Path, cut: Callable[[int], None]) -> None:
    path = path_of(lay_out(form, tmp_path, 3, count=30), form)
    cut(300)
    reports = {rewritten(checked(path)) for _ in range(runs)}
    assert len(reports) == 1
    assert len(json.loads(reports.pop())["findings"]) > 10


@pytest.mark.parametrize("form", FORMATS)
def test_the_size_of_pieces_changes_nothing(form: str, tmp_path: Path, cut: Callable[[int], None]) -> None:
    path = path_of(lay_out(form, tmp_path, 4), form)
    whole = rewritten(checked(path))
    for size in PIECES:
        cut(size)
        assert rewritten(checked(path)) == whole


@pytest.mark.parametrize("form", ["csv", "json"])
def test_what_goes_to_the_disk_is_found_alike(
    form: str, tmp_path: Path, cut: Callable[[int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = path_of(lay_out(form, tmp_path / "sent", 5), form)
    cut(300)
    in_memory = checked(path, Options())
    monkeypatch.setattr(spool, "MEMORY_BYTES", 0)
    folder = tmp_path / "private"
    folder.mkdir()
    assert rewritten(checked(path, Options(folder=folder))) == rewritten(in_memory)
    assert list(folder.glob("sent_*/*.parquet"))


def kind(found: Finding) -> tuple[str, str | None, str | None]:
    return found.rule, found.table, found.field


def first_of_each(findings: Sequence[Finding], most: int) -> list[Finding]:
    """The first of each rule, table and field, in file and row order."""
    seen: Counter[tuple[str, str | None, str | None]] = Counter()
    kept = []
    for found in findings:
        seen[kind(found)] += 1
        if seen[kind(found)] <= most:
            kept.append(found)
    return kept


@pytest.mark.parametrize("most", [1, 3])
@pytest.mark.parametrize("form", FORMATS)
def test_a_cap_keeps_the_first_of_each_kind_and_counts_all(
    form: str, most: int, tmp_path: Path, cut: Callable[[int], None]
) -> None:
    path = path_of(lay_out(form, tmp_path, 6), form)
    cut(300)
    everything, capped = checked(path), checked(path, replace(STRUCTURE, most=most))
    assert list(capped.findings) == first_of_each(everything.findings, most)
    assert capped.totals == everything.totals
    assert len(capped.findings) < len(everything.findings)
    told_of = Counter(found.rule for found in capped.findings)
    total = Counter(found.rule for found in everything.findings)
    truncated = json.loads("".join(json_report(wording(STANDARD, show_values=False), capped, most)))["truncated"]
    assert truncated == {rule: total[rule] - told_of[rule] for rule in sorted(total)}


def test_the_command_caps_alike(tmp_path: Path) -> None:
    path = path_of(lay_out("csv", tmp_path, 7), "csv")
    said = json.loads(pfds("validate", path, "--format", "json", "--as-of", "2025-11-05", "--max-findings", "3").out)
    everything = checked(path, Options())
    assert [(f["rule"], f["file"], f["row"], f["line"], f["cell"]) for f in said["findings"]] == [
        (f.rule, f.origin.file, f.row, f.origin.line, f.origin.cell) for f in first_of_each(everything.findings, 3)
    ]
    assert sum(item["total"] for item in said["by_rule"]) == len(everything.findings)


def test_a_cap_in_json_keeps_the_first_whether_reader_or_check_found_it(tmp_path: Path) -> None:
    """Text for a number is refused by the reader, a number of too many digits by the check of the column."""
    latitudes = ["1.12345678901234567890123", '"x"', '"y"', '"z"']
    events = [
        json.dumps({**SOUND, "event_id": f"evt-klp-{number}"})[:-1] + f', "latitude": {latitude}}}'
        for number, latitude in enumerate(latitudes)
    ]
    path = tmp_path / "submission.json"
    path.write_text(f'{{"events": [{",".join(events)}], "cases": [{json.dumps(CASE)}], "persons": []}}', "utf-8")
    found = [found for found in checked(path).findings if found.field == "latitude"]
    assert [finding.row for finding in found] == [1, 2, 3, 4]
    capped = checked(path, replace(STRUCTURE, most=1)).findings
    assert [finding.row for finding in capped if finding.field == "latitude"] == [1]


@pytest.mark.parametrize("most", [None, 1, 3])
def test_files_of_one_table_from_two_folders(most: int | None, tmp_path: Path, cut: Callable[[int], None]) -> None:
    """In the order of the names under which they are told, and rows counted in each by itself."""
    paths, places = [], []
    for number, name in enumerate(["x/north", "y/east"]):
        folder = tmp_path / name
        folder.mkdir(parents=True)
        rng = seeded(8 + number)
        written = Written(drawn_events(rng, 40, damages=True, first=1 + 1000 * number), path=folder / "events.csv")
        write_csv_events(written, rng)
        places.append((f"{folder.name}/events.csv", expected(written, "csv")))
        paths.append(written.path)
    write_csv(tmp_path / "cases.csv", CASE, [CASE])
    cut(300)
    submission = open_submission([*paths, tmp_path / "cases.csv"], STANDARD)
    report = validate(STANDARD, submission, AS_OF, replace(STRUCTURE, most=most)).report
    all_places = [(file, place) for file, listed in sorted(places) for place in listed]
    kept: list[tuple[str, Place]] = []
    for file, place in all_places:
        if most is None or sum(other[:2] == place[:2] for _, other in kept) < most:
            kept.append((file, place))
    assert [(found.origin.file, place) for found, place in zip(report.findings, told(report), strict=True)] == kept
    assert sum(report.totals.values()) == len(all_places)


def test_a_key_repeated_in_another_file_names_the_first(tmp_path: Path, cut: Callable[[int], None]) -> None:
    for name, count in (("a", 30), ("b", 25)):
        (tmp_path / name).mkdir()
        rows = [{**SOUND, "event_id": f"evt-klp-{number}", "case_id": ""} for number in range(count)]
        write_csv(tmp_path / name / "events.csv", SOUND, rows)
    cut(64)
    paths = [tmp_path / "a" / "events.csv", tmp_path / "b" / "events.csv"]
    report = validate(STANDARD, open_submission(paths, STANDARD), AS_OF, STRUCTURE).report
    assert [(found.rule, found.origin.file, found.row, found.facts["first_row"]) for found in report.findings] == [
        ("key-duplicate", "b/events.csv", row, row) for row in range(1, 26)
    ]
