"""The process that reads one workbook: bytes come in, frames go out, and where the system allows it opens no file.

Run as a program of its own by `workbook_process`, so that no workbook can stop or exhaust the one that asks.
"""

from __future__ import annotations

import codecs
import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Final

resource: ModuleType | None
try:
    import resource
except ModuleNotFoundError:  # Windows has no such limits; the time limit of the one that asks holds there too
    resource = None

sys.path.append(str(Path(__file__).parents[2]))

from pfds.intake.workbook_cells import DONE, REFUSED, CellWriter  # noqa: E402 - found by the path that was added
from pfds.intake.workbook_ods import read_ods  # noqa: E402
from pfds.intake.workbook_parts import Parts  # noqa: E402
from pfds.intake.workbook_refusal import MEMORY, NO_WORKBOOK, RefusedError  # noqa: E402
from pfds.intake.workbook_xlsx import ROOT, read_xlsx  # noqa: E402

_STANDARD_STREAMS: Final = 3


def main(limits: dict[str, int]) -> None:
    """Read the workbook on standard input; what it holds goes to standard output."""
    _confine(limits["memory"], limits["seconds"])
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


def _confine(memory: int, seconds: int) -> None:
    codecs.lookup("cp437")  # names in archives are written so, and it would be loaded from a file
    if resource is None:
        return
    for name, most in (
        ("RLIMIT_AS", memory),
        ("RLIMIT_CPU", seconds),
        ("RLIMIT_FSIZE", 0),
        ("RLIMIT_CORE", 0),
        ("RLIMIT_NOFILE", _STANDARD_STREAMS),
    ):
        try:
            resource.setrlimit(getattr(resource, name), (most, most))
        except (AttributeError, OSError, ValueError):  # a limit that this system does not have, or sets lower already
            continue


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
