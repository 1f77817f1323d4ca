"""Checks of one column of text, compiled from the keywords of its field into Arrow kernels.

Each check looks at a whole column and returns a mask of its bad cells; empty cells are never bad here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache, partial

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pfds.checks.compiled_screens import compiled_screen
from pfds.checks.date_screens import date_screen, edtf_screen
from pfds.checks.dates import bounds_of
from pfds.checks.identifier_screen import identifier_screen
from pfds.checks.screens import Screen, text_screen
from pfds.checks.verdicts import Verdicts
from pfds.intake.columns import Flags, HeldColumns, Integers, TextColumns
from pfds.intake.split_columns import SplitColumns
from pfds.standard.model import Field, Standard
from pfds.standard.numbers import survives_as_float

Mask = Callable[[pa.StringArray], pa.BooleanArray]

_INTEGER = r"^-?(0|[1-9][0-9]*)$"
_NUMBER = r"^-?(0|[1-9][0-9]*)(\.[0-9]+)?$"
_BOOLEANS = pa.array(["true", "false"])
_MOST_DIGITS = 15
_FEW = 1000
"""Cells for which starting kernels takes longer than looking up what is known of their values."""
_MOSTLY = 0.5
"""Share of the cells of a column from which on it costs less to judge all than to take them out."""


@dataclass(frozen=True, slots=True)
class Check:
    """One rule of structure over one column: the rule's name, and the function that finds the bad cells."""

    rule: str
    bad: Mask


@cache
def compile_checks(standard: Standard, field: Field) -> tuple[Check, ...]:
    """Checks of a field in the order in which a cell is judged: the first that fails is the one told."""
    checks: list[Check] = []
    if field.forbidden:
        checks.append(Check("cell-control-character", _matching(field.forbidden)))
    if field.json_type == "integer":
        checks.append(Check("cell-type", _not_matching(_INTEGER)))
    elif field.json_type == "number":
        checks.append(Check("cell-type", _any(_not_matching(_NUMBER), _loses_digits)))
    elif field.json_type == "boolean":
        checks.append(Check("cell-type", _not_in(_BOOLEANS)))
    elif field.codelist:
        checks.append(Check("cell-code", _not_in(pa.array(standard.codes(field)))))
    elif field.format in ("edtf", "date"):
        readable = _is_edtf if field.format == "edtf" else _is_day
        checks.append(Check("cell-date", _unreadable(partial(_is_date, readable, re.compile(field.pattern or ".*")))))
    else:
        checks.extend(_text_checks(field))
    if field.minimum is not None or field.maximum is not None:
        checks.append(Check("cell-range", _outside(field)))
    return tuple(checks)


def bad_cells(standard: Standard, field: Field, column: pa.StringArray) -> list[tuple[str, Flags]]:
    """The bad cells of a column, rule by rule; a cell is flagged for the first rule that it breaks."""
    found = bad_among(standard, field, HeldColumns(pa.table({field.name: column})))
    return [(rule, _flags(bad, len(column))) for rule, bad in found]


def bad_among(standard: Standard, field: Field, columns: TextColumns) -> list[tuple[str, Integers]]:
    """The indices, in order, of the bad cells of the column of a field, rule by rule."""
    name, size = field.name, len(columns)
    if columns.empty(name) == size:
        return []
    compiled = None
    if isinstance(columns, SplitColumns):
        compiled = compiled_screen(standard, field)
        suspects = compiled.suspects(columns, name)
    else:
        suspects = _suspects(field, columns)
    if not suspects.size:
        return []
    if len(suspects) <= _FEW:
        return _bad_of_few(standard, field, columns, suspects)
    all_of_them = len(suspects) > _MOSTLY * size
    cells = columns.column(name) if all_of_them else columns.some(name, suspects)
    judged = _judged(standard, field, cells)
    if compiled:
        compiled.learn(cells, [bad for _, bad in judged])
    return [(rule, np.flatnonzero(bad) if all_of_them else suspects[bad]) for rule, bad in judged]


def _bad_of_few(
    standard: Standard, field: Field, columns: TextColumns, suspects: Integers
) -> list[tuple[str, Integers]]:
    texts = columns.texts(field.name, suspects)
    suspects = suspects[[text is not None for text in texts]]
    rules = _verdicts(standard, field).of([text for text in texts if text is not None])
    broken = {check.rule: [rule == check.rule for rule in rules] for check in compile_checks(standard, field)}
    return [(rule, suspects[flags]) for rule, flags in broken.items() if any(flags)]


@cache
def _verdicts(standard: Standard, field: Field) -> Verdicts:
    return Verdicts(partial(_judged, standard, field))


