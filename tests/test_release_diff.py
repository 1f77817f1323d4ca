"""What changed between releases: told exactly, classed rightly, enough to make the next one, and no secret."""

import csv
import hashlib
import io
import json
import shutil
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from command import BIN, Ran, files, pfds, run
from exm import add, claim, named, world
from followed import applied, lines_of
from kloop import STANDARD, Tables, kloop_tables, write_tables
from pfds.release.diff import difference
from pfds.release.diff_changes import change_lines
from pfds.release.diff_side import published_side
from pfds.release.last_look import Forbidden, look_for_leaks
from pfds.release.protected import Names
from pfds.release.versions import GateRefused

FIRST, SECOND, THIRD = "2025.3.0", "2025.3.1", "2025.4.0"
FORMS = ("text", "json", "md", "html")
SECRET = "Zorvan Quistrel"  # noqa: S105 - a made-up name
ODD = 'NA, "null" and\n 007 \\ `x` <script>alert(1)</script> | [a](b) \u202e =1+1'


@dataclass(frozen=True, slots=True)
class Step:
    """A version of a dataset, and what was done to the one before to get it."""

    version: str
    edit: Callable[[Tables], None]


def build(tables: Tables, folder: Path, store: Path, version: str, *more: str) -> Ran:
    dataset = folder / f"dataset-{version}"
    dataset.mkdir(parents=True, exist_ok=True)
    write_tables(dataset, tables)
    arguments = ("--store", store, "--version", version, "--as-of", "2025-11-05")
    return pfds("release", "build", dataset, "--only-tables", "--no-ledger", *arguments, *more)


def built(tables: Tables, folder: Path, *steps: Step) -> Path:
    """A store with a release after each step."""
    for step in steps:
        step.edit(tables)
        ran = build(tables, folder, folder / "store", step.version)
        assert ran.code == 0, ran.said
    return folder / "store"


def nothing(tables: Tables) -> None:
    """No change."""


def record(tables: Tables, table: str, key: str) -> dict[str, str]:
    (found,) = (row for row in tables[table] if row[STANDARD.tables[table].primary_key] == key)
    return found


def without(tables: Tables, table: str, *keys: str) -> None:
    tables[table] = [row for row in tables[table] if row[STANDARD.tables[table].primary_key] not in keys]


def correct_and_extend(tables: Tables) -> None:
    """The hearing was in April, as the second source says; a search becomes known."""
    record(tables, "events", "evt-exm-2")["event_date"] = "2025-04"
    record(tables, "claims", "clm-exm-5")["claim_status"] = "rejected"
    record(tables, "claims", "clm-exm-6")["claim_status"] = "accepted"
    record(tables, "charges", "chg-exm-1")["article"] = "2"
    add(tables, "events", event_id="evt-exm-3", event_type="search", title="Marker Vexolith", description=ODD)
    claim(tables, "7", "events.evt-exm-3.*")


def take_out(tables: Tables) -> None:
    without(tables, "events", "evt-exm-3")
    without(tables, "claims", "clm-exm-7")


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of three releases: first; corrected and extended; one record taken out. Tests must not change it."""
    steps = Step(FIRST, nothing), Step(SECOND, correct_and_extend), Step(THIRD, take_out)
    return built(world(), tmp_path_factory.mktemp("small"), *steps)


def correct_kloop(tables: Tables) -> None:
    record(tables, "persons", "per-klp-aa")["summary"] = "Camera operator"
    record(tables, "cases", "cas-klp-four")["case_type"] = "administrative_prosecution"
    tables["claims"].append({**tables["claims"][0], "claim_id": "clm-klp-new", "locator": "p2"})


def withdraw_kloop(tables: Tables) -> None:
    without(tables, "event_objects", "obj-klp-website")
    tables["claims"] = [row for row in tables["claims"] if row["subject_id"] != "obj-klp-website"]


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same of the Kloop example."""
    steps = Step(FIRST, nothing), Step(SECOND, correct_kloop), Step(THIRD, withdraw_kloop)
    return built(kloop_tables(), tmp_path_factory.mktemp("large"), *steps)


@pytest.fixture(params=["small", pytest.param("large", marks=pytest.mark.long)])
def store(request: pytest.FixtureRequest) -> Path:
    found: Path = request.getfixturevalue(request.param)
    return found


def diff(old: Path, new: Path, form: str = "text", *more: str) -> Ran:
    return pfds("release", "diff", old, new, "--format", form, *more)


def as_json(old: Path, new: Path) -> Any:
    ran = diff(old, new, "json")
    assert (ran.code, ran.err) == (0, "")
    return json.loads(ran.out)


