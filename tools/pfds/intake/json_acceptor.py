"""The published JSON Schema of a record, compiled to tell quickly whether it accepts one."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from jsonschema_rs import Draft202012Validator

from pfds.publish.json_schema import record_schema
from pfds.standard.model import Standard, Table


@cache
def acceptor(standard: Standard, table: Table) -> Callable[[object], bool]:
    """The function that says whether the published schema accepts a value as a record of ``table``.

    `format` is left out, as JSON Schema 2020-12 does by default: one look at each different date is quicker than one
    at each date of each record. Raises ValueError for a value that is nested too deep.
    """
    return Draft202012Validator(record_schema(standard, table), validate_formats=False).is_valid
