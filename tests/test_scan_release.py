"""The last look goes through every file of a real release, and tells only those who may know what it found."""

import json
import re
import shutil
import sqlite3
import stat
import zipfile
from collections.abc import Collection
from contextlib import closing
from datetime import date
from pathlib import Path

import pandas
import pyarrow as pa
import pyreadstat
import pytest
from pyarrow import parquet

from pfds.editions.about import About
from pfds.release.build import empty_release
from pfds.release.last_look import Forbidden, look_for_leaks
from pfds.release.manifest import MANIFEST, files_in
from pfds.release.protected import Names, Origin, words
from pfds.release.scan.private_values import free_text
from pfds.release.scan.report import PrivateReport
from pfds.release.scan.standard_words import Baseline
from pfds.release.versions import GateRefused
from pfds.standard.load import load_standard

CANARY = "Zorvan Quistrel"
STANDARD = load_standard()
ABOUT = About("2025.11.0", STANDARD.version, date(2025, 11, 5), "A title", "A publisher", "CC-BY-4.0")
COLUMNS = {table.name: free_text(table) for table in STANDARD.tables.values()}


def forbidden(*names: str) -> Forbidden:
    none = frozenset[str]()
    written = {name: Origin("names", f"nam-exm-{number}", "name") for number, name in enumerate(names)}
    return Forbidden(Names(frozenset(map(words, names)), frozenset(), written), none, none, none)


def refusal(folder: Path, *names: str, baseline: Baseline | None = None, report: Path | None = None) -> str:
    """What the last look says of a folder; nothing if it lets it pass."""
    try:
        look_for_leaks(folder, forbidden(*names), baseline, PrivateReport(report) if report else None)
    except GateRefused as refused:
        return str(refused)
    return ""


def plant(path: Path, name: str) -> None:
    """Writes a name into a file of a release, as the program could that makes such files."""
    if path.suffix == ".sqlite":
        with closing(sqlite3.connect(path)) as database:
            database.execute("UPDATE events SET title = ? WHERE rowid = 1", (f"On {name}",))
            database.commit()
    elif path.suffix == ".parquet":
        table = parquet.read_table(path)
        place = next(place for place, field in enumerate(table.schema) if pa.types.is_string(field.type))
        cells = [*table.column(place).to_pylist()[:-1], f"On {name}"] if len(table) else []
        if cells:
            field = table.schema.field(place)
            parquet.write_table(table.set_column(place, field, pa.array(cells, field.type)), path, compression="zstd")
        else:
            parquet.write_table(table.replace_schema_metadata({"k": name}), path)
    elif path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as old:
            parts = {info.filename: old.read(info) for info in old.infolist()}
        sheet = next(part for part, data in parts.items() if part.startswith("xl/worksheets/") and b"</t>" in data)
        parts[sheet] = parts[sheet].replace(b"</t>", f" {name}</t>".encode(), 1)
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
            for part, data in parts.items():
                new.writestr(part, data)
    elif path.suffix == ".zip":
        with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("more.csv", f"x\n{name}\n")
    elif path.suffix == ".dta":
        frame = pandas.DataFrame({"x": ["a", f"On {name}"], "y": ["b" * 3000, "c"]})
        pyreadstat.write_dta(frame, str(path), version=15)
    else:
        with path.open("ab") as file:
            file.write(f"\nOn {name}\n".encode())


def sample(folder: Path) -> list[str]:
    """A file of every kind from every folder of a release."""
    kinds = {(path.split("/")[0], Path(path).suffix): path for path in sorted(files_in(folder)) if path != MANIFEST}
    return sorted(kinds.values())


def test_a_canary_is_found_in_every_edition(kloop_release: Path, tmp_path: Path) -> None:
    assert refusal(kloop_release, CANARY) == ""
    paths = sample(kloop_release)
    assert {Path(path).suffix for path in paths} >= {".sqlite", ".parquet", ".xlsx", ".zip", ".dta", ".svg", ".html"}
    for path in paths:
        copy = tmp_path / path
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(kloop_release / path, copy)
        plant(copy, CANARY)
    said = refusal(tmp_path, CANARY, report=tmp_path.parent / "private.json")
    assert said
    found = {place["path"] for place in json.loads((tmp_path.parent / "private.json").read_text("utf-8"))["places"]}
    assert sorted(found) == paths