def about(folder: Path) -> Any:
    return json.loads((folder / "release.json").read_text("utf-8"))


# What changed


def test_every_added_and_changed_record_is_told_with_its_cause(small: Path) -> None:
    told = as_json(small / FIRST, small / SECOND)
    assert [told["from"]["version"], told["to"]["version"]] == [FIRST, SECOND]
    assert told["change_class"] == "corrections"
    because = {"claims": ["clm-exm-5", "clm-exm-6"], "sources": ["src-exm-1", "src-exm-2"]}
    tables = {table.pop("table"): table for table in told["tables"]}
    assert tables == {
        "events": {
            "counts": {"added": 1, "changed": 1, "removed": 0, "unchanged": 1},
            "fields": {"event_date": 1, "event_date_earliest": 1, "event_date_latest": 1},
            "added": ["evt-exm-3"],
            "removed": [],
            "changed": [
                {
                    "id": "evt-exm-2",
                    "origin": "source",
                    "fields": {
                        "event_date": {"old": "2025-03", "new": "2025-04", **because},
                        "event_date_earliest": {"old": "2025-03-01", "new": "2025-04-01", **because},
                        "event_date_latest": {"old": "2025-03-31", "new": "2025-04-30", **because},
                    },
                }
            ],
        },
        "charges": {
            "counts": {"added": 0, "changed": 1, "removed": 0, "unchanged": 0},
            "fields": {"article": 1},
            "added": [],
            "removed": [],
            "changed": [{"id": "chg-exm-1", "origin": "coding", "fields": {"article": {"old": "1", "new": "2"}}}],
        },
        "claims": {
            "counts": {"added": 1, "changed": 2, "removed": 0, "unchanged": 4},
            "fields": {"claim_status": 2},
            "added": ["clm-exm-7"],
            "removed": [],
            "changed": [
                {
                    "id": "clm-exm-5",
                    "origin": "coding",
                    "fields": {"claim_status": {"old": "accepted", "new": "rejected"}},
                },
                {
                    "id": "clm-exm-6",
                    "origin": "coding",
                    "fields": {"claim_status": {"old": "unresolved", "new": "accepted"}},
                },
            ],
        },
    }


@pytest.mark.long
def test_a_changed_source_is_the_cause_too(tmp_path: Path) -> None:
    def source_and_date(tables: Tables) -> None:
        record(tables, "sources", "src-exm-2")["title"] = "Second source, revised"
        record(tables, "events", "evt-exm-2")["event_date"] = "2025"
        without(tables, "claims", "clm-exm-5")
        tables["conflicts"] = []
        last = record(tables, "claims", "clm-exm-6")
        del last["conflict_id"]

    store = built(world(), tmp_path, Step(FIRST, nothing), Step(SECOND, source_and_date))
    (events,) = (table for table in as_json(store / FIRST, store / SECOND)["tables"] if table["table"] == "events")
    assert events["changed"][0]["fields"]["event_date"]["sources"] == ["src-exm-2"]


def test_what_is_told_to_people_is_the_same_in_all_forms(small: Path) -> None:
    for form in ("text", "md", "html"):
        ran = diff(small / FIRST, small / SECOND, form)
        assert (ran.code, ran.err) == (0, "")
        for words in ("corrections", "2025-03", "2025-04", "clm-exm-6", "src-exm-2", "evt-exm-3", "1 record added"):
            assert words in ran.out, (form, words)
        assert "event_date_earliest" not in ran.out


@pytest.mark.parametrize("form", FORMS)
def test_removed_records_are_told_by_their_id_only(small: Path, form: str) -> None:
    ran = diff(small / SECOND, small / THIRD, form)
    assert "evt-exm-3" in ran.out
    assert "clm-exm-7" in ran.out
    for words in ("Vexolith", "007", "search"):
        assert words not in ran.out


@pytest.mark.parametrize(
    "form", ["json", *(pytest.param(form, marks=pytest.mark.long) for form in FORMS if form != "json")]
)
def test_the_same_difference_is_told_in_the_same_bytes(store: Path, form: str) -> None:
    once = diff(store / FIRST, store / SECOND, form)
    again = run(BIN / "pfds", "release", "diff", store / FIRST, store / SECOND, "--format", form)
    assert once.code == again.code == 0
    assert once.out == again.out


