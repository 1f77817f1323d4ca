"""The pictures of a release: they show what the tables hold, whatever that is, and look the same everywhere."""

import csv
import re
import sys
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pandas as pd
import pyarrow as pa
import pytest
from pyarrow import parquet

from browser import barriers, chromium, opened
from command import files, run
from kloop import STANDARD, Tables
from pfds.editions.about import About
from pfds.editions.pictures import canvas
from pfds.editions.pictures.canvas import BLUE, GREY, INK, ORANGE, SIZE, SOFT, WHITE
from pfds.editions.pictures.coverage import cell_colours
from pfds.editions.pictures.files import write_pictures
from pfds.editions.pictures.time import Span
from pfds.editions.pictures.words import fitted
from pfds.editions.public import Public
from pfds.publish.arrow_schema import arrow_schema
from pfds.standard.edtf import parse_edtf
from pfds.standard.language import NAMES
from programs import needs_browser
from public import public
from small_store import build, dataset

FOUR = "timeline-cas-klp-four"
HOSTILE = "</svg></title><script>alert(1)</script>&amp;<![CDATA[ \"' ]]>"
ARABIC = "قضية «الصحفية» — Kloop 2025"
NOT_XML = "a\x01b\x85c\u202ed\ufffee\ue0000\ue001"
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def drawn(kloop_release: Path) -> Path:
    """The pictures of the example."""
    return kloop_release / "pictures"


def pictures_of(release: Public, target: Path) -> Path:
    write_pictures(release, target)
    return target / "pictures"


def made(folder: Path, **tables: Sequence[dict[str, Any]]) -> Public:
    """A release that holds these typed records, and no others."""
    (folder / "parquet").mkdir(parents=True)
    for name, table in STANDARD.released.tables.items():
        schema = pa.schema([field.with_nullable(True) for field in arrow_schema(STANDARD, table, table.released)])
        content = pa.Table.from_pylist(list(tables.get(name, [])), schema=schema)
        parquet.write_table(content, folder / "parquet" / f"{name}.parquet")
    title = f"Records <{HOSTILE}>"
    about = About("2025.3.0", STANDARD.version, date(2025, 3, 12), title, "Publisher", "CC-BY-4.0")
    return Public(
        STANDARD.released, about, folder, {name: len(tables.get(name, [])) for name in STANDARD.released.tables}
    )


def event(number: int, when: str, **cells: str) -> dict[str, Any]:
    """An event of a case at a date in EDTF."""
    bounds = parse_edtf(when)
    given = {
        "event_id": f"evt-exm-{number:06}",
        "event_type": "hearing",
        "title": f"Event {number}",
        "case_id": "cas-exm-1",
        "event_status": "occurred",
        "verification": "single_source",
        "country": "NZL",
        "record_status": "active",
    }
    days = {"event_date": when, "event_date_earliest": bounds.earliest, "event_date_latest": bounds.latest}
    return {**given, **days, **cells}


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def svg(path: Path) -> ElementTree.Element:
    return ElementTree.fromstring(path.read_text("utf-8"))  # noqa: S314 - made by our own command


def number_of(picture: Path, *names: str) -> int:
    """How many marks the groups of these names hold."""
    groups = [
        g for g in svg(picture).iter(f"{SVG}g") if set(g.get("class", "").split()) & {f"{n}_marks" for n in names}
    ]
    return sum(len(group) for group in groups)


def texts(picture: Path) -> list[str]:
    return [text.text or "" for text in svg(picture).iter(f"{SVG}text")]


# What they show


def test_every_picture_has_its_data_and_a_place_on_every_page(drawn: Path) -> None:
    names = sorted(path.stem for path in drawn.glob("*.svg"))
    assert {"events-by-month", "coverage", FOUR} <= set(names)
    assert sorted(path.stem for path in drawn.glob("*.csv")) == names
    for language in NAMES:
        page = (drawn / f"index.{language}.html").read_text("utf-8")
        assert sorted(re.findall(r'<h2 id="([^"]+)"', page)) == names
        assert page.count("<svg ") == page.count("<caption>") == len(names)
        tables = [len(rows(drawn / f"{name}.csv")) for name in names]
        assert page.count("<tr>") == sum(tables) + len(names)


