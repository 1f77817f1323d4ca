"""Paths: which files are read, which are refused, and that nothing is read or left out silently."""

import hashlib
import json
import os
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet

from pfds.intake.json_records import LONE_SURROGATE
from pfds.intake.paths import SPECIAL
from pfds.intake.survey import BELOW, CLOSED, FORM, LINK, WORKBOOK
from pfds.intake.tables import UnreadableInput
from pfds.standard.findings import Finding
from reading import Held, read_submission
from tiny_standard import STANDARD, brief, column, facts

CASES = "case_id,title\ncas-1,a\n"
EVENTS = "event_id,place\nevt-1,Osh\nevt-2,Osh\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with one sound file."""
    path = tmp_path / "submission"
    path.mkdir()
    (path / "cases.csv").write_text(CASES)
    return path


def read(*paths: Path) -> Held:
    return read_submission(paths, STANDARD)


def only_finding(submission: Held) -> Finding:
    (finding,) = submission.findings
    return finding


def names(submission: Held) -> list[tuple[str, str]]:
    return [(table.table, table.file) for table in submission.tables]


def unknown(file: str, similar: str = "") -> tuple[str, str | None, dict[str, str]]:
    """Rule, file and facts of the finding for a data file that is not known."""
    suggestion = f"Did you mean “{similar}”?" if similar else "The tables are: cases, events."
    return ("table-unknown", file, {"name": file, "similar": similar, "suggestion": suggestion})


def below(name: str) -> tuple[str, str | None, dict[str, str]]:
    """Rule, file and facts of the finding for a folder inside the folder."""
    return ("table-unknown", name, {"name": name, "similar": "", "suggestion": BELOW})


def told(finding: Finding) -> tuple[str, str | None, dict[str, str | int]]:
    return (finding.rule, finding.origin.file, dict(finding.facts))


def store(path: Path, **columns: list[str]) -> None:
    parquet.write_table(pa.table(columns), path)


def test_tables_of_a_folder_in_the_order_of_the_standard(folder: Path) -> None:
    store(folder / "events.parquet", event_id=["evt-1", "evt-2"])
    submission = read(folder)
    assert submission.findings == ()
    assert submission.skipped == ()
    assert submission.complete
    assert submission.partial == frozenset()
    assert names(submission) == [("cases", "cases.csv"), ("events", "events.parquet")]
    first, second = submission.files
    assert (first.file, first.table, first.rows) == ("cases.csv", "cases", 1)
    assert first.sha256 == hashlib.sha256(CASES.encode()).hexdigest()
    assert (second.file, second.table, second.rows) == ("events.parquet", "events", 2)


def test_suffix_in_capitals(folder: Path) -> None:
    (folder / "events.CSV").write_text(EVENTS)
    assert names(read(folder)) == [("cases", "cases.csv"), ("events", "events.CSV")]


def test_other_and_hidden_files_are_ignored(folder: Path) -> None:
    for name in ("README.md", "notes.txt", ".~lock.cases.csv", ".hidden.csv", "LICENSE"):
        (folder / name).write_text("x")
    (folder / ".git").mkdir()
    (folder / ".git" / "cases.csv").write_text(CASES)
    (folder / "photos").mkdir()
    (folder / "photos" / "a.jpg").write_text("x")
    assert read(folder).findings == ()


@pytest.mark.parametrize(
    ("name", "similar"),
    [
        ("event.csv", "events"),
        ("Cases.csv", "cases"),
        ("budget.csv", ""),
        ("budget.TSV", ""),
        ("data.json", ""),
        ("book.xls", ""),
        ("case.parquet", "cases"),
    ],
)
def test_data_file_that_is_no_table(folder: Path, name: str, similar: str) -> None:
    (folder / name).write_text("x")
    submission = read(folder)
    assert told(only_finding(submission)) == unknown(name, similar)
    assert names(submission) == [("cases", "cases.csv")]
    assert len(submission.files) == 1


