"""Screens pass over no bad cell, and leave none of the plain ones."""

import re
from collections.abc import Callable, Iterable, Sequence

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drawn import KINDS, LAYOUTS
from pfds.checks.date_screens import date_screen, edtf_screen
from pfds.checks.identifier_screen import identifier_screen
from pfds.checks.screens import text_screen
from pfds.standard.edtf import EdtfError, parse_edtf

Layout = Callable[[Sequence[str | None]], pa.Array]

TEXTS = sorted(name for name, kind in KINDS.items() if kind["type"] == "string" and "format" not in kind)


@pytest.mark.parametrize("name", TEXTS)
def test_a_screen_is_made_only_for_the_form_that_it_can_screen(name: str) -> None:
    kind = KINDS[name]
    screen = text_screen(kind.get("pattern"), kind.get("not", {}).get("pattern"), kind.get("maxLength"))
    assert (screen is not None) == (name in ("line", "text", "quote"))


FORMS = ("^[a-z]+$", "^[^ ]", "[^ ]([^\\x00]*[^ ])?$", "^[^ ]([^\\x00]*[^\\t])?$", "^[^\\s]([^\\x00]*[^\\s])?$", None)


@pytest.mark.parametrize("pattern", FORMS)
def test_no_screen_for_a_pattern_of_another_form(pattern: str | None) -> None:
    assert text_screen(pattern, "[\\x00-\\x1F]", 10) is None


@pytest.mark.parametrize("forbidden", [None, "[^a-z]", "[\\x80-\\x9F]", "é", "[é]", "[\\d]", "[a]|[b]", "[[:alpha:]]"])
def test_no_screen_for_forbidden_characters_of_another_form(forbidden: str | None) -> None:
    assert text_screen("^[^ ]([^\\x00]*[^ ])?$", forbidden, 10) is None


def days_of(*years: int) -> list[str]:
    return [f"{year:04}-{month:02}-{day:02}" for year in years for month in range(14) for day in range(33)]


def calendar_days(texts: Iterable[str]) -> set[str]:
    """Those of the texts that are days of the calendar, as numpy counts them."""
    found: set[str] = set()
    for year in {text[:4] for text in texts} - {"0000"}:
        found.update(np.arange(f"{year}-01-01", f"{year}-12-31", dtype="datetime64[D]").astype(str).tolist())
        found.add(f"{year}-12-31")
    return found


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_day_of_the_calendar_and_no_other_is_plain(layout: Layout) -> None:
    texts = days_of(0, 1, 4, 100, 400, 1900, 2000, 2023, 2024, 9999)
    suspects = set(date_screen(layout(texts)).tolist())
    calendar = calendar_days(texts)
    assert suspects == {index for index, text in enumerate(texts) if text not in calendar}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_years_and_months_are_plain_where_a_date_may_be_uncertain(layout: Layout) -> None:
    years = [f"{year:04}" for year in (0, 1, 99, 1996, 9999)]
    texts: list[str | None] = [
        *years,
        *(f"{year}-{month:02}" for year in years for month in range(30)),
        *days_of(0, 2024),
    ]
    texts += [
        None,
        "",
        "199",
        "19960",
        "1996-1",
        "1996-001",
        "1996-XX",
        "199X",
        "XXXX",
        "1996?",
        "1996-02~",
        "-199",
        "1996/02",
    ]
    suspects = set(edtf_screen(layout(texts)).tolist())
    plain = {index for index, text in enumerate(texts) if text and re.fullmatch("[0-9]{4}(-[0-9]{2}){0,2}", text)}
    readable = {index for index in plain if is_readable(texts[index] or "") and (texts[index] or "")[5:] not in SEASONS}
    assert suspects == {index for index, text in enumerate(texts) if text is not None} - readable
    partial = {index for index, text in enumerate(texts) if text and len(text) < len("1996-02-10")}
    assert partial <= set(date_screen(layout(texts)).tolist())


SEASONS = [f"{season}" for season in range(21, 25)]


def is_readable(text: str) -> bool:
    try:
        parse_edtf(text)
    except EdtfError:
        return False
    return True


IDENTIFIERS = sorted(name for name in KINDS if name.endswith("_id"))
MANY_TYPES = "^(cas|per|evt)-[a-z0-9]{2,12}-[a-z0-9-]{1,40}$"


@pytest.mark.parametrize("name", IDENTIFIERS)
def test_every_identifier_of_the_standard_has_a_screen(name: str) -> None:
    assert identifier_screen(KINDS[name]["pattern"]) is not None


@st.composite
def identifiers(draw: st.DrawFn) -> list[str | None]:
    """Cells of few or many beginnings, most of them sound, and of the others some that differ in one letter."""
    publishers = draw(st.lists(st.from_regex("[a-z0-9]{2,12}", fullmatch=True), min_size=1, max_size=12))
    begins = [f"{kind}-{publisher}-" for publisher in publishers for kind in ("evt", "per", "cas")]
    ends = st.from_regex("[a-z0-9-]{1,40}", fullmatch=True)
    sound = st.builds(str.__add__, st.sampled_from(begins), ends)
    spoilt = st.builds(
        lambda text, at, letter: text[: at % len(text)] + letter + text[at % len(text) + 1 :],
        sound,
        st.integers(0, 60),
        st.sampled_from(["", "-", "A", "é", "\n", " ", "\x00", "z" * 41]),
    )
    return draw(st.lists(st.one_of(st.none(), sound, sound, sound, spoilt), max_size=60))


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(identifiers(), st.sampled_from(LAYOUTS))
def test_no_bad_identifier_is_passed_over(cells: list[str | None], layout: Layout) -> None:
    screen = identifier_screen(MANY_TYPES)
    assert screen is not None
    pattern = re.compile(MANY_TYPES[:-1])
    bad = {index for index, text in enumerate(cells) if text and not pattern.fullmatch(text)}
    assert bad <= set(screen(layout(cells)).tolist())


@pytest.mark.parametrize("layout", LAYOUTS)
def test_sound_identifiers_of_few_beginnings_are_not_looked_at_again(layout: Layout) -> None:
    screen = identifier_screen(MANY_TYPES)
    assert screen is not None
    ends = ["1", "a-b", "-", "z" * 40]
    cells = [f"{kind}-{publisher}-{end}" for kind in ("evt", "cas") for publisher in ("ab", "0" * 12) for end in ends]
    bad = [
        "EVT-ab-1",
        "evt-ab-",
        "evt-ab-" + "z" * 41,
        "evt-a-1",
        "evt_ab_1",
        "evt-ab-é",
        "evt-ab-1 ",
        "x",
        "evt-" + "a" * 13,
    ]
    mixed = [None, *cells, *bad, None, *cells, bad[0]]
    suspects = set(screen(layout(mixed)).tolist())
    assert suspects == {index for index, text in enumerate(mixed) if text in bad}


@pytest.mark.parametrize(
    "pattern", [None, "", "^[a-z]+$", "[a-z]{1,2}$", "^\\w-[a-z]{1,2}$", "^a$-[a-z]{1,2}$", "^a-[é]{1,2}$"]
)
def test_no_screen_for_identifiers_of_another_form(pattern: str | None) -> None:
    assert identifier_screen(pattern) is None
