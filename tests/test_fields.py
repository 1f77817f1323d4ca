"""Every field of every table: its examples pass, and for each of its keywords a value fails under the expected rule."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from json_schema_oracle import broken_keywords, typed
from kloop import STANDARD, write_csv
from pfds.checks.cells import check_cells
from pfds.intake.columns import HeldColumns
from pfds.intake.tables import TextTable
from pfds.publish.json_schema import field_schema
from pfds.standard.model import Field, Table
from reading import read_submission

FIELDS = [(table, field) for table in STANDARD.tables.values() for field in table.by_name.values()]
TABLES = list(STANDARD.tables.values())
CHECKED_KEYWORDS = {"type", "enum", "pattern", "not", "format", "maxLength", "minimum", "maximum"}
TYPES_WITH_OTHER_TEXT = ("integer", "number", "boolean")


@dataclass(frozen=True, slots=True)
class Wrong:
    """A text that breaks the ``keywords`` of a field and no other, and the rule that tells it."""

    text: str
    rule: str
    keywords: frozenset[str]


def named(item: object) -> str:
    return item.name if isinstance(item, (Table, Field)) else ""


def cell(value: object) -> str:
    """An example as a CSV cell holds it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def wrong(rule: str, keywords: str, *texts: str) -> Iterator[Wrong]:
    return (Wrong(text, rule, frozenset(keywords.split())) for text in texts)


def wrong_values(field: Field) -> list[Wrong]:
    """For each keyword that text can break, values that break it."""
    return [
        *wrong_types(field),
        *wrong_range(field),
        *(wrong_code(field) if field.codelist else ()),
        *(wrong_date(field) if field.format else ()),
        *(wrong_text(field) if field.pattern and not field.codelist and not field.format else ()),
    ]


def wrong_types(field: Field) -> Iterator[Wrong]:
    texts = {
        "integer": ("5.5", "five", "1,000"),
        "number": ("5,5", "five", "5 som"),
        "boolean": ("yes", "True", "1"),
    }
    yield from wrong("cell-type", "type", *texts.get(field.json_type, ()))


def wrong_range(field: Field) -> Iterator[Wrong]:
    if field.minimum is not None:
        yield from wrong("cell-range", "minimum", f"{field.minimum - 1:.0f}")
    if field.maximum is not None:
        yield from wrong("cell-range", "maximum", f"{field.maximum + 1:.0f}")


def wrong_code(field: Field) -> Iterator[Wrong]:
    example = str(field.examples[0])
    yield from wrong("cell-code", "enum", "no_such_code", example.swapcase(), f" {example}", f"{example}\n")


def wrong_date(field: Field) -> Iterator[Wrong]:
    yield from wrong("cell-date", "format", "2025-02-30", "2023-02-29", "0000-01-01")
    yield from wrong("cell-date", "format pattern", "yesterday", "28.05.2025", "2021-2-3", "2025-05-28\n")
    if field.max_length is not None:
        yield from wrong("cell-date", "format maxLength", f"[{','.join(['2025'] * 20)},2026]")


def wrong_text(field: Field) -> Iterator[Wrong]:
    example = str(field.examples[0])
    yield from wrong("cell-pattern", "pattern", f" {example}", f"{example} ", f"\u00a0{example}", *odd_form(field))
    if field.forbidden:
        lines = "" if "\\x0B" in field.forbidden else "\t\n\r"
        controls = (f"a{character}b" for character in f"\x01\x0b\x1b\x7f{lines}")
        yield from wrong("cell-control-character", "not", *controls)
    if field.max_length is not None:
        start = "https://example.org/" if field.kind == "url" else ""
        yield from wrong("cell-length", "maxLength", start.ljust(field.max_length + 1, "й" if not start else "a"))


def odd_form(field: Field) -> Sequence[str]:
    """Texts that have not the form of the field's kind, without blanks at their ends."""
    example = str(field.examples[0])
    if field.kind == "id":
        local = example[4:]
        long = example.ljust(len(example) + 41, "a")
        return (f"xyz-{local}", example.upper(), local, example[:4], f"{example}_", f"{example}\n", long)
    forms = {
        "language": ("English", "EN", "e", "en_GB"),
        "duration": ("5 years", "P", "P1Y2W", "p5y"),
        "hash": ("f" * 63, "F" * 64, "f" * 65),
        "url": ("example.org", "ftp://example.org", "http://", "https://example.org/a b", "https://example.org/<a>"),
    }
    own_forms = {"admin1": ("KG", "kg-gb", "KG-"), "subject_field": ("Event Date", "**", "1st")}
    return forms.get(field.kind, own_forms.get(field.name, ()))