def test_stata_holds_its_texts_as_they_are(tmp_path: Path) -> None:
    plant(tmp_path / "x.dta", CANARY)
    assert CANARY.encode() in (tmp_path / "x.dta").read_bytes()
    for name in (CANARY, "Anna Li"):
        plant(tmp_path / "x.dta", name)
        assert "x.dta" in refusal(tmp_path, name)


def test_the_message_tells_the_place_and_the_private_report_the_value(tmp_path: Path) -> None:
    folder, report = tmp_path / "release", tmp_path / "report.json"
    (folder / "data").mkdir(parents=True)
    (folder / "data/events.csv").write_text(f"a\nb\n{CANARY}\nQuistrel\n", "utf-8")
    said = refusal(folder, CANARY, report=report)
    assert "data/events.csv, line 3" in said
    assert not re.search("zorvan|quistrel", said, re.IGNORECASE)
    assert stat.S_IMODE(report.stat().st_mode) == 0o600
    places = json.loads(report.read_text("utf-8"))["places"]
    assert [(place["value"], place["line"], place["verdict"]) for place in places] == [
        ("zorvan quistrel", 3, "refused"),
        ("quistrel", 4, "word of a name: a person has to judge"),
    ]
    assert [place["name"] for place in places] == [None, "zorvan quistrel"]
    assert all(place["protected"] == {"table": "names", "record": "nam-exm-0", "field": "name"} for place in places)


def test_a_report_that_is_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "release").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "target")
    with pytest.raises(OSError, match="link"):
        PrivateReport(tmp_path / "link")
    assert not (tmp_path / "target").exists()


def test_the_name_of_a_file_is_looked_at_and_not_told(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "a.txt").write_text("nothing")
    (tmp_path / "data/zorvan-quistrel.svg").write_text("nothing")
    (tmp_path / "data/z.zip").write_bytes(b"")
    with zipfile.ZipFile(tmp_path / "data/z.zip", "w") as archive:
        archive.writestr("zorvan-quistrel.txt", "Zorvan Quistrel")
    said = refusal(tmp_path, CANARY)
    assert "file number 3 in the order of names" in said
    assert "data/z.zip, a part whose name is itself forbidden, line 1" in said
    assert not re.search("zorvan|quistrel", said, re.IGNORECASE)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return empty_release(STANDARD, ABOUT, tmp_path_factory.mktemp("empty"), None, editions=True)


def baseline(folder: Path, columns: dict[str, Collection[str]] | None = None) -> Baseline:
    return Baseline(lambda: folder, columns or dict(COLUMNS))


@pytest.mark.parametrize(
    "name", ["Case", *(pytest.param(name, marks=pytest.mark.long) for name in ("Georgia", "Arrest", "Public"))]
)
def test_a_name_that_is_a_word_of_the_standard_is_looked_for_in_cells_only(
    kloop_release: Path, empty: Path, tmp_path: Path, name: str
) -> None:
    copy = tmp_path / "release"
    (copy / "data").mkdir(parents=True)
    shutil.copytree(kloop_release / "codebook", copy / "codebook", ignore=shutil.ignore_patterns("*.[!e]?.html"))
    shutil.copytree(kloop_release / "codelists", copy / "codelists")
    rows = "event_id,title,country\nevt-exm-1,{},GE\n"
    (copy / "data/events.csv").write_text(rows.format("A trial"), "utf-8")
    assert refusal(copy, name)
    assert refusal(copy, name, baseline=baseline(empty)) == ""
    (copy / "data/events.csv").write_text(rows.format(f"A trial of {name}"), "utf-8")
    assert "data/events.csv, column title" in refusal(copy, name, baseline=baseline(empty))


def test_no_other_name_is_let_pass_for_the_words_of_the_standard(empty: Path, tmp_path: Path) -> None:
    (tmp_path / "codebook").mkdir()
    (tmp_path / "codebook/x.html").write_text(f"<b>{CANARY}</b>", "utf-8")
    assert "codebook/x.html" in refusal(tmp_path, CANARY, "Case", baseline=baseline(empty))