@pytest.mark.long
def test_no_content_becomes_markup(tmp_path: Path) -> None:
    def odd(tables: Tables) -> None:
        record(tables, "events", "evt-exm-1")["description"] = ODD

    store = built(world(), tmp_path, Step(FIRST, nothing), Step(SECOND, odd))
    page = diff(store / FIRST, store / SECOND, "html").out
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "default-src 'none'" in page
    assert len(page) < 20_000
    lines = diff(store / FIRST, store / SECOND, "md").out
    assert r"\<script\>alert(1)\</script\> \| \[a\](b)" in lines
    for form in ("html", "md", "text"):
        out = diff(store / FIRST, store / SECOND, form).out
        assert "\u202e" not in out
        assert "\\u202e" in out.replace("\\\\", "\\")


def test_the_difference_is_told_in_other_languages(small: Path) -> None:
    russian = diff(small / FIRST, small / SECOND, "text", "--lang", "ru").out
    assert "События (events)" in russian
    assert 'dir="rtl"' in diff(small / FIRST, small / SECOND, "html", "--lang", "ar").out


def test_a_difference_goes_to_a_file(small: Path, tmp_path: Path) -> None:
    ran = diff(small / FIRST, small / SECOND, "json", "--output", str(tmp_path / "diff.json"))
    assert (ran.code, ran.out) == (0, "")
    assert json.loads((tmp_path / "diff.json").read_text("utf-8")) == as_json(small / FIRST, small / SECOND)


@pytest.mark.long
def test_only_so_many_records_are_listed_and_the_rest_counted(large: Path) -> None:
    ran = diff(large / SECOND, large / FIRST, "text", "--max-records", "0")
    assert "1 record removed" in ran.out
    assert "clm-klp-new" not in ran.out


@pytest.mark.long
def test_a_long_text_shows_where_it_differs(tmp_path: Path) -> None:
    long = "word " * 200

    def first(tables: Tables) -> None:
        record(tables, "events", "evt-exm-1")["description"] = f"{long} before the end"

    def second(tables: Tables) -> None:
        record(tables, "events", "evt-exm-1")["description"] = f"{long} after the end"

    store = built(world(), tmp_path, Step(FIRST, first), Step(SECOND, second))
    out = diff(store / FIRST, store / SECOND).out
    assert "before the end” → “…" in out
    assert max(map(len, out.splitlines())) < 400


def test_a_release_does_not_differ_from_itself(store: Path) -> None:
    told = as_json(store / FIRST, store / FIRST)
    assert (told["change_class"], told["tables"]) == ("repackage", [])


# What cannot be compared


def sum_again(folder: Path) -> None:
    """The manifest of a folder fits its files again."""
    sums = (
        f"{hashlib.sha256(data).hexdigest()}  {path}\n" for path, data in files(folder).items() if path != "SHA256SUMS"
    )
    (folder / "SHA256SUMS").write_text("".join(sums), "utf-8")


def edit_package(folder: Path, edit: Callable[[Any], None]) -> None:
    path = folder / "datapackage.json"
    content = json.loads(path.read_text("utf-8"))
    edit(content)
    path.write_text(json.dumps(content), "utf-8")
    sum_again(folder)


@pytest.fixture
def copied(small: Path, tmp_path: Path) -> Path:
    """A copy of the first small release, to be changed."""
    copy = tmp_path / "copies" / FIRST
    shutil.copytree(small / FIRST, copy)
    return copy


def unreadable(small: Path, folder: Path) -> str:
    """The sentence with which a comparison is refused, from whichever side."""
    for pair in ((folder, small / SECOND), (small / SECOND, folder)):
        ran = diff(*pair)
        assert (ran.code, ran.out) == (2, "")
        assert ran.err.count("\n") == 1
        assert str(folder) in ran.err
    return ran.err


def test_a_folder_that_is_no_release_is_not_compared(small: Path, tmp_path: Path) -> None:
    assert "SHA256SUMS is missing" in unreadable(small, tmp_path)
    assert "SHA256SUMS is missing" in unreadable(small, tmp_path / "nowhere")
    (tmp_path / "file").write_text("text", "utf-8")
    unreadable(small, tmp_path / "file")


def test_a_damaged_release_is_not_compared(small: Path, copied: Path) -> None:
    with (copied / "data" / "events.csv").open("ab") as file:
        file.write(b"x")
    assert "data/events.csv was changed" in unreadable(small, copied)


@pytest.mark.long
@pytest.mark.parametrize("content", [b"{", b"[]", b"{}", b"[" * 100_000, b"\xff", b'{"resources": [{}]}', b"null"])
def test_a_release_with_descriptions_of_another_form_is_not_compared(small: Path, copied: Path, content: bytes) -> None:
    (copied / "datapackage.json").write_bytes(content)
    sum_again(copied)
    assert "do not have the form" in unreadable(small, copied)


