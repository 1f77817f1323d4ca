"""The standard in memory: tables, fields, codelists and rules, as `schema/` states them."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from functools import cached_property, lru_cache
from typing import Any

from pfds.standard.findings import Severity


class SchemaError(Exception):
    """A file of `schema/` that contradicts itself or the vocabulary; its text names file and place."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A field that points to a record: the table and field pointed to, and what a public release does with the
    pointing row if that record is withheld (`drop`, `clear`, `group`) or reduced (`keep`, `drop`)."""

    table: str
    field: str
    on_withheld: str
    on_reduced: str


@dataclass(frozen=True, slots=True)
class Match:
    """A corresponding term of another system, with the SKOS kind of match."""

    system: str
    term: str
    match: str


@dataclass(frozen=True, slots=True)
class Deprecation:
    """Since which version a field or code is no longer to be used, why, and what to use instead."""

    since: str
    reason: str
    use: str | None


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a table. ``kind`` is the kind of value (`x-kind`); the rest are its JSON Schema keywords.

    ``cleared_when_protected``: the cell is cleared in a release where its row is about somebody protected.
    ``tells_more_than``: fields of the table that say the same less exactly. ``withheld_by_default``: codes whose
    bearer is withheld unless it is decided otherwise.
    """

    name: str
    kind: str
    title: str
    description: str
    required: bool
    examples: tuple[Any, ...]
    disclosure: str
    since: str
    json_type: str
    codelist: str | None = None
    reference: Reference | None = None
    pattern: str | None = None
    forbidden: str | None = None
    format: str | None = None
    min_length: int | None = None
    max_length: int | None = None
    minimum: float | None = None
    maximum: float | None = None
    matches: tuple[Match, ...] = ()
    deprecated: Deprecation | None = None
    derived_from: str | None = None
    cleared_when_protected: bool = False
    tells_more_than: tuple[str, ...] = ()
    withheld_by_default: frozenset[str] = frozenset()


@dataclass(frozen=True, eq=False)
class Table:
    """All records of one type. ``record`` names the type (`case`), ``name`` the table (`cases`)."""

    name: str
    record: str
    title: str
    plural: str
    description: str
    required: bool
    since: str
    primary_key: str
    id_prefix: str
    fields: tuple[Field, ...]
    published_when: Mapping[str, frozenset[str]]
    reduced_when: Mapping[str, frozenset[str]]

    @cached_property
    def derived(self) -> tuple[Field, ...]:
        """The bounds of each EDTF field, `x_earliest` and `x_latest`, in field order."""
        return tuple(bound for field in self.fields if field.kind == "edtf" for bound in _bounds(field))

    @cached_property
    def released(self) -> tuple[Field, ...]:
        """The columns of a public release: public fields only, each EDTF field followed by its bounds."""
        return tuple(
            column
            for field in self.fields
            if field.disclosure == "public"
            for column in (field, *(bound for bound in self.derived if bound.derived_from == field.name))
        )

    @property
    def private(self) -> bool:
        """Whether no field is public, so that no release holds the table."""
        return not self.released

    @cached_property
    def by_name(self) -> Mapping[str, Field]:
        """Fields and derived fields by name."""
        return {field.name: field for field in (*self.fields, *self.derived)}


def _bounds(field: Field) -> tuple[Field, Field]:
    def bound(suffix: str, words: str) -> Field:
        return Field(
            name=f"{field.name}_{suffix}",
            kind="date",
            title=f"{field.title}, {suffix}",
            description=f"{words} day on which {field.name} can lie; derived from it, empty if open.",
            required=False,
            examples=("2025-05-28",),
            disclosure=field.disclosure,
            since=field.since,
            json_type="string",
            pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
            format="date",
            derived_from=field.name,
        )

    return bound("earliest", "First"), bound("latest", "Last")


@dataclass(frozen=True, slots=True, eq=False)
class MetaKey:
    """A key of the metadata of a submission; ``keywords`` are the JSON Schema of its value."""

    name: str
    description: str
    example: Any
    keywords: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Code:
    """One entry of a codelist. ``labels`` by language; ``aliases`` are other certain spellings.

    ``number`` stands for the code where a program labels only numbers (Stata, SPSS): it never changes and is never
    given to another code of the list.
    """

    code: str
    labels: Mapping[str, str]
    definition: str
    parent: str | None
    since: str
    deprecated: str | None
    replaced_by: str | None
    aliases: tuple[str, ...]
    number: int


