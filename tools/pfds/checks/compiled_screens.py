"""Screens for cells that stay where they are in CSV text; they leave what may be bad, as the other screens do.

What they remember of a column (values that were judged sound) only makes them faster.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from functools import cache
from math import inf
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa

from pfds.checks.identifier_screen import MOST_BEGINNINGS, IdentifierForm, identifier_form
from pfds.checks.screens import text_bounds
from pfds.intake.acceleration import accelerator
from pfds.intake.columns import Flags, Integers
from pfds.intake.split_columns import SplitColumns
from pfds.standard.model import Field, Standard

if TYPE_CHECKING:
    from pfds_accelerator import Known, Look

_MOST_VALUES: Final = 1 << 14
"""Values of one column that are remembered."""
_GROWTH: Final = 8
"""Of so many values, one more must be new before all are put in order again."""
_REPEATED: Final = 2
"""How often a value stands in a column at least, on average, if it is worth remembering."""
_SAMPLE: Final = 1000
"""Cells of which this can be told."""
_ANY_LENGTH: Final = 1 << 31


class CompiledScreen(ABC):
    """A quick look at the cells of a column in CSV text."""

    @abstractmethod
    def suspects(self, columns: SplitColumns, name: str) -> Integers:
        """The rows, in order, of cells that may be bad."""

    def learn(self, cells: pa.StringArray, bad: Sequence[Flags]) -> None:  # noqa: B027
        """Take note of how suspects were judged; most screens need not."""


@cache
def compiled_screen(standard: Standard, field: Field) -> CompiledScreen:
    """The screen of a field."""
    compiled: Any = accelerator()
    plain = field.json_type == "string" and not field.format and not field.codelist
    if plain and field.forbidden is None and field.min_length is None and field.max_length is None:
        form = identifier_form(field.pattern)
        if form:
            return _Identifiers(form)
    bounds = text_bounds(field.pattern, field.forbidden) if plain and (field.min_length or 0) <= 1 else None
    if bounds:
        longest = _ANY_LENGTH if field.max_length is None else field.max_length
        return _Looked(compiled.Prose(bounds.first, bounds.last, bounds.before_last, bounds.inside, longest))
    if field.forbidden is None and (field.codelist or field.json_type == "boolean"):
        codes = standard.codes(field) if field.codelist else ("true", "false")
        return _Looked(compiled.Known([code.encode() for code in codes]))
    if field.forbidden is None and field.format in ("date", "edtf"):
        return _Looked(compiled.Dates(field.format == "edtf"))
    if field.forbidden is None and field.json_type in ("integer", "number"):
        low, high = -inf if field.minimum is None else field.minimum, inf if field.maximum is None else field.maximum
        return _Looked(compiled.Numbers(field.json_type == "integer", low, high))
    return _Values(compiled.Known)


class _Looked(CompiledScreen):
    """What one look leaves."""

    def __init__(self, look: Look) -> None:
        self._look = look

    def suspects(self, columns: SplitColumns, name: str) -> Integers:
        return columns.split.left(columns.positions[name], self._look)


class _Values(CompiledScreen):
    """Cells whose value was judged before need not be looked at again."""

    def __init__(self, known: Callable[[list[bytes]], Known]) -> None:
        self._as_known = known
        self._values: frozenset[bytes] = frozenset()
        self._new: frozenset[bytes] = frozenset()
        self._hopeless = False
        self._known: Known | None = None

    def suspects(self, columns: SplitColumns, name: str) -> Integers:
        position = columns.positions[name]
        if self._known is None:
            return columns.split.filled(position)
        return columns.split.left(position, self._known)

    def learn(self, cells: pa.StringArray, bad: Sequence[Flags]) -> None:
        if self._hopeless or len(self._values) >= _MOST_VALUES:
            return
        sound = cells.is_valid().to_numpy(zero_copy_only=False)
        for flags in bad:
            sound &= ~flags
        found = cells.filter(pa.array(sound)).unique().cast(pa.binary()).to_pylist()
        self._hopeless = self._known is None and bool(len(found) * _REPEATED > np.count_nonzero(sound) > _SAMPLE)
        self._new |= frozenset(found) - self._values
        if len(self._new) * _GROWTH > len(self._values):
            self._values, self._new = frozenset(sorted(self._values | self._new)[:_MOST_VALUES]), frozenset()
            self._known = self._as_known(sorted(self._values))


class _Identifiers(CompiledScreen):
    """Of identifiers that begin alike, one is judged in full, and of the others only the end."""

    def __init__(self, form: IdentifierForm) -> None:
        self._form = form
        self._letters = np.zeros(256, np.uint8)
        self._letters[[ord(letter) for letter in form.end]] = 1

    def suspects(self, columns: SplitColumns, name: str) -> Integers:
        form, position = self._form, columns.positions[name]
        rows, others = columns.split.filled(position), list[int]()
        for _ in range(MOST_BEGINNINGS):
            if not rows.size:
                break
            known = form.pattern.fullmatch(columns.texts(name, rows[:1])[0] or "")
            if known is None:
                others.append(int(rows[0]))
                rows = rows[1:]
            else:
                begin = known["begin"].encode("ascii")
                rows = columns.split.unlike(position, rows, begin, self._letters, form.least, form.most)
        return np.sort(np.concatenate([rows, np.array(others, np.int64)])) if others else rows
