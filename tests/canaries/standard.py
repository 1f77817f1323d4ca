"""The marks of tables and fields, as the files of the standard say them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Row = dict[str, str]
Tables = Mapping[str, list[Row]]


@dataclass(frozen=True)
class Schema:
    """Of each table its key, its conditions and the marks of its fields; and the kind of each definition that a field
    refers to."""

    every: dict[str, dict[str, Any]]
    kinds: dict[str, str]

    @property
    def tables(self) -> list[str]:
        """Those of which a release shows anything."""
        return [table for table in self.every if self.public(table)]

    def key(self, table: str) -> str:
        return str(self.every[table]["x-primaryKey"])

    def fields(self, table: str) -> dict[str, dict[str, Any]]:
        return dict(self.every[table]["properties"])

    def kind(self, table: str, name: str) -> str:
        return self.kinds[str(self.every[table]["properties"][name]["$ref"]).rpartition("/")[2]]

    def required(self, table: str) -> list[str]:
        return list(self.every[table]["required"])

    def condition(self, table: str, name: str) -> dict[str, list[str]]:
        return dict(self.every[table].get(name, {}))

    def references(self, table: str) -> dict[str, dict[str, str]]:
        return {name: mark["x-references"] for name, mark in self.fields(table).items() if "x-references" in mark}

    def public(self, table: str) -> list[str]:
        return [name for name, mark in self.fields(table).items() if mark["x-disclosure"] == "public"]

    def cleared(self, table: str) -> list[str]:
        return [name for name, mark in self.fields(table).items() if mark.get("x-clearedWhenProtected")]

    def texts(self, table: str) -> list[str]:
        """Cleared fields that a reviewer can free."""
        return [name for name in self.cleared(table) if self.kind(table, name) in ("line", "text")]

    def kept_by_default(self, table: str) -> dict[str, list[str]]:
        """Codes for whom the standard keeps back."""
        marks = self.fields(table).items()
        return {name: mark["x-withheldByDefault"] for name, mark in marks if "x-withheldByDefault" in mark}

    def grouped(self) -> list[str]:
        """Tables whose rows can stand for somebody under a label."""
        return [table for table in self.tables if self.grouping(table)]

    def grouping(self, table: str) -> list[str]:
        return [name for name, mark in self.references(table).items() if mark["onWithheld"] == "group"]

    def belonging(self, table: str, owners: list[str]) -> list[str]:
        """Fields in which every record of a table says to which one of some other tables it belongs."""
        marks, required = self.references(table).items(), self.required(table)
        return [name for name, mark in marks if mark["table"] in owners and name in required]


def read_schema(folder: Path) -> Schema:
    """The tables that schema/ describes."""
    found = (json.loads(path.read_text("utf-8")) for path in sorted(folder.glob("*.schema.json")))
    common = json.loads((folder / "common.schema.json").read_text("utf-8"))["$defs"]
    kinds = {name: str(each["x-kind"]) for name, each in common.items()}
    return Schema({each["x-table"]: each for each in found if isinstance(each.get("x-table"), str)}, kinds)
