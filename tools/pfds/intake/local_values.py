"""What is certainly meant by the cells of a column, where people write otherwise than the standard does.

Nothing is guessed: what can be read in two ways stays as it is, and is judged as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final
from unicodedata import normalize

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pfds.intake.local_dates import DAY, ORDER, TIME, find_order, is_date, read_date
from pfds.intake.local_numbers import read_number
from pfds.intake.local_text import plain_digits, trimmed, without_unseen
from pfds.intake.local_words import read_boolean, read_code
from pfds.standard.model import Field, Standard

SPACE, UNSEEN, SAME_LETTERS, DIGITS = "space", "unseen", "letters", "digits"
CODE, BOOLEAN, NUMBER, LISTED = "code", "boolean", "number", "listed"
KINDS: Final = (SPACE, UNSEEN, SAME_LETTERS, DIGITS, CODE, BOOLEAN, NUMBER, LISTED, DAY, ORDER, TIME)
"""Ways of reading: white space taken away, marks that cannot be seen taken away, letters put together (Unicode NFC),
digits of another script, a label or alias for its code, a word for true or false, a number or a date as it is written
somewhere, the id out of “id – name”, and (last three) dates by their form, by their column, and without their time."""

_PROSE: Final = frozenset({"text", "line"})
_LANGUAGES: Final = "language"
_LISTED: Final = re.compile(r"(\S+)\s+[–—-]\s+\S.*", re.DOTALL)

_Reading = Callable[[str], "tuple[str, str] | None"]


@dataclass(frozen=True, slots=True)
class Change:
    """A value that is read as another: in which way, how often, and the index (0 = first) of the first cell."""

    kind: str
    old: str
    new: str
    first: int
    count: int


@dataclass(frozen=True, slots=True)
class Converted:
    """A column as it is meant, null where a cell holds white space only, and the changes by first index."""

    values: pa.StringArray
    changes: tuple[Change, ...]


def local_values(standard: Standard, field: Field, column: pa.StringArray, *, letters: bool = True) -> Converted:
    """Every cell of a column as it is certainly meant; what is not certain stays as it was.

    In texts, ``letters`` that can be written in several ways get the usual one (Unicode NFC).
    """
    encoded = column.dictionary_encode()
    words = encoded.dictionary
    changed: dict[int, tuple[str, str]] = dict(_changes(standard, field, words, letters=letters))
    if not changed:
        return Converted(column, ())
    indices = encoded.indices.fill_null(-1).to_numpy()
    counts = np.bincount(indices[indices >= 0], minlength=len(words))
    _, firsts = np.unique(indices, return_index=True)
    first_of = dict(zip(indices[firsts].tolist(), firsts.tolist(), strict=True))
    told = [
        Change(kind, words[index].as_py(), new, first_of[index], int(counts[index]))
        for index, (new, kind) in changed.items()
        if index in first_of
    ]
    return Converted(_with(words, changed).take(encoded.indices), tuple(sorted(told, key=lambda each: each.first)))


def _with(words: pa.StringArray, changed: dict[int, tuple[str, str]]) -> pa.StringArray:
    mask = np.zeros(len(words), np.bool_)
    mask[list(changed)] = True
    new = [changed[index][0] or None for index in np.flatnonzero(mask).tolist()]
    return pc.replace_with_mask(words, pa.array(mask), pa.array(new, pa.string()))


def _changes(
    standard: Standard, field: Field, words: pa.StringArray, *, letters: bool
) -> Iterator[tuple[int, tuple[str, str]]]:
    """Index, new value and kind of each distinct value that changes."""
    if field.kind in _PROSE:
        for index in _untidy(words):
            value = words[index].as_py()
            if (found := _tidied(value) if letters else _bared(value)) is not None:
                yield index, found
        return
    values = words.to_pylist()
    read = _reading(standard, field, values)
    for index, value in enumerate(values):
        found = _read(value, read)
        if found is not None:
            yield index, found


def _untidy(words: pa.StringArray) -> list[int]:
    tidy = pc.utf8_normalize(pc.utf8_trim_whitespace(words), form="NFC")
    return np.flatnonzero(pc.not_equal(tidy, words).to_numpy(zero_copy_only=False)).tolist()


def _tidied(value: str) -> tuple[str, str] | None:
    bare = trimmed(value)
    tidy = normalize("NFC", bare)
    if tidy == value:
        return None
    return tidy, SPACE if tidy == bare else SAME_LETTERS


def _bared(value: str) -> tuple[str, str] | None:
    bare = trimmed(value)
    return None if bare == value else (bare, SPACE)


def _read(value: str, read: _Reading) -> tuple[str, str] | None:
    """The value as it is meant, and the most telling of the ways in which it was read."""
    tidy = _tidied(value)
    plain = value if tidy is None else tidy[0]
    if (found := read(plain)) is not None:
        return tidy if found[0] == plain else found
    bare = normalize("NFC", without_unseen(value))
    if bare == plain:
        return tidy
    found = read(bare)
    return (bare, UNSEEN) if found is None or found[0] == bare else found


def _reading(standard: Standard, field: Field, values: list[str]) -> _Reading:
    """How values of a field are read; one that is as it should be is left alone."""
    if field.codelist:
        return partial(_code, standard, field.codelist)
    if field.kind in ("edtf", "date"):
        order = find_order(plain_digits(without_unseen(value)) for value in values)
        return lambda value: _digits_first(value, is_date, lambda plain: read_date(plain, order))
    if field.kind == "language" and _LANGUAGES in standard.codelists:
        return partial(_language, standard, _whole(field))
    readings: Mapping[str, _Reading] = {
        "boolean": _boolean,
        "integer": partial(_number, whole=True),
        "number": partial(_number, whole=False),
        "id": partial(_listed, _whole(field)),
    }
    return readings.get(field.kind, _as_it_is)


def _as_it_is(_: str) -> None:
    """There is no other way to write it."""


def _whole(field: Field) -> Callable[[str], bool]:
    form = re.compile(field.pattern or ".*")
    return lambda value: form.fullmatch(value) is not None


def _digits_first(value: str, fits: Callable[[str], bool], read: _Reading) -> tuple[str, str] | None:
    plain = plain_digits(value)
    if plain != value and fits(plain):
        return plain, DIGITS
    return read(plain)


def _code(standard: Standard, codelist: str, value: str) -> tuple[str, str] | None:
    code = read_code(standard, codelist, value)
    return None if code is None else (code, CODE)


def _language(standard: Standard, fits: Callable[[str], bool], value: str) -> tuple[str, str] | None:
    return (value, CODE) if fits(value) else _code(standard, _LANGUAGES, value)


def _boolean(value: str) -> tuple[str, str] | None:
    if value in ("true", "false"):
        return value, BOOLEAN
    truth = read_boolean(plain_digits(value))
    return None if truth is None else (truth, BOOLEAN)


def _number(value: str, *, whole: bool) -> tuple[str, str] | None:
    form = re.compile("-?[0-9]+" if whole else r"-?[0-9]+(\.[0-9]+)?")

    def read(plain: str) -> tuple[str, str] | None:
        if form.fullmatch(plain):
            return None
        number = read_number(plain, whole=whole)
        return None if number is None else (number, NUMBER)

    return _digits_first(value, lambda plain: form.fullmatch(plain) is not None, read)


def _listed(fits: Callable[[str], bool], value: str) -> tuple[str, str] | None:
    if fits(value):
        return value, LISTED
    if fits(plain_digits(value)):
        return plain_digits(value), DIGITS
    listed = _LISTED.fullmatch(value)
    return (listed[1], LISTED) if listed and fits(listed[1]) else None
