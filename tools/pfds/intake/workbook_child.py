"""The process that reads one workbook: bytes come in, frames go out, and where the system allows it opens no file.

Run as a program of its own by `workbook_process`, so that no workbook can stop or exhaust the one that asks.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[2]))

from pfds.intake.confinement import confine, leave_network
from pfds.intake.workbook_cells import DONE, REFUSED, CellWriter
from pfds.intake.workbook_ods import read_ods
from pfds.intake.workbook_parts import Parts
from pfds.intake.workbook_refusal import MEMORY, NO_WORKBOOK, RefusedError
from pfds.intake.workbook_xlsx import ROOT, read_xlsx


def main(limits: dict[str, int]) -> None:
    """Read the workbook on standard input; what it holds goes to standard output."""
    leave_network()
    confine(limits["memory"], limits["seconds"])
    writer = CellWriter(sys.stdout.buffer, limits["cells"], limits["characters"])
    try:
        _read(sys.stdin.buffer.read(), writer, limits)
        end: list[object] = [DONE]
    except RefusedError as refused:
        end = [REFUSED, refused.reason, refused.subject, refused.limit, refused.found]
    except MemoryError:
        end = [REFUSED, MEMORY, "", 0, 0]
    writer.frame(end)
    sys.stdout.buffer.flush()


def _read(data: bytes, writer: CellWriter, limits: dict[str, int]) -> None:
    parts = Parts(data, limits["unpacked"])
    if ROOT in parts:
        read_xlsx(parts, writer, limits["text"])
    elif "content.xml" in parts:
        read_ods(parts, writer)
    else:
        raise RefusedError(NO_WORKBOOK)


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
