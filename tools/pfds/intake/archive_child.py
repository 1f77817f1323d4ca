"""The process that reads one archive: it says what members there are, then their bytes as it is asked for them.

Run as a program of its own by `archive_member`. Each question is a line of JSON, ``[number, size]``: so many bytes of a
member, or with size 0 none any more. Each answer is ``[LISTED, members]``, ``[DATA, size]`` before so many bytes, or
``[REFUSED, reason, found]``.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

sys.path.append(str(Path(__file__).parents[2]))

from pfds.intake.archive_zip import DAMAGED, UnsoundZipError, Zip
from pfds.intake.confinement import confine, leave_network

LISTED, DATA, REFUSED = "listed", "data", "refused"


def main(given: dict[str, Any]) -> None:
    """Answer until nothing more is asked; the archive is an open file or, where that cannot be handed over, a path."""
    leave_network()
    archive = given["archive"]
    stream = Path(archive).open("rb") if isinstance(archive, str) else os.fdopen(archive, "rb")  # noqa: SIM115
    confine(given["memory"], given["seconds"], more=True)
    try:
        content = Zip(stream, given["list"], given["files"])
        _say([LISTED, content.listed()])
        for line in sys.stdin.buffer:
            _answer(content, *json.loads(line))
    except UnsoundZipError as refused:
        _say([REFUSED, refused.reason, refused.found])


def _answer(content: Zip, number: int, size: int) -> None:
    if not size:
        content.close(number)
        return
    try:
        data = content.read(number, size)
    except UnsoundZipError as refused:
        _say([REFUSED, refused.reason, refused.found])
    except MemoryError:
        _say([REFUSED, DAMAGED, 0])
    else:
        _say([DATA, len(data)], data)


def _say(head: list[object], data: bytes = b"") -> None:
    sys.stdout.buffer.write(json.dumps(head).encode() + b"\n" + data)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
