"""What the database does with the memory it is given."""

from contextlib import closing
from pathlib import Path

import duckdb
import pytest

from pfds.checks.database import Database

HEAVY = "(SELECT range::VARCHAR AS words, COUNT(*) FROM range({}) GROUP BY words)"
SHARE = "current_setting('threads'), current_setting('memory_limit')"


def share(database: Database, rows: int) -> tuple[int, str]:
    """Threads and memory with which many rows were grouped."""
    threads, memory, found = database.row(f"SELECT {SHARE}, COUNT(*) FROM {HEAVY.format(rows)}")  # noqa: S608
    assert found == rows
    return threads, memory


def test_a_statement_that_needs_more_memory_gets_it(tmp_path: Path) -> None:
    with closing(Database(tmp_path, memory=1)) as database:
        kept = database.keep({"numbers": "SELECT range AS n, range::VARCHAR AS words FROM range(300000)"})
        assert kept == {"numbers": 300_000}
        assert database.row("SELECT COUNT(DISTINCT words) FROM numbers") == (300_000,)


def test_only_the_statement_that_needs_more_memory_gets_it_and_has_one_thread(tmp_path: Path) -> None:
    with closing(Database(tmp_path, memory=4, threads=2)) as database:
        assert share(database, 10) == (2, "4.0 MiB")
        threads, memory = share(database, 1_000_000)
        assert threads == 1
        assert memory in ("8.0 MiB", "16.0 MiB", "32.0 MiB")
        assert share(database, 10) == (2, "4.0 MiB")


def test_without_a_place_on_the_disk_the_memory_is_that_of_the_machine() -> None:
    with closing(Database()) as database:
        (limit,) = database.row("SELECT current_setting('memory_limit')")
        assert "GiB" in limit
        database.connection.execute("SET memory_limit = '1MiB'")
        with pytest.raises(duckdb.OutOfMemoryException):
            share(database, 400_000)
