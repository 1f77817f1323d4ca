"""The flat tables of a release: one row for each core record, and every count what pandas counts by itself."""

import csv
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from command import BIN, files, run
from kloop import STANDARD
from pfds.editions.flat.columns import FLAT, flat_table
from pfds.editions.flat.files import write_flat
from pfds.editions.flat.select import PLANS
from pfds.standard.model import Table
from public import public
from traps import RIGHT_TO_LEFT

RELEASES = ("traps", "kloop")
FLAT_TABLES = [flat_table(STANDARD, name) for name in FLAT]
each_table = pytest.mark.parametrize("table", FLAT_TABLES, ids=lambda table: table.name)
ACCUSED = ["suspect", "defendant", "convicted"]
OCCURRED = ["occurred", "ongoing"]


@dataclass(frozen=True)
class Made:
    """A release, and the folder with the flat tables of it."""

    release: Path
    flat: Path

    def core(self, name: str) -> pd.DataFrame:
        """A table of the release as text, None where empty."""
        path = self.release / "data" / f"{name}.csv"
        return pd.read_csv(path, dtype=object, keep_default_na=False, na_values=[""])

    def made(self, name: str) -> pd.DataFrame:
        """A flat table as text."""
        return pd.read_csv(self.flat / f"{name}.csv", dtype=object, keep_default_na=False, na_values=[""])


@pytest.fixture(scope="module")
def traps(trapped: Path) -> Path:
    return trapped


@pytest.fixture(scope="module")
def both(traps: Path, kloop_release: Path, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Made]:
    target = tmp_path_factory.mktemp("flat-traps")
    write_flat(public(traps), target)
    return {"traps": Made(traps, target / "flat"), "kloop": Made(kloop_release, kloop_release / "flat")}


@pytest.fixture(params=RELEASES)
def made(request: pytest.FixtureRequest, both: Mapping[str, Made]) -> Made:
    return both[request.param]


def per(frame: pd.DataFrame, key: str, column: str = "") -> dict[Any, int]:
    """Rows by key, or different values of a column by key."""
    grouped = frame.groupby(key)
    return dict(grouped[column].nunique() if column else grouped.size())


def cases(made: Made) -> dict[str, dict[Any, Any]]:
    parties = made.core("case_parties")
    accused = parties[parties["role"].isin(ACCUSED)]
    events = made.core("events").query("record_status == 'active'")
    happened = events[events["event_status"].isin(OCCURRED)]
    people = accused.drop_duplicates(["case_id", "person_id"]).merge(made.core("persons"), on="person_id")
    named = people.sort_values(["display_name", "person_id"]).groupby("case_id")["display_name"]
    held = ["pretrial_detention", "detained_after_conviction", "imprisoned"]
    return {
        "persons_count": per(parties, "case_id", "person_id"),
        "organizations_count": per(parties, "case_id", "organization_id"),
        "groups_count": per(parties[parties["group_label"].notna()], "case_id"),
        "accused_count": per(accused, "case_id", "person_id"),
        "accused_names": dict(named.agg("; ".join)),
        "accused_detained_count": per(people[people["current_status"].isin(held)], "case_id"),
        "accused_house_arrest_count": per(people[people["current_status"] == "house_arrest"], "case_id"),
        "accused_unknown_status_count": per(
            people[people["current_status"].isna() | (people["current_status"] == "unknown")], "case_id"
        ),
        "convicted_count": per(accused[accused["outcome"] == "convicted"], "case_id", "person_id"),
        "acquitted_count": per(accused[accused["outcome"] == "acquitted"], "case_id", "person_id"),
        "charges_count": per(made.core("charges").merge(parties, on="case_party_id"), "case_id"),
        "sentences_count": per(made.core("sentences").merge(parties, on="case_party_id"), "case_id"),
        "events_count": per(events, "case_id"),
        "occurred_events_count": per(happened, "case_id"),
        "first_event_earliest": dict(
            happened.dropna(subset="event_date_earliest").groupby("case_id")["event_date_earliest"].min()
        ),
        "last_event_latest": dict(
            happened.dropna(subset="event_date_latest").groupby("case_id")["event_date_latest"].max()
        ),
        "violations_count": per(made.core("violations").merge(events, on="event_id"), "case_id"),
        "parent_case_title": names_of(made, "cases", "parent_case_id", "case_id", "title"),
        "court_organization_name": names_of(made, "organizations", "court_organization_id", "organization_id"),
        "initiating_organization_name": names_of(
            made, "organizations", "initiating_organization_id", "organization_id"
        ),
    }