def test_events_by_month_are_those_of_the_table(kloop_release: Path, drawn: Path) -> None:
    events = pd.read_parquet(kloop_release / "parquet" / "events.parquet")
    counted = events[events["event_status"].isin(["occurred", "ongoing", "alleged"])]
    first, last = (
        pd.to_datetime(counted[f"event_date_{bound}"]).dt.strftime("%Y-%m") for bound in ("earliest", "latest")
    )
    month = first.where(first == last, "").fillna("")
    data = rows(drawn / "events-by-month.csv")
    named = {(row["period"], row["event_type"]): int(row["events"]) for row in data}
    found = counted.groupby([month, "event_type"], observed=True).size().reset_index().itertuples(index=False)
    expected = {(when, kind): events for when, kind, events in found}
    top = {kind for _, kind in named} - {"all_other_types"}
    assert len(top) == 8
    assert {key: n for key, n in expected.items() if key[1] in top} == {k: n for k, n in named.items() if k[1] in top}
    others = counted[~counted["event_type"].isin(top)]
    assert sum(n for (_, kind), n in named.items() if kind == "all_other_types") == len(others)
    assert others["event_type"].value_counts().max() <= min(counted["event_type"].value_counts()[list(top)])
    assert sum(named.values()) == len(counted)
    assert number_of(drawn / "events-by-month.svg", "bars") == sum(1 for row in data if row["period"])


def test_coverage_is_that_of_the_tables(kloop_release: Path, drawn: Path) -> None:
    data = rows(drawn / "coverage.csv")
    for table in ("cases", "events"):
        content = pd.read_parquet(kloop_release / "parquet" / f"{table}.parquet")
        for row in (row for row in data if row["table"] == table):
            country = content["country"].astype(object)
            chosen = content[country == row["country"] if row["country"] else country.isna()]
            filled = int(chosen[row["column"]].notna().sum())
            assert (int(row["records"]), int(row["filled"])) == (len(chosen), filled)
            assert abs(int(row["percent"]) - 100 * filled / len(chosen)) <= 0.5
            assert (filled in (0, len(chosen))) == (row["percent"] in ("0", "100"))
    assert {row["country"] for row in data} == {"KGZ", ""}
    assert number_of(drawn / "coverage.svg", "cases_cells", "events_cells") == len(data)


def test_a_timeline_has_a_stroke_for_each_event(kloop_release: Path, drawn: Path) -> None:
    events = pd.read_parquet(kloop_release / "parquet" / "events.parquet")
    data = rows(drawn / f"{FOUR}.csv")
    of_case = events[events["case_id"] == "cas-klp-four"]
    assert {row["event_id"]: row["event_date"] for row in data} == dict(of_case[["event_id", "event_date"]].values)
    for row in data:
        bounds = parse_edtf(row["event_date"])
        known = {row["event_date_earliest"], row["event_date_latest"]}
        form = "day" if len(known) == 1 else "lasted" if bounds.kind == "interval" else "within"
        assert (row["drawn_as"], (bounds.earliest and str(bounds.earliest)) or "") == (form, row["event_date_earliest"])
    picture = drawn / f"{FOUR}.svg"
    for status in ("occurred", "disputed", "not_occurred"):
        for form in ("day", "lasted", "within"):
            wanted = sum(1 for row in data if (row["status"], row["drawn_as"]) == (status, form))
            assert number_of(picture, f"{status}_{form}") == wanted
    bounds_of = [row for row in data if row["drawn_as"] == "within"]
    for side, column in (("from", "event_date_earliest"), ("until", "event_date_latest")):
        states = ("occurred", "disputed", "not_occurred")
        assert number_of(picture, *(f"{s}_{side}" for s in states)) == sum(1 for row in bounds_of if row[column])
        assert number_of(picture, *(f"{s}_open_{side}" for s in states)) == sum(
            1 for row in bounds_of if not row[column]
        )


