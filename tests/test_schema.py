"""The standard is sound, and what is derived from it is fresh."""

import csv
import json
import pickle
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from pfds.cli import cli
from pfds.publish.build import published_files, stale_files
from pfds.publish.lint import problems, vocabulary_problems
from pfds.standard.load import load_standard, read_json
from pfds.standard.model import SchemaError, Standard

ROOT = Path(__file__).parents[1]
SCHEMA = ROOT / "schema"
STANDARD = load_standard()
Change = Callable[[dict[str, Any]], None]


def test_the_standard_contradicts_itself_nowhere() -> None:
    assert problems(STANDARD, SCHEMA) == []


def test_what_is_derived_is_fresh() -> None:
    assert stale_files(ROOT / "datapackage", published_files(STANDARD, SCHEMA)) == []


def test_every_schema_is_a_json_schema() -> None:
    for path in (*SCHEMA.rglob("*.schema.json"), *(ROOT / "datapackage").rglob("*.schema.json")):
        Draft202012Validator.check_schema(json.loads(path.read_text("utf-8")))


def test_published_schemas_hold_the_codes_of_the_lists() -> None:
    event = json.loads((ROOT / "datapackage/schemas/event.schema.json").read_text("utf-8"))
    assert event["properties"]["event_type"]["enum"] == list(STANDARD.codelists["event_type"].codes)
    table = json.loads((ROOT / "datapackage/tables/events.json").read_text("utf-8"))
    fields = {field["name"]: field for field in table["fields"]}
    assert fields["event_type"]["constraints"]["enum"] == list(STANDARD.codelists["event_type"].codes)


def test_no_enumeration_is_written_by_hand() -> None:
    for table in STANDARD.tables.values():
        assert '"enum"' not in (SCHEMA / f"{table.record}.schema.json").read_text("utf-8")


def test_every_code_of_our_own_lists_has_an_english_and_a_russian_label() -> None:
    from_iso = {"country", "currency", "language", "script"}
    for codelist in STANDARD.codelists.values():
        for code in codelist.codes.values():
            assert code.labels["en"]
            assert code.labels.get("ru") or codelist.name in from_iso, f"{codelist.name}:{code.code}"


@pytest.mark.parametrize(
    ("record", "change", "words"),
    [
        ("event", lambda s: s["properties"]["event_date"].pop("x-disclosure"), "'x-disclosure' is a required property"),
        ("event", lambda s: s["properties"]["title"].pop("examples"), "'examples' is a required property"),
        ("event", lambda s: s["properties"]["title"].pop("description"), "'description' is a required property"),
        ("event", lambda s: s["properties"]["title"].update({"x-disclosure": "maybe"}), "'maybe' is not one of"),
        ("event", lambda s: s["properties"]["title"].update({"x-new": 1}), "'x-new' was unexpected"),
        ("event", lambda s: s["properties"].update({"value": s["properties"]["title"]}), "should not be valid under"),
        ("event", lambda s: s["properties"].update({"n" * 33: s["properties"]["title"]}), "does not match"),
        ("event", lambda s: s["properties"].update({"d" * 24: s["properties"]["event_date"]}), "longer than 32"),
        ("event", lambda s: s["properties"]["event_date"].update(examples=["May"]), "example"),
        ("event", lambda s: s["properties"]["outcome"].update({"x-codelist": "verdicts"}), "no codelist verdicts"),
        ("event", lambda s: s["properties"]["outcome"].pop("x-codelist"), "a code needs a codelist"),
        ("event", lambda s: s["properties"]["case_id"]["x-references"].update(table="courts"), "no primary key"),
        ("claim", lambda s: s["properties"]["source_id"]["x-references"].update(onWithheld="clear"), "only be dropped"),
        ("event", lambda s: s["properties"]["case_id"]["x-references"].update(onWithheld="group"), "no group_label"),
        ("event", lambda s: s.pop("x-publishedWhen"), "x-publishedWhen must say"),
        ("event", lambda s: s["x-publishedWhen"]["disclosure"].append("open"), "has no code open"),
        ("event", lambda s: s["required"].remove("event_id"), "not a required field"),
        ("case_party", lambda s: s["properties"]["note"].pop("x-clearedWhenProtected"), "x-clearedWhenProtected"),
        ("event", lambda s: s["properties"]["locality"].update({"x-tellsMoreThan": ["region"]}), "no field region"),
        ("event_party", lambda s: s["properties"]["role"]["x-withheldByDefault"].append("bystander"), "bystander"),
    ],
)
def test_a_fault_in_a_record_schema_is_told(tmp_path: Path, record: str, change: Change, words: str) -> None:
    copy = shutil.copytree(SCHEMA, tmp_path / "schema")
    path = copy / f"{record}.schema.json"
    content = read_json(path)
    change(content)
    path.write_text(json.dumps(content), "utf-8")
    found = vocabulary_problems(copy) or problems(load_standard(copy), copy)
    assert any(words in problem for problem in found), found


