"""Values of records left out that lead to somebody: identifiers elsewhere, addresses, telephone numbers, birthdays."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from pfds.checks.database import Database
from pfds.release.conditions import inside, some
from pfds.release.dataset import public, sent
from pfds.release.disclose import GONE
from pfds.release.hanging import PROTECTED
from pfds.release.protected import Names, Origin, Origins, words
from pfds.release.scan.seeker import TextSeeker
from pfds.release.scan.sought import SHORT
from pfds.standard.model import Field, Standard, Table

_IDENTIFIERS: Final = "identifiers"
_VALUE: Final = "identifier_value"
_NOT_TEXT: Final = ("code", "id", "date", "edtf", "duration", "language", "hash")
"""Kinds of fields that hold words of the standard, identifiers and numbers."""
_DATES: Final = ("date", "edtf")
_CONTACT: Final = r"[\w.%+-]+@[\w-]+(?:\.[\w-]+)+|\+[0-9][0-9 ()./-]{6,}[0-9]"
"""An e-mail address or a telephone number."""
_OWNERS: Final = ("persons", "organizations", "names", "sources", _IDENTIFIERS)
"""Tables whose texts are about one person, organization or source: a contact that stands there is theirs."""
_DAY: Final = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
_PAGE: Final = re.compile(r"[a-z]+://[^/?#]+[/?#].*\w", re.IGNORECASE | re.DOTALL)
_APART: Final = "\n" * 8


def protected_values(standard: Standard, dataset: Database) -> Origins:
    """The values that a disclosed dataset holds and its public part does not tell on purpose."""
    found = {text: origin for text, origin in _all(standard, dataset) if _is_telling(text)}
    seeker, known = TextSeeker(Names(frozenset(), frozenset()), (), found), set[tuple[str, ...]]()
    for texts in _told_on_purpose(standard, dataset) if found else ():
        known.update(seen.sought.words for seen in seeker.seen(_APART.join(texts)))
    return {text: origin for text, origin in found.items() if words(text) not in known}


def free_text(table: Table) -> tuple[str, ...]:
    """Fields of a table that hold texts of the dataset, and neither codes nor identifiers nor numbers."""
    return tuple(field.name for field in table.fields if field.json_type == "string" and field.kind not in _NOT_TEXT)


def _all(standard: Standard, dataset: Database) -> Iterator[tuple[str, Origin]]:
    yield from _of_rows_left_out(dataset, standard.tables[_IDENTIFIERS], _VALUE)
    for table in standard.tables.values():
        for field in table.fields:
            if field.kind == "url":
                pages = _of_rows_left_out(dataset, table, field.name)
                yield from ((text, origin) for text, origin in pages if _PAGE.fullmatch(text))
    yield from _contacts(standard, dataset)
    yield from _days(standard, dataset)


def _is_telling(text: str) -> bool:
    """Whether a value is found by chance hardly ever: short numbers and years are not."""
    return len("".join(words(text))) >= SHORT


def _of_rows_left_out(dataset: Database, table: Table, column: str) -> Iterator[tuple[str, Origin]]:
    key = table.primary_key
    select = f"SELECT {key}, {column} FROM {sent(table.name)} WHERE {column} IS NOT NULL"
    for batch in dataset.stream(f"{select} AND {key} NOT IN (SELECT {key} FROM {public(table.name)})"):
        for record, text in zip(*(each.to_pylist() for each in batch.columns), strict=True):
            yield text, Origin(table.name, record, column)


def _contacts(standard: Standard, dataset: Database) -> Iterator[tuple[str, Origin]]:
    """Contacts in cells that are not published; of tables about events only those that no published cell has."""
    written = [each for table in standard.tables.values() for each in _contacts_in(dataset, table, sent(table.name))]
    if not written:
        return
    told = {each for table in standard.tables.values() for each in _contacts_in(dataset, table, public(table.name))}
    known = {text for text, _ in told}
    for text, origin in written:
        if (text, origin) not in told and (origin.table in _OWNERS or text not in known):
            yield text, origin


def _contacts_in(dataset: Database, table: Table, relation: str) -> Iterator[tuple[str, Origin]]:
    is_public = relation == public(table.name)
    for column in free_text(table):
        if is_public and table.by_name[column].disclosure != "public":
            continue
        found = f"SELECT {table.primary_key}, unnest(regexp_extract_all({column}, '{_CONTACT}')) FROM {relation}"
        for record, text in dataset.rows(f"{found} WHERE contains({column}, '@') OR contains({column}, '+')"):
            yield text, Origin(table.name, record, column)


def _days(standard: Standard, dataset: Database) -> Iterator[tuple[str, Origin]]:
    """Days in fields that no release has, as birthdays, of protected records; no day that is published elsewhere."""
    theirs = [found for table in standard.tables.values() for found in _private_days(dataset, table)]
    if theirs:
        public_days = {day for (day,) in dataset.rows(" UNION ".join(_public_days(standard)))}
        yield from ((day, origin) for day, origin in theirs if day not in public_days)


def _private_days(dataset: Database, table: Table) -> Iterator[tuple[str, Origin]]:
    for field in table.fields:
        if field.kind in _DATES and field.disclosure != "public":
            protected = some(inside(table.primary_key, relation) for relation in (GONE, PROTECTED))
            select = f"SELECT {field.name}, {table.primary_key} FROM {sent(table.name)}"
            for day, key in dataset.rows(f"{select} WHERE {_is_day(field)} AND {protected}"):
                yield day, Origin(table.name, key, field.name)


def _is_day(field: Field) -> str:
    return f"regexp_full_match({field.name}, '{_DAY}')"


def _public_days(standard: Standard) -> Iterator[str]:
    for table in standard.tables.values():
        for field in table.fields:
            if field.kind in _DATES and field.disclosure == "public":
                yield f"SELECT {field.name} FROM {public(table.name)} WHERE {_is_day(field)}"


def _told_on_purpose(standard: Standard, dataset: Database) -> Iterator[list[str]]:
    """Published addresses of pages and identifiers elsewhere."""
    columns = [(standard.tables[_IDENTIFIERS], _VALUE)]
    columns += [(table, each.name) for table in standard.tables.values() for each in table.fields if each.kind == "url"]
    for table, column in columns:
        for batch in dataset.stream(f"SELECT {column} FROM {public(table.name)} WHERE {column} IS NOT NULL"):
            yield batch.column(0).to_pylist()