def test_what_is_disputed_is_marked(kloop_release: Path, drawn: Path) -> None:
    tables = {name: rows(kloop_release / "data" / f"{name}.csv") for name in ("events", "conflicts", "claims")}
    doubted = {row["event_id"] for row in tables["events"] if row["verification"] == "disputed"}
    doubted |= {row["subject_id"] for row in tables["conflicts"] if row["resolution"] == "open"}
    doubted |= {row["subject_id"] for row in tables["claims"] if row["claim_status"] == "unresolved"}
    data = rows(drawn / f"{FOUR}.csv")
    disputed = {row["event_id"] for row in data if row["status"] == "disputed"}
    announced = {row["event_id"] for row in data if row["status"] == "not_occurred"}
    assert disputed == doubted & {row["event_id"] for row in data}
    assert len(disputed) > 3
    assert announced == {"evt-klp-appeal-decision"}
    assert number_of(drawn / f"{FOUR}.svg", "disputed_sign") == len(disputed)


def test_each_case_with_two_events_or_more_has_a_timeline(kloop_release: Path, drawn: Path) -> None:
    events = pd.read_parquet(kloop_release / "parquet" / "events.parquet")
    sizes = events["case_id"].value_counts()
    wanted = {f"timeline-{case}" for case, number in sizes.items() if number > 1}
    assert {path.stem for path in drawn.glob("timeline-*.svg")} == wanted
    assert len(wanted) < len(sizes)


def test_the_first_release_has_no_picture_of_changes(drawn: Path) -> None:
    assert not list(drawn.glob("changes*"))


@pytest.mark.long
def test_a_later_release_shows_what_changed(tmp_path: Path) -> None:
    def change(tables: Tables) -> None:
        tables["sources"][1]["title"] = "Other title"
        tables["cases"][0]["title"] = "Other case"
        tables["events"].append({**tables["events"][0], "event_id": "evt-exm-3"})
        tables["claims"].append({**tables["claims"][2], "claim_id": "clm-exm-9", "subject_id": "evt-exm-3"})
        tables["event_objects"].clear()

    store = tmp_path / "store"
    for version, made_of in (("2025.3.0", lambda _: None), ("2025.4.0", change)):
        ran = build(dataset(tmp_path / version, made_of), store, version)
        assert ran.code == 0, ran.said
    folder = pictures_of(public(store / "2025.4.0"), tmp_path)
    assert sorted(
        (row["table"], row["added"], row["changed"], row["removed"]) for row in rows(folder / "changes.csv")
    ) == [
        ("cases", "0", "1", "0"),
        ("claims", "1", "0", "0"),
        ("event_objects", "0", "0", "1"),
        ("events", "1", "0", "0"),
        ("sources", "0", "1", "0"),
    ]
    assert [number_of(folder / "changes.svg", f"{kind}_bars") for kind in ("added", "changed", "removed")] == [2, 2, 1]
    assert "What changed from 2025.3.0 to 2025.4.0" in texts(folder / "changes.svg")
    assert "Что изменилось с 2025.3.0 до 2025.4.0" in (folder / "index.ru.html").read_text("utf-8")


# Whatever there is


def test_a_release_without_records_says_so(tmp_path: Path) -> None:
    folder = pictures_of(made(tmp_path / "release"), tmp_path)
    assert sorted(path.name for path in folder.iterdir()) == sorted(f"index.{language}.html" for language in NAMES)
    page = (folder / "index.en.html").read_text("utf-8")
    assert "<p>There is nothing to draw: the release holds no events and no cases.</p>" in page


def test_events_without_any_date_are_not_drawn_by_month(tmp_path: Path) -> None:
    release = made(tmp_path / "release", events=[event(1, "XXXX"), event(2, "XXXX")])
    assert {path.stem for path in pictures_of(release, tmp_path).glob("*.svg")} == {"coverage"}


def test_a_large_case_without_a_time_that_could_be_counted_is_left_out(tmp_path: Path) -> None:
    release = made(tmp_path / "release", events=[event(number, "[2020..]") for number in range(151)])
    assert {path.stem for path in pictures_of(release, tmp_path).glob("*.svg")} == {"coverage"}


