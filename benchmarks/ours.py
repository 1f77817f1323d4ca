"""Parts of our own work, measured apart from the rest: `python -m benchmarks.ours MODE PATH`.

`cells-keys` checks cells, keys and references and leaves out the rules; `parquet` validates in full and writes the
typed tables as Parquet next to the temporary files, in one pass over the input.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import pfds
from pfds.cli.lean import use_lean_memory, without_pandas


def cells_and_keys(path: Path) -> int:
    """Number of findings of cells, keys and references; PATH is a folder or one file."""
    return _errors(pfds.validate(path, rules=False, max_findings=1000))


def validate_to_parquet(path: Path) -> int:
    """Number of findings, with one Parquet file for each table written to the folder of temporary files."""
    return _errors(pfds.validate(path, max_findings=1000, parquet=tempfile.gettempdir()))


def _errors(result: pfds.Validation) -> int:
    return result.counts["error"]


MODES: Final[Mapping[str, Callable[[Path], int]]] = {"cells-keys": cells_and_keys, "parquet": validate_to_parquet}


def main() -> int:
    mode, path = sys.argv[1:]
    without_pandas()
    use_lean_memory()
    defects = MODES[mode](Path(path))
    print(f'{{"defects": {defects}}}')
    return 1 if defects else 0


if __name__ == "__main__":
    sys.exit(main())