@pytest.mark.long
@pytest.mark.parametrize("name", ['events"; DROP TABLE x; --', "../events", "EVENTS", ""])
def test_names_of_another_form_reach_no_database(small: Path, copied: Path, name: str) -> None:
    def rename(content: Any) -> None:
        content["resources"][2]["name"] = name

    edit_package(copied, rename)
    unreadable(small, copied)


@pytest.mark.long
@pytest.mark.parametrize("data", [b"", b"event_id\r\n", b'event_id,"\r\n', b"\xff\xfe", b"a" * 100_000])
def test_a_table_that_cannot_be_read_is_not_compared(small: Path, copied: Path, data: bytes) -> None:
    (copied / "data" / "events.csv").write_bytes(data)

    def vouch(content: Any) -> None:
        content["resources"][2]["hash"] = f"sha256:{hashlib.sha256(data).hexdigest()}"

    edit_package(copied, vouch)
    unreadable(small, copied)


# The class of a release


CLASSES: dict[str, Callable[[Tables], None]] = {
    "repackage": nothing,
    "additive": lambda tables: add(tables, "event_objects", object_id="obj-exm-2", event_id="evt-exm-1"),
    "corrections": correct_and_extend,
    "retraction": lambda tables: without(tables, "event_objects", "obj-exm-1"),
}


def test_the_class_of_each_release_is_written(small: Path) -> None:
    classes = [(FIRST, "initial"), (SECOND, "corrections"), (THIRD, "retraction")]
    assert [(version, about(small / version)["change_class"]) for version, _ in classes] == classes
    releases = json.loads((small / "index.json").read_text("utf-8"))["releases"]
    assert [(entry["version"], entry["change_class"]) for entry in releases] == classes


@pytest.mark.long
@pytest.mark.parametrize("name", CLASSES)
def test_the_class_is_computed_and_written(tmp_path: Path, name: str) -> None:
    store = built(world(), tmp_path, Step(FIRST, nothing), Step(SECOND, CLASSES[name]))
    assert about(store / FIRST)["change_class"] == "initial"
    assert about(store / FIRST)["previous"] is None
    assert about(store / SECOND)["change_class"] == name
    assert about(store / SECOND)["previous"]["version"] == FIRST
    releases = json.loads((store / "index.json").read_text("utf-8"))["releases"]
    assert [entry["change_class"] for entry in releases] == ["initial", name]


@pytest.mark.long
@pytest.mark.parametrize("disclosure", ["initials", "pseudonym", "withheld"])
def test_showing_less_of_a_person_is_a_retraction(tmp_path: Path, disclosure: str) -> None:
    store = built(with_person(), tmp_path, Step(FIRST, nothing), Step(SECOND, protect(disclosure)))
    assert about(store / SECOND)["change_class"] == "retraction"


def add_field(folder: Path) -> None:
    """The release has one more column, at the end of a table."""
    path = folder / "data" / "event_objects.csv"
    header, *rows = path.read_bytes().split(b"\r\n")[:-1]
    data = b"\r\n".join([header + b",old_note", *(row + b",x" for row in rows), b""])
    path.write_bytes(data)

    def describe(content: Any) -> None:
        (resource,) = (item for item in content["resources"] if item["name"] == "event_objects")
        resource["schema"]["fields"].append({"name": "old_note", "type": "string"})
        resource["hash"] = f"sha256:{hashlib.sha256(data).hexdigest()}"

    edit_package(folder, describe)


def add_table(folder: Path) -> None:
    def describe(content: Any) -> None:
        (resource,) = (item for item in content["resources"] if item["name"] == "event_objects")
        content["resources"].append({**resource, "name": "old_objects", "path": "data/old_objects.csv"})

    shutil.copy(folder / "data" / "event_objects.csv", folder / "data" / "old_objects.csv")
    edit_package(folder, describe)


def add_code(folder: Path) -> None:
    with (folder / "codelists" / "event_type.csv").open("ab") as file:
        file.write(b"old_code" + b"," * 12 + b"\r\n")
    sum_again(folder)


def constrain(field: str, name: str, value: object) -> Callable[[Path], None]:
    def describe(content: Any) -> None:
        (resource,) = (item for item in content["resources"] if item["name"] == "event_objects")
        (found,) = (item for item in resource["schema"]["fields"] if item["name"] == field)
        found.setdefault("constraints", {})[name] = value

    return lambda folder: edit_package(folder, describe)


