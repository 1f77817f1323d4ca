"""Relations laid aside: none of their rows is lost, in memory or in however many files."""

import stat
from contextlib import closing
from pathlib import Path

import pyarrow as pa
import pytest

from pfds.checks.database import Database
from pfds.checks.spool import Spool


def rows(first: int, number: int) -> pa.Table:
    return pa.table({"n": range(first, first + number), "word": [f"w{n % 3}" for n in range(first, first + number)]})


@pytest.mark.parametrize(("pieces", "files"), [(1, 1), (32, 1), (33, 2), (96, 3), (100, 4)])
def test_a_relation_lies_in_files_of_a_bounded_number_of_row_groups(tmp_path: Path, pieces: int, files: int) -> None:
    spool = Spool(tmp_path, memory=0)
    for number in range(pieces):
        spool.append("told", rows(number * 7, 7))
        spool.settle()
    folder = spool.close("told")
    assert isinstance(folder, Path)
    assert len(list(folder.iterdir())) == files
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    with closing(Database(tmp_path)) as database:
        database.relate("told", folder)
        assert database.rows("SELECT n FROM told") == [(n,) for n in range(pieces * 7)]
        assert database.row("SELECT COUNT(*) FROM told WHERE word = 'w' || n % 3") == (pieces * 7,)


def test_files_lie_in_a_folder_of_any_name(tmp_path: Path) -> None:
    place = tmp_path / "a[b]c*d?e{x,y} ' z"
    place.mkdir()
    spool = Spool(place, memory=0)
    for number in range(33):
        spool.append("told", rows(number, 1))
        spool.settle()
    with closing(Database(place)) as database:
        database.relate("told", spool.close("told"))
        assert database.rows("SELECT n FROM told") == [(n,) for n in range(33)]


def test_what_waits_when_a_relation_is_closed_is_written_too(tmp_path: Path) -> None:
    spool = Spool(tmp_path, memory=0)
    spool.append("told", rows(0, 5))
    spool.append("told", rows(5, 5))
    folder = spool.close("told")
    with closing(Database(tmp_path)) as database:
        database.relate("told", folder)
        assert database.rows("SELECT n FROM told") == [(n,) for n in range(10)]


@pytest.mark.parametrize("folder", [True, False])
def test_few_rows_stay_in_memory(tmp_path: Path, folder: bool) -> None:
    spool = Spool(tmp_path if folder else None)
    spool.append("told", rows(0, 5))
    spool.append("told", rows(5, 0))
    content = spool.close("told")
    assert isinstance(content, pa.Table)
    assert content.equals(rows(0, 5))
    assert list(tmp_path.iterdir()) == []