@dataclass(frozen=True, slots=True)
class CodeMatch:
    """A term of another system that corresponds to a code, with the SKOS kind of match."""

    codelist: str
    code: str
    system: str
    term: str
    match: str
    note: str


@dataclass(frozen=True, slots=True)
class Codelist:
    """A closed list of codes, in the order of its file."""

    name: str
    codes: Mapping[str, Code]


@dataclass(frozen=True, slots=True)
class Remedy:
    """What a release does with an offender that is one only because something was kept back.

    Without ``cells`` the record is kept back as well; else these cells of it are emptied (None), or filled with the
    words or the code given where they are empty.
    """

    cells: Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule with its words; ``sql`` selects the offenders, and is None for the rules of structure.

    ``table`` is the table of the offender, or None where the SQL returns it as `subject_table`. It ``reads`` these
    relations and columns by name; ``values`` are those of which it asks more than whether they are null.
    ``needs`` are the columns (`table.field`) whose defective cells, or whose absence, would make the rule fire
    falsely; a table in ``optional`` may be absent all the same, and then counts as empty. ``withheld`` says what a
    release does where the rule objects to what is left of a valid dataset, None where it cannot; of the tables in
    ``unseen`` the rule then sees the records that are kept back too, as withheld. A rule of structure has examples
    that it objects to (``fails``) and accepts (``passes``); those of an SQL rule are its vectors.
    """

    name: str
    title: str
    severity: Severity
    why: str
    fix: str
    message: str
    table: str | None = None
    sql: str | None = None
    reads: frozenset[str] = frozenset()
    values: frozenset[str] = frozenset()
    needs: tuple[tuple[str, str], ...] = ()
    optional: frozenset[str] = frozenset()
    withheld: Remedy | None = None
    unseen: tuple[str, ...] = ()
    fails: str = ""
    passes: str = ""


@dataclass(frozen=True, eq=False)
class Standard:
    """The whole standard, one version."""

    version: str
    metadata: Mapping[str, MetaKey]
    tables: Mapping[str, Table]
    codelists: Mapping[str, Codelist]
    crosswalk: tuple[CodeMatch, ...]
    rules: Mapping[str, Rule]

    def __reduce__(self) -> tuple[Callable[[bytes], Standard], tuple[bytes]]:
        """Pickled, and the same object again where the same bytes are unpickled a second time: what was compiled for
        it there still serves, and no copies pile up."""
        return _standard, (pickle.dumps(tuple(getattr(self, each.name) for each in fields(self))),)

    def table_of(self, record_id: str) -> Table | None:
        """The table that a record id belongs to, by its first letters."""
        return self._by_prefix.get(record_id.split("-", 1)[0])

    @cached_property
    def released(self) -> Standard:
        """The standard of a release: without the private tables, and the rules about them."""
        private = {name for name, table in self.tables.items() if table.private}
        if not private:
            return self
        tables = {name: table for name, table in self.tables.items() if name not in private}
        rules = {name: rule for name, rule in self.rules.items() if not private & {rule.table, *rule.reads}}
        return replace(self, tables=tables, rules=rules)

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """Languages that any codelist has labels in, English first."""
        found = {
            lang for codelist in self.codelists.values() for code in codelist.codes.values() for lang in code.labels
        }
        return ("en", *sorted(found - {"en"}))

    @cached_property
    def _by_prefix(self) -> Mapping[str, Table]:
        return {table.id_prefix: table for table in self.tables.values()}

    def codes(self, field: Field) -> tuple[str, ...]:
        """Codes that a field accepts, in list order; empty for a field without a codelist."""
        return tuple(self.codelists[field.codelist].codes) if field.codelist else ()


@lru_cache(maxsize=4)
def _standard(content: bytes) -> Standard:
    return Standard(*pickle.loads(content))  # noqa: S301 - made by the one above, not read from a file