def names_of(made: Made, other: str, reference: str, key: str, name: str = "display_name") -> dict[Any, Any]:
    """What the record is called that a case refers to."""
    return named_by(made, "cases", "case_id", other, reference, key, name)


def named_by(made: Made, table: str, own: str, other: str, reference: str, key: str, name: str) -> dict[Any, Any]:
    called = made.core(other).set_index(key)[name]
    refers = made.core(table).dropna(subset=reference).set_index(own)[reference]
    return dict(refers.map(called))


def persons(made: Made) -> dict[str, dict[Any, Any]]:
    parties = made.core("case_parties")
    accused = parties[parties["role"].isin(ACCUSED)]
    events = made.core("events").query("record_status == 'active'")
    attended = made.core("event_parties").merge(events, on="event_id")
    happened = attended[attended["event_status"].isin(OCCURRED)]
    targeted = happened[happened["role"] == "target"]
    countries = made.core("person_nationalities").drop_duplicates(["person_id", "country"])
    only = countries.drop_duplicates("person_id", keep=False).set_index("person_id")["country"]
    current = made.core("relationships").query("status == 'current'").dropna(subset=["to_organization_id", "person_id"])
    work = current.drop_duplicates(["person_id", "to_organization_id"]).drop_duplicates("person_id", keep=False)
    employer = work.set_index("person_id")["to_organization_id"]
    called = made.core("organizations").set_index("organization_id")["display_name"]
    return {
        "names_count": per(made.core("names"), "person_id"),
        "nationalities_count": per(countries, "person_id"),
        "nationality": dict(only),
        "organization_id": dict(employer),
        "organization_name": dict(employer.map(called)),
        "cases_count": per(parties, "person_id", "case_id"),
        "accused_cases_count": per(accused, "person_id", "case_id"),
        "convictions_count": per(accused[accused["outcome"] == "convicted"], "person_id", "case_id"),
        "acquittals_count": per(accused[accused["outcome"] == "acquitted"], "person_id", "case_id"),
        "charges_count": per(made.core("charges").merge(parties, on="case_party_id"), "person_id"),
        "sentences_count": per(made.core("sentences").merge(parties, on="case_party_id"), "person_id"),
        "events_count": per(attended, "person_id", "event_id"),
        "target_events_count": per(targeted, "person_id", "event_id"),
        "detention_events_count": per(
            targeted[targeted["event_type"].isin(["detention", "arrest"])], "person_id", "event_id"
        ),
        "first_event_earliest": dict(
            happened.dropna(subset="event_date_earliest").groupby("person_id")["event_date_earliest"].min()
        ),
        "last_event_latest": dict(
            happened.dropna(subset="event_date_latest").groupby("person_id")["event_date_latest"].max()
        ),
        "violations_count": per(made.core("violations").merge(events, on="event_id"), "person_id"),
    }