def _suspects(field: Field, columns: TextColumns) -> Integers:
    """What the screen of a field leaves; if it has none, every cell that is not empty."""
    screen = _screen(field)
    return screen(columns.column(field.name)) if screen else np.flatnonzero(~columns.is_empty(field.name))


def _flags(indices: Integers, size: int) -> Flags:
    flags = np.zeros(size, np.bool_)
    flags[indices] = True
    return flags


@cache
def _screen(field: Field) -> Screen | None:
    if field.format:
        return {"edtf": edtf_screen, "date": date_screen}.get(field.format)
    if field.json_type != "string" or field.codelist:
        return None
    if field.forbidden is None and field.min_length is None and field.max_length is None:
        return identifier_screen(field.pattern)
    return text_screen(field.pattern, field.forbidden, field.max_length) if (field.min_length or 0) <= 1 else None


def _judged(standard: Standard, field: Field, column: pa.StringArray) -> list[tuple[str, Flags]]:
    found: list[tuple[str, Flags]] = []
    remaining = column
    for check in compile_checks(standard, field):
        bad = pc.fill_null(check.bad(remaining), False)
        if pc.any(bad, min_count=0).as_py():
            found.append((check.rule, bad.to_numpy(zero_copy_only=False)))
            remaining = pc.if_else(bad, pa.scalar(None, pa.string()), remaining)
    return found


def _text_checks(field: Field) -> Iterable[Check]:
    if field.pattern:
        yield Check("cell-pattern", _not_matching(field.pattern))
    if field.min_length is not None or field.max_length is not None:
        yield Check("cell-length", _wrong_length(field.min_length or 0, field.max_length or 2**31 - 1))


def _matching(pattern: str) -> Mask:
    return lambda column: pc.match_substring_regex(column, pattern)


def _not_matching(pattern: str) -> Mask:
    return lambda column: pc.invert(pc.match_substring_regex(column, pattern))


def _not_in(values: pa.Array) -> Mask:
    return lambda column: pc.and_(pc.is_valid(column), pc.invert(pc.is_in(column, value_set=values)))


def _any(*masks: Mask) -> Mask:
    def bad(column: pa.StringArray) -> pa.BooleanArray:
        result = masks[0](column)
        for mask in masks[1:]:
            result = pc.or_kleene(result, mask(column))
        return result

    return bad


def _wrong_length(shortest: int, longest: int) -> Mask:
    def bad(column: pa.StringArray) -> pa.BooleanArray:
        lengths = pc.utf8_length(column)
        return pc.or_(pc.less(lengths, shortest), pc.greater(lengths, longest))

    return bad


def _unreadable(readable: Callable[[str], bool]) -> Mask:
    def bad(column: pa.StringArray) -> pa.BooleanArray:
        encoded = column.dictionary_encode()
        verdicts = pa.array([not readable(text) for text in encoded.dictionary.to_pylist()], pa.bool_())
        return pc.take(verdicts, encoded.indices)

    return bad


@lru_cache(maxsize=1 << 14)
def _is_date(readable: Callable[[str], bool], pattern: re.Pattern[str], text: str) -> bool:
    """Whether a value has the form and can be read; few values stand for most of those that are no plain day."""
    return pattern.fullmatch(text) is not None and readable(text)


def _is_edtf(text: str) -> bool:
    return bounds_of(text) is not None


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _loses_digits(column: pa.StringArray) -> pa.BooleanArray:
    long = pc.fill_null(pc.greater(pc.binary_length(column), _MOST_DIGITS), False)
    if not pc.any(long, min_count=0).as_py():
        return long
    lost = [text is not None and not survives_as_float(text) for text in column.filter(long).to_pylist()]
    return pc.replace_with_mask(long, long, pa.array(lost, pa.bool_()))


def _outside(field: Field) -> Mask:
    def bad(column: pa.StringArray) -> pa.BooleanArray:
        numbers = as_numbers(column)
        low = pc.less(numbers, float("-inf") if field.minimum is None else float(field.minimum))
        high = pc.greater(numbers, float("inf") if field.maximum is None else float(field.maximum))
        return pc.or_(low, high)

    return bad


def as_numbers(column: pa.StringArray) -> pa.DoubleArray:
    """Text that has the form of a number, as float64; too many digits give infinity rather than an error."""
    return pc.cast(column, pa.float64())


def as_integers(column: pa.StringArray) -> pa.Int64Array:
    """Text that has the form of an integer, as int64; what does not fit becomes null."""
    fits = pc.less_equal(pc.utf8_length(column), _MOST_DIGITS + 1)
    return pc.cast(pc.if_else(fits, column, pa.scalar(None, pa.string())), pa.int64())
