"""How the form of two releases differs: tables, fields, what fields accept, codes, and the standard."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from pfds.release.diff_side import Shape, Sheet, Side

_LEAST: Final = ("minimum", "minLength", "exclusiveMinimum")
_MOST: Final = ("maximum", "maxLength", "exclusiveMaximum")
_NO_LIMIT: Final = float("inf")


@dataclass(frozen=True, slots=True)
class SchemaDifference:
    """Standard before and after; tables by name, fields as `table.field`, codes as `codelist:code`.

    ``fields_narrowed`` no longer accept all that they did, or are of another type; ``tables_reordered`` have their old
    fields in another order, or new fields before them.
    """

    standard: tuple[str, str]
    tables_added: tuple[str, ...]
    tables_removed: tuple[str, ...]
    tables_reordered: tuple[str, ...]
    fields_added: tuple[str, ...]
    fields_removed: tuple[str, ...]
    fields_narrowed: tuple[str, ...]
    codes_added: tuple[str, ...]
    codes_removed: tuple[str, ...]

    @property
    def breaks(self) -> bool:
        """Whether a program that reads the first release may fail on the second."""
        return any(
            (self.tables_removed, self.tables_reordered, self.fields_removed, self.fields_narrowed, self.codes_removed)
        )

    @property
    def adds(self) -> bool:
        """Whether there are new tables, fields or codes."""
        return any((self.tables_added, self.fields_added, self.codes_added))


def schema_difference(old: Side, new: Side) -> SchemaDifference:
    """What differs between the forms of two releases, each list in the order of the release that has it."""
    pairs = [(old.sheets[name], sheet) for name, sheet in new.sheets.items() if name in old.sheets]
    return SchemaDifference(
        standard=(old.standard, new.standard),
        tables_added=tuple(name for name in new.sheets if name not in old.sheets),
        tables_removed=tuple(name for name in old.sheets if name not in new.sheets),
        tables_reordered=tuple(after.name for before, after in pairs if _reordered(before, after)),
        fields_added=tuple(_only_in_second(pairs)),
        fields_removed=tuple(_only_in_second([(after, before) for before, after in pairs])),
        fields_narrowed=tuple(_narrowed(pairs)),
        codes_added=tuple(_codes_only_in_second(old, new)),
        codes_removed=tuple(_codes_only_in_second(new, old)),
    )


def _reordered(before: Sheet, after: Sheet) -> bool:
    kept = [name for name in before.columns if name in after.columns]
    return list(after.columns)[: len(kept)] != kept


def _only_in_second(pairs: list[tuple[Sheet, Sheet]]) -> Iterator[str]:
    for first, second in pairs:
        yield from (f"{second.name}.{name}" for name in second.columns if name not in first.columns)


def _codes_only_in_second(first: Side, second: Side) -> Iterator[str]:
    for name, codes in second.codes.items():
        yield from (f"{name}:{code}" for code in sorted(codes - first.codes.get(name, frozenset())))


def _narrowed(pairs: list[tuple[Sheet, Sheet]]) -> Iterator[str]:
    for before, after in pairs:
        for name, shape in after.columns.items():
            if name in before.columns and _narrower(before.columns[name], shape):
                yield f"{after.name}.{name}"


def _narrower(before: Shape, after: Shape) -> bool:
    old, new = before.constraints, after.constraints
    return (
        (before.type, before.format) != (after.type, after.format)
        or any(new.get(name) and not old.get(name) for name in ("required", "unique"))
        or any(_number(new, name, -_NO_LIMIT) > _number(old, name, -_NO_LIMIT) for name in _LEAST)
        or any(_number(new, name, _NO_LIMIT) < _number(old, name, _NO_LIMIT) for name in _MOST)
        or ("pattern" in new and new["pattern"] != old.get("pattern"))
        or ("enum" in new and not set(old.get("enum", [None])) <= set(new["enum"]))
    )


def _number(constraints: Mapping[str, Any], name: str, otherwise: float) -> float:
    return float(constraints.get(name, otherwise))