def events(made: Made) -> dict[str, dict[Any, Any]]:
    parties = made.core("event_parties")
    targets = parties[parties["role"] == "target"].copy()
    targets["who"] = targets["person_id"].fillna(targets["organization_id"]).fillna(targets["event_party_id"])
    people = made.core("persons").set_index("person_id")["display_name"]
    bodies = made.core("organizations").set_index("organization_id")["display_name"]
    called = targets["person_id"].map(people).fillna(targets["organization_id"].map(bodies))
    targets["called"] = called.fillna(targets["group_label"])
    violations = made.core("violations")
    kinds = violations.drop_duplicates(["event_id", "violation_type"]).sort_values("violation_type")
    unique = targets.drop_duplicates(["event_id", "who"]).sort_values(["called", "who"])
    return {
        "persons_count": per(parties, "event_id", "person_id"),
        "organizations_count": per(parties, "event_id", "organization_id"),
        "groups_count": per(parties[parties["group_label"].notna()], "event_id"),
        "targets_count": per(targets, "event_id", "who"),
        "target_names": dict(unique.groupby("event_id")["called"].agg("; ".join)),
        "objects_count": per(made.core("event_objects"), "event_id"),
        "violations_count": per(violations, "event_id"),
        "violation_types": dict(kinds.groupby("event_id")["violation_type"].agg("; ".join)),
        "case_title": named_by(made, "events", "event_id", "cases", "case_id", "case_id", "title"),
        "case_type": named_by(made, "events", "event_id", "cases", "case_id", "case_id", "case_type"),
        "parent_event_title": named_by(made, "events", "event_id", "events", "parent_event_id", "event_id", "title"),
    }


def evidence(made: Made, core: str) -> dict[str, dict[Any, Any]]:
    claims = made.core("claims").query(f"subject_table == '{core}'")
    conflicts = made.core("conflicts").query(f"subject_table == '{core}' and resolution == 'open'")
    return {
        "sources_count": per(claims, "subject_id", "source_id"),
        "claims_count": per(claims, "subject_id"),
        "open_conflicts_count": per(conflicts, "subject_id"),
    }


COUNTED: Mapping[str, Callable[[Made], dict[str, dict[Any, Any]]]] = {
    "cases_flat": cases,
    "persons_flat": persons,
    "events_flat": events,
}


@each_table
def test_every_column_that_is_added_is_what_pandas_makes_of_the_tables(made: Made, table: Table) -> None:
    flat = made.made(table.name)
    wanted = {**COUNTED[table.name](made), **evidence(made, FLAT[table.name])}
    released = {field.name for field in STANDARD.released.tables[FLAT[table.name]].released}
    added = {name for name in flat.columns if name not in released and not name.endswith("_label")}
    assert set(wanted) == added
    for name, values in wanted.items():
        nothing = "0" if name.endswith("_count") else None
        expected = [str(values[key]) if key in values else nothing for key in flat[table.primary_key]]
        assert [None if pd.isna(cell) else cell for cell in flat[name]] == expected, name


@each_table
def test_the_records_are_those_of_the_core_table(made: Made, table: Table) -> None:
    core, flat = made.core(FLAT[table.name]), made.made(table.name)
    shared = [name for name in core.columns if name in flat.columns]
    pd.testing.assert_frame_equal(flat[shared], core[shared])
    left_out = {field.name for field in STANDARD.released.tables[FLAT[table.name]].released if field.kind == "text"}
    assert set(core.columns) - set(shared) == left_out


@each_table
def test_beside_each_code_stands_its_label(made: Made, table: Table) -> None:
    flat = made.made(table.name)
    codes = [field for field in table.fields if field.codelist]
    assert codes
    for field in codes:
        known = STANDARD.codelists[str(field.codelist)].codes
        assert list(flat.columns).index(f"{field.name}_label") == list(flat.columns).index(field.name) + 1
        said = [None if pd.isna(code) else known[code].labels["en"] for code in flat[field.name]]
        assert [None if pd.isna(label) else label for label in flat[f"{field.name}_label"]] == said


@each_table
def test_parquet_holds_the_same_typed(made: Made, table: Table) -> None:
    typed = pq.read_table(made.flat / f"{table.name}.parquet")
    types = {"code": pa.dictionary(pa.int32(), pa.string()), "date": pa.date32(), "integer": pa.int32()}
    for field in table.fields:
        assert typed.schema.field(field.name).type == types.get(
            field.kind, pa.float64() if field.kind == "number" else pa.string()
        )
        assert typed.schema.field(field.name).metadata[b"description"].decode() == field.description
    schema = {field.name: pl.Float64 if field.kind == "number" else pl.String for field in table.fields}
    text = pl.read_csv(made.flat / f"{table.name}.csv", schema=schema)
    numbers = [field.name for field in table.fields if field.kind == "number"]
    plain = pa.table(
        {
            name: column if name in numbers else column.cast(pa.string())
            for name, column in zip(typed.column_names, typed.columns, strict=True)
        }
    )
    assert plain.to_pylist() == text.to_dicts()