def test_an_event_without_a_date_stands_in_the_timeline_of_its_case(tmp_path: Path) -> None:
    release = made(tmp_path / "release", events=[event(1, "XXXX"), event(2, "2025-03-01")])
    folder = pictures_of(release, tmp_path)
    assert [row["drawn_as"] for row in rows(folder / "timeline-cas-exm-1.csv")] == ["day", "unknown"]
    assert number_of(folder / "timeline-cas-exm-1.svg", "occurred_open_from", "occurred_open_until") == 2


def test_merged_records_are_not_counted(tmp_path: Path) -> None:
    events = [event(1, "2025-03-01"), event(2, "2025-03-02"), event(3, "2025-03-02", record_status="merged")]
    folder = pictures_of(made(tmp_path / "release", events=events), tmp_path)
    assert [row["events"] for row in rows(folder / "events-by-month.csv")] == ["2"]
    assert len(rows(folder / "timeline-cas-exm-1.csv")) == 2
    assert {row["records"] for row in rows(folder / "coverage.csv")} == {"2"}


def test_what_happened_within_two_months_or_lasted_longer_is_counted_apart(tmp_path: Path) -> None:
    dates = (
        "2025-03",
        "2025-03-07/2025-03-09",
        "2025-02/2025-03",
        "[2025-03-30..2025-04-02]",
        "2025",
        "[..2025-03-01]",
    )
    events = [event(number, when) for number, when in enumerate(dates)]
    events.append(event(9, "2025-03-04", event_status="scheduled"))
    folder = pictures_of(made(tmp_path / "release", events=events), tmp_path)
    data = [(row["period"], row["events"]) for row in rows(folder / "events-by-month.csv")]
    assert data == [("2025-03", "2"), ("", "4")]


@pytest.mark.parametrize(
    ("first", "last", "periods"),
    [
        ("2006-01-05", "2025-12-05", ["2006-01", "2025-12"]),
        ("2005-12-05", "2025-12-05", ["2005", "2025"]),
        ("1700-12-05", "2025-12-05", ["170X", "202X"]),
        ("0001-01-01", "9999-12-31", ["00XX", "99XX"]),
    ],
)
def test_a_long_time_is_counted_by_larger_units(tmp_path: Path, first: str, last: str, periods: list[str]) -> None:
    folder = pictures_of(made(tmp_path / "release", events=[event(1, first), event(2, last)]), tmp_path)
    assert [row["period"] for row in rows(folder / "events-by-month.csv")] == periods
    assert number_of(folder / "events-by-month.svg", "bars") == 2


def test_a_large_case_is_counted_by_month(tmp_path: Path) -> None:
    large = [event(number, f"2025-{number % 12 + 1:02}-07") for number in range(151)]
    small = [event(1000 + number, "2025-03-01", case_id="cas-exm-2") for number in range(150)]
    folder = pictures_of(made(tmp_path / "release", events=[*large, *small]), tmp_path)
    assert sum(int(row["events"]) for row in rows(folder / "timeline-cas-exm-1.csv")) == 151
    assert number_of(folder / "timeline-cas-exm-1.svg", "bars") == 12
    assert number_of(folder / "timeline-cas-exm-2.svg", "occurred_day") == 150
    assert "This case has 151 events, too many to be drawn one by one." in (folder / "index.en.html").read_text("utf-8")


@pytest.mark.long
def test_bars_of_all_types_have_one_scale(tmp_path: Path) -> None:
    kinds = list(STANDARD.codelists["event_type"].codes)
    numbers = [20] * 8 + [10] * 6
    events = [
        event(100 * k + n, "2025-03-01", event_type=kinds[k], case_id=f"cas-exm-{n}")
        for k, number in enumerate(numbers)
        for n in range(number)
    ]
    folder = pictures_of(made(tmp_path / "release", events=events), tmp_path)
    assert [int(row["events"]) for row in rows(folder / "events-by-month.csv")] == [20] * 8 + [60]
    (bars,) = (g for g in svg(folder / "events-by-month.svg").iter(f"{SVG}g") if "bars_marks" in g.get("class", ""))
    heights = [float(re.findall(r"v([0-9.]+)", bar.get("d", ""))[0]) for bar in bars]
    assert heights == [30] * 8 + [90]