@pytest.mark.parametrize("keyword", ["x-kind", "type", "description"])
def test_a_common_definition_says_what_kind_of_value_it_is(tmp_path: Path, keyword: str) -> None:
    copy = shutil.copytree(SCHEMA, tmp_path / "schema")
    content = read_json(copy / "common.schema.json")
    del content["$defs"]["line"][keyword]
    (copy / "common.schema.json").write_text(json.dumps(content), "utf-8")
    assert any(f"'{keyword}' is a required property" in problem for problem in vocabulary_problems(copy))


def test_a_build_stops_at_a_field_without_a_disclosure_level(tmp_path: Path) -> None:
    copy = shutil.copytree(SCHEMA, tmp_path / "schema")
    content = read_json(copy / "person.schema.json")
    del content["properties"]["birth_date"]["x-disclosure"]
    (copy / "person.schema.json").write_text(json.dumps(content), "utf-8")
    ran = CliRunner().invoke(cli, ["schema", "build", "--root", str(tmp_path)])
    assert ran.exit_code == 1
    assert "'x-disclosure' is a required property" in ran.output
    assert not (tmp_path / "datapackage").exists()


def test_the_iso_lists_are_what_the_packages_give(tmp_path: Path) -> None:
    subprocess.run([sys.executable, ROOT / "tools" / "iso_codelists.py", tmp_path], check=True)
    for path in sorted(tmp_path.iterdir()):
        assert path.read_bytes() == (SCHEMA / "codelists" / path.name).read_bytes(), path.name


def numbers(path: Path) -> dict[str, str]:
    with path.open(encoding="utf-8", newline="") as file:
        return {row["code"]: row["number"] for row in csv.DictReader(file)}


def test_a_number_of_an_iso_code_stays_when_the_list_is_made_again(tmp_path: Path) -> None:
    copy = shutil.copytree(SCHEMA, tmp_path / "schema")
    shutil.copytree(ROOT / "tools", tmp_path / "tools", ignore=lambda *_: ["pfds"])
    path = copy / "codelists" / "language.csv"
    lines = path.read_text("utf-8").splitlines(keepends=True)
    given_up = "zzz,700,Given up,,,,,,No language any more.,,0.1.0,0.2.0,,\n"
    path.write_text("".join([*(line for line in lines if not line.startswith("ab,")), given_up]), "utf-8")
    before = numbers(path)
    subprocess.run([sys.executable, tmp_path / "tools" / "iso_codelists.py", copy / "codelists"], check=True)
    assert numbers(path) == before | {"ab": "701"}
    assert given_up in path.read_text("utf-8")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("arrest,9,Arrest,,,,,,Again.,,0.1.0,,,", "stands for two codes"),
        ("seizing,9,,,,,,,No label.,,0.1.0,,,", "lacks a label"),
        ("seizing,9,Seizing,,,,,,A parent that is not there.,seizures,0.1.0,,,", "points to seizures"),
        ("seizing,9,Seizing,,,,,,An alias of another code.,,0.1.0,,,detained", "stands for two codes"),
        ("seizing,8,Seizing,,,,,,The number of another code.,,0.1.0,,,", "the number 8 stands for two codes"),
        ("seizing,,Seizing,,,,,,No number.,,0.1.0,,,", "the number of seizing is no positive integer"),
        ("seizing,0,Seizing,,,,,,Not positive.,,0.1.0,,,", "the number of seizing is no positive integer"),
        ("seizing,1.5,Seizing,,,,,,Not whole.,,0.1.0,,,", "the number of seizing is no positive integer"),
        ("seizing", "the number of seizing is no positive integer"),
    ],
)
def test_a_fault_in_a_codelist_is_told(tmp_path: Path, line: str, words: str) -> None:
    copy = shutil.copytree(SCHEMA, tmp_path / "schema")
    with (copy / "codelists" / "object_status.csv").open("a", encoding="utf-8") as file:
        file.write("arrest,8,Arrest,,,,,,First.,,0.1.0,,,detained\n" + line + "\n")
    try:
        found = problems(load_standard(copy), copy)
    except SchemaError as error:
        found = [str(error)]
    assert any(words in problem for problem in found)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("-- title: T\nSELECT 1", "lacks severity"),
        ("-- title: T\n--nonsense\nSELECT 1", "line 2 is no header line"),
        ("-- title: T", "no statement"),
        ("-- title: T\n-- title: U\nSELECT 1", "says title twice"),
    ],
)
def test_a_fault_in_a_rule_file_is_told(tmp_path: Path, text: str, words: str) -> None:
    copy = shutil.copytree(SCHEMA, tmp_path / "schema")
    (copy / "rules" / "a-new-rule.sql").write_text(text, "utf-8")
    with pytest.raises(SchemaError, match=words):
        load_standard(copy)


def carried(content: bytes) -> Standard:
    found = pickle.loads(content)  # noqa: S301 - our own
    assert isinstance(found, Standard)
    return found


def test_a_standard_is_pickled_whole_and_unpickled_once() -> None:
    content = pickle.dumps(STANDARD)
    there = carried(content)
    assert there is carried(content)
    assert there is not STANDARD
    assert (there.version, list(there.tables), there.rules) == (STANDARD.version, list(STANDARD.tables), STANDARD.rules)
    other = carried(pickle.dumps(replace(STANDARD, version="9.9.9")))
    assert (other.version, list(other.tables)) == ("9.9.9", list(STANDARD.tables))
