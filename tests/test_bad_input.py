"""Damaged, hostile and careless input: each gives its finding or one sentence, never more, and hides nothing else."""

import json
import os
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from command import PFDS, ROOT, Ran, pfds, run
from pfds.cli import main

MINIMAL = ROOT / "examples" / "submissions" / "minimal"
SCHEMA = json.loads((ROOT / "datapackage" / "report.schema.json").read_text("utf-8"))
CANARY = "Canary7Xq"
SECONDS = 10
PLANTED = ("cell-code", "events.csv", 2, 1, "country")

Spoil = Callable[[Path], object]
Place = tuple[str, str | None, int | None, int | None, str | None]


@dataclass(frozen=True, slots=True)
class Bad:
    """How a submission is spoilt, and the one finding that must tell it: rule, file, line, row, field."""

    name: str
    spoil: Spoil
    place: Place
    also: tuple[Place, ...] = ()
    could_hang: bool = False


def in_time(*arguments: str | Path, stdin: bytes = b"") -> Ran:
    """The command in a process of its own, which must not wait for anything."""
    return run(PFDS, *arguments, stdin=stdin, seconds=SECONDS)


def replaced(file: str, old: str, new: str | bytes) -> Spoil:
    """The first ``old`` in a file becomes ``new``."""

    def spoil(folder: Path) -> None:
        data = (folder / file).read_bytes()
        assert old.encode() in data
        (folder / file).write_bytes(data.replace(old.encode(), new if isinstance(new, bytes) else new.encode(), 1))

    return spoil


def written(file: str, data: bytes) -> Spoil:
    return lambda folder: (folder / file).write_bytes(data)


def link_out(folder: Path) -> None:
    outside = folder.parent / "outside.csv"
    outside.write_text(f"name_id\n{CANARY}\n", "utf-8")
    (folder / "names.csv").symlink_to(outside)


def more_cells(folder: Path) -> None:
    header, *rows = (folder / "persons.csv").read_text("utf-8").splitlines()
    lines = [f"{header},disclosur", *(f"{row},{CANARY}" for row in rows)]
    (folder / "persons.csv").write_text("\n".join(lines), "utf-8")


def cut_short(folder: Path) -> None:
    with (folder / "persons.csv").open("a", encoding="utf-8") as file:
        file.write(f'per-exm-003,"{CANARY}')


def folder_in_place_of_cases(folder: Path) -> None:
    (folder / "cases.csv").rename(folder.parent / "cases.csv")
    (folder / "cases.csv").mkdir()


