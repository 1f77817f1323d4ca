"""What each artefact of a release may tell and must tell, in canaries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from canaries.model import KEPT_BACK, Part, public_part
from canaries.search import Search
from canaries.standard import Row, Schema, Tables
from canaries.words import LETTERS

TELLS_REMOVALS = ("tombstones.csv", "changes/", "CHANGELOG.md")
"""Where a release says that records are gone, by their identifiers."""

Public = Mapping[str, Mapping[str, Row]]


@dataclass(frozen=True)
class Expected:
    """Of one release: its public records, the canaries in them, and the identifiers whose removal it may tell."""

    public: Public
    canaries: frozenset[str]
    removals: frozenset[str]
    tombstones: frozenset[str]
    part: Part

    def may(self, path: str) -> frozenset[str]:
        """What a file of the release may hold."""
        return self.canaries | self.removals if path.startswith(TELLS_REMOVALS) else self.canaries


def expected(
    schema: Schema,
    tables: Tables,
    search: Search,
    before: Expected | None,
    as_of: str,
    without: frozenset[str] = frozenset(),
) -> Expected:
    """What the release of these records shows, without some that it withdraws, after the release before it."""
    part = public_part(schema, tables, as_of, without)
    public = part.shown
    tombstones = frozenset({*without, *part.marked, *(before.tombstones if before else ())})
    gone = ids(before.public) - ids(public) if before else frozenset[str]()
    return Expected(public, canaries_in(public, search), slugs(gone | tombstones), tombstones, part)


def ids(public: Public) -> frozenset[str]:
    """The identifiers of all records."""
    return frozenset(key for rows in public.values() for key in rows)


def slugs(keys: Iterable[str]) -> frozenset[str]:
    """The canaries in identifiers."""
    return frozenset(key[-LETTERS:] for key in keys)


def canaries_in(public: Public, search: Search) -> frozenset[str]:
    """The canaries in all cells."""
    texts = ("\n".join(row.values()) for rows in public.values() for row in rows.values())
    return frozenset(search.found(texts)[0])


def told_by_difference(schema: Schema, old: Expected, new: Expected, search: Search) -> frozenset[str]:
    """What the difference from an older release to a newer one may tell.

    That is what the newer one shows; what ordinary corrections replaced; and which records are gone. Not the old
    content of a record that is removed, or shown in part only, or of a cell that was cleared to protect somebody.
    """
    texts = (
        cell
        for table, rows in old.public.items()
        for key, row in rows.items()
        if (now := new.public[table].get(key)) is not None and not _is_reduced(schema, table, now)
        for name, cell in row.items()
        if not (name in schema.cleared(table) and now.get(name) in (None, KEPT_BACK))
        and (key, name) not in new.part.left
    )
    return frozenset(search.found(texts)[0]) | new.canaries | new.removals | slugs(ids(old.public) - ids(new.public))


def _is_reduced(schema: Schema, table: str, row: Row) -> bool:
    codes = schema.condition(table, "x-reducedWhen")
    return bool(codes) and all(row.get(name) in allowed for name, allowed in codes.items())
