"""Runs a part of our own work (see `ours`) in a process that is prepared as that of the command is."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

from pfds.cli.lean import collect_rarely, share_the_allocator, use_lean_memory, without_pandas


def main() -> int:
    mode, path = sys.argv[1:]
    without_pandas()
    share_the_allocator()
    use_lean_memory()
    collect_rarely()
    defects = import_module("benchmarks.ours").MODES[mode](Path(path))
    print(f'{{"defects": {defects}}}')
    return 1 if defects else 0


if __name__ == "__main__":
    sys.exit(main())
