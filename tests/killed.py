"""Runs the command pfds in child processes and kills each, with SIGKILL, just before one of its file operations.

Arguments: the folder whose operations count, "count" or the number of the operation (1 = first), the command. With
"count" nothing is killed, and each operation is printed.
"""

import os
import signal
import sys
from pathlib import Path

from pfds.cli import cli

_CHANGES = ("os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.chmod")


def watch(folder: str, last: int | None) -> None:
    """Counts what changes files in the folder; at the operation with the number ``last`` this process dies."""
    done = 0

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal done
        if event not in _CHANGES and not (event == "open" and is_writing(arguments)):
            return
        if not str(arguments[0]).startswith(folder):
            return
        done += 1
        if last is None:
            os.write(1, f"{event} {Path(str(arguments[0])).relative_to(folder)}\n".encode())
        elif done == last:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)


def is_writing(arguments: tuple[object, ...]) -> bool:
    flags = arguments[2]
    return isinstance(flags, int) and bool(flags & (os.O_WRONLY | os.O_RDWR))


if __name__ == "__main__":
    place, number, *command = sys.argv[1:]
    watch(place, None if number == "count" else int(number))
    cli(command)
