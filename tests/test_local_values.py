"""Local ways of writing: what is certainly meant is read, and what is not stays as it is."""

from collections.abc import Sequence

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kloop import STANDARD, kloop_tables
from pfds.intake.local_dates import is_date
from pfds.intake.local_hints import date_hint
from pfds.intake.local_values import KINDS, Change, Converted, local_values
from pfds.intake.workbook_numbers import number_text, style_of
from pfds.standard.model import Field


def field(path: str) -> Field:
    table, name = path.split(".")
    return STANDARD.tables[table].by_name[name]


def convert(path: str, *values: str | None) -> Converted:
    return local_values(STANDARD, field(path), pa.array(values, pa.string()))


def read(path: str, *values: str | None) -> list[str | None]:
    found: list[str | None] = convert(path, *values).values.to_pylist()
    return found


def one(path: str, value: str) -> str | None:
    return read(path, value)[0]


COUNTRY, DATE, COUNT, AMOUNT = "cases.country", "events.event_date", "event_parties.group_count", "sentences.amount"


def test_changes_are_counted_by_value_with_their_first_place() -> None:
    found = convert(COUNTRY, "KGZ", "Kyrgyzstan", None, " KGZ", "Kyrgyzstan", "Nowhere")
    assert found.values.to_pylist() == ["KGZ", "KGZ", None, "KGZ", "KGZ", "Nowhere"]
    assert found.changes == (Change("code", "Kyrgyzstan", "KGZ", 1, 2), Change("space", " KGZ", "KGZ", 3, 1))


@pytest.mark.parametrize("name", sorted(STANDARD.codelists))
def test_every_label_and_alias_of_one_code_only_is_read_as_it(name: str) -> None:
    codes = STANDARD.codelists[name].codes.values()
    meant: dict[str, set[str]] = {}
    for code in codes:
        for spelling in (code.code, *code.labels.values(), *code.aliases):
            meant.setdefault(spelling.casefold(), set()).add(code.code)
    fields = [
        f"{table.name}.{one.name}" for table in STANDARD.tables.values() for one in table.fields if one.codelist == name
    ]
    (path, *_) = fields or ["sources.lang"]
    clear = [(spelling, *found) for spelling, found in meant.items() if len(found) == 1]
    wrong = [(spelling, code) for spelling, code in clear if one(path, spelling) not in (code, spelling)]
    assert wrong == []
    assert {code for spelling, code in clear if one(path, spelling) == code} == set(STANDARD.codelists[name].codes)


def test_a_word_for_two_codes_is_left_alone() -> None:
    assert one("cases.status", "in force") in ("in force", "in_force")
    assert one("sources.lang", "Russian") == "ru"
    assert read("sources.lang", "ru", "ky-Cyrl", "zz-nothing") == ["ru", "ky-Cyrl", "zz-nothing"]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("12.03.2024", "2024-03-12"),
        ("1.2.2024", "2024-02-01"),
        ("12.03.2024 г.", "2024-03-12"),
        ("13/03/2024", "2024-03-13"),
        ("03/13/2024", "2024-03-13"),
        ("04-04-2024", "2024-04-04"),
        ("2024/3/5", "2024-03-05"),
        ("2024.03", "2024-03"),
        ("03.2024", "2024-03"),
        ("2024-03-12T00:00:00", "2024-03-12"),
        ("2024-03-12 14:30", "2024-03-12"),
        ("٢٠٢٤-٠٣-١٢", "2024-03-12"),
        ("١٢.٠٣.٢٠٢٤", "2024-03-12"),
        ("12 марта 2024 года", "2024-03-12"),
        ("Март 2024", "2024-03"),
        ("2024-жылдын 12-марты", "2024-03-12"),
        ("12 March 2024", "2024-03-12"),
        ("March 12th, 2024", "2024-03-12"),
        ("12 de marzo de 2024", "2024-03-12"),
        ("1er août 2024", "2024-08-01"),
        ("12 مارس 2024", "2024-03-12"),
    ],
)
def test_local_dates_that_can_mean_one_day_only(written: str, meant: str) -> None:
    assert one(DATE, written) == meant