def rules_told(table: Table, field: Field, texts: Sequence[str | None]) -> list[str | None]:
    """For each text in the column of the field, the rule that tells it, or None."""
    size = len(texts)
    text_table = TextTable(
        table=table.name,
        file=f"{table.name}.csv",
        columns=HeldColumns(pa.table({field.name: pa.array(texts, pa.string())})),
        rows=np.arange(1, size + 1, dtype=np.int64),
        lines=np.arange(2, size + 2, dtype=np.int64),
        damaged=np.zeros(size, np.bool_),
        positions={field.name: 0},
        refused={},
    )
    found: list[str | None] = [None] * size
    for finding in check_cells(STANDARD, text_table).findings(STANDARD):
        assert (finding.table, finding.field) == (table.name, field.name)
        assert finding.row is not None
        assert found[finding.row - 1] is None, "a cell is told twice"
        found[finding.row - 1] = finding.rule
    return found


@pytest.mark.parametrize(("table", "field"), FIELDS, ids=named)
def test_examples_pass(table: Table, field: Field) -> None:
    examples = [cell(value) for value in field.examples]
    assert rules_told(table, field, examples) == [None] * len(examples)
    assert examples
    assert [broken_keywords(table, field, typed(field, text)) for text in examples] == [frozenset()] * len(examples)


@pytest.mark.parametrize(("table", "field"), FIELDS, ids=named)
def test_each_wrong_value_fails_under_its_rule(table: Table, field: Field) -> None:
    cases = wrong_values(field)
    told = rules_told(table, field, [case.text for case in cases])
    assert [(case.text, rule) for case, rule in zip(cases, told, strict=True)] == [
        (case.text, case.rule) for case in cases
    ]


@pytest.mark.parametrize(("table", "field"), FIELDS, ids=named)
def test_each_wrong_value_breaks_its_keyword_only(table: Table, field: Field) -> None:
    cases = wrong_values(field)
    broken = [(case.text, broken_keywords(table, field, typed(field, case.text))) for case in cases]
    assert broken == [(case.text, case.keywords) for case in cases]


@pytest.mark.parametrize(("table", "field"), FIELDS, ids=named)
def test_each_keyword_of_a_field_has_a_wrong_value(table: Table, field: Field) -> None:
    keywords = CHECKED_KEYWORDS & set(field_schema(STANDARD, field))
    if field.json_type not in TYPES_WITH_OTHER_TEXT:
        keywords -= {"type"}
    tried = frozenset[str]().union(*(case.keywords for case in wrong_values(field)))
    assert keywords == tried
    assert keywords


@pytest.mark.parametrize(("table", "field"), FIELDS, ids=named)
def test_empty_is_wrong_only_where_a_value_is_required(table: Table, field: Field) -> None:
    expected = None
    if field.required:
        expected = "key-missing" if field.name == table.primary_key else "cell-required"
    assert rules_told(table, field, [None]) == [expected]


@pytest.mark.parametrize(
    ("table", "field"), [item for item in FIELDS if item[1].maximum is not None or item[1].max_length], ids=named
)
def test_a_value_at_its_limit_passes(table: Table, field: Field) -> None:
    limits = [f"{limit:.0f}" for limit in (field.minimum, field.maximum) if limit is not None]
    if field.max_length and field.kind in ("line", "text"):
        limits += ["й" * field.max_length, "😀" * field.max_length, "a"]
    if field.kind == "edtf":
        limits += [f"[{','.join(['2025'] * 19)}]", "XXXX"]
    if field.kind == "url":
        limits += ["https://example.org/".ljust(field.max_length or 0, "a")]
    assert limits
    assert rules_told(table, field, limits) == [None] * len(limits)


@pytest.mark.parametrize("table", TABLES, ids=named)
def test_wrong_cells_in_a_csv_file_are_told_at_their_place(table: Table, tmp_path: Path) -> None:
    """One record for each wrong value, all else as in the examples."""
    sound = {field.name: cell(field.examples[0]) for field in table.by_name.values()}
    cases = [(field.name, case) for field in table.by_name.values() for case in wrong_values(field)]
    write_csv(tmp_path / f"{table.name}.csv", sound, [sound, *(sound | {name: case.text} for name, case in cases)])
    submission = read_submission([tmp_path / f"{table.name}.csv"], STANDARD)
    findings = check_cells(STANDARD, submission.tables[0]).findings(STANDARD)
    assert submission.findings == ()
    assert sorted((found.row, found.field, found.rule, found.value) for found in findings) == [
        (row, name, case.rule, case.text) for row, (name, case) in enumerate(cases, 2)
    ]


