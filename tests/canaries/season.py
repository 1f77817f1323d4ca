"""Three releases of a dataset full of canaries, each compared with what it may show and must show."""

from __future__ import annotations

import csv
import io
import shutil
import zipfile
from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass, field, fields
from pathlib import Path

from canaries.deciding import add, decide
from canaries.expected import Expected, expected, ids, slugs, told_by_difference
from canaries.layers import layers
from canaries.memory import Memory
from canaries.model import public_part
from canaries.plant import PREFIXES, RECORDS, Garden
from canaries.search import Search
from canaries.standard import Schema, read_schema
from command import ROOT, files
from faults.child import Ended, command, run, warm
from kloop import STANDARD, write_tables

VERSIONS = ("2025.3.0", "2025.3.1", "2025.4.0")
AS_OF = ("2025-03-12", "2025-03-19", "2025-04-16")
_WHOLE = ("data/", "parquet/", "sqlite/", "xlsx/", "stata/", "archives/")
"""Parts of a release each of which holds every public cell."""
_DECISIONS = 3
"""Rows of `redactions` of each method, for each release."""
_REFUSED = 3
_PAIRS = ((0, 1), (1, 2), (0, 2), (2, 0))
"""Releases that are compared, by their place; in short only some are, as JSON."""
_FORMS = ("text", "md", "html", "json")


@dataclass
class Tally:
    """Canaries that stood in the dataset; over all artefacts, pairs of one and a canary sought in it, and how often one
    was found; cells compared; canaries leaked and public ones missing, with their places."""

    planted: int = 0
    artefacts: int = 0
    pairs: int = 0
    found: int = 0
    refusals: int = 0
    cells: int = 0
    leaked: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    def __add__(self, other: Tally) -> Tally:
        return Tally(*(getattr(self, each.name) + getattr(other, each.name) for each in fields(self)))

    @property
    def wrong(self) -> list[str]:
        return self.leaked + self.missing


