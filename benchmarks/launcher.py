"""Starts one program and says what it took, as JSON: `python -S launcher.py RESULT OUT ERR PROGRAM ARGUMENTS...`.

A process of its own and kept small, for a program's peak memory is counted from that of the process that started it.
"""

import json
import os
import sys
import time


def main() -> None:
    result, out, err, *command = sys.argv[1:]
    writing = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    redirect = [(os.POSIX_SPAWN_OPEN, number, path, writing, 0o600) for number, path in ((1, out), (2, err))]
    began = time.perf_counter()
    child = os.posix_spawnp(command[0], command, os.environ, file_actions=redirect)
    _, status, used = os.wait4(child, 0)
    wall = time.perf_counter() - began
    took = {
        "wall": round(wall, 4),
        "cpu": round(used.ru_utime + used.ru_stime, 4),
        "memory": round(used.ru_maxrss / 1024, 1),
        "code": os.waitstatus_to_exitcode(status),
    }
    with open(result, "w", encoding="utf-8") as file:  # noqa: PTH123 - pathlib is memory that would be counted
        json.dump(took, file)


if __name__ == "__main__":
    main()
