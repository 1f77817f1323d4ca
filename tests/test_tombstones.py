"""Tombstones: table, identifier and a coarse reason of a withdrawn record, which never comes back."""

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest

from kloop import STANDARD
from pfds.checks.database import Database
from pfds.release.tombstones import (
    REASONS,
    Tombstone,
    is_key,
    read_tombstones,
    returned,
    together,
    tombstone_text,
)

HEADER = "subject_table,subject_id,reason,merged_into\n"
CASE = Tombstone("cases", "cas-exm-1", "out_of_scope")
EVENT = Tombstone("events", "evt-exm-1", "protection")
MERGED = Tombstone("events", "evt-exm-2", "duplicate_merged", "evt-exm-3")


def read(text: str) -> tuple[Tombstone, ...]:
    return read_tombstones(STANDARD, text.encode("utf-8"))


def test_they_are_written_in_the_order_of_tables_and_identifiers() -> None:
    written = (
        f"{HEADER}cases,cas-exm-1,out_of_scope,\nevents,evt-exm-1,protection,\n"
        "events,evt-exm-2,duplicate_merged,evt-exm-3\n"
    )
    assert tombstone_text(STANDARD, [MERGED, EVENT, CASE]) == written
    assert read(written) == (CASE, EVENT, MERGED)


def test_tables_have_the_order_of_the_standard() -> None:
    person = Tombstone("persons", "per-exm-1", "error")
    assert read(tombstone_text(STANDARD, [EVENT, person])) == (person, EVENT)


def test_there_may_be_none() -> None:
    assert tombstone_text(STANDARD, []) == HEADER
    assert read(HEADER) == ()


@pytest.mark.parametrize(
    "reason", ["protection", "error", "duplicate_merged", "out_of_scope", "source_retracted", "withdrawn"]
)
def test_every_reason_is_read(reason: str) -> None:
    assert read(f"{HEADER}events,evt-exm-1,{reason},\n") == (Tombstone("events", "evt-exm-1", reason),)


def test_each_reason_is_explained() -> None:
    assert dict(REASONS) == {
        "protection": "to protect somebody: safety, consent taken back, a legal order; never told apart",
        "error": "the record was wrong as a whole",
        "duplicate_merged": "another record holds the same",
        "out_of_scope": "the record does not belong into the dataset",
        "source_retracted": "what it rested on was taken back",
    }


@pytest.mark.parametrize(
    "text",
    [
        "",
        "other\n",
        "subject_table,subject_id,reason\n",
        "subject_table,subject_id,reason\nevents,evt-exm-1,error\n",
        "subject_table,subject_id,merged_into,reason\n",
        f"{HEADER}events,evt-exm-1,error,,\n",
        f"{HEADER}persona,evt-exm-1,error,\n",
        f"{HEADER},evt-exm-1,error,\n",
        f"{HEADER}redactions,red-exm-1,error,\n",
        f"{HEADER}events,evt-exm-1,because,\n",
        f"{HEADER}events,evt-exm-1,,\n",
        f"{HEADER}events,cas-exm-1,error,\n",
        f"{HEADER}events,,error,\n",
        f"{HEADER}events\n",
        f"{HEADER}events,evt-exm-1,error,evt-exm-2\n",
        f"{HEADER}events,evt-exm-1,withdrawn,evt-exm-2\n",
        f"{HEADER}events,evt-exm-1,duplicate_merged,cas-exm-2\n",
        f'{HEADER}events,"evt-exm-1"x,error,\n',
        f'{HEADER}events,"evt-exm-1,error,\n',
        f"{HEADER}events,evt-exm-1,error,\nevents,evt-exm-2,because,\n",
    ],
)
def test_what_has_another_form_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"^tombstones\.csv$"):
        read(text)


def test_what_is_no_text_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^tombstones\.csv$"):
        read_tombstones(STANDARD, HEADER.encode() + b"\xff")


def test_line_ends_of_other_systems_are_read() -> None:
    assert read(f"{HEADER}events,evt-exm-1,error,\n".replace("\n", "\r\n")) == (
        Tombstone("events", "evt-exm-1", "error"),
    )


def test_an_identifier_has_the_form_of_its_table() -> None:
    assert is_key(STANDARD.tables["events"], "evt-exm-1")
    assert not is_key(STANDARD.tables["events"], "cas-exm-1")
    assert not is_key(STANDARD.tables["events"], "evt-exm-1 ")
    assert not is_key(STANDARD.tables["events"], "evt-exm-1\n")
    assert not is_key(STANDARD.tables["events"], "")


def test_of_one_record_the_oldest_stays() -> None:
    older, newer = Tombstone("events", "evt-exm-1", "error"), Tombstone("cases", "evt-exm-1", "error")
    assert together([older], [EVENT, newer, CASE]) == (older, newer, CASE)


# Records that come back


@pytest.fixture
def dataset(tmp_path: Path) -> Iterator[Database]:
    """Four events, one of them withdrawn and one twice; a person; two names, which have no status; no cases."""
    database = Database(tmp_path, reads=tmp_path, threads=1)
    rows = {
        "events": {
            "event_id": ["evt-exm-2", "evt-exm-1", "evt-exm-3", "evt-exm-4", "evt-exm-2"],
            "record_status": ["active", None, "withdrawn", "active", "active"],
        },
        "persons": {"person_id": ["per-exm-1"], "record_status": ["active"]},
        "names": {"name_id": ["nam-exm-2", "nam-exm-1"]},
        "cases": {"case_id": pa.array([], pa.string()), "record_status": pa.array([], pa.string())},
    }
    for name, columns in rows.items():
        database.relate(f"sent_{name}", pa.table(columns))
    yield database
    database.close()


def again(dataset: Database, *stones: tuple[str, str]) -> list[str]:
    return list(returned(STANDARD, dataset, [Tombstone(table, key, "error") for table, key in stones]))


def test_records_that_came_back_are_listed_by_table_and_identifier(dataset: Database) -> None:
    gone = ("cases", "cas-exm-1"), ("names", "nam-exm-1"), ("events", "evt-exm-2"), ("persons", "per-exm-1")
    assert again(dataset, *gone, ("events", "evt-exm-1")) == ["per-exm-1", "evt-exm-1", "evt-exm-2", "nam-exm-1"]


def test_records_that_the_dataset_marks_as_withdrawn_did_not_come_back(dataset: Database) -> None:
    assert again(dataset, ("events", "evt-exm-3")) == []


def test_records_without_tombstone_are_not_listed(dataset: Database) -> None:
    assert again(dataset, ("events", "evt-exm-5"), ("names", "nam-exm-3")) == []


def test_without_tombstones_nothing_came_back(dataset: Database) -> None:
    assert again(dataset) == []
