"""Whatever writes a release opens nothing of the dataset: its public part is laid aside first, as plain text."""

import re
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from command import PFDS, run
from exm import world
from programs import STRACE, needs_strace
from small_store import AS_OF, NEXT, dataset
from test_redactions import place, projected, witness

CALLS = "trace=%file"


def calls(log: str) -> list[tuple[str, bool]]:
    """Each path that was opened, in order, and whether it was opened for writing."""
    opens = (re.search(r'open(?:at)?\(.*?"((?:[^"\\]|\\.)*)", ([A-Z_|]+)', line) for line in log.splitlines())
    return [(found[1], "O_WRONLY" in found[2] or "O_RDWR" in found[2]) for found in opens if found]


@needs_strace
@pytest.mark.parametrize("only", [["--only-tables"], pytest.param([], marks=pytest.mark.long)], ids=["tables", "all"])
def test_what_writes_a_release_opens_nothing_of_the_dataset(tmp_path: Path, only: list[str]) -> None:
    data, log = dataset(tmp_path / "sent", witness), tmp_path / "trace"
    asked: list[str | Path] = ["--store", tmp_path / "store", "--version", NEXT, "--as-of", AS_OF, *only]
    ran = run(str(STRACE), "-f", "-qq", "-e", CALLS, "-o", log, PFDS, "release", "build", data, *asked)
    assert ran.code == 0, ran.said
    opened = calls(log.read_text("utf-8", "replace"))
    writing = [f"/{NEXT}/" in path and write for path, write in opened]
    first = writing.index(True)
    private = [bool(re.search(r"/pfds-[0-9a-f]+/text/", path)) or str(data) in path for path, _ in opened]
    assert any(private[:first]), "nothing was read: the test looks for the wrong paths"
    assert [path for (path, _), own in zip(opened[first:], private[first:], strict=True) if own] == []
    assert any("/public/" in path for path, _ in opened[first:])


@pytest.mark.long
def test_the_public_part_holds_no_cell_but_those_published(tmp_path: Path) -> None:
    def hidden(tables: dict[str, list[dict[str, str]]]) -> None:
        place(tables)
        witness(tables)
        tables["persons"][0]["birth_date"] = "1971-07-19"
        tables["events"][0]["disclosure"] = "withheld"

    public = projected(tmp_path, hidden).folder
    held = b"".join(path.read_bytes() for path in sorted(public.iterdir()))
    assert [word for word in (b"Quistrel", b"per-exm-wit", b"1971", b"evt-exm-1", b"-36.8485") if word in held] == []
    assert b"Brightwater" in held
    for path in public.iterdir():
        metadata = pq.read_metadata(path)
        groups = [metadata.row_group(number) for number in range(metadata.num_row_groups)]
        columns = [group.column(number) for group in groups for number in range(group.num_columns)]
        assert not any(column.has_dictionary_page for column in columns)


@pytest.mark.long
def test_every_table_of_a_release_has_a_public_part_and_no_other_has(tmp_path: Path) -> None:
    names = {path.stem for path in projected(tmp_path).folder.iterdir()}
    assert names == world().keys()