FORMS_BEFORE: dict[str, tuple[Callable[[Path], None], str, list[str]]] = {
    "field": (add_field, "fields.removed", ["event_objects.old_note"]),
    "table": (add_table, "tables.removed", ["old_objects"]),
    "code": (add_code, "codes.removed", ["event_type:old_code"]),
    "length": (constrain("description", "maxLength", 9000), "fields.narrowed", ["event_objects.description"]),
    "pattern": (constrain("object_id", "pattern", "^.*$"), "fields.narrowed", ["event_objects.object_id"]),
    "required": (constrain("object_type", "required", value=False), "fields.narrowed", ["event_objects.object_type"]),
    "enum": (
        constrain("object_type", "enum", ["camera", "abacus"]),
        "fields.narrowed",
        ["event_objects.object_type"],
    ),
}


@pytest.mark.long
@pytest.mark.parametrize("kind", FORMS_BEFORE)
def test_a_form_that_lost_something_is_breaking_and_the_reverse_is_not(small: Path, copied: Path, kind: str) -> None:
    change, place, expected = FORMS_BEFORE[kind]
    change(copied)
    told = as_json(copied, small / FIRST)
    group, key = place.split(".")
    assert told["schema"][group][key] == expected
    assert told["change_class"] == "breaking"
    assert expected[0] in diff(copied, small / FIRST).out
    if kind not in ("pattern", "enum"):
        back = as_json(small / FIRST, copied)
        assert back["change_class"] in ("additive", "repackage")


def test_a_new_field_that_is_filled_comes_from_the_schema(small: Path, copied: Path) -> None:
    add_field(copied)
    told = as_json(small / FIRST, copied)
    assert told["change_class"] == "additive"
    (table,) = told["tables"]
    assert table["changed"] == [
        {"id": "obj-exm-1", "origin": "schema", "fields": {"old_note": {"old": None, "new": "x"}}}
    ]


def test_columns_in_another_order_are_breaking(small: Path, copied: Path) -> None:
    path = copied / "data" / "event_relations.csv"
    rows = list(csv.reader(io.StringIO(path.read_text("utf-8"))))
    data = "".join(f"{a},{c},{b},{d}\r\n" for a, b, c, d in rows).encode()
    path.write_bytes(data)

    def describe(content: Any) -> None:
        (resource,) = (item for item in content["resources"] if item["name"] == "event_relations")
        fields = resource["schema"]["fields"]
        fields[1], fields[2] = fields[2], fields[1]
        resource["hash"] = f"sha256:{hashlib.sha256(data).hexdigest()}"

    edit_package(copied, describe)
    told = as_json(copied, small / FIRST)
    assert told["schema"]["tables"]["moved"] == ["event_relations"]
    assert told["change_class"] == "breaking"
    assert told["tables"] == []


def test_another_standard_is_told(small: Path, copied: Path) -> None:
    edit_package(copied, lambda content: content.update({"x-standard": "0.0.9"}))
    assert "0.0.9 before, 0.1.0 now" in diff(copied, small / FIRST).out


@pytest.mark.long
@pytest.mark.parametrize(
    "declared",
    [
        "additive",
        *(pytest.param(name, marks=pytest.mark.long) for name in ("repackage", "retraction", "breaking", "initial")),
    ],
)
def test_a_class_that_the_differences_contradict_is_refused(tmp_path: Path, declared: str) -> None:
    tables = world()
    store = built(tables, tmp_path, Step(FIRST, nothing))
    before = files(store)
    correct_and_extend(tables)
    ran = build(tables, tmp_path, store, SECOND, "--change-class", declared)
    assert (ran.code, ran.out) == (3, "")
    assert f"It was declared {declared}, but its differences from {FIRST} make it corrections:" in ran.err
    assert "2 records added; 4 records changed" in ran.err
    assert files(store) == before
    assert build(tables, tmp_path, store, SECOND, "--change-class", "corrections").code == 0


@pytest.mark.long
def test_only_a_first_release_is_initial(tmp_path: Path) -> None:
    ran = build(world(), tmp_path, tmp_path / "store", FIRST, "--change-class", "additive")
    assert ran.code == 3
    assert "it is the first release of the store, which is initial" in ran.err
    assert not list((tmp_path / "store").glob("2*"))
    assert build(world(), tmp_path, tmp_path / "store", FIRST, "--change-class", "initial").code == 0


# The folder changes/


def test_the_changes_make_each_release_from_the_one_before(store: Path) -> None:
    assert not (store / FIRST / "changes").exists()
    for old, new in pairwise((FIRST, SECOND, THIRD)):
        lines = lines_of(store / new)
        assert lines
        assert files(store / old / "data") != files(store / new / "data")
        assert applied(store / old, lines) == files(store / new / "data")


