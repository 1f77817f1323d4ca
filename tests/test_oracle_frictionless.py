"""Any Frictionless tool with the published descriptor flags the records that the toolkit flags, as far as it can."""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest
from frictionless import Package
from jsonschema.validators import validator_for

from kloop import AS_OF, STANDARD, Tables, kloop_tables, seeded, write_tables
from pfds.checks.run import Options, validate
from pfds.intake.submission import open_submission
from pfds.publish.build import derived_files
from pfds.standard.load import schema_folder
from pfds.standard.model import Field

COPIES = 60
CHANGES = 5
PROFILES = os.environ.get("PFDS_DATAPACKAGE_PROFILES", "")

Rows = set[int]


class Neighbours:
    """A folder with the published descriptor beside the CSV files of a submission; one file for every table."""

    def __init__(self, folder: Path) -> None:
        published = derived_files(STANDARD, schema_folder())
        for name in ("datapackage.json", "codelists.csv"):
            (folder / name).write_text(published[name], "utf-8")
        self.folder = folder
        self.package = Package(str(folder / "datapackage.json"))
        self.lay(kloop_tables())

    def lay(self, tables: Tables) -> None:
        write_tables(self.folder, {name: tables.get(name, []) for name in STANDARD.tables})

    def flagged_by_frictionless(self, table: str) -> Rows:
        """Rows of a table that `frictionless` refuses (1 = first record)."""
        report = self.package.get_resource(table).validate(limit_errors=10_000)
        assert report.errors == []
        return {number - 1 for (number,) in report.flatten(["rowNumber"])}

    def flagged_by_toolkit(self, table: str) -> Rows:
        """Rows of a table with a bad cell, a repeated identifier or a reference to nothing."""
        submission = open_submission([self.folder], STANDARD)
        findings = validate(STANDARD, submission, None, Options(rules=False)).report.findings
        return {found.row for found in findings if found.table == table and found.row is not None}


@pytest.fixture(scope="module")
def neighbours(tmp_path_factory: pytest.TempPathFactory) -> Neighbours:
    return Neighbours(tmp_path_factory.mktemp("package"))


def test_example_is_accepted_as_a_data_package(neighbours: Neighbours) -> None:
    neighbours.lay(kloop_tables())
    report = neighbours.package.validate()
    assert report.flatten(["name", "rowNumber", "type", "note"]) == []
    assert report.stats["tasks"] == len(STANDARD.tables) + 1


def expressible(rng: Random, table: str, field: Field, tables: Tables) -> str | None:
    """Another text for a cell, bad or good in a way that a Table Schema can tell; None if there is none."""
    example = str(field.examples[0]).lower() if field.kind == "boolean" else str(field.examples[0])
    good = (example,) if field.kind != "id" else ()
    texts: tuple[str | None, ...] = (*good, *bad_texts(field, example), *other_ids(rng, table, field, tables), None)
    return rng.choice(texts)


def bad_texts(field: Field, example: str) -> tuple[str, ...]:
    if field.codelist:
        return ("", f"{example}x", example.swapcase(), f" {example}")
    kinds = {
        "integer": ("five", "5.5", "-1", "9" * 12),
        "number": ("five", "5,5", "-181", "9" * 18),
        "boolean": ("TRUE", "1", "yes"),
        "date": ("yesterday", "2025-02-30", "20250528"),
        "edtf": ("yesterday", "2025-13-01", "28.05.2025"),
        "id": ("xyz-klp-1", example.upper(), "nobody"),
        "url": ("example.org", "ftp://example.org/x", "https://example.org/".ljust(2001, "a")),
        "line": (" a", "a ", "й" * 501),
        "text": (" a", "a ", "й" * 10001),
    }
    return ("", *kinds.get(field.kind, (f"{example} or so",)))


def other_ids(rng: Random, table: str, field: Field, tables: Tables) -> tuple[str, ...]:
    """A key that another record has; a reference to another record, and one to none."""
    if field.name == STANDARD.tables[table].primary_key:
        return (rng.choice(tables[table])[field.name],)
    if not field.reference:
        return ()
    target = rng.choice(tables[field.reference.table])[field.reference.field]
    return (target, f"{target}-nowhere")


def points_to_itself(table: str) -> bool:
    return any(field.reference and field.reference.table == table for field in STANDARD.tables[table].fields)


def change(rng: Random, table: str, tables: Tables) -> None:
    """Other texts in one cell of each of some records; the first loses a cell that it needs.

    Where a table points to itself its keys are left alone: see the known difference of repeated trouble.
    """
    key = STANDARD.tables[table].primary_key
    fields = [field for field in STANDARD.tables[table].fields if field.name != key or not points_to_itself(table)]
    first, *others = rng.sample(tables[table], min(CHANGES, len(tables[table])))
    del first[rng.choice([field.name for field in fields if field.required])]
    for record in others:
        field = rng.choice(fields)
        text = expressible(rng, table, field, tables)
        if text is not None:
            record[field.name] = text


