"""Values of records left out that lead to somebody: identifiers elsewhere, e-mail addresses, telephone numbers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pfds.checks.database import Database
from pfds.release.dataset import sent
from pfds.release.disclose import public
from pfds.standard.model import Standard, Table

_IDENTIFIERS: Final = "identifiers"
_VALUE: Final = "identifier_value"
_NOT_TEXT: Final = ("code", "id", "date", "edtf", "duration", "language", "hash")
"""Kinds of fields that hold words of the standard, identifiers and numbers."""
_CONTACTS: Final = (
    ("@", r"[\w.%+-]+@[\w-]+(?:\.[\w-]+)+"),
    ("+", r"\+[0-9][0-9 ()./-]{6,}[0-9]"),
)
"""What a cell must have, and what in it is an e-mail address or a telephone number."""


def protected_values(standard: Standard, dataset: Database) -> frozenset[str]:
    """The values that a disclosed dataset holds and its public part does not."""
    found = {*_kept_back(dataset, f"SELECT {_VALUE} AS v FROM {sent(_IDENTIFIERS)}", _public_identifiers())}
    for mark, pattern in _CONTACTS:
        private = list(_cells(standard, mark, pattern, is_public=False))
        shown = list(_cells(standard, mark, pattern, is_public=True))
        found.update(_kept_back(dataset, " UNION ALL ".join(private), " UNION ALL ".join(shown)))
    return frozenset(found)


def _public_identifiers() -> str:
    return f"SELECT {_VALUE} AS v FROM {public(_IDENTIFIERS)}"


def _kept_back(dataset: Database, private: str, shown: str) -> Iterator[str]:
    select = f"SELECT v FROM ({private}) WHERE v IS NOT NULL EXCEPT SELECT v FROM ({shown})"
    for batch in dataset.stream(select):
        yield from batch.column(0).to_pylist()


def _cells(standard: Standard, mark: str, pattern: str, *, is_public: bool) -> Iterator[str]:
    for table in standard.tables.values():
        relation = public(table.name) if is_public else sent(table.name)
        for name in free_text(table):
            if not is_public or table.by_name[name].disclosure == "public":
                yield (
                    f"SELECT unnest(regexp_extract_all({name}, '{pattern}')) AS v FROM {relation}"
                    f" WHERE contains({name}, '{mark}')"
                )


def free_text(table: Table) -> tuple[str, ...]:
    """Fields of a table that hold texts of the dataset, and neither codes nor identifiers nor numbers."""
    return tuple(field.name for field in table.fields if field.json_type == "string" and field.kind not in _NOT_TEXT)
