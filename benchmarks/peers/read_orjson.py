"""Floor: orjson reads every line of every JSON Lines file."""

from pathlib import Path

from benchmarks.peers.outcome import report
from benchmarks.peers.rows import package


def read(folder: Path) -> int:
    for _table, records in package(folder):
        for _record in records:
            pass
    return 0


if __name__ == "__main__":
    report(read)