def test_a_removed_record_is_a_line_with_its_id_only(small: Path) -> None:
    removed = [json.loads(line) for line in lines_of(small / THIRD)]
    assert removed == [
        {"table": "events", "id": "evt-exm-3", "op": "DEL"},
        {"table": "claims", "id": "clm-exm-7", "op": "DEL"},
    ]


def test_no_old_content_is_published_in_the_changes(small: Path) -> None:
    changed = [json.loads(line) for line in lines_of(small / SECOND)]
    assert {
        "table": "charges",
        "id": "chg-exm-1",
        "op": "MOD",
        "fields": {"article": {"new": "2"}},
        "origin": "coding",
    } in changed
    assert all(set(cell) <= {"new", "claims", "sources"} for line in changed for cell in line["fields"].values())
    page = (small / SECOND / "changes" / "CHANGES.md").read_text("utf-8")
    assert "2025-04" in page
    assert "2025-03" not in page.replace(FIRST, "").replace("2025-03-01", "")


def test_changes_in_the_form_are_applied_too(small: Path, copied: Path, tmp_path: Path) -> None:
    add_field(copied)
    add_table(copied)
    for old, new in ((small / SECOND, copied), (copied, small / SECOND)):
        work = tmp_path / f"work-{old.parent.name}"
        work.mkdir()
        with difference(STANDARD, published_side(old), published_side(new), work) as found:
            assert applied(old, list(change_lines(found))) == files(new / "data")


@pytest.mark.parametrize(
    ("of", "words"),
    [("small", "Vexolith"), ("small", "alert(1)"), pytest.param("large", "Website of Kloop", marks=pytest.mark.long)],
)
def test_content_that_was_taken_out_is_nowhere_in_the_newest(
    of: str, words: str, request: pytest.FixtureRequest
) -> None:
    store: Path = request.getfixturevalue(of)
    assert any(words.encode() in data for data in files(store / SECOND).values())
    assert not [path for path, data in files(store / THIRD).items() if words.encode() in data]


def test_the_changes_are_part_of_the_release(store: Path) -> None:
    sums = (store / THIRD / "SHA256SUMS").read_text("utf-8")
    for name in ("changes.jsonl", "CHANGES.md", "summary.json"):
        assert f"  changes/{name}\n" in sums
    assert pfds("release", "verify", store).code == 0


@pytest.mark.long
@pytest.mark.parametrize("version", [SECOND, THIRD])
def test_frictionless_finds_a_release_with_changes_valid(small: Path, version: str) -> None:
    ran = run(BIN / "frictionless", "validate", small / version / "datapackage.json", "--json")
    assert json.loads(ran.out)["valid"] is True


@pytest.mark.parametrize(
    "name", ["changes.jsonl", *(pytest.param(name, marks=pytest.mark.long) for name in ("CHANGES.md", "summary.json"))]
)
def test_forged_changes_are_seen_where_the_release_before_lies(small: Path, tmp_path: Path, name: str) -> None:
    store = tmp_path / "store"
    shutil.copytree(small, store)
    (store / "index.json").unlink()
    path = store / SECOND / "changes" / name
    path.write_text(path.read_text("utf-8").replace("2025-04", "2025-05").replace("corrections", "additive"), "utf-8")
    sum_again(store / SECOND)
    ran = pfds("release", "verify", store / SECOND)
    assert ran.code == 1
    assert f"changes/{name} is not what this release's tables and metadata give." in ran.out


def test_a_release_is_verified_without_the_one_before(small: Path, tmp_path: Path) -> None:
    shutil.copytree(small / SECOND, tmp_path / SECOND)
    ran = pfds("release", "verify", tmp_path / SECOND)
    assert ran.code == 0, ran.said


@pytest.mark.long
def test_building_a_later_release_again_changes_nothing(small: Path, tmp_path: Path) -> None:
    store = tmp_path / "store"
    shutil.copytree(small, store)
    before, tables = files(store), world()
    correct_and_extend(tables)
    take_out(tables)
    ran = build(tables, tmp_path, store, THIRD)
    assert "there already, byte for byte" in ran.out
    assert files(store) == before


def test_a_damaged_table_of_the_release_before_is_refused(small: Path, tmp_path: Path) -> None:
    store = tmp_path / "store"
    shutil.copytree(small, store)
    (store / THIRD / "data" / "events.csv").write_text("other", "utf-8")
    ran = build(world(), tmp_path, store, "2025.5.0")
    assert ran.code == 3
    assert "data/events.csv was changed" in ran.err
    assert not (store / "2025.5.0").exists()