@pytest.mark.long
def test_the_largest_cases_and_countries_are_chosen(tmp_path: Path) -> None:
    codes = list(STANDARD.codelists["country"].codes)[:30]
    numbers = ((case, number) for case in range(22) for number in range(2 if case else 3))
    events = [
        event(10 * case + number, "2025-03-01", case_id=f"cas-exm-{case:02}", country=codes[case])
        for case, number in numbers
    ]
    cases = [{"case_id": f"cas-exm-c{code.lower()}", "country": code, "record_status": "active"} for code in codes]
    folder = pictures_of(made(tmp_path / "release", events=events, cases=cases), tmp_path)
    assert sorted(path.stem for path in folder.glob("timeline-*.csv")) == [
        f"timeline-cas-exm-{case:02}" for case in range(20)
    ]
    data = rows(folder / "coverage.csv")
    others = [row for row in data if row["country"] == "other_countries"]
    assert len({row["country"] for row in data}) == 26
    assert {(row["table"], row["records"]) for row in others} == {("cases", "5")}


# Text of any kind


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pictures of cases and events with hostile titles."""
    folder = tmp_path_factory.mktemp("hostile")
    titles = (HOSTILE, ARABIC, NOT_XML, "Ысык-Көл, өлкө, жаңы " * 40, '=SUM(1),\n"x"', "漢字" * 60)
    events = [event(n, f"2025-03-0{n + 1}", case_id=f"cas-exm-{n // 2}", title=t) for n, t in enumerate(titles)]
    cases = [
        {"case_id": f"cas-exm-{n}", "title": title, "country": "NZL", "record_status": "active"}
        for n, title in enumerate((HOSTILE, ARABIC, NOT_XML))
    ]
    return pictures_of(made(folder / "release", events=events, cases=cases), folder)


def test_a_picture_is_sound_xml_that_can_do_nothing(hostile: Path, drawn: Path) -> None:
    for path in (*hostile.glob("*.svg"), *drawn.glob("*.svg")):
        root = svg(path)
        assert {element.tag for element in root.iter()} <= {
            SVG + name for name in ("svg", "title", "desc", "g", "path", "rect", "line", "text")
        }
        names = {name for element in root.iter() for name in element.attrib}
        assert not {name for name in names if name.startswith("on")} | (names & {"href", "style", "src"})
        assert not [value for element in root.iter() for value in element.attrib.values() if "url(" in value]
        assert (root.get("role"), [child.tag for child in root][:2]) == ("img", [f"{SVG}title", f"{SVG}desc"])
        named = [element.get("id") for element in root.iter() if element.get("id")]
        assert root.get("aria-labelledby", "").split() == named


def test_hostile_titles_are_text(hostile: Path) -> None:
    first, second, third = (hostile / f"timeline-cas-exm-{n}.svg" for n in range(3))
    assert any(text.startswith("</svg></title><script>alert(1)</scr") for text in texts(first))
    assert f"\u2068{ARABIC}\u2069" in texts(first)
    assert f"\u2068{ARABIC}\u2069" in texts(second)
    assert "a b c d e 0" in texts(second)
    assert any(text.startswith('=SUM(1), "x"') for text in texts(third))
    assert "<script" not in "".join(path.read_text("utf-8") for path in hostile.glob("*.html"))
    assert [row["title"] for row in rows(hostile / "timeline-cas-exm-0.csv")] == [HOSTILE, ARABIC]


@pytest.mark.parametrize("text", ["word " * 90, "Ж" * 300, "漢" * 300, ARABIC * 9])
def test_long_text_is_cut(text: str) -> None:
    cut = fitted(text, 200, SIZE)
    assert "…" in cut
    assert 15 < len(cut) < 60
    assert fitted("Short", 200, SIZE) == "Short"


# The same everywhere


@pytest.mark.long
def test_the_bytes_depend_on_the_release_alone(kloop_release: Path, drawn: Path, tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; sys.path.insert(0, sys.argv[1]); from public import public;"
        "from pfds.editions.pictures.files import write_pictures;"
        "write_pictures(public(Path(sys.argv[2])), Path(sys.argv[3]))"
    )
    elsewhere = {"PYTHONHASHSEED": "7", "TZ": "Pacific/Kiritimati", "LC_ALL": "C", "HOME": str(tmp_path)}
    ran = run(sys.executable, "-c", program, Path(__file__).parent, kloop_release, tmp_path, env=elsewhere)
    assert ran.code == 0, ran.said
    assert files(tmp_path / "pictures") == files(drawn)


def test_fonts_move_nothing(kloop_release: Path, drawn: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(canvas, "FONTS", "DejaVu Sans Mono")
    other = pictures_of(public(kloop_release), tmp_path)
    for path in drawn.glob("*.svg"):
        ours, theirs = (re.sub(r' font-family="[^"]*"', "", p.read_text("utf-8")) for p in (path, other / path.name))
        assert ours == theirs
        assert ours != path.read_text("utf-8")


@pytest.mark.parametrize(
    ("first", "last", "labels"),
    [
        ("2025-03-01", "2025-03-02", 4),
        ("2025-01-15", "2025-09-01", 8),
        ("2022-09-01", "2025-12-31", 7),
        ("1990-01-01", "2025-01-01", 7),
        ("0001-01-01", "9999-12-31", 5),
    ],
)
def test_time_is_marked_at_a_few_places(first: str, last: str, labels: int) -> None:
    axis: Any = Span(date.fromisoformat(first), date.fromisoformat(last)).axis("from").to_dict()
    assert abs(len(axis["axis"]["values"]) - labels) <= 2
    assert len(axis["axis"]["values"]) <= 8


# For every eye


def luminance(colour: str) -> float:
    parts = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_colours_stand_out() -> None:
    assert all(contrast(colour, WHITE) >= 4.5 for colour in (BLUE, ORANGE, GREY, INK, SOFT))
    assert all(contrast(*cell_colours(percent)) >= 4.5 for percent in range(101))


def test_a_fuller_column_is_darker_in_print_too() -> None:
    shades = [luminance(cell_colours(percent)[0]) for percent in range(101)]
    assert shades == sorted(shades, reverse=True)
    assert len(set(shades)) > 95


# In a browser


@pytest.fixture(scope="module")
def browser() -> "Iterator[Any]":
    with chromium() as started:
        yield started


@needs_browser
@pytest.mark.parametrize("language", NAMES)
def test_all_words_stay_within_their_picture(browser: Any, drawn: Path, language: str) -> None:
    with opened(browser, drawn / f"index.{language}.html") as (page, asked):
        outside = page.evaluate(
            """[...document.querySelectorAll("svg")].flatMap(svg => [...svg.querySelectorAll("text")].filter(text => {
              const [a, b] = [text.getBoundingClientRect(), svg.getBoundingClientRect()];
              return a.left < b.left || a.right > b.right || a.top < b.top || a.bottom > b.bottom;
            }).map(text => text.textContent))"""
        )
        assert outside == []
        assert asked == [(drawn / f"index.{language}.html").as_uri()]


@needs_browser
@pytest.mark.parametrize("language", [pytest.param("en", marks=pytest.mark.long), "ar"])
def test_a_page_has_no_barriers_and_no_errors(browser: Any, hostile: Path, language: str) -> None:
    with opened(browser, hostile / f"index.{language}.html", "dark" if language == "ar" else "light") as (page, asked):
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.reload()
        page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
        assert barriers(page) == []
        assert said == []
        assert set(asked) == {(hostile / f"index.{language}.html").as_uri()}
        assert page.locator("html").get_attribute("dir") == ("rtl" if language == "ar" else "ltr")


@needs_browser
def test_a_picture_opens_alone(browser: Any, drawn: Path) -> None:
    with opened(browser, drawn / f"{FOUR}.svg") as (page, asked):
        assert page.evaluate("document.documentElement.getBoundingClientRect().width") == 940
        assert asked == [(drawn / f"{FOUR}.svg").as_uri()]