# What spreadsheets, programs and other countries write, and the rule that must tell it (None: it passes).
NO_NUMBERS = (
    *(" 5", "5 ", "+5", "0x1F", "1_000", "1e3", "nan", "inf", "-inf", "1.", ".5", "00012", "-", "--5", "1,000"),
    *("1 000", "٥", "५", "５", "½", "²", "TRUE", "NA", "null", "None", "#N/A", "5\n", "\u00a05", "\u22125"),
)
TRAPS: list[tuple[str, str, str | None, tuple[str, ...]]] = [
    ("event_parties", "group_count", "cell-type", (*NO_NUMBERS, "5.5", "5.0", "1e0")),
    ("event_parties", "group_count", "cell-range", ("-1", "1234567890123456789", "9" * 400, "100000001")),
    ("event_parties", "group_count", None, ("-0", "0", "5", "100000000")),
    ("events", "latitude", "cell-type", (*NO_NUMBERS, "42.87.5", "42,87", "42°", "0.12345678901234567890")),
    ("events", "latitude", "cell-range", ("90.0000001", "-91", "1234567890123456")),
    ("events", "latitude", None, ("-0", "-0.0", "42.870", "0.30000000000000004", "90", "-90.000")),
    ("sentences", "amount", "cell-type", ("1234567890123456789", "9" * 400, "0.1" + "0" * 400 + "1")),
    ("sentences", "amount", None, ("1000000000000000", "999999999999999.9", "0.10")),
    ("names", "is_display", "cell-type", ("TRUE", "True", "1", "0", "yes", "t", " true", "true ", "NA", "wahr")),
    ("names", "is_display", None, ("true", "false")),
    (
        *("sources", "retrieved", "cell-date"),
        (
            *("2021-2-3", "20210203", "2021-W05-3", "2021-034", "2021-02", "2021", "03.02.2021", "02/03/2021", "44230"),
            *("2021-02-03T00:00:00", "2021-02-03 00:00:00", " 2021-02-03", "2021-02-03 ", "epoch", "today", "infinity"),
            *("2023-02-29", "1900-02-29", "2021-02-30", "2021-13-01", "2021-00-10", "2021-01-00", "0000-01-01"),
            *("-2021-02-03", "+2021-02-03", "02021-02-03", "２０２１-02-03", "٢٠٢١-٠٢-٠٣"),
            *("2021\u201102\u201103", "NA"),
        ),
    ),
    ("sources", "retrieved", None, ("2024-02-29", "2000-02-29", "0001-01-01", "9999-12-31")),
    (
        *("events", "event_date", "cell-date"),
        (
            *("2021-2-3", "2021-02-30", "2023-02-29", "0000", "0000-01-01", "2021-02-03T00:00:00", "20210203", "epoch"),
            *("2021-13", "2021-25", "2021/2020", "../..", "[2021]", "2021-02-03/", "open", " 2021", "2021 "),
            *("٢٠٢١", "NA"),
        ),
    ),
    ("events", "event_date", None, ("2024-02-29", "2021-23", "2021-02-XX", "XXXX", "2020/..", "[..2021]", "2021~")),
    ("persons", "display_name", None, ("NA", "null", "nan", "TRUE", "007", "1e3", "Nan", "=1+1", "Ким Ён", "لینا")),
    ("persons", "display_name", "cell-pattern", (" Nan", "Nan ", "\u00a0Nan", "Nan\u00a0", " ")),
]


@pytest.mark.parametrize(
    ("table", "name", "rule", "text"),
    [(table, name, rule, text) for table, name, rule, texts in TRAPS for text in texts],
    ids=lambda part: ascii(part)[:40],
)
def test_trap(table: str, name: str, rule: str | None, text: str) -> None:
    field = STANDARD.tables[table].by_name[name]
    assert rules_told(STANDARD.tables[table], field, [text]) == [rule]
    assert bool(broken_keywords(STANDARD.tables[table], field, typed(field, text))) == (rule is not None)
