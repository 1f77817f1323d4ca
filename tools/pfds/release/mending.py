"""What keeping something back breaks, and how it is mended: the rules of the standard, asked of the public part.

A valid dataset may have a public part that is not: a text that a rule asks for is gone, a sentence stands without the
outcome it follows from. Such a rule says in `schema/rules` what a release does then (`withheld`): the record is kept
back as well, or some of its cells are emptied or filled with words that say nothing. Whatever a rule still objects to
after that is kept back. Nothing is ever published because of a rule but those words and codes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

import pyarrow as pa

from pfds.checks.claim_values import claim_makers
from pfds.checks.database import Database
from pfds.checks.dates import bounds_of
from pfds.checks.laying import Wanted
from pfds.checks.relations import cells, fields_of, record_references_view, standard_fields, typed_view
from pfds.release.conditions import literal, some, unless
from pfds.release.dataset import public, sent
from pfds.standard.model import Field, Remedy, Rule, Standard, Table

MENDED: Final = "mended"
"""Relation of the records of which some cells are published otherwise because of a rule, with a column `rule`."""
_BOUNDS: Final = ("earliest", "latest")


def start_mending(dataset: Database) -> None:
    """Keeps MENDED, in which there is nothing yet."""
    nothing = pa.array([], pa.string())
    dataset.relate(MENDED, pa.table({"id": nothing, "rule": nothing}))


def rules_that_mend(standard: Standard, dataset: Database) -> list[Rule]:
    """The rules because of which something is MENDED."""
    return [standard.rules[name] for (name,) in dataset.rows(f"SELECT DISTINCT rule FROM {MENDED} ORDER BY rule")]


def mended(rules: Iterable[Rule], table: Table, field: Field, value: str) -> str:
    """The value of a cell, or what stands there because of the rules: what one of them fills is not left empty."""
    own = [(rule.name, remedy.cells) for rule, remedy in _remedies(rules) if rule.table == table.name]
    told = [(name, cells[field.name]) for name, cells in own if field.name in cells]
    for name, content in sorted(told, key=lambda each: each[1] is not None):
        found = f"{table.primary_key} IN (SELECT id FROM {MENDED} WHERE rule = '{name}')"
        value = unless(found, value, f"COALESCE({value}, {literal(content)})" if content else "NULL")
    return value


class Mending:
    """Finds in the public part, as it is made again and again, what must be mended in it."""

    def __init__(self, standard: Standard, dataset: Database, gone: str) -> None:
        self._standard, self._dataset, self._gone = standard, dataset, gone
        self._asked = tuple(_remedies(standard.rules.values()))
        if self._asked:
            self._relate(Wanted.by(rule for rule, _ in self._asked).names)

    def is_needed(self) -> bool:
        """Notes what must be kept back too (in ``gone``), or be MENDED, and says whether that is anything."""
        before = self._known()
        for select in self._about_other_cells():
            self._keep_back(select)
        for rule, remedy in self._asked:
            if rule.table is None or self._dataset.row(f"SELECT COUNT(*) FROM {public(rule.table)}")[0]:
                self._mend(rule, remedy)
        return self._known() != before

    def _known(self) -> list[int]:
        return self._dataset.numbers([f"SELECT COUNT(*) FROM {name}" for name in (self._gone, MENDED)])

    def _keep_back(self, select: str) -> None:
        wanted = f"SELECT DISTINCT id FROM ({select}) WHERE id NOT IN (SELECT id FROM {self._gone})"
        self._dataset.keep({"fallen": wanted})
        self._dataset.extend(self._gone, "fallen")

    def _mend(self, rule: Rule, remedy: Remedy) -> None:
        unseen = [f"{name} AS ({self._whole(self._standard.tables[name])})" for name in rule.unseen]
        seen = f"WITH {', '.join(unseen)} " if unseen else ""
        self._dataset.keep({"offenders": f"{seen}SELECT DISTINCT id FROM ({rule.sql}) WHERE id IS NOT NULL"})
        if not remedy.cells:
            self._keep_back("FROM offenders")
            return
        known = f"SELECT id FROM {MENDED} WHERE rule = '{rule.name}'"
        self._keep_back(f"FROM offenders WHERE id IN ({known})")
        self._dataset.keep({"fresh": f"SELECT id, '{rule.name}' AS rule FROM offenders WHERE id NOT IN ({known})"})
        self._dataset.extend(MENDED, "fresh")

    def _whole(self, table: Table) -> str:
        """Statement for all records of a table, as they stand, with the disclosure that they are published with."""
        if "disclosure" not in table.by_name:
            return f"SELECT * FROM {sent(table.name)}"
        key = table.primary_key
        return (
            f"SELECT s.* REPLACE (COALESCE(p.disclosure, 'withheld') AS disclosure) FROM {sent(table.name)} AS s"
            f" LEFT JOIN {public(table.name)} AS p ON p.{key} = s.{key}"
        )

    def _about_other_cells(self) -> Iterator[str]:
        """Statements for the claims and conflicts about cells that are published otherwise than they stand."""
        for about in ("claims", "conflicts"):
            if about not in self._standard.tables:
                continue
            own = self._standard.tables[about].primary_key
            pairs = self._dataset.rows(
                f"SELECT DISTINCT subject_table, subject_field FROM {public(about)} ORDER BY ALL"
            )
            for table in self._standard.tables.values():
                names = [name for of, name in pairs if of == table.name and _is_public(table, name)]
                other = some(f"c.subject_field = '{name}' AND p.{name} IS DISTINCT FROM s.{name}" for name in names)
                key = table.primary_key
                if names:
                    yield (
                        f"SELECT c.{own} AS id FROM {public(about)} c JOIN {public(table.name)} p ON p.{key} ="
                        f" c.subject_id JOIN {sent(table.name)} s ON s.{key} = c.subject_id"
                        f" WHERE c.subject_table = '{table.name}' AND {other}"
                    )

    def _relate(self, wanted: frozenset[str]) -> None:
        """Makes the relations known that the rules read, as docs/rules.md describes them."""
        tables = self._standard.tables.values()
        columns = {table.name: self._table(table, wanted) for table in tables}
        statements = {
            "records": " UNION ALL ".join(map(_records, tables)),
            "record_references": record_references_view(
                (table, field) for table, field in fields_of(tables) if _is_public(table, field.name)
            ),
            "defective_cells": "SELECT '' AS subject_table, '' AS subject_id, '' AS subject_field LIMIT 0",
            "claim_values": self._claim_values(columns),
        }
        for name, statement in statements.items():
            self._dataset.view(name, statement)
        self._dataset.relate("standard_fields", standard_fields(self._standard))

    def _table(self, table: Table, wanted: frozenset[str]) -> list[str]:
        """Makes a table known; returns its columns."""
        names = [field.name for field in table.fields if _is_public(table, field.name)]
        dates = [name for name in names if wanted & {f"{name}_{bound}" for bound in _BOUNDS}]
        select, joins = ["p.*"], ""
        for name in dates:
            self._keep_bounds(table, name)
            select += [f"b_{name}.{bound} AS {name}_{bound}" for bound in _BOUNDS]
            joins += f" LEFT JOIN bounds_{table.name}_{name} AS b_{name} ON b_{name}.told = p.{name}"
        self._dataset.view(cells(table.name), f"SELECT {', '.join(select)} FROM {public(table.name)} AS p{joins}")
        self._dataset.view(table.name, typed_view(table, [*names, *(f"{n}_{b}" for n in dates for b in _BOUNDS)]))
        return names

    def _keep_bounds(self, table: Table, name: str) -> None:
        """Keeps the first and last day of each date of a column, as told."""
        select = f"SELECT DISTINCT {name} FROM {public(table.name)} WHERE {name} IS NOT NULL"
        told = [text for (text,) in self._dataset.rows(select)]
        days = [bounds_of(text) or (None, None) for text in told]
        columns = {"told": told, **{bound: [pair[at] for pair in days] for at, bound in enumerate(_BOUNDS)}}
        content = pa.table({column: pa.array(values, pa.string()) for column, values in columns.items()})
        self._dataset.relate(f"bounds_{table.name}_{name}", content)

    def _claim_values(self, columns: Mapping[str, list[str]]) -> str:
        """Statement for `claim_values`; every value of a valid dataset is valid, and no rule asked here reads dates."""
        nothing = "SELECT '' AS claim_id, '' AS record_value LIMIT 0"
        beside = [select for select, _ in claim_makers(self._standard, self._dataset, columns)]
        found = " UNION ALL ".join(f"SELECT claim_id, record_value FROM ({select})" for select in beside) or nothing
        return f"SELECT claim_id, 'true' AS is_valid, record_value FROM ({found})"


def _remedies(rules: Iterable[Rule]) -> Iterator[tuple[Rule, Remedy]]:
    """The rules that can object to what is left of a valid dataset, and what is done then."""
    return ((rule, rule.withheld) for rule in rules if rule.withheld)


def _is_public(table: Table, name: str) -> bool:
    return name in table.by_name and table.by_name[name].disclosure == "public"


def _records(table: Table) -> str:
    states = (name if name in table.by_name else f"NULL AS {name}" for name in ("disclosure", "record_status"))
    named = f"'{table.name}' AS subject_table, {table.primary_key} AS subject_id"
    return f"SELECT {named}, {', '.join(states)} FROM {public(table.name)}"