@pytest.mark.parametrize(
    "number",
    [pytest.param(number, marks=() if number < len(STANDARD.tables) else pytest.mark.long) for number in range(COPIES)],
)
def test_changed_copies_are_judged_alike(number: int, neighbours: Neighbours) -> None:
    rng, tables = seeded(number), kloop_tables()
    table = list(tables)[number % len(tables)]
    change(rng, table, tables)
    neighbours.lay(tables)
    flagged = neighbours.flagged_by_toolkit(table)
    assert flagged
    assert neighbours.flagged_by_frictionless(table) == flagged


@dataclass(frozen=True, slots=True)
class Difference:
    """Texts that the toolkit refuses and frictionless accepts, knowingly, and why."""

    table: str
    field: str
    texts: tuple[str, ...]
    because: str


KNOWN_DIFFERENCES = {
    "integers in other spellings": Difference(
        *("event_parties", "group_count", (" 5", "5 ", "+5", "007", "1_000", "٥", "5\n")),
        "frictionless reads an integer as Python does; other programs read these texts otherwise or not at all",
    ),
    "numbers in other spellings": Difference(
        *("events", "latitude", (" 5", "+5", "007", "5.", ".5", "4.2e1", "٥", "1_0")),
        "frictionless reads a number as Python's Decimal does",
    ),
    "numbers that no float holds": Difference(
        *("events", "latitude", ("0.12345678901234567890",)),
        "a release holds numbers as float64, and no digit may be lost; Table Schema knows no such limit",
    ),
    "days without leading zeros": Difference(
        *("sources", "retrieved", ("2021-2-3",)),
        "frictionless reads a day with strptime, and the type date takes no pattern",
    ),
    "the calendar of EDTF": Difference(
        *("events", "event_date", ("2021-02-30", "2021/2020", "[2021..2020]", "0000")),
        "Table Schema has no EDTF; a pattern cannot count the days of a month nor compare two dates",
    ),
    "a line break after the last character": Difference(
        *("persons", "person_id", ("per-klp-aa\n",)),
        "frictionless matches patterns with Python, where $ also stands before a final line break",
    ),
    "control characters": Difference(
        *("persons", "display_name", ("a\x07b", "a\nb", "a\tb")),
        "JSON Schema refuses them with the keyword `not`, and Table Schema has no such constraint",
    ),
}


@pytest.mark.parametrize("difference", KNOWN_DIFFERENCES.values(), ids=list(KNOWN_DIFFERENCES))
def test_known_difference(difference: Difference, neighbours: Neighbours) -> None:
    tables = kloop_tables()
    for record, text in zip(tables[difference.table], difference.texts, strict=False):
        record[difference.field] = text
    neighbours.lay(tables)
    assert neighbours.flagged_by_toolkit(difference.table) == set(range(1, len(difference.texts) + 1))
    assert neighbours.flagged_by_frictionless(difference.table) == set()


def test_known_difference_repeated_trouble(neighbours: Neighbours) -> None:
    """A record with a bad identifier is told once by the toolkit; frictionless also tells each reference to it."""
    tables = kloop_tables()
    parents = {record.get("parent_event_id") for record in tables["events"]}
    row = next(row for row, record in enumerate(tables["events"], 1) if record["event_id"] in parents)
    children = {
        number
        for number, record in enumerate(tables["events"], 1)
        if record.get("parent_event_id") == tables["events"][row - 1]["event_id"]
    }
    tables["events"][row - 1]["event_id"] = "nobody"
    neighbours.lay(tables)
    assert neighbours.flagged_by_toolkit("events") == {row}
    assert neighbours.flagged_by_frictionless("events") == {row} | children


def test_known_difference_claims_about_nothing(neighbours: Neighbours) -> None:
    """A claim may be about a record of any table; a foreign key has one, so that only the rule in SQL finds this."""
    tables = kloop_tables()
    tables["claims"][0]["subject_id"] = "per-klp-nowhere"
    neighbours.lay(tables)
    findings = validate(STANDARD, open_submission([neighbours.folder], STANDARD), AS_OF).report.findings
    assert [(found.rule, found.row) for found in findings if found.table] == [("claim-record-missing", 1)]
    assert neighbours.flagged_by_frictionless("claims") == set()


if PROFILES:

    @pytest.mark.parametrize("version", ["2.0", "1.0"])
    def test_descriptor_follows_the_official_profile(version: str) -> None:
        profile = json.loads((Path(PROFILES) / version / "datapackage.json").read_text("utf-8"))
        descriptor = json.loads(derived_files(STANDARD, schema_folder())["datapackage.json"])
        errors = validator_for(profile)(profile).iter_errors(descriptor)
        assert [(error.json_path, error.message[:200]) for error in errors] == []