class Season:
    """One dataset, its releases (three, or ``short`` ones), and the tally of all that was looked at."""

    def __init__(self, seed: int, room: Path, *, editions: bool, records: int = RECORDS, short: int = 0) -> None:
        self.schema: Schema = read_schema(ROOT / "schema")
        self.garden = Garden(self.schema, _codes(), seed, records)
        self.garden.claims_on_everything()
        self.room, self.store, self.tally = room, room / "store", Tally()
        self._editions: Sequence[str] = () if editions else ("--only-tables",)
        self._short = short
        self._versions = VERSIONS[:short] if short else VERSIONS
        self._memory = Memory()
        self._known: list[Expected] = []
        self._search = Search(())
        self._planted = frozenset[str]()
        self._paths: Set[str] = frozenset()

    def played(self) -> Tally:
        """Builds, compares and searches everything."""
        for number, version in enumerate(self._versions):
            if number:
                self.garden.live()
            decide(self.garden, AS_OF, 1 if self._short else _DECISIONS)
            if number:
                self._give_nothing_back(number)
            self._search = Search(self.garden.canaries.given)
            self._planted |= self._standing()
            self.tally.planted = len(self._planted)
            without = frozenset({self._somebody()}) if number and version == self._versions[-1] else frozenset[str]()
            before = self._known[-1] if self._known else None
            now = expected(self.schema, self.garden.tables, self._search, before, AS_OF[number], without)
            self._known.append(now)
            self._publish(number, without, now)
            self._memory.remember(now.part, AS_OF[number])
            self._compare_cells(version, now)
            self._look_at_release(version, now)
        self._look_at_store()
        self._look_at_differences()
        self._look_at_refusals()
        return self.tally

    def _standing(self) -> frozenset[str]:
        """The canaries that stand in the dataset."""
        rows = (row for rows in self.garden.tables.values() for row in rows)
        return frozenset(self._search.found("\n".join(row.values()) for row in rows)[0])

    def _give_nothing_back(self, number: int) -> None:
        """Tries to, sees that it is refused, and decides to."""
        refused = False
        while back := self._memory.given_back(public_part(self.schema, self.garden.tables, AS_OF[number])):
            if not refused:
                self._search = Search(self.garden.canaries.given)
                data = self._written(f"{VERSIONS[number]}-refused")
                ended = self._run(command("release", "build", data, *self._options(number), "--only-tables"))
                self.tally.refusals += 1
                if ended.code != _REFUSED or not any(key in ended.said for key, _ in back):
                    self.tally.leaked.append(f"{VERSIONS[number]} gives back {back}: {ended.code}, {ended.said}")
                self._look(f"said of what {VERSIONS[number]} gives back", ended.said.encode(), self._identifiers())
                refused = True
            for key, name in back:
                table = self._table(key)
                text = name in self.schema.texts(table) and self.garden.random.random() < 0.7
                add(self.garden, table, key, name, "reviewed_text" if text else "publish", AS_OF[number])

    def _table(self, key: str) -> str:
        return next(table for table, start in PREFIXES.items() if key.startswith(start))

    def _identifiers(self) -> frozenset[str]:
        rows = ((table, row) for table, rows in self.garden.tables.items() for row in rows)
        return slugs(row[self.schema.key(table)] for table, row in rows)

    def _written(self, name: str) -> Path:
        data = self.room / f"dataset-{name}"
        data.mkdir()
        write_tables(data, self.garden.tables)
        return data

    def _options(self, number: int) -> list[str | Path]:
        ledger = ("--ledger", self.room / "ledger.json")
        return [*ledger, "--store", self.store, "--version", VERSIONS[number], "--as-of", AS_OF[number]]

    def _publish(self, number: int, without: frozenset[str], now: Expected) -> None:
        version = VERSIONS[number]
        data = self._written(version)
        options = [*self._options(number), *self._editions]
        if without:
            verb = command("release", "withdraw", *without, "--reason", "protection", "--dataset", data, *options)
        else:
            verb = command("release", "build", data, *options)
        ended = self._run(verb)
        assert ended.code == 0, ended.said
        self._look(f"said by the build of {version}", ended.said.encode(), now.canaries)

    def _somebody(self) -> str:
        """Somebody whom the release before showed and the next one would show, who asks to be left out."""
        again = expected(self.schema, self.garden.tables, self._search, None, AS_OF[len(self._known)])
        both = ids(self._known[-1].public) & ids(again.public)
        return max(key for key in both if key.startswith(("per-", "org-")) and key not in self._merged_into())

    def _merged_into(self) -> set[str]:
        return {
            row["merged_into"]
            for row in self.garden.tables["persons"] + self.garden.tables["organizations"]
            if "merged_into" in row
        }

    def _compare_cells(self, version: str, now: Expected) -> None:
        """Every cell of every table against the model."""
        for table, rows in now.public.items():
            text = (self.store / version / "data" / f"{table}.csv").read_bytes().decode("utf-8")
            key, public = self.schema.key(table), self.schema.public(table)
            found = {row[key]: row for row in csv.DictReader(io.StringIO(text, newline=""))}
            for extra in found.keys() - rows.keys():
                self.tally.leaked.append(f"{version}: {table} shows {extra}")
            for lost in rows.keys() - found.keys():
                self.tally.missing.append(f"{version}: {table} lacks {lost}")
            for record in found.keys() & rows.keys():
                for name in public:
                    self.tally.cells += 1
                    is_, should = found[record][name], rows[record].get(name, "")
                    if is_ != should:
                        wrong = self.tally.leaked if is_ else self.tally.missing
                        wrong.append(f"{version}: {table}.{name} of {record} is {is_!r}, not {should!r}")

    def _look_at_release(self, version: str, now: Expected) -> None:
        seen: dict[str, set[str]] = {}
        self._paths = files(self.store / version).keys()
        for path, data in files(self.store / version).items():
            if path.endswith(".zip"):
                found = self._look_at_archive(f"{version}/{path}", data, now)
            else:
                found = self._look(f"{version}/{path}", data, now.may(path))
            part = f"{path.split('/')[0]}/" if not path.startswith("archives/") else path
            seen.setdefault(part, set()).update(found)
        for part, found in seen.items():
            if part.startswith(_WHOLE):
                self._miss(f"{version}/{part}", now.canaries - found)
        if len(self._known) > 1:
            self._miss(f"{version}/changes/", now.canaries - self._known[-2].canaries - seen["changes/"])

    def _look_at_archive(self, name: str, data: bytes, now: Expected) -> set[str]:
        """Each member by itself, since some tell removals; and the bytes of the whole."""
        found = self._look(name, data, now.canaries | now.removals)
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for member in archive.namelist():
                path = member if member in self._paths else member.partition("/")[2]
                found |= self._look(f"{name}!{member}", archive.read(member), now.may(path))
        return found

    def _look_at_store(self) -> None:
        last = self._known[-1]
        for path in (path for path in self.store.iterdir() if path.is_file()):
            self._look(path.name, path.read_bytes(), last.canaries)
        for verb in ("list",) if self._short else ("verify", "list"):
            for form in ("text", "json"):
                ended = self._run(command("release", verb, self.store, "--format", form))
                assert ended.code == 0, ended.said
                self._look(f"said by {verb}, {form}", ended.said.encode(), last.canaries)

    def _look_at_differences(self) -> None:
        for old, new in _PAIRS[: self._short - 1] if self._short else _PAIRS:
            first, second = self._known[old], self._known[new]
            both = first.canaries | second.canaries
            may = told_by_difference(self.schema, first, second, self._search) if old < new else both
            folders = (self.store / VERSIONS[old], self.store / VERSIONS[new])
            for form in _FORMS[-1:] if self._short else _FORMS:
                ended = self._run(command("release", "diff", *folders, "--format", form, "--max-records", "100000"))
                assert ended.code == 0, ended.said
                name = f"diff {VERSIONS[old]} {VERSIONS[new]}, {form}"
                self._look(name, ended.said.encode(), may)

    def _look_at_refusals(self) -> None:
        """What is said when a dataset is refused: to the maintainer, who is told records by identifier, and no cell."""
        may = self._identifiers() | self._known[-1].removals
        options = ("--no-ledger", "--store", self.store, "--version", "2025.5.0", "--as-of", AS_OF[-1], "--only-tables")
        for name, damage in list(_DAMAGE.items())[:1] if self._short else _DAMAGE.items():
            data = self.room / f"dataset-{name}"
            shutil.copytree(self.room / f"dataset-{self._versions[-1]}", data)
            damage(data)
            ended = self._run(command("release", "build", data, *options))
            assert ended.code in (2, 3), ended.said
            self._look(f"said of {name}", ended.said.encode(), may)

    def _run(self, work: Callable[[], None]) -> Ended:
        room = self.room / "run"
        room.mkdir(exist_ok=True)
        return run(work, room) if self.tally.artefacts else warm(work, room)

    def _look(self, name: str, data: bytes, may: frozenset[str]) -> set[str]:
        """Seeks every canary in every layer of an artefact; returns those that stand there whole."""
        whole, partly = self._search.found(layers(name, data))
        self.tally.artefacts += 1
        self.tally.pairs += len(self._planted)
        self.tally.found += len(partly)
        self.tally.leaked += [f"{name} holds {canary} {self._cell(canary)}" for canary in sorted(partly - may)]
        return whole

    def _miss(self, name: str, missing: Set[str]) -> None:
        self.tally.missing += [f"{name} lacks {canary} {self._cell(canary)}" for canary in sorted(missing)]

    def _cell(self, canary: str) -> str:
        found = (
            f"({table}.{name} of {row[self.schema.key(table)]})"
            for table, rows in self.garden.tables.items()
            for row in rows
            for name, cell in row.items()
            if canary in cell
        )
        return next(found, "(of an older state)")


def _codes() -> dict[str, list[str]]:
    return {
        name: [key for key, code in codelist.codes.items() if not code.deprecated]
        for name, codelist in STANDARD.codelists.items()
    }


def _returned(data: Path) -> None:
    """A withdrawn record comes back: that of the last release still stands in its dataset, by itself."""


def _misspelt(data: Path) -> None:
    for path in data.glob("*.csv"):
        text = path.read_text("utf-8")
        path.write_text(text.replace(",public,", ",Public!,").replace(",NZL,", ",Zealand,"), "utf-8")


def _torn(data: Path) -> None:
    for path in data.glob("*.csv"):
        data_of = path.read_bytes()
        path.write_bytes(data_of[: len(data_of) * 2 // 3] + b'"')


_DAMAGE: dict[str, Callable[[Path], None]] = {"misspelt": _misspelt, "returned": _returned, "torn": _torn}
