"""The Stata files of a release hold what its tables hold, with labels, and are the same bytes every time."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq
import pyreadstat
import pytest

import pfds.editions.stata as edition
from command import BIN, files, run
from kloop import STANDARD
from pfds.editions.stata import write_stata
from pfds.standard.model import Field, Table
from public import public
from traps import LONG, QUOTED, RIGHT_TO_LEFT

TABLES = list(STANDARD.released.tables.values())
each_table = pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)


@pytest.fixture(scope="module")
def release(trapped: Path) -> Path:
    return trapped


@pytest.fixture(scope="module")
def written(release: Path, kloop_release: Path, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    """The Stata files of both releases, and the releases themselves."""
    folder = tmp_path_factory.mktemp("written")
    assert write_stata(public(release), folder / "traps") == ()
    return {"traps": folder / "traps" / "stata", "kloop": kloop_release / "stata"}


@pytest.fixture(scope="module", params=["traps", "kloop"])
def pair(
    request: pytest.FixtureRequest, release: Path, kloop_release: Path, written: Mapping[str, Path]
) -> tuple[Path, Path]:
    """The folder of Stata files, and that of the release."""
    return written[request.param], {"traps": release, "kloop": kloop_release}[request.param]


def expected(field: Field, cell: Any) -> Any:
    """What a Stata file holds for a cell: the label of a code, a day as text, an empty text for none."""
    if field.codelist:
        return cell and STANDARD.codelists[field.codelist].codes[cell].labels["en"]
    if field.kind == "boolean":
        return None if cell is None else ("Yes" if cell else "No")
    if field.kind == "date":
        return cell and cell.isoformat()
    return "" if cell is None and field.json_type == "string" else cell


def plain(cell: Any) -> Any:
    if isinstance(cell, (pd.Timestamp, date)) and not pd.isna(cell):
        return cell.isoformat()[:10]
    return None if not isinstance(cell, str) and pd.isna(cell) else cell


def columns(frame: pd.DataFrame) -> dict[str, list[Any]]:
    return {name: [plain(cell) for cell in frame[name].tolist()] for name in frame.columns}


def held(folder: Path, table: Table) -> dict[str, list[Any]]:
    content = pq.read_table(folder / "parquet" / f"{table.name}.parquet")
    return {
        field.name: [expected(field, cell) for cell in content.column(field.name).to_pylist()]
        for field in table.released
    }


@each_table
def test_pandas_reads_from_stata_what_parquet_holds(pair: tuple[Path, Path], table: Table) -> None:
    stata, release = pair
    assert columns(pd.read_stata(stata / f"{table.name}.dta")) == held(release, table)


@each_table
def test_readstat_reads_from_stata_what_parquet_holds(pair: tuple[Path, Path], table: Table) -> None:
    stata, release = pair
    frame, _ = pyreadstat.read_dta(str(stata / f"{table.name}.dta"), apply_value_formats=True)
    assert columns(frame) == held(release, table)


@each_table
def test_codes_are_their_permanent_numbers(pair: tuple[Path, Path], table: Table) -> None:
    stata, release = pair
    frame = pd.read_stata(stata / f"{table.name}.dta", convert_categoricals=False)
    for field in table.released:
        if field.codelist:
            codes = STANDARD.codelists[field.codelist].codes
            cells = pq.read_table(release / "parquet" / f"{table.name}.parquet").column(field.name).to_pylist()
            assert columns(frame)[field.name] == [cell and codes[cell].number for cell in cells]


@each_table
def test_every_variable_has_its_label_and_every_code_its_own(written: Mapping[str, Path], table: Table) -> None:
    _, meta = pyreadstat.read_dta(str(written["traps"] / f"{table.name}.dta"), metadataonly=True)
    assert meta.file_label == f"{table.plural}, 2025.3.0, as of 2025-03-12"
    for field, label in zip(table.released, meta.column_labels, strict=True):
        assert label == field.title[:80]
        if field.codelist:
            codes = STANDARD.codelists[field.codelist].codes.values()
            assert meta.variable_value_labels[field.name] == {code.number: code.labels["en"] for code in codes}
        elif field.kind == "boolean":
            assert meta.variable_value_labels[field.name] == {0: "No", 1: "Yes"}
        else:
            assert field.name not in meta.variable_value_labels
        if field.kind == "date":
            assert meta.original_variable_types[field.name] == "%td"


def test_labels_are_unique_within_a_list() -> None:
    """Stata would allow others, but pandas refuses to read the file then."""
    for codelist in STANDARD.codelists.values():
        labels = [code.labels["en"] for code in codelist.codes.values()]
        assert len(labels) == len(set(labels)), codelist.name


def test_texts_come_through_as_they_are(written: Mapping[str, Path]) -> None:
    persons = pd.read_stata(written["traps"] / "persons.dta")
    assert set(persons["display_name"]) == {"Ada Brightwater", "NA", "Null", RIGHT_TO_LEFT}
    assert QUOTED in set(persons["summary"])
    cases = pd.read_stata(written["traps"] / "cases.dta")
    assert set(cases["summary"]) == {"", LONG}
    assert set(cases["case_number"]) == {"", "001"}


def test_only_a_text_too_long_for_a_column_of_fixed_width_lies_outside_the_records(written: Mapping[str, Path]) -> None:
    assert b"<strls>GSO" in (written["traps"] / "cases.dta").read_bytes()
    assert b"<strls></strls>" in (written["traps"] / "persons.dta").read_bytes()


SCRIPT = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[3])
from public import public
from pfds.editions.stata import write_stata
write_stata(public(Path(sys.argv[1])), Path(sys.argv[2]))
"""


def test_the_bytes_are_the_same_at_another_time_in_another_zone_and_locale(
    release: Path, written: Mapping[str, Path], tmp_path: Path
) -> None:
    tests = Path(__file__).parent
    ran = run(
        *(BIN / "python", "-c", SCRIPT, release, tmp_path, tests),
        env={"TZ": "Pacific/Kiritimati", "LC_ALL": "C", "PYTHONHASHSEED": "7"},
    )
    assert ran.code == 0, ran.said
    assert files(tmp_path / "stata") == files(written["traps"])


def test_the_time_of_writing_is_nowhere_in_a_file(release: Path, tmp_path: Path) -> None:
    """The library knows nothing but the clock; a file whose data are of another day differs in that day only."""
    given = public(release)
    later = replace(given, about=replace(given.about, as_of=date(2026, 12, 31)))
    write_stata(given, tmp_path / "a")
    write_stata(later, tmp_path / "b")
    one, other = ((tmp_path / name / "stata" / "events.dta").read_bytes() for name in "ab")
    assert b"<timestamp>\x1112 Mar 2025 00:00</timestamp>" in one
    changed = other.replace(b"31 Dec 2026 00:00", b"12 Mar 2025 00:00").replace(b"2026-12-31", b"2025-03-12")
    assert changed == one


@pytest.mark.parametrize(("limit", "most"), [("MOST_CELLS", 200), ("MOST_BYTES", 2_000)])
def test_a_table_that_is_too_large_is_left_out_and_told(
    release: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str, most: int
) -> None:
    monkeypatch.setattr(edition, limit, most)
    left_out = write_stata(public(release), tmp_path)
    assert "claims" in left_out
    assert "names" not in left_out
    assert {path.stem for path in (tmp_path / "stata").iterdir()} == set(STANDARD.released.tables) - set(left_out)