@pytest.mark.parametrize(
    "written",
    [
        "03/04/2024",
        "03-04-2024",
        "12.03.24",
        "45363",
        "31.02.2024",
        "2024-13-01",
        "2024/2025",
        "1446/03/12",
        "12.03.2567",
        "march",
        "12 march",
        "2024",
        "2024~",
        "[2024-01..]",
        "spring 2024",
        "12 or 13 March 2024",
        "12.03.2024 – 14.03.2024",
    ],
)
def test_dates_that_are_not_certain_stay_as_they_are(written: str) -> None:
    assert one(DATE, written) == written


def test_the_rest_of_the_column_tells_day_from_month_unless_it_contradicts_itself() -> None:
    assert read(DATE, "03/04/2024", "25/04/2024") == ["2024-04-03", "2024-04-25"]
    assert read(DATE, "03/04/2024", "04/25/2024") == ["2024-03-04", "2024-04-25"]
    assert read(DATE, "03/04/2024", "25/04/2024", "04/25/2024")[0] == "03/04/2024"
    assert read(DATE, "03-04-2024", "25/04/2024")[0] == "03-04-2024"
    assert read(DATE, "03.04.2024", "04.25.2024")[0] == "2024-03-04"
    assert convert(DATE, "25/04/2024", "03/04/2024").changes[1].kind == "date-order"


@pytest.mark.parametrize(
    ("written", "hint"),
    [
        ("03/04/2024", "Day and month cannot be told apart: it may be “2024-04-03” or “2024-03-04”."),
        ("45363", "It may be the number that spreadsheet programs keep for the day: 2024-03-12"),
        ("12.03.24", "The year needs four digits."),
        ("12.03.2024", "If this is the date that is meant, write: 2024-03-12"),
        (" 2024", "If this is the date that is meant, write: 2024"),
        ("no date", None),
        ("99999", None),
    ],
)
def test_hint_on_a_date_that_was_left(written: str, hint: str | None) -> None:
    assert date_hint(written) == hint


@pytest.mark.parametrize(
    ("path", "written", "meant"),
    [
        (COUNT, "1 200", "1200"),
        (COUNT, "1\u202f200\u00a0000", "1200000"),
        (COUNT, "1,200", "1200"),
        (COUNT, "١٬٢٠٠", "1200"),
        (COUNT, "5.0", "5"),
        (COUNT, "１２", "12"),
        (AMOUNT, "1 200,50", "1200.5"),
        (AMOUNT, "1.234,56", "1234.56"),
        (AMOUNT, "1,234.56", "1234.56"),
        (AMOUNT, "1.234.567", "1234567"),
        (AMOUNT, "0,125", "0.125"),
        (AMOUNT, "١٫٥", "1.5"),
        ("events.latitude", "−42,87", "-42.87"),
    ],
)
def test_numbers_that_can_mean_one_number_only(path: str, written: str, meant: str) -> None:
    assert one(path, written) == meant


@pytest.mark.parametrize(
    ("path", "written"),
    [(AMOUNT, "1,200"), (AMOUNT, "1e5"), (AMOUNT, "1,23,4"), (AMOUNT, "12 34"), (COUNT, "1,5"), (COUNT, "about 5")],
)
def test_numbers_that_are_not_certain_stay_as_they_are(path: str, written: str) -> None:
    assert one(path, written) == written


@pytest.mark.parametrize("word", ["yes", "Да", "ооба", "SÍ", "si", "Oui", "نعم", "TRUE", "ИСТИНА", "1", "true"])
def test_words_for_true(word: str) -> None:
    assert one("names.is_display", word) == "true"


@pytest.mark.parametrize("word", ["no", "Нет", "жок", "Non", "لا", "FALSE", "0"])
def test_words_for_false(word: str) -> None:
    assert one("names.is_display", word) == "false"


@pytest.mark.parametrize("word", ["maybe", "2", "x", "-", "yes and no"])
def test_other_words_are_neither(word: str) -> None:
    assert one("names.is_display", word) == word


def test_identifiers_out_of_the_entries_of_a_list() -> None:
    written = ["per-klp-aa – Anna", "per-klp-aa - Anna - B", "per-klp-aa\u200f", "per-klp-٣", "Anna – per-klp-aa"]
    assert read("names.person_id", *written) == [*["per-klp-aa"] * 3, "per-klp-3", "Anna – per-klp-aa"]