# Secrets


def with_person() -> Tables:
    """The small dataset with one more person, who is named in several places."""
    tables = world()
    cells = {"gender": "woman", "summary": "Marker Vexolith"}
    named(tables, "persons", "per-exm-hid", SECRET, **cells)
    add(tables, "case_parties", case_party_id="cpa-exm-x", case_id="cas-exm-1", person_id="per-exm-hid", note="Nine")
    add(tables, "event_parties", event_party_id="epa-exm-x", event_id="evt-exm-1", person_id="per-exm-hid")
    record(tables, "events", "evt-exm-1")["title"] = f"Arrest of {SECRET}"
    claim(tables, "x1", "persons.per-exm-hid.*", quote=f"{SECRET} was arrested", quote_lang="en")
    return tables


def protect(disclosure: str) -> Callable[[Tables], None]:
    """The person is protected, and the title that names her is reworded."""

    def edit(tables: Tables) -> None:
        person = record(tables, "persons", "per-exm-hid")
        person["disclosure"] = disclosure
        record(tables, "names", "nam-exm-hid")["disclosure"] = "withheld"
        record(tables, "events", "evt-exm-1")["title"] = "Arrest of a reporter"
        record(tables, "claims", "clm-exm-x1")["quote"] = "she was arrested"
        if disclosure == "withheld":
            return
        record(tables, "names", "nam-exm-hid")["is_display"] = "false"
        person["display_name"] = "Z. Q."
        kind = "initials" if disclosure == "initials" else "label"
        cells = {"name_id": "nam-exm-short", "person_id": "per-exm-hid", "name_type": kind}
        add(tables, "names", **cells, name="Z. Q.")

    return edit


@pytest.mark.long
def test_what_was_emptied_or_made_coarser_is_not_told_again(tmp_path: Path) -> None:
    def edit(tables: Tables) -> None:
        event = record(tables, "events", "evt-exm-1")
        event.update(event_date="2025-02", title="Another title")
        del event["channel"]

    def dated(tables: Tables) -> None:
        record(tables, "events", "evt-exm-1").update(event_date="2025-02-03", channel="Radio", title="A title")

    tables = world()
    dated(tables)
    store = built(tables, tmp_path, Step(FIRST, nothing), Step(SECOND, edit))
    for form in FORMS:
        ran = diff(store / FIRST, store / SECOND, form)
        told = [line for line in ran.out.splitlines() if "2025-02-03" in line or "Radio" in line]
        assert told == []
        assert "A title" in ran.out


@pytest.mark.parametrize(
    "disclosure", ["withheld", *(pytest.param(code, marks=pytest.mark.long) for code in ("initials", "pseudonym"))]
)
def test_a_person_protected_since_is_named_in_no_byte_and_no_difference(tmp_path: Path, disclosure: str) -> None:
    store = built(with_person(), tmp_path, Step(FIRST, nothing), Step(SECOND, protect(disclosure)))
    taken_back = [SECRET, "Quistrel", "Vexolith", "Nine"]
    for words in taken_back:
        assert any(words.encode() in data for data in files(store / FIRST).values())
        assert not [path for path, data in files(store / SECOND).items() if words.encode() in data], words
    for form in FORMS:
        ran = diff(store / FIRST, store / SECOND, form)
        assert ran.code == 0
        assert "Text not published" in ran.out
        assert [words for words in taken_back if words in ran.out] == []
    assert applied(store / FIRST, lines_of(store / SECOND)) == files(store / SECOND / "data")
    assert pfds("release", "verify", store / SECOND).code == 0


@pytest.mark.parametrize(
    ("path", "text", "seen"),
    [
        ("changes/changes.jsonl", "per-exm-hid", False),
        ("changes/changes.jsonl", f"a line\n{SECRET}", True),
        ("changes/changes.jsonl", "per-exm-new", True),
        ("data/events.csv", "per-exm-hid", True),
        ("data/events.csv", "per-exm-old", True),
        ("tombstones.csv", "per-exm-old", False),
        ("data/events.csv", "per-exm-hidden", False),
    ],
)
def test_the_last_look_sees_what_is_kept_back_or_withdrawn(tmp_path: Path, path: str, text: str, seen: bool) -> None:
    names = Names(frozenset({("zorvan", "quistrel")}), frozenset())
    kept_back = frozenset({"per-exm-hid", "per-exm-new"})
    forbidden = Forbidden(names, kept_back, frozenset({"per-exm-old"}), removed=frozenset({"per-exm-hid"}))
    (tmp_path / path).parent.mkdir(exist_ok=True)
    (tmp_path / path).write_text(text, "utf-8")
    with pytest.raises(GateRefused, match=path) if seen else nullcontext():
        look_for_leaks(tmp_path, forbidden)