@pytest.mark.parametrize("name", ["book.xlsx", "events.xlsm", "events.ODS"])
def test_workbook_in_a_folder_is_to_be_given_by_itself(folder: Path, name: str) -> None:
    (folder / name).write_text("x")
    submission = read(folder)
    assert told(only_finding(submission)) == ("file-unreadable", name, {"problem": WORKBOOK})
    assert submission.partial == ({"events"} if name.startswith("events") else set())


@pytest.mark.parametrize("name", ["events.json", "events.tsv", "events.jsonl.gz"])
def test_table_in_a_form_that_is_not_read(folder: Path, name: str) -> None:
    (folder / name).write_text("x")
    submission = read(folder)
    assert told(only_finding(submission)) == ("file-unreadable", name, {"problem": FORM})
    assert submission.partial == {"events"}


def test_file_name_that_is_no_text(folder: Path) -> None:
    (folder / os.fsdecode(b"caf\xe9.csv")).write_text("x")
    assert told(only_finding(read(folder))) == unknown("caf?.csv")


def test_the_published_descriptor_may_lie_beside_the_tables(folder: Path) -> None:
    for name in ("datapackage.json", "codelists.csv"):
        (folder / name).write_text("nothing that is read")
    assert read_submission([folder], STANDARD).findings == ()


def test_companions_are_no_data(folder: Path) -> None:
    (folder / "coverage.csv").write_text("x")
    (folder / "other.csv").write_text("x")
    (folder / "meta.json").write_text('{"companions": ["coverage.csv", "cases.csv"], "title": "T"}')
    submission = read(folder)
    assert told(only_finding(submission)) == unknown("other.csv")
    assert names(submission) == [("cases", "cases.csv")]
    assert submission.meta == {"companions": ["coverage.csv", "cases.csv"], "title": "T"}


@pytest.mark.parametrize(
    ("text", "line", "words", "place"),
    [
        ("{\n'a'}", 2, "a name in double quotation marks is missing", 1),
        ("{}\n{}", 2, "there is text after the end of the document", 1),
    ],
)
def test_metadata_that_is_no_json(folder: Path, text: str, line: int | None, words: str, place: int) -> None:
    (folder / "meta.json").write_text(text)
    submission = read(folder)
    finding = only_finding(submission)
    assert (finding.origin.file, *brief(finding)) == ("meta.json", "json-invalid", None, None, line, None)
    assert facts(finding) >= {"problem": words, "column": place}.items()
    assert submission.meta == {}


@pytest.mark.parametrize(
    ("text", "words"),
    [("[]", "they are not an object in curly brackets"), ('{"colour": 1}', "there is no such key")],
)
def test_metadata_that_does_not_fit(folder: Path, text: str, words: str) -> None:
    (folder / "meta.json").write_text(text)
    finding = only_finding(read(folder))
    assert (finding.origin.file, finding.rule, finding.facts["problem"]) == ("meta.json", "metadata-invalid", words)


def test_metadata_that_is_no_text(folder: Path) -> None:
    (folder / "meta.json").write_bytes(b'{"title": "caf\xe9"}')
    finding = only_finding(read(folder))
    assert (finding.rule, finding.origin.file, finding.origin.line) == ("encoding-invalid", "meta.json", 1)
    assert facts(finding) >= {"encoding": "UTF-8", "byte": 14, "hex": "E9"}.items()


def test_metadata_with_half_a_character(folder: Path) -> None:
    (folder / "meta.json").write_text('{"title": "a \\ud800 b"}')
    submission = read(folder)
    finding = only_finding(submission)
    assert (finding.rule, submission.meta) == ("metadata-invalid", {})
    assert str(finding.facts["problem"]).endswith(LONE_SURROGATE)


def test_table_stored_twice_is_read_once(folder: Path) -> None:
    store(folder / "cases.parquet", case_id=["cas-1"], title=["a"])
    submission = read(folder)
    finding = only_finding(submission)
    assert told(finding) == ("table-duplicate", "cases.parquet", {"name": "cases", "first": "cases.csv"})
    assert finding.table == "cases"
    assert names(submission) == [("cases", "cases.csv")]