def test_the_traps_come_through(both: Mapping[str, Made]) -> None:
    people, cases, events = (
        records(both["traps"].flat / f"{name}.csv") for name in ("persons_flat", "cases_flat", "events_flat")
    )
    assert {key: row["display_name"] for key, row in people.items()} == {
        "per-exm-ada": "Ada Brightwater",
        "per-exm-arab": RIGHT_TO_LEFT,
        "per-exm-na": "NA",
        "per-exm-null": "Null",
    }
    assert (people["per-exm-na"]["nationality"], people["per-exm-na"]["nationality_label"]) == ("NAM", "Namibia")
    assert people["per-exm-null"]["nationality"] == ""
    case = cases["cas-exm-2"]
    assert (case["case_number"], case["title"], case["accused_count"]) == ("001", '=1+1, "two"', "2")
    assert case["accused_names"] == f"Null; {RIGHT_TO_LEFT}"
    event = events["evt-exm-3"]
    assert event["violation_types_label"] == "Arbitrary detention; Torture"
    assert event["target_names"] == f"Null; Others; unnamed; {RIGHT_TO_LEFT}"
    assert event["latitude"] == "-0.0000001"


def records(path: Path) -> dict[str, dict[str, str]]:
    """The rows of a CSV file by identifier."""
    with path.open(encoding="utf-8", newline="") as file:
        return {next(iter(row.values())): row for row in csv.DictReader(file)}


def test_a_csv_file_has_the_form_of_all_tables(both: Mapping[str, Made]) -> None:
    data = (both["traps"].flat / "cases_flat.csv").read_bytes()
    assert data.count(b"\r\n") == data.count(b"\n") == 1 + 2
    assert not data.startswith(b"\xef\xbb\xbf")


@pytest.mark.parametrize("name", RELEASES)
def test_frictionless_accepts_the_package(both: Mapping[str, Made], name: str) -> None:
    ran = run(BIN / "frictionless", "validate", both[name].flat / "datapackage.json", "--json")
    assert json.loads(ran.out)["valid"], ran.said
    package = json.loads((both[name].flat / "datapackage.json").read_text("utf-8"))
    assert [resource["name"] for resource in package["resources"]] == list(FLAT)


@each_table
def test_names_fit_into_stata_and_every_column_is_explained(table: Table) -> None:
    names = [field.name for field in table.fields]
    assert len(names) == len(set(names))
    for field in table.fields:
        assert len(field.name) <= 32
        assert field.name.isidentifier()
        assert field.title
        assert field.description.endswith("."), field.name


def test_the_statements_name_codes_that_exist() -> None:
    known = {code for codelist in STANDARD.codelists.values() for code in codelist.codes} | set(
        STANDARD.released.tables
    )
    for plan in PLANS.values():
        literals = {part for select in plan.parts.values() for part in select.split("'")[1::2] if part != "; "}
        assert literals
        assert literals <= known


def test_the_bytes_are_the_same_every_time(both: Mapping[str, Made], tmp_path: Path) -> None:
    write_flat(public(both["kloop"].release), tmp_path)
    assert files(tmp_path / "flat") == files(both["kloop"].flat)


def test_records_made_a_few_at_a_time_are_the_same(
    both: Mapping[str, Made], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pfds.editions.public.BATCH_ROWS", 2)
    monkeypatch.setattr("pfds.editions.flat.files._ROWS_AT_ONCE", 3)
    write_flat(public(both["kloop"].release), tmp_path)
    for name in FLAT:
        assert (tmp_path / "flat" / f"{name}.csv").read_bytes() == (both["kloop"].flat / f"{name}.csv").read_bytes()
