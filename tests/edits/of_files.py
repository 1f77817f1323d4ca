"""Edits of the files that a manifest lists: many at once, each of a file of its own, and each must be told by name."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from random import Random

from edits.signed_store import SignedStore

Edit = Callable[[Path, Random], str | None]
"""Does something to the file; returns what must be told besides it, or instead (None: the file itself)."""


def edited(store: SignedStore, version: str, chance: Random, number: int) -> dict[str, str]:
    """Makes so many edits; for each the path that must be told, and what was done."""
    folder = store.folder / version
    chosen = chance.sample(store.files(version), number)
    told = {}
    for place, name in enumerate(chosen):
        path = store.folder / name
        edit = chance.choice(_EDITS)
        before = path.read_bytes()
        other = edit(path, chance) or path.relative_to(folder).as_posix()
        if path.is_symlink() or not path.is_file() or path.read_bytes() != before or other != name.partition("/")[2]:
            told[other] = f"{edit.__name__} {place}"
    return told


def _flip(path: Path, chance: Random) -> None:
    data = bytearray(path.read_bytes())
    for _ in range(chance.choice((1, 1, 1, 2, 8))):
        if data:
            data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    path.write_bytes(data)


def _truncate(path: Path, chance: Random) -> None:
    data = path.read_bytes()
    path.write_bytes(data[: chance.randrange(len(data))] if data else b"")


def _append(path: Path, chance: Random) -> None:
    path.write_bytes(path.read_bytes() + chance.choice((b"\n", b" ", b"\0", b"\r\n", chance.randbytes(9))))


def _insert(path: Path, chance: Random) -> None:
    data = path.read_bytes()
    at = chance.randrange(len(data) + 1)
    path.write_bytes(data[:at] + chance.randbytes(chance.randint(1, 3)) + data[at:])


def _drop_line(path: Path, chance: Random) -> None:
    lines = path.read_bytes().splitlines(keepends=True)
    if lines:
        lines.pop(chance.randrange(len(lines)))
    path.write_bytes(b"".join(lines))


def _swap_lines(path: Path, chance: Random) -> None:
    lines = path.read_bytes().splitlines(keepends=True)
    chance.shuffle(lines)
    path.write_bytes(b"".join(lines))


def _take_from_another(path: Path, chance: Random) -> None:
    """The same file as another release has it, or another file of the folder."""
    store = path.parents[len(path.parts) - _depth(path)]
    others = [each for each in (*store.glob(f"*/{_inside(path)}"), *path.parent.iterdir()) if each.is_file()]
    path.write_bytes(chance.choice(others).read_bytes())


def _empty(path: Path, _: Random) -> None:
    path.write_bytes(b"")


def _delete(path: Path, _: Random) -> None:
    path.unlink()


def _rename(path: Path, chance: Random) -> str:
    new = path.with_name(chance.choice((f"{path.name}.old", f".{path.name}", path.name.upper() + "_", f"{path.name} ")))
    path.rename(new)
    return _inside(new)


def _copy_beside(path: Path, _: Random) -> str:
    new = path.with_name(f"{path.name} (1)")
    new.write_bytes(path.read_bytes())
    return _inside(new)


def _to_folder(path: Path, _: Random) -> None:
    path.unlink()
    path.mkdir()


def _to_link(path: Path, chance: Random) -> None:
    """A link, perhaps to the very same bytes."""
    copy = path.parents[len(path.parts) - _depth(path)].parent / "aside"
    copy.write_bytes(path.read_bytes())
    path.unlink()
    path.symlink_to(chance.choice(("/etc/passwd", "/dev/null", "/nowhere", str(copy))))


def _to_pipe(path: Path, _: Random) -> None:
    path.unlink()
    os.mkfifo(path)


def _extra_file(path: Path, chance: Random) -> str:
    new = path.with_name(f"{chance.randrange(10**9)}{chance.choice(('', '.csv', '.html', '.minisig'))}")
    new.write_bytes(chance.randbytes(chance.randrange(9)))
    return _inside(new)


def _extra_folder(path: Path, chance: Random) -> str:
    new = path.with_name(f"{chance.randrange(10**9)}")
    new.mkdir()
    if chance.random() < 0.5:
        (new / "inside").mkdir()
        return f"{_inside(new)}/inside"
    return _inside(new)


def _extra_link(path: Path, chance: Random) -> str:
    new = path.with_name(f"{chance.randrange(10**9)}")
    new.symlink_to(chance.choice((path.name, "..", "/etc", "/nowhere")))
    return _inside(new)


def _depth(path: Path) -> int:
    """How many parts the path of the store has; a release is the folder whose name is a version."""
    return next(place for place, part in enumerate(path.parts) if part.startswith("2025.")) + 1


def _inside(path: Path) -> str:
    """The path within the release."""
    return "/".join(path.parts[_depth(path) :])


_EDITS: tuple[Edit, ...] = (
    *(_flip, _flip, _flip, _truncate, _append, _insert, _drop_line, _swap_lines, _take_from_another, _empty),
    *(_delete, _rename, _copy_beside, _to_folder, _to_link, _to_pipe, _extra_file, _extra_folder, _extra_link),
)
