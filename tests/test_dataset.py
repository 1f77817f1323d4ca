"""The text of a dataset in a database: every record once and in order, however many there are."""

from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from in_memory import relations
from kloop import STANDARD, Tables
from laid import text_of
from pfds.release import dataset as module
from pfds.release.dataset import in_order, opened, sent

EVENTS = STANDARD.tables["events"]
KEYS = [f"evt-exm-{number:03}" for number in range(60)]


def laid(folder: Path, tables: Tables) -> tuple[Path, Path]:
    """The text of these tables in a folder, and a folder for what does not fit into memory."""
    for name in ("text", "room"):
        (folder / name).mkdir()
    for name, rows in tables.items():
        pq.write_table(text_of(name, rows), folder / "text" / f"{name}.parquet")
    return folder / "text", folder / "room"


def test_every_table_of_the_standard_is_there_with_all_its_fields(tmp_path: Path) -> None:
    text, room = laid(tmp_path, {"events": [{"event_id": "evt-exm-1", "title": "Arrest"}]})
    with opened(STANDARD, text, room) as database:
        for name, table in STANDARD.tables.items():
            records = database.records(f"SELECT * FROM {sent(name)}")  # noqa: S608
            assert len(records) == (name == "events")
            columns = database.rows(f"DESCRIBE {sent(name)}")
            assert [(column, kind) for column, kind, *_ in columns] == [(each.name, "VARCHAR") for each in table.fields]
        assert database.row("SELECT event_id, title, channel FROM sent_events") == ("evt-exm-1", "Arrest", None)
        assert database.row("SELECT current_setting('threads')") == (1,)
    with pytest.raises(duckdb.Error, match="closed"):
        database.rows("SELECT 1")


def test_the_database_reads_its_folder_and_spills_to_the_private_room_only(tmp_path: Path) -> None:
    text, room = laid(tmp_path, {})
    (tmp_path / "other.csv").write_text("a\n", "utf-8")
    with opened(STANDARD, text, room) as database:
        assert database.row("SELECT current_setting('temp_directory')") == (str(room / "duckdb"),)
        with pytest.raises(duckdb.Error, match=r"disabled|Permission"):
            database.rows(f"FROM read_csv('{tmp_path}/other.csv')")


def test_a_database_is_closed_whatever_happens(tmp_path: Path) -> None:
    text, room = laid(tmp_path, {})
    with pytest.raises(KeyError), opened(STANDARD, text, room) as database:
        raise KeyError
    with pytest.raises(duckdb.Error, match="closed"):
        database.rows("SELECT 1")


@pytest.mark.parametrize("cells_at_once", [1 << 18, 300, 60, 1])
@pytest.mark.parametrize("of", [KEYS, KEYS[:1], KEYS[20:], []])
def test_records_come_once_and_in_order_however_they_are_cut(
    monkeypatch: pytest.MonkeyPatch, cells_at_once: int, of: list[str]
) -> None:
    monkeypatch.setattr(module, "_CELLS_AT_ONCE", cells_at_once)
    monkeypatch.setattr(module, "_ONE_ID_IN", 2)
    mixed = sorted(KEYS, key=lambda key: key[::-1])
    shown = [{"event_id": key, "title": f"Event {key}"} for key in mixed if key in of]
    with relations(sent_events=[{"event_id": key} for key in mixed], public_events=shown or NOTHING) as database:
        batches = in_order(database, EVENTS, "public_events")
        found = [row for batch in batches for row in batch.to_pylist() if row["event_id"]]
    assert [row["event_id"] for row in found] == of
    assert all(row["title"] == f"Event {row['event_id']}" for row in found)


NOTHING = [{"event_id": None, "title": None}]


@pytest.mark.parametrize(
    ("rows_at_once", "expected"),
    [(25, [20, 20, 20]), (15, [12, 12, 12, 12, 12]), (31, [30, 30]), (60, [30, 30]), (61, [60])],
)
def test_parts_are_of_about_equal_size(monkeypatch: pytest.MonkeyPatch, rows_at_once: int, expected: list[int]) -> None:
    monkeypatch.setattr(module, "_CELLS_AT_ONCE", rows_at_once * len(EVENTS.fields))
    monkeypatch.setattr(module, "_ONE_ID_IN", 1)
    with relations(sent_events=[{"event_id": key} for key in KEYS]) as database:
        parts = [batch.num_rows for batch in in_order(database, EVENTS, "sent_events") if batch.num_rows]
    assert parts == expected