def test_folders_below_are_told_once_each(folder: Path) -> None:
    for name in ("old/2024", "drafts"):
        (folder / name).mkdir(parents=True)
        (folder / name / "cases.csv").write_text(CASES)
        (folder / name / "events.csv").write_text(EVENTS)
    submission = read(folder)
    assert [told(finding) for finding in submission.findings] == [below("drafts/"), below("old/")]
    assert names(submission) == [("cases", "cases.csv")]


def test_links_in_a_folder_are_refused(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.csv").write_text(EVENTS)
    (folder / "events.csv").symlink_to(tmp_path / "secret.csv")
    (folder / "README.md").symlink_to(tmp_path / "secret.csv")
    submission = read(folder)
    finding = only_finding(submission)
    assert told(finding) == ("file-unreadable", "events.csv", {"problem": LINK})
    assert finding.table == "events"
    assert submission.partial == {"events"}
    assert [file.file for file in submission.files] == ["cases.csv"]
    assert [skipped.rule for skipped in submission.skipped] == ["*"]


def test_metadata_and_folders_behind_links_are_refused(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "other.json").write_text('{"title": "secret"}')
    (folder / "meta.json").symlink_to(tmp_path / "other.json")
    (folder / "below").symlink_to(tmp_path)
    submission = read(folder)
    assert [told(finding) for finding in submission.findings] == [
        ("file-unreadable", "meta.json", {"problem": LINK}),
        ("file-unreadable", "below", {"problem": LINK}),
    ]
    assert submission.meta == {}


def test_link_to_nothing_is_refused(folder: Path) -> None:
    (folder / "events.csv").symlink_to(folder / "nowhere.csv")
    assert facts(only_finding(read(folder))) >= {"problem": LINK}.items()


def test_pipe_in_a_folder_is_refused_without_waiting(folder: Path) -> None:
    os.mkfifo(folder / "events.csv")
    assert told(only_finding(read(folder))) == ("file-unreadable", "events.csv", {"problem": SPECIAL})


def test_folder_named_like_a_table(folder: Path) -> None:
    (folder / "events.csv").mkdir()
    (folder / "events.csv" / "part.csv").write_text(EVENTS)
    assert told(only_finding(read(folder))) == below("events.csv/")


def test_file_in_a_folder_that_cannot_be_opened(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path, flags: int) -> int:
        raise PermissionError(path, flags)

    monkeypatch.setattr("pfds.intake.paths.os.open", refuse)
    submission = read(folder)
    assert facts(only_finding(submission)) >= {"problem": CLOSED}.items()
    assert submission.files == ()
    assert submission.partial == {"cases"}
    with pytest.raises(UnreadableInput, match=r"cases\.csv cannot be opened\.$"):
        read(folder / "cases.csv")


def test_metadata_that_are_too_large(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "meta.json").write_text('{"title": "T"}')
    monkeypatch.setattr("pfds.intake.survey.MAX_META_BYTES", 14)
    assert read(folder).findings == ()
    monkeypatch.setattr("pfds.intake.survey.MAX_META_BYTES", 13)
    finding = only_finding(read(folder))
    assert (finding.rule, finding.origin.file) == ("limit-exceeded", "meta.json")
    assert facts(finding) >= {"subject": "bytes in the file", "limit": 13, "found": 14}.items()


def test_single_files_say_nothing_of_absent_tables(folder: Path) -> None:
    store(folder / "events.parquet", event_id=["evt-1"])
    submission = read(folder / "events.parquet", folder / "cases.csv")
    assert not submission.complete
    assert names(submission) == [("cases", "cases.csv"), ("events", "events.parquet")]


def test_single_file_that_is_no_table(folder: Path) -> None:
    (folder / "case.csv").write_text(CASES)
    submission = read(folder / "case.csv")
    rule, _, facts = told(only_finding(submission))
    assert rule == "table-unknown"
    assert facts["suggestion"] == "Its columns are those of the table cases: name it cases.csv."
    assert submission.tables == ()


def test_document(tmp_path: Path) -> None:
    path = tmp_path / "all.json"
    path.write_text(json.dumps({"meta": {"title": "T"}, "events": [{"event_id": "evt-1"}], "cases": []}))
    submission = read(path)
    assert submission.complete
    assert submission.meta == {"title": "T"}
    assert [(file.file, file.table, file.rows) for file in submission.files] == [
        ("all.json", "cases", 0),
        ("all.json", "events", 1),
    ]


def test_several_paths_are_one_submission(folder: Path, tmp_path: Path) -> None:
    part = tmp_path / "part"
    part.mkdir()
    (part / "cases.csv").write_text("case_id,title\ncas-2,b\n")
    submission = read(folder, part / "cases.csv")
    assert submission.complete
    assert names(submission) == [("cases", "part/cases.csv"), ("cases", "submission/cases.csv")]
    assert [column(table, "case_id") for table in submission.tables] == [["cas-2"], ["cas-1"]]
    assert [file.file for file in submission.files] == ["part/cases.csv", "submission/cases.csv"]


def test_files_of_one_name_in_folders_of_one_name(tmp_path: Path) -> None:
    for name in ("x/data", "y/data"):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "cases.csv").write_text(CASES)
    submission = read(tmp_path / "y" / "data", tmp_path / "x" / "data")
    assert names(submission) == [("cases", "data/cases.csv"), ("cases", "data/cases.csv (2)")]