def test_prose_keeps_everything_but_white_space_around_it_and_the_form_of_its_letters() -> None:
    written = [" a  b\u00a0", "e\u0301", "\u200fالعربية", "12.03.2024", "1 200", "\ufb01", "  "]
    assert read("cases.title", *written) == ["a  b", "é", *written[2:6], None]
    assert read("cases.summary", "one\r\ntwo") == ["one\r\ntwo"]


FIELDS = [(table.name, one.name) for table in STANDARD.tables.values() for one in table.fields]


def test_what_follows_the_standard_is_never_touched() -> None:
    for name, records in kloop_tables().items():
        for one_field in STANDARD.tables[name].fields:
            column = pa.array([record.get(one_field.name) for record in records], pa.string())
            assert local_values(STANDARD, one_field, column) == Converted(column, ())


figures = st.from_regex(r"[0-9]{1,4}[./ ,-][0-9]{1,3}[./ ,-][0-9]{1,4}")
values = st.lists(
    st.one_of(st.none(), st.text(max_size=12), st.from_regex(r"[0-9]{1,4}[./ ,-][0-9]{1,3}[./ ,-][0-9]{1,4}")),
    max_size=8,
)


@given(path=st.sampled_from(FIELDS), column=values)
def test_reading_is_a_function_of_the_column_and_changes_nothing_the_second_time(
    path: tuple[str, str], column: Sequence[str | None]
) -> None:
    chosen = STANDARD.tables[path[0]].by_name[path[1]]
    first = local_values(STANDARD, chosen, pa.array(column, pa.string()))
    again = local_values(STANDARD, chosen, first.values)
    assert again.values.to_pylist() == first.values.to_pylist()
    assert [value is None for value in first.values.to_pylist()] >= [value is None for value in column]
    assert sum(change.count for change in first.changes) == sum(
        old != new for old, new in zip(column, first.values.to_pylist(), strict=True)
    )
    for change in first.changes:
        assert change.kind in KINDS
        assert column[change.first] == change.old
        assert (first.values[change.first].as_py() or "") == change.new


@given(written=st.text(max_size=20))
def test_a_date_is_read_as_a_date_or_not_at_all(written: str) -> None:
    meant = one(DATE, written)
    ways = {change.kind for change in convert(DATE, written).changes}
    assert meant is None or is_date(meant) or ways <= {"space", "unseen", "letters"}


@pytest.mark.parametrize(
    ("stored", "text", "kind"),
    [
        ("2024", "2024", "n"),
        ("007", "7", "n"),
        ("1.1000000000000001", "1.1", "n"),
        ("0.30000000000000004", "0.30000000000000004", "n"),
        ("1.2345678901234568E+19", "12345678901234568000", "m"),
        ("12345678901234567890", "12345678901234567890", "m"),
        ("1E3", "1000", "n"),
        ("-0", "0", "n"),
        ("1E999", "1E999", "s"),
        ("NaN", "NaN", "s"),
        ("x", "x", "s"),
    ],
)
def test_stored_numbers_become_text_without_loss(stored: str, text: str, kind: str) -> None:
    assert number_text(stored, "number") == (text, kind)


@pytest.mark.parametrize(
    ("code", "style"),
    [
        ("General", "number"),
        ("0.00E+00", "number"),
        ("#,##0.00 [$€-407]", "number"),
        ('0 "days"', "number"),
        ("[Red]0", "number"),
        ("dd.mm.yyyy", "day"),
        ("[$-419]d mmmm yyyy;@", "day"),
        ("yyyy-mm-dd hh:mm", "day"),
        ("mmm-yy", "month"),
        ("yyyy", "year"),
        ("h:mm", "time"),
        ("[h]:mm:ss", "time"),
        ("0000", 4),
    ],
)
def test_formats_of_numbers(code: str, style: str | int) -> None:
    assert style_of(code) == style


@given(st.integers(0, 2_958_465))
def test_every_number_of_a_day_is_that_day(days: int) -> None:
    text, kind = number_text(str(days), "day")
    assert kind == "d"
    assert is_date(text) or text in ("1899-12-31", "1900-02-29")
