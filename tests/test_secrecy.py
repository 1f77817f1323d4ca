"""What a machine is told, what a terminal is sent and what is left on the disk repeats nothing of the data."""

import json
import shutil
from contextlib import closing
from pathlib import Path

import duckdb
import pytest

from command import PFDS, ROOT, pfds, run
from pfds.checks.database import Database
from pfds.checks.explanations import MOST_SUGGESTIONS

MINIMAL = ROOT / "examples" / "submissions" / "minimal"
CANARY = "Iwan Petrow Geheim"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return shutil.copytree(MINIMAL, tmp_path / "submission")


def change(folder: Path, file: str, old: str, new: str) -> None:
    path = folder / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


@pytest.mark.parametrize(
    ("content", "rule", "words"),
    [
        (CANARY, "cell-date", "none of the forms"),
        ("2025-02-30", "cell-date", "no such day"),
        ("2025-05-30/2025-05-28", "cell-date", "start is after the end"),
        ("2025-13", "cell-date", "Months run from 01 to 12"),
    ],
)
def test_a_bad_date_is_explained_without_its_content(folder: Path, content: str, rule: str, words: str) -> None:
    change(folder, "events.csv", "2025-02-03", content)
    ran = pfds("validate", folder, "--format", "json")
    (finding,) = json.loads(ran.out)["findings"]
    assert finding["rule"] == rule
    assert words in finding["message"]
    assert not any(part in ran.out for part in (content, "February 2025", "Geheim"))
    shown = pfds("validate", folder, "--format", "json", "--show-values")
    assert content in shown.out


def test_the_release_command_explains_without_content(folder: Path, tmp_path: Path) -> None:
    change(folder, "events.csv", "2025-02-03", CANARY)
    ran = pfds(
        "release",
        "build",
        folder,
        "--store",
        tmp_path / "s",
        "--version",
        "2025.3.0",
        "--as-of",
        "2025-03-12",
        "--only-tables",
    )
    assert ran.code == 3
    assert "Geheim" not in ran.said


def test_a_header_that_holds_data_is_not_repeated_to_machines(folder: Path) -> None:
    change(folder, "persons.csv", "modified\n", f'modified,"{CANARY}, Bishkek"\n')
    change(folder, "persons.csv", "2025-03-12\n", "2025-03-12,x\n")
    ran = pfds("validate", folder, "--format", "json")
    assert "column-unknown" in ran.out
    assert CANARY not in ran.out
    assert CANARY in pfds("validate", folder).out


def test_a_key_that_holds_data_is_not_repeated_to_machines(tmp_path: Path) -> None:
    document = tmp_path / "d.json"
    document.write_text(json.dumps({"meta": {CANARY: 1}, CANARY: [], "cases": [{CANARY: 1}]}), "utf-8")
    ran = pfds("validate", document, "--format", "json")
    assert {"metadata-invalid", "table-unknown", "column-unknown"} <= {
        f["rule"] for f in json.loads(ran.out)["findings"]
    }
    assert CANARY not in ran.out


def test_no_escape_sequence_reaches_a_terminal(folder: Path) -> None:
    (folder / "x\x1b[31mred\n.csv").write_text("a\n", "utf-8")
    change(folder, "persons.csv", "modified\n", "modified,\x1b]0;title\x07\n")
    change(folder, "cases.csv", "Fictional suit", "Fictional\x1b[2J suit")
    out = pfds("validate", folder).out
    assert "\\u001b" in out
    assert not {"\x1b", "\x07"} & set(out)


def test_a_narrow_encoding_of_the_terminal_breaks_nothing(folder: Path) -> None:
    change(folder, "cases.csv", "civil_suit", "гражданский_иск")
    ran = run(PFDS, "validate", folder, env={"PYTHONIOENCODING": "cp1252"})
    assert ran.code == 1
    assert "гражданский_иск" in ran.out


def test_a_closed_standard_input_is_told_in_one_sentence() -> None:
    ran = run("bash", "-c", f"{PFDS} validate - <&-")
    assert (ran.code, ran.out) == (2, "")
    assert "no standard input" in ran.err


def test_the_rules_see_no_file_but_those_laid_aside(tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    for folder in (None, tmp_path / "own"):
        with closing(Database(folder)) as database:
            for forbidden in ("read_text('/etc/hostname')", f"read_text('{tmp_path}/x')", "glob('/*')"):
                with pytest.raises(duckdb.Error, match=r"disabled|Permission"):
                    database.rows(f"SELECT * FROM {forbidden}")  # noqa: S608 - written above
            with pytest.raises(duckdb.Error, match=r"Cannot|cannot"):
                database.rows("SET enable_external_access = true")


def test_without_a_folder_nothing_is_spilled() -> None:
    with closing(Database()) as database:
        assert database.rows("SELECT current_setting('temp_directory')") == [("",)]


def test_a_release_of_single_files_is_refused_where_references_are_lost(tmp_path: Path) -> None:
    kloop = ROOT / "examples" / "kloop-2025"
    files = [kloop / f"{name}.csv" for name in ("events", "persons", "cases")]
    ran = pfds(
        "release",
        "build",
        *files,
        "--store",
        tmp_path,
        "--version",
        "2025.11.0",
        "--as-of",
        "2025-11-05",
        "--only-tables",
    )
    assert ran.code == 3
    assert "table-missing" in ran.err
    assert list(tmp_path.iterdir()) == []


def test_another_version_of_the_standard_is_told(folder: Path) -> None:
    (folder / "meta.json").write_text('{"standard": "9.9.9"}', "utf-8")
    findings = json.loads(pfds("validate", folder, "--format", "json").out)["findings"]
    assert [(finding["rule"], finding["severity"]) for finding in findings] == [("standard-version-differs", "warning")]


def test_a_packed_table_is_not_passed_over(folder: Path) -> None:
    (folder / "claims.csv.gz").write_bytes(b"\x1f\x8b")
    findings = json.loads(pfds("validate", folder, "--format", "json").out)["findings"]
    assert ("file-unreadable", "claims.csv.gz") in {(finding["rule"], finding["file"]) for finding in findings}


def test_the_nearest_word_is_looked_up_once_for_each_of_the_first_distinct_values(folder: Path) -> None:
    header, row, _ = (folder / "events.csv").read_text("utf-8").splitlines()
    lines = [row.replace("evt-exm-001", f"evt-exm-{n:06}").replace("NZL", f"NZL{n % 500}") for n in range(5000)]
    lines = [line.replace("cas-exm-001", f"cas-exm-{n % 500}001") for n, line in enumerate(lines)]
    (folder / "events.csv").write_text("\n".join([header, *lines]) + "\n", "utf-8")
    findings = json.loads(pfds("validate", folder, "--format", "json", "--max-findings", "9999").out)["findings"]
    for rule in ("cell-code", "reference-missing"):
        own = [finding for finding in findings if finding["rule"] == rule]
        assert len(own) == 5000
        assert sum("Did you mean" in finding["fix"] for finding in own) == MOST_SUGGESTIONS * 10
