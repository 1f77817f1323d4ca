"""The published JSON Schemas, judged by `jsonschema`: a second opinion on what the toolkit finds in cells."""

import json
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker, ValidationError
from jsonschema.validators import extend

from kloop import STANDARD
from pfds.publish.json_schema import record_schema
from pfds.standard.edtf import EdtfError, parse_edtf
from pfds.standard.model import Field, Standard, Table

FORMATS = FormatChecker(formats=["date"])
PLAIN_INTEGER = re.compile(r"-?[0-9]+")
PLAIN_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")


def _is_edtf(value: object) -> bool:
    return not isinstance(value, str) or parse_edtf(value) is not None


FORMATS.checks("edtf", raises=EdtfError)(_is_edtf)


@cache
def _ecma(pattern: str) -> re.Pattern[str]:
    """A pattern with the meaning that JSON Schema gives it (ECMA 262): `$` is the end of the text.

    In Python `$` also stands before a line break that ends the text, so that "kloop\\n" would pass.
    """
    body = pattern.removesuffix("$")
    if "$" in body:
        raise AssertionError(f"{pattern}: a $ that is not at the end must be translated too")
    return re.compile(body if body == pattern else rf"{body}\Z")


def _pattern(_validator: Any, pattern: str, value: object, _schema: Any) -> Iterator[ValidationError]:
    if isinstance(value, str) and not _ecma(pattern).search(value):
        yield ValidationError(f"does not match {pattern}")


_Validator = extend(Draft202012Validator, {"pattern": _pattern})


@cache
def validator(table: Table, standard: Standard = STANDARD) -> Any:
    """Validator of a record of the table."""
    return _Validator(record_schema(standard, table), format_checker=FORMATS)


def bad_fields(table: Table, record: Mapping[str, Any]) -> set[str]:
    """Fields of a record that its published schema refuses, the missing ones included."""
    return set(broken_by_field(table, record))


def broken_by_field(table: Table, record: Mapping[str, Any], standard: Standard = STANDARD) -> dict[str, set[str]]:
    """Keywords of its published schema that a record breaks, by field."""
    broken: dict[str, set[str]] = {}
    for error in validator(table, standard).iter_errors(record):
        if error.validator == "required":
            names = [field.name for field in table.fields if field.required and field.name not in record]
        else:
            names = [error.absolute_path[0]]
        for name in names:
            broken.setdefault(name, set()).add(error.validator)
    return broken


def broken_keywords(table: Table, field: Field, value: Any) -> frozenset[str]:
    """Keywords of the field's published schema that a value breaks."""
    errors = validator(table).evolve(schema=validator(table).schema["properties"][field.name]).iter_errors(value)
    return frozenset(error.validator for error in errors)


def typed(field: Field, text: str) -> Any:
    """The JSON value that a CSV cell stands for; text that no number or truth value is written as stays text.

    A number is one that JSON writes so too, without exponent, and that a float holds to its last digit.
    """
    if field.json_type == "boolean":
        return {"true": True, "false": False}.get(text, text)
    form = {"integer": PLAIN_INTEGER, "number": PLAIN_NUMBER}.get(field.json_type)
    if form is None or not text.isascii() or not form.fullmatch(text):
        return text
    try:
        number = json.loads(text)
    except ValueError:
        return text
    held = field.json_type == "integer" or Decimal(repr(float(text))) == Decimal(text)
    return number if held else text


def typed_record(table: Table, row: Mapping[str, str]) -> dict[str, Any]:
    """The record that a CSV row stands for; an empty cell is an absent key."""
    return {name: typed(table.by_name[name], text) for name, text in row.items() if text}
