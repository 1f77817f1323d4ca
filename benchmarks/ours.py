"""Parts of our own work, measured apart from the rest: `python -m benchmarks.ours MODE PATH`.

`cells-keys` checks cells, keys and references and leaves out the rules; `parquet` validates in full and writes the
typed tables as Parquet next to the temporary files, in one pass over the input.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final


def cells_and_keys(path: Path) -> int:
    """Number of findings of cells, keys and references; PATH is a folder or one file."""
    raise NotImplementedError("TODO: call the engine without its rules")


def validate_to_parquet(path: Path) -> int:
    """Number of findings, with one Parquet file for each table written to the folder of temporary files."""
    raise NotImplementedError("TODO: call the engine so that it writes while it validates")


MODES: Final[Mapping[str, Callable[[Path], int]]] = {"cells-keys": cells_and_keys, "parquet": validate_to_parquet}


def main() -> int:
    mode, path = sys.argv[1:]
    defects = MODES[mode](Path(path))
    print(f'{{"defects": {defects}}}')
    return 1 if defects else 0


if __name__ == "__main__":
    sys.exit(main())