PERSONS = "persons.csv"
NAMES_UNREADABLE: Place = ("file-unreadable", "names.csv", None, None, None)
BAD = [
    Bad("an empty file", written(PERSONS, b""), ("header-missing", PERSONS, 1, None, None)),
    Bad("an unknown column", more_cells, ("column-unknown", PERSONS, 1, None, None)),
    Bad(
        "a missing required column",
        replaced(PERSONS, "display_name,", "nickname,"),
        ("column-missing", PERSONS, 1, None, "display_name"),
        also=(("column-unknown", PERSONS, 1, None, None),),
    ),
    Bad(
        "a column twice",
        replaced(PERSONS, "identity_status,", "display_name,"),
        ("column-duplicate", PERSONS, 1, None, "display_name"),
        also=(("column-missing", PERSONS, 1, None, "identity_status"),),
    ),
    Bad("too few cells", replaced(PERSONS, ",active,2025-03-12", ""), ("row-too-short", PERSONS, 2, 1, None)),
    Bad("too many cells", replaced(PERSONS, ",active", f",{CANARY},active"), ("row-too-long", PERSONS, 2, 1, None)),
    Bad(
        "bytes that are not UTF-8",
        replaced(PERSONS, "Example Reporter One", CANARY.encode() + b"\xff"),
        ("encoding-invalid", PERSONS, 2, 1, None),
    ),
    Bad(
        "a NUL byte",
        replaced(PERSONS, "Example Reporter One", CANARY.encode() + b"\x00"),
        ("cell-control-character", PERSONS, 2, 1, "display_name"),
    ),
    Bad(
        "a day that is not in the calendar",
        replaced(PERSONS, "2025-03-12", "2025-02-30"),
        ("cell-date", PERSONS, 2, 1, "modified"),
    ),
    Bad("a day in words", replaced(PERSONS, "2025-03-12", CANARY), ("cell-date", PERSONS, 2, 1, "modified")),
    Bad("a code of no list", replaced(PERSONS, "journalist", CANARY), ("cell-code", PERSONS, 2, 1, "protected_group")),
    Bad(
        "an empty required cell",
        replaced(PERSONS, "journalist", ""),
        ("cell-required", PERSONS, 2, 1, "protected_group"),
    ),
    Bad(
        "an identifier twice",
        replaced(PERSONS, "per-exm-002", "per-exm-001"),
        ("key-duplicate", PERSONS, 3, 2, "person_id"),
    ),
    Bad("an empty identifier", replaced(PERSONS, "per-exm-001", ""), ("key-missing", PERSONS, 2, 1, "person_id")),
    Bad(
        "a reference to nothing",
        replaced(
            "events.csv",
            "evt-exm-002,hearing,First sitting in the fictional suit,cas-exm-001",
            f"evt-exm-002,hearing,First sitting in the fictional suit,cas-exm-{CANARY.lower()}",
        ),
        ("reference-missing", "events.csv", 3, 2, "case_id"),
    ),
    Bad(
        "a table that nobody knows", written("person.csv", b"a,b\n"), ("table-unknown", "person.csv", None, None, None)
    ),
    Bad("a workbook", written("names.xlsx", b"PK\x03\x04"), ("file-unreadable", "names.xlsx", None, None, None)),
    Bad("a quotation mark left open", cut_short, ("file-unreadable", PERSONS, 4, None, None), could_hang=True),
    Bad("a pipe", lambda folder: os.mkfifo(folder / "names.csv"), NAMES_UNREADABLE, could_hang=True),
    Bad("a link out of the folder", link_out, NAMES_UNREADABLE, could_hang=True),
    Bad(
        "a link to a device",
        lambda folder: (folder / "names.csv").symlink_to("/dev/zero"),
        NAMES_UNREADABLE,
        could_hang=True,
    ),
    Bad("a link to nothing", lambda folder: (folder / "names.csv").symlink_to("nowhere"), NAMES_UNREADABLE),
    Bad("a folder in place of a table", folder_in_place_of_cases, ("table-missing", None, None, None, None)),
    Bad(
        "metadata that stops in the middle",
        written("meta.json", b'{"title": "' + CANARY.encode()),
        ("json-invalid", "meta.json", 1, None, None),
    ),
    Bad(
        "metadata with a day that is not in the calendar",
        written("meta.json", b'{"as_of": "2025-02-30"}'),
        ("metadata-invalid", "meta.json", None, None, None),
    ),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A sound submission but for one unknown code, which must be told whatever else is wrong."""
    copy = tmp_path / "submission"
    shutil.copytree(MINIMAL, copy)
    replaced("events.csv", "NZL", CANARY)(copy)
    return copy


def place(finding: dict[str, Any]) -> Place:
    return finding["rule"], finding["file"], finding["line"], finding["row"], finding["field"]


def report(ran: Ran) -> dict[str, Any]:
    """The report that was printed, if it has the published shape."""
    content: dict[str, Any] = json.loads(ran.out)
    errors = [error.message for error in Draft202012Validator(SCHEMA).iter_errors(content)]
    assert errors == []
    return content


def sentences(content: dict[str, Any]) -> Iterator[str]:
    for finding in content["findings"]:
        yield from (finding["message"], finding["fix"])


def assert_reads_well(text: str) -> None:
    assert text.strip() == text
    assert len(text) > 10
    assert not re.search(r"[{}]|  |None|“”|\. \.|: ?\.", text), text


@pytest.mark.parametrize("bad", BAD, ids=lambda bad: bad.name)
def test_a_defect_is_told_at_its_place_and_hides_no_other(folder: Path, bad: Bad) -> None:
    bad.spoil(folder)
    check = in_time if bad.could_hang else pfds
    ran = check("validate", folder, "--format", "json")
    assert (ran.code, ran.err) == (1, "")
    content = report(ran)
    assert content["valid"] is False
    assert sorted(map(str, map(place, content["findings"]))) == sorted(map(str, (PLANTED, bad.place, *bad.also)))
    assert CANARY.casefold() not in ran.said.casefold()
    for sentence in sentences(content):
        assert_reads_well(sentence)


@pytest.mark.parametrize("bad", BAD[::3], ids=lambda bad: bad.name)
def test_a_person_reads_the_same_in_words(folder: Path, bad: Bad) -> None:
    bad.spoil(folder)
    ran = pfds("validate", folder)
    assert (ran.code, ran.err) == (1, "")
    for rule, _, line, row, field in (PLANTED, bad.place, *bad.also):
        group = next(block for block in ran.out.split("\n\n") if f"[{rule}]" in block and (field or "") in block)
        assert line is None or f"line {line}" in group
        assert row is None or f"row {row}" in group
        assert "How to fix: " in group
    assert "Not ready" in ran.out


def test_a_table_with_column_names_and_no_record_is_sound(tmp_path: Path) -> None:
    copy = tmp_path / "submission"
    shutil.copytree(MINIMAL, copy)
    header = (copy / PERSONS).read_text("utf-8").splitlines()[0]
    (copy / PERSONS).write_text(f"{header}\n", "utf-8")
    ran = pfds("validate", copy, "--format", "json")
    assert ran.code == 0
    assert {item["table"]: item["rows"] for item in report(ran)["input"]} == {"cases": 1, "persons": 0, "events": 2}


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_told(folder: Path) -> None:
    (folder / PERSONS).chmod(0)
    ran = in_time("validate", folder, "--format", "json")
    assert ran.code == 1
    assert ("file-unreadable", PERSONS, None, None, None) in map(place, report(ran)["findings"])


# Identifiers that cannot be used


def test_a_cell_that_is_no_identifier_is_not_repeated_as_one(folder: Path) -> None:
    replaced(PERSONS, "per-exm-001", CANARY)(folder)
    ran = pfds("validate", folder, "--format", "json")
    assert ("cell-pattern", PERSONS, 2, 1, "person_id") in map(place, report(ran)["findings"])
    assert CANARY not in ran.said


@pytest.mark.parametrize("identifier", ["", CANARY], ids=["empty", "unfit"])
def test_a_record_without_usable_identifier_can_break_a_rule_too(folder: Path, identifier: str) -> None:
    replaced(PERSONS, "person_id,", "current_status,person_id,")(folder)
    replaced(PERSONS, "per-exm-001", f"free,{identifier}")(folder)
    replaced(PERSONS, "\nper-exm-002", "\n,per-exm-002")(folder)
    ran = pfds("validate", folder, "--format", "json")
    assert ran.code == 1
    assert PLANTED in map(place, report(ran)["findings"])


# Paths that cannot be opened


def assert_one_sentence(ran: Ran, *words: str) -> None:
    assert (ran.code, ran.out) == (2, "")
    (line,) = ran.err.splitlines()
    assert re.fullmatch(r"Error: .+\.", line)
    assert all(word in line for word in words)


@pytest.mark.parametrize("name", ["nowhere", "nowhere.csv", "nowhere/cases.csv", "nul\x01"])
def test_a_path_that_is_not_there_is_told_in_one_sentence(tmp_path: Path, name: str) -> None:
    assert_one_sentence(pfds("validate", tmp_path / name), "does not exist")


def test_an_empty_folder_is_told_in_one_sentence(tmp_path: Path) -> None:
    assert_one_sentence(in_time("validate", tmp_path), "holds no data file")


def test_a_device_and_a_pipe_are_told_in_one_sentence(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "cases.csv")
    for path in (Path("/dev/zero"), tmp_path / "cases.csv"):
        assert_one_sentence(in_time("validate", path), "neither a file nor a folder")


@pytest.mark.parametrize("name", ["cases.docx", "cases"])
def test_a_form_that_is_not_read_is_told_in_one_sentence(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"PK\x03\x04")
    assert_one_sentence(pfds("validate", tmp_path / name), "form that is not read", ".csv")


def test_a_release_of_what_cannot_be_opened_is_told_in_one_sentence(tmp_path: Path) -> None:
    ran = pfds("release", "build", tmp_path / "nowhere", "--store", tmp_path / "store", "--version", "2025.1.0")
    assert_one_sentence(ran, "does not exist")


@pytest.mark.long
def test_a_store_that_cannot_be_written_is_told_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    arguments = ("--store", tmp_path / "file" / "store", "--version", "2025.1.0", "--as-of", "2025-03-12")
    assert_one_sentence(pfds("release", "build", MINIMAL, *arguments), "cannot be written")


def test_one_path_that_is_not_there_spoils_the_whole_command(folder: Path, tmp_path: Path) -> None:
    assert_one_sentence(pfds("validate", folder / "cases.csv", tmp_path / "nowhere.csv"), "does not exist")


# JSON documents


def document() -> dict[str, list[dict[str, Any]]]:
    """The planted defect as a document."""
    tables: dict[str, list[dict[str, Any]]] = {}
    for path in MINIMAL.glob("*.csv"):
        header, *rows = (line.split(",") for line in path.read_text("utf-8").splitlines())
        tables[path.stem] = [dict(zip(header, row, strict=True)) for row in rows]
    tables["events"][0]["country"] = CANARY
    return tables


def sent(content: object, check: Callable[..., Ran] = pfds) -> Ran:
    data = content if isinstance(content, bytes) else json.dumps(content).encode("utf-8")
    return check("validate", "-", "--format", "json", stdin=data)


def test_a_document_on_standard_input_is_checked() -> None:
    ran = sent(document(), in_time)
    content = report(ran)
    assert ran.code == 1
    assert [(found["rule"], found["file"], found["row"], found["field"]) for found in content["findings"]] == [
        ("cell-code", "-", 1, "country")
    ]
    assert CANARY not in ran.said


def test_a_number_where_text_belongs_is_told() -> None:
    tables = document()
    tables["persons"][0]["display_name"] = 77123
    ran = sent(tables)
    content = report(ran)
    assert ran.code == 1
    assert sorted((found["rule"], found["table"], found["field"]) for found in content["findings"]) == [
        ("cell-code", "events", "country"),
        ("cell-type", "persons", "display_name"),
    ]
    assert "77123" not in ran.said
    for sentence in sentences(content):
        assert_reads_well(sentence)


def test_a_document_that_stops_in_the_middle_is_told_with_what_was_read_before() -> None:
    tables = document()
    text = json.dumps({name: tables[name] for name in ("events", "persons", "cases")})
    ran = sent(text[: text.index('"cases"') + 20].encode("utf-8"))
    assert ran.code == 1
    content = report(ran)
    assert {"json-invalid", "cell-code"} <= {found["rule"] for found in content["findings"]}
    assert CANARY not in ran.said


@pytest.mark.parametrize(
    "data", [b"", b"[]", b'"text"', b"5", b"{]", b"\xff\xfe", b'{"cases": {}}', b'{"cases": [5]}', b"[" * 100_000]
)
def test_what_is_no_document_is_told(data: bytes) -> None:
    ran = pfds("validate", "-", "--format", "json", stdin=data)
    content = report(ran)
    assert ran.code == 1
    assert {"json-invalid", "encoding-invalid"} & {found["rule"] for found in content["findings"]}
    for sentence in sentences(content):
        assert_reads_well(sentence)


def test_standard_input_goes_with_no_other_path(folder: Path) -> None:
    assert_one_sentence(pfds("validate", "-", folder), "Standard input")


# What is shown, how much of it, and how it ends


def test_values_are_shown_where_they_are_asked_for(folder: Path) -> None:
    shown = pfds("validate", folder, "--format", "json", "--show-values")
    assert [found["value"] for found in report(shown)["findings"]] == [CANARY]
    assert CANARY in next(sentences(report(shown)))
    assert CANARY in pfds("validate", folder).out
    assert CANARY not in pfds("validate", folder, "--hide-values").out


@pytest.fixture
def many(folder: Path) -> Path:
    """A hundred persons with an unknown code, and the planted defect."""
    header, first, _ = (folder / PERSONS).read_text("utf-8").splitlines()
    row = first.replace("journalist", CANARY)
    rows = (row.replace("per-exm-001", f"per-exm-{number}") for number in range(100))
    (folder / PERSONS).write_text("\n".join([header, *rows]), "utf-8")
    return folder


@pytest.mark.parametrize("most", [0, 1, 100])
def test_findings_can_be_capped_and_totals_stay_exact(many: Path, most: int) -> None:
    content = report(pfds("validate", many, "--format", "json", "--max-findings", str(most)))
    totals = {(total["table"], total["field"]): total["total"] for total in content["by_rule"]}
    listed = [found["table"] for found in content["findings"]]
    assert totals == {("persons", "protected_group"): 100, ("events", "country"): 1}
    assert content["counts"] == {"error": 101, "warning": 0, "info": 0}
    assert (listed.count("persons"), listed.count("events")) == (min(most, 100), min(most, 1))
    assert content["truncated"] == {"cell-code": 101 - len(listed)}


def test_a_person_is_told_how_many_more_there_are(many: Path) -> None:
    assert "100 places" in pfds("validate", many).out
    assert "… and 99 more" in pfds("validate", many).out


CLAIMS_HEADER = (
    "claim_id,source_id,subject_table,subject_id,subject_field,attribution_mode,stance,claim_status,disclosure\n"
)


@pytest.mark.parametrize(
    ("warn", "fail_on", "code"),
    [(False, "info", 0), (True, "error", 0), (True, "warning", 1), (True, "info", 1)],
)
def test_the_severity_that_fails_can_be_chosen(tmp_path: Path, warn: bool, fail_on: str, code: int) -> None:
    copy = tmp_path / "submission"
    shutil.copytree(MINIMAL, copy)
    if warn:  # records that no claim supports
        (copy / "claims.csv").write_text(CLAIMS_HEADER, "utf-8")
    assert pfds("validate", copy, "--fail-on", fail_on).code == code


def test_a_defect_of_the_toolkit_shows_nothing_of_the_data(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken() -> None:
        raise RuntimeError(CANARY)

    monkeypatch.setattr(import_module("pfds.cli.explain"), "load_standard", broken)
    monkeypatch.setattr("sys.argv", ["pfds", "explain"])
    with pytest.raises(SystemExit) as ended:
        main()
    said = capsys.readouterr()
    assert ended.value.code == 70
    assert said.out == ""
    (line,) = said.err.splitlines()
    assert "RuntimeError" in line
    assert "report" in line
    assert CANARY not in line