@pytest.mark.long
def test_a_name_in_an_identifier_can_be_taken_back(tmp_path: Path) -> None:
    tables = world()
    named(tables, "persons", "per-exm-zorvan-quistrel", SECRET)

    def withhold(tables: Tables) -> None:
        record(tables, "persons", "per-exm-zorvan-quistrel")["disclosure"] = "withheld"
        record(tables, "names", "nam-exm-zorvan-quistrel")["disclosure"] = "withheld"

    store = built(tables, tmp_path, Step(FIRST, nothing), Step(SECOND, withhold))
    for data in files(store / SECOND).values():
        assert b"quistrel" not in data.lower()
    for form in FORMS:
        assert "quistrel" not in diff(store / FIRST, store / SECOND, form).out.lower()
    assert applied(store / FIRST, lines_of(store / SECOND)) == files(store / SECOND / "data")
    assert pfds("release", "verify", store / SECOND).code == 0


@pytest.mark.long
def test_a_row_that_pointed_to_a_removed_person_does_not_tell_to_whom(tmp_path: Path) -> None:
    store = built(with_person(), tmp_path, Step(FIRST, nothing), Step(SECOND, protect("withheld")))
    tables = {table["table"]: table for table in as_json(store / FIRST, store / SECOND)["tables"]}
    (party,) = tables["case_parties"]["changed"]
    assert party["fields"]["person_id"] == {"hidden": True, "new": None}
    assert party["fields"]["note"] == {"hidden": True, "new": None}
    assert party["fields"]["group_label"] == {"old": None, "new": "person not named"}
    assert tables["persons"]["removed"] == ["per-exm-hid"]
    assert "(not told)" in diff(store / FIRST, store / SECOND).out


@pytest.mark.long
def test_a_corrected_name_is_told(tmp_path: Path) -> None:
    def rename(tables: Tables) -> None:
        record(tables, "persons", "per-exm-ada")["display_name"] = "Adah Brightwater"
        record(tables, "names", "nam-exm-ada")["name"] = "Adah Brightwater"

    store = built(world(), tmp_path, Step(FIRST, nothing), Step(SECOND, rename))
    assert "“Ada Brightwater” → “Adah Brightwater”" in diff(store / FIRST, store / SECOND).out


@pytest.mark.long
def test_a_record_that_was_never_public_is_not_called_removed(tmp_path: Path) -> None:
    def hidden(tables: Tables) -> None:
        named(tables, "persons", "per-exm-hid", SECRET, disclosure="withheld")

    def gone(tables: Tables) -> None:
        without(tables, "persons", "per-exm-hid")
        without(tables, "names", "nam-exm-hid")

    store = built(world(), tmp_path, Step(FIRST, hidden), Step(SECOND, gone))
    assert lines_of(store / SECOND) == []
    assert about(store / SECOND)["change_class"] == "repackage"


# The list


def test_every_release_is_listed(small: Path) -> None:
    ran = pfds("release", "list", small)
    header, *lines = ran.out.splitlines()
    assert (ran.code, ran.err) == (0, "")
    assert header.split()[:4] == ["Version", "Date", "Standard", "Status"]
    assert [line.split() for line in lines] == [
        [FIRST, "2025-11-05", "0.1.0", "superseded", "initial", "28"],
        [SECOND, "2025-11-05", "0.1.0", "superseded", "corrections", "30"],
        [THIRD, "2025-11-05", "0.1.0", "current", "retraction", "28"],
    ]


def test_the_list_is_json_for_programs(small: Path) -> None:
    releases = json.loads(pfds("release", "list", small, "--format", "json").out)["releases"]
    assert [entry["version"] for entry in releases] == [FIRST, SECOND, THIRD]
    assert set(releases[1]) == {"version", "date", "standard", "status", "change_class", "counts"}
    assert releases[1]["counts"]["events"] == 3


@pytest.mark.long
@pytest.mark.parametrize("index", [None, b"{", b"[]", b'{"releases": [1]}', b"\xff"])
def test_a_store_without_an_index_is_not_listed(tmp_path: Path, index: bytes | None) -> None:
    if index is not None:
        (tmp_path / "index.json").write_bytes(index)
    ran = pfds("release", "list", tmp_path)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.count("\n") == 1