def test_same_file_given_twice_is_read_once(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "cases.csv").symlink_to(folder / "cases.csv")
    submission = read(folder, folder / "cases.csv", tmp_path / "cases.csv")
    assert names(submission) == [("cases", "cases.csv")]
    assert submission.findings == ()


def test_link_that_was_given_itself_is_followed(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "cases.csv").symlink_to(folder / "cases.csv")
    assert names(read(tmp_path / "cases.csv")) == [("cases", "cases.csv")]


def test_metadata_of_two_folders_that_disagree(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "events.csv").write_text(EVENTS)
    (folder / "meta.json").write_text('{"title": "T", "license": "CC0-1.0"}')
    (other / "meta.json").write_text('{"title": "U", "license": "CC0-1.0", "as_of": "2025-01-01"}')
    submission = read(folder, other)
    assert (only_finding(submission).rule, dict(only_finding(submission).values)) == (
        "json-duplicate-key",
        {"name": "title"},
    )
    assert submission.meta == {"title": "T", "license": "CC0-1.0", "as_of": "2025-01-01"}


def test_broken_file_is_known_to_be_incomplete(folder: Path) -> None:
    (folder / "events.csv").write_text(EVENTS + 'evt-3,a"b\n')
    submission = read(folder)
    assert submission.partial == {"events"}
    assert [(skipped.rule, skipped.because) for skipped in submission.skipped] == [
        ("*", "events.csv was read only up to line 4")
    ]
    assert [file.rows for file in submission.files] == [1, 2]


@pytest.mark.parametrize("name", ["a.jsonl.gz", "a.txt", "cases"])
def test_forms_that_are_not_read_today(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("x")
    with pytest.raises(
        UnreadableInput, match=r"folder of CSV, JSON Lines, Parquet or Arrow files.*one \.json document\.$"
    ):
        read(tmp_path / name)


@pytest.mark.parametrize("name", ["a.xls", "a.XLSB"])
def test_workbooks_of_old_forms_are_to_be_saved_again(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("x")
    with pytest.raises(UnreadableInput, match=r"save it as \.xlsx or \.ods\.$"):
        read(tmp_path / name)


def test_nothing_to_read(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(UnreadableInput, match="No file or folder was given"):
        read()
    with pytest.raises(UnreadableInput, match=r"nowhere\.csv does not exist"):
        read(folder, tmp_path / "nowhere.csv")
    with pytest.raises(UnreadableInput, match="does not exist"):
        read(tmp_path / "a\0b.csv")


def test_empty_folder(tmp_path: Path) -> None:
    with pytest.raises(UnreadableInput, match=r"holds no data file such as cases\.csv"):
        read(tmp_path)
    (tmp_path / "meta.json").write_text("{}")
    (tmp_path / "README.md").write_text("x")
    with pytest.raises(UnreadableInput, match="holds no data file"):
        read(tmp_path)


def test_pipe_that_was_given_itself(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "cases.csv")
    with pytest.raises(UnreadableInput, match="neither a file nor a folder"):
        read(tmp_path / "cases.csv")
