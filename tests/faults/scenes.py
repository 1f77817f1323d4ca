"""What is done while faults strike: the commands that write, each with the state before and the state after."""

from __future__ import annotations

import json
import os
import shutil
import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from pathlib import Path

import click

from command import files
from exm import world
from faults.child import Work, command, run, warm
from kloop import write_tables
from pfds.cli.ending import exit_code
from pfds.cli.publishing import told_refusals
from pfds.release.chain import past
from pfds.release.store import brought_in, put_in_place, released
from pfds.standard.load import load_standard
from small_store import AS_OF, dataset, titled

OLD, NEW = "2025.3.0", "2025.3.1"
State = dict[str, bytes]


@dataclass(frozen=True, slots=True)
class Scene:
    """One piece of work. ``given`` is copied into the room first; ``work`` gets the room and the shared inputs."""

    name: str
    given: str
    work: Callable[[Path, Path], Work]
    stepwise: bool = False
    """Whether states between the old one and the new one are sound, file by file."""
    reports: bool = False
    """Whether what is written is a report, which tells what could not be read, and ends with 1 if it has findings."""
    light: bool = False
    """Whether it is the publishing part of a command alone, without the check of the dataset."""


def _build(room: Path, shared: Path) -> Work:
    return command(*_of_release("build"), shared / "next", *_published(room, NEW))


def _first(room: Path, shared: Path) -> Work:
    return command(*_of_release("build"), shared / "data", *_published(room, OLD))


def _withdraw(room: Path, shared: Path) -> Work:
    what = ("evt-exm-1", "--reason", "error", "--dataset", shared / "data")
    return command(*_of_release("withdraw"), *what, *_published(room, NEW))


def _sign(room: Path, shared: Path) -> Work:
    return command("release", "sign", room / "out" / "store", "--key", shared / "key")


def _of_release(verb: str) -> tuple[str, str]:
    return "release", verb


def _published(room: Path, version: str) -> tuple[str | Path, ...]:
    return ("--store", room / "out" / "store", "--version", version, "--as-of", AS_OF, "--only-tables")


def _converted(name: str, *more: str) -> Callable[[Path, Path], Work]:
    return lambda room, shared: command("convert", shared / "few", room / "out" / name, *more)


def _fixed(name: str) -> Callable[[Path, Path], Work]:
    return lambda room, shared: command("fix", shared / "wrong", "-o", room / "out" / name)


def _reported(name: str) -> Callable[[Path, Path], Work]:
    return lambda room, shared: command("validate", shared / "few", "-o", room / "out" / name)


def _publish(room: Path, shared: Path) -> Work:
    """The last part of `release build`: what was built is brought into the store and published."""
    store, standard = room / "out" / "store", load_standard()
    shutil.rmtree(room / "made", ignore_errors=True)
    folder = linked(shared / "after" / NEW, room / "made" / NEW)

    def work() -> None:
        with told_refusals(store):
            before = past(standard, store, released(store), NEW)
            with brought_in(store, folder) as built:
                new = put_in_place(store, built, before.previous)
        click.echo("built" if new else "there already")

    verb = click.Command("publish", callback=work)
    return lambda: sys.exit(exit_code(partial(verb.main, [])))


SCENES = {
    scene.name: scene
    for scene in (
        Scene("publish", "store", _publish, light=True),
        Scene("sign", "store", _sign, stepwise=True),
        Scene("convert csv", "nothing", _converted("csv")),
        Scene("convert parquet", "nothing", _converted("parquet", "--to", "parquet")),
        Scene("convert jsonl", "nothing", _converted("jsonl", "--to", "jsonl")),
        Scene("convert zip", "nothing", _converted("all.zip")),
        Scene("convert json", "nothing", _converted("all.json")),
        Scene("convert xlsx", "nothing", _converted("all.xlsx")),
        Scene("fix", "nothing", _fixed("fixed.zip")),
        Scene("validate -o", "report", _reported("report.json"), reports=True),
        Scene("build", "store", _build),
        Scene("first build", "nothing", _first),
        Scene("withdraw", "store", _withdraw),
    )
}


def prepare(shared: Path) -> None:
    """Makes the inputs of all scenes in a new folder."""
    for name in ("nothing", "store", "report"):
        (shared / "given" / name).mkdir(parents=True)
    (shared / "given" / "report" / "report.json").write_text("the report before\n", "utf-8")
    dataset(shared / "data")
    dataset(shared / "next", titled("Another title"))
    few = {name: world()[name] for name in ("persons", "person_nationalities")}
    for name in ("few", "wrong"):
        (shared / name).mkdir()
        write_tables(shared / name, few)
        few["person_nationalities"][0]["country"] = " New Zealand "
    ended = run(command("release", "keygen", "--key", shared / "key"), shared)
    assert ended.code == 0, ended.said
    store = shared / "given" / "store" / "store"
    for version, data in ((OLD, "data"), (NEW, "next")):
        options = ("--version", version, "--as-of", AS_OF, "--only-tables")
        building = command("release", "build", shared / data, "--store", store, *options)
        ended = warm(building, shared) if version == OLD else run(building, shared)
        assert ended.code == 0, ended.said
        if version == OLD:
            shutil.copytree(store, shared / "before")
    store.rename(shared / "after")
    (shared / "before").rename(store)


def linked(source: Path, target: Path) -> Path:
    """A copy whose files are the same on the disk; nothing that is tried here writes into a file that is there."""
    return Path(shutil.copytree(source, target, copy_function=os.link))


def seen(room: Path) -> State:
    """What readers see of the results: of a store, what its index leads to; nothing whose name begins with a dot."""
    index = room / "out" / "store" / "index.json"
    known = {entry["version"] for entry in json.loads(index.read_bytes())["releases"]} if index.is_file() else ()
    whole = ((path, Path(path).parts, data) for path, data in files(room / "out").items())
    return {
        path: _members(data) if path.endswith(".zip") else data
        for path, parts, data in whole
        if not any(part.startswith(".") for part in parts)
        and not (len(parts) > 2 and parts[0] == "store" and parts[1] not in known)
    }


def _members(data: bytes) -> bytes:
    """The content of an archive: where it could not go back in the file, the same content has other headers."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            return b"".join(name.encode() + b"\n" + archive.read(name) for name in archive.namelist())
    except zipfile.BadZipFile:
        return b"broken"


def litter(room: Path) -> list[str]:
    """What lies about: hidden things beside the results, and private folders of the command."""
    out = (room / "out").resolve()
    hidden = [f"out/{path.relative_to(out).as_posix()}" for path in out.rglob(".*")]
    return sorted([*hidden, *(f"tmp/{path.name}" for path in (room / "tmp").iterdir())])
