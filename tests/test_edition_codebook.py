"""The codebook says what every column and code means, what it holds, and since when it is there."""

import csv
import io
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from browser import barriers, chromium, opened
from command import BIN, files, run
from exm import world
from kloop import STANDARD, Tables
from pfds.editions.about import About
from pfds.editions.codebook.facts import Book, book
from pfds.editions.codebook.history import Era, history, history_csv
from pfds.editions.codebook.page import codebook_page, share
from pfds.editions.measures import Measure, Measures, measured
from pfds.editions.public import Public
from pfds.standard.language import NAMES, load_language
from pfds.standard.model import Code, Deprecation, Field, Standard
from programs import needs_browser
from public import public
from small_store import VERSIONS, build, dataset

SHOWN = ("event_id", "case_id", "event_date", "event_date_latest", "event_status", "latitude", "longitude", "title")
HOSTILE = '<script>alert("x")</script> & مرحبا, "quoted"\nsecond line 🖋 ' + "long " * 80


class Page(HTMLParser):
    """What a page holds: elements with attributes, texts by the id of the heading that they stand under."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.under: dict[str, str] = {"": ""}
        self._last = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        self.elements.append((tag, attributes))
        if tag in ("h2", "h3", "h4"):
            self._last = attributes["id"] or ""
            self.under[self._last] = ""

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th", "dt", "dd", "p", "h4", "b"):
            self.under[self._last] += " "

    def handle_data(self, data: str) -> None:
        self.under[self._last] += data

    def about(self, name: str) -> str:
        """The text under a heading, without superfluous white space."""
        return " ".join(self.under[name].split())


@pytest.fixture(scope="module")
def written(kloop_release: Path) -> Path:
    """The codebook of the example."""
    return kloop_release / "codebook"


@pytest.fixture(scope="module")
def content(written: Path) -> Any:
    return json.loads((written / "codebook.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def measures(kloop_release: Path) -> Measures:
    return measured(public(kloop_release))


@cache
def parsed(path: Path) -> Page:
    """What a page in a file holds."""
    return Page(path.read_text("utf-8"))


def page(content: Book, language: str = "en") -> str:
    return "".join(codebook_page(content, load_language(language)))


def column(content: Any, name: str) -> Any:
    table, field = name.split(".")
    tables = {each["table"]: each for each in content["tables"]}
    return next(each for each in tables[table]["columns"] if each["column"] == field)


def records(release: Path, table: str) -> list[dict[str, str]]:
    with (release / "data" / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def small(tables: Tables, folder: Path) -> Public:
    """A release with these records of the small dataset."""
    store = folder / "store"
    ran = build(dataset(folder / "data", lambda own: own.update(tables)), store, VERSIONS[0])
    assert ran.code == 0, ran.said
    return public(store / VERSIONS[0])


# What the columns hold


def test_figures_are_those_of_the_csv_tables(kloop_release: Path, measures: Measures) -> None:
    for name, table in STANDARD.released.tables.items():
        rows = records(kloop_release, name)
        for field in table.released:
            cells = [row[field.name] for row in rows if row[field.name]]
            found = measures[name][field.name]
            assert (found.rows, found.filled, found.distinct) == (len(rows), len(cells), len(set(cells)))
            if field.codelist:
                assert found.codes == {code: cells.count(code) for code in cells}
                assert list(found.codes.values()) == sorted(found.codes.values(), reverse=True)
            elif field.kind == "date":
                assert (found.minimum, found.maximum) == (min(cells, default=None), max(cells, default=None))
            elif field.kind in ("line", "text", "edtf", "id"):
                assert found.shortest == min(map(len, cells), default=None)
                assert found.longest == max(map(len, cells), default=None)


def test_numbers_and_booleans_and_long_text_are_measured(tmp_path: Path) -> None:
    tables = world()
    tables["events"][0] |= {
        "latitude": "-41.5",
        "longitude": "174.25",
        "geo_precision": "exact",
        "description": HOSTILE.strip(),
    }
    tables["events"][1] |= {"latitude": "10", "longitude": "5", "geo_precision": "exact"}
    found = measured(small(tables, tmp_path))
    assert (found["events"]["latitude"].minimum, found["events"]["latitude"].maximum) == (-41.5, 10.0)
    assert found["events"]["description"].longest == len(HOSTILE.strip())
    assert found["event_parties"]["age_at_event"] == Measure(1, 1, 1, 30, 30)
    assert found["names"]["is_display"] == Measure(3, 3, 1, codes={"true": 3})


def test_a_table_without_records_has_figures_all_the_same(content: Any) -> None:
    empty = column(content, "identifiers.scheme")
    assert {name: empty[name] for name in ("rows", "filled", "fill_rate", "distinct", "codes")} == {
        "rows": 0,
        "filled": 0,
        "fill_rate": None,
        "distinct": 0,
        "codes": [],
    }


@pytest.mark.parametrize(
    ("filled", "rows", "said"),
    [(0, 0, "–"), (0, 9, "0%"), (9, 9, "100%"), (1, 10**6, "0.1%"), (10**6 - 1, 10**6, "99.9%"), (2, 3, "66.7%")],
)
def test_only_an_empty_column_is_said_to_be_empty_and_only_a_full_one_full(filled: int, rows: int, said: str) -> None:
    assert share(Measure(rows, filled, 0)) == said


# For programs


def test_the_codebook_has_every_table_and_column_and_code(content: Any) -> None:
    assert [(table["table"], [each["column"] for each in table["columns"]]) for table in content["tables"]] == [
        (name, [field.name for field in table.released]) for name, table in STANDARD.released.tables.items()
    ]
    assert {each["codelist"]: [code["code"] for code in each["codes"]] for each in content["codelists"]} == {
        name: list(codelist.codes) for name, codelist in STANDARD.codelists.items()
    }


def test_a_column_says_what_it_means_what_it_takes_and_what_it_holds(content: Any) -> None:
    found = column(content, "events.event_date_earliest")
    assert found["derived_from"] == "event_date"
    assert found["title"]["en"] == "Date, earliest"
    assert (found["minimum"], found["maximum"]) == ("2022-09-01", found["maximum"])
    found = column(content, "events.event_type")
    assert (found["required"], found["codelist"], found["filled"], found["fill_rate"]) == (True, "event_type", 65, 1.0)
    assert found["codes"][0] == {"code": "detention", "rows": 7}
    assert column(content, "events.case_id")["references"] == "cases.case_id"
    assert column(content, "events.latitude")["constraints"] == {"minimum": -90, "maximum": 90}
    assert column(content, "events.title")["constraints"]["max_length"] == 500
    assert column(content, "events.title")["examples"]


def test_words_are_there_in_every_language(content: Any) -> None:
    for table in content["tables"]:
        for each in (table, *table["columns"]):
            assert list(each["title"]) == list(each["description"]) == list(NAMES)
            assert all((*each["title"].values(), *each["description"].values()))
    found = column(content, "events.event_date_latest")
    assert len(set(found["title"].values())) == len(set(found["description"].values())) == len(NAMES)
    arrest = next(code for each in content["codelists"] for code in each["codes"] if each["codelist"] == "event_type")
    assert set(arrest["label"]) == set(NAMES)
    assert {"number", "definition", "since"} <= set(arrest)


# For people


@pytest.mark.parametrize("language", NAMES)
def test_a_page_is_in_its_language_and_leads_to_the_others(written: Path, language: str) -> None:
    path = written / f"codebook.{language}.html"
    direction = "rtl" if language == "ar" else "ltr"
    assert f'<html lang="{language}" dir="{direction}">' in path.read_text("utf-8")
    links = {attributes["href"] for _, attributes in parsed(path).elements if "hreflang" in attributes}
    assert links == {f"codebook.{other}.html" for other in NAMES if other != language}
    english = parsed(written / "codebook.en.html")
    for name in ("events.event_type", "events.event_date_latest", "cases", "the-contents"):
        assert (parsed(path).about(name) == english.about(name)) is (language == "en")


def test_a_page_tells_of_a_column_all_that_is_known(written: Path) -> None:
    found = parsed(written / "codebook.en.html")
    assert found.about("events.event_type").startswith(
        "Event type events.event_type Kind of event. Kind of value a code of a list Codelist codelist.event_type"
        " Required Yes Examples verdict Since standard 0.1.0, release 2025.11.0 Filled 65 of 65 (100%)"
        " Different values 40"
    )
    assert "detention Detention 7" in found.about("events.event_type")
    assert "Range 2022-09-01 – " in found.about("events.event_date_earliest")
    assert "Derived from events.event_date " in found.about("events.event_date_earliest")
    assert "Allowed range -90 – 90" in found.about("events.latitude")
    assert "Allowed length in characters ≤ 2,000" in found.about("sources.url")
    assert "Pattern ^evt-[a-z0-9]{2,12}-" in found.about("events.event_id")
    assert "Points to cases.case_id" in found.about("events.case_id")
    assert "Filled 0 of 0 (–)" in found.about("identifiers.scheme")
    assert "77 codes. Used in: events.event_type" in found.about("codelist.event_type")
    assert "detention · 2 Detention A person was taken or held" in found.about("codelist.event_type")


def test_every_link_within_a_page_leads_somewhere(written: Path) -> None:
    elements = parsed(written / "codebook.ru.html").elements
    names = [attributes["id"] for _, attributes in elements if "id" in attributes]
    assert len(names) == len(set(names))
    wanted = {
        f"{table}.{field.name}"
        for table in STANDARD.released.tables
        for field in STANDARD.released.tables[table].released
    }
    assert wanted <= set(names)
    within = {attributes["href"] or "" for tag, attributes in elements if tag == "a"}
    assert {link[1:] for link in within if link.startswith("#")} <= set(names)


def test_a_page_has_no_script_and_its_tables_have_headers(written: Path) -> None:
    elements = parsed(written / "codebook.ar.html").elements
    tags = [tag for tag, _ in elements]
    assert not set(tags) & {"script", "img", "link", "iframe", "object", "form", "base", "svg"}
    assert not {name for _, attributes in elements for name in attributes} & {"src", "style", "onclick"}
    assert tags.count("table") == tags.count("caption") > 50
    assert {attributes.get("scope") for tag, attributes in elements if tag == "th"} == {"row", "col"}


def test_what_stands_in_the_facts_of_a_release_is_text_only(kloop_release: Path, measures: Measures) -> None:
    release = public(kloop_release)
    text = page(book(replace(release, about=replace(release.about, title=HOSTILE, publisher=HOSTILE)), measures))
    assert "<script" not in text
    assert text.count("&lt;script&gt;") == 3


def test_what_is_not_translated_is_marked_as_english(written: Path) -> None:
    text = (written / "codebook.ar.html").read_text("utf-8")
    assert '<span lang="en" dir="ltr">A person was taken or held' in text
    assert 'lang="en"' not in (written / "codebook.en.html").read_text("utf-8").split("<main>")[1]


@pytest.mark.long
def test_the_bytes_do_not_depend_on_clock_locale_or_hashes(kloop_release: Path, written: Path, tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; sys.path.insert(0, sys.argv[1])\n"
        "from public import public\nfrom pfds.editions.codebook.files import write_codebook\n"
        "write_codebook(public(Path(sys.argv[2])), Path(sys.argv[3]))"
    )
    environment = {"PYTHONHASHSEED": "7", "TZ": "Asia/Bishkek", "LC_ALL": "ar_EG.UTF-8"}
    ran = run(
        *(BIN / "python", "-c", script, Path(__file__).parent, kloop_release, tmp_path),
        env={**os.environ, **environment},
    )
    assert ran.code == 0, ran.said
    assert files(tmp_path / "codebook") == files(written)


# History


def test_in_a_first_release_all_is_new(written: Path) -> None:
    rows = list(csv.DictReader(io.StringIO((written / "history.csv").read_text("utf-8"))))
    assert len(rows) == sum(len(table.released) for table in STANDARD.released.tables.values())
    assert {row["introduced_in"] for row in rows} == {"2025.11.0"}
    assert {row["removed_in"] + row["deprecated_in"] for row in rows} == {""}
    assert list(rows[0]) == [
        *("table", "column", "introduced_in", "deprecated_in", "removed_in", "replaced_by", "note")
    ]


def with_fields(change: Callable[[tuple[Field, ...]], tuple[Field, ...]]) -> Standard:
    """The standard with other fields of event_relations."""
    table = STANDARD.released.tables["event_relations"]
    changed = replace(table, fields=change(table.fields))
    return replace(STANDARD.released, tables={**STANDARD.released.tables, "event_relations": changed})


def public_of_nothing() -> Public:
    about = About("2025.1.0", "0.1.0", date(2025, 1, 1), "Title", "Publisher", "CC-BY-4.0")
    return Public(STANDARD.released, about, Path(), {"event_relations": 0})


def successive(folder: Path, *standards: Standard) -> Iterator[dict[str, list[Era]]]:
    """The eras of event_relations in releases with these standards, one after the other, by column."""
    before: Path | None = None
    for number, standard in enumerate(standards, 1):
        own, first = folder / str(number), public_of_nothing()
        release = replace(
            first, standard=standard, about=replace(first.about, version=f"2025.{number}.0"), folder=own, before=before
        )
        eras = history(release)
        (own / "codebook").mkdir(parents=True)
        (own / "codebook" / "history.csv").write_text(history_csv(eras), "utf-8")
        assert history(replace(release, before=own)) == eras
        before = own
        yield {name: [era for era in eras if era.column == name] for name in {era.column for era in eras}}


def test_a_variable_is_followed_from_its_introduction_to_its_removal_and_back(tmp_path: Path) -> None:
    kept = with_fields(lambda fields: fields[:-1])
    last = STANDARD.released.tables["event_relations"].fields[-1]
    old = replace(last, deprecated=Deprecation("0.2.0", "A comma, a “quote”.", "relation_kind"))
    deprecated = with_fields(lambda fields: (*fields[:-1], old))
    first, second, third, fourth, fifth = successive(
        tmp_path, kept, STANDARD.released, deprecated, kept, STANDARD.released
    )
    table, name = "event_relations", last.name
    assert name not in first
    assert second[name] == [Era(table, name, "2025.2.0")]
    told = Era(table, name, "2025.2.0", "2025.3.0", "", "relation_kind", "A comma, a “quote”.")
    assert third[name] == [told]
    assert fourth[name] == [replace(told, removed_in="2025.4.0")]
    assert fifth[name] == [Era(table, name, "2025.5.0"), replace(told, removed_in="2025.4.0")]
    assert {era.introduced_in for era in fifth["relation_id"]} == {"2025.1.0"}


def test_a_table_that_is_gone_stays_in_the_history(tmp_path: Path) -> None:
    gone = replace(
        STANDARD.released,
        tables={name: each for name, each in STANDARD.released.tables.items() if name != "event_relations"},
    )
    release = public_of_nothing()
    (tmp_path / "codebook").mkdir()
    (tmp_path / "codebook" / "history.csv").write_text(history_csv(history(release)), "utf-8")
    later = replace(release, standard=gone, rows={}, before=tmp_path, about=replace(release.about, version="2025.2.0"))
    assert {(era.table, era.removed_in) for era in history(later)} == {("event_relations", "2025.2.0")}


def test_a_release_before_that_tells_no_history_is_read_from_its_descriptor(
    kloop_release: Path, tmp_path: Path
) -> None:
    before = tmp_path / "before"
    (before / "parquet").mkdir(parents=True)
    descriptor = (kloop_release / "parquet" / "datapackage.json").read_bytes()
    (before / "parquet" / "datapackage.json").write_bytes(descriptor)
    release = public(kloop_release, before)
    release = replace(release, about=replace(release.about, version="2026.1.0"))
    eras = history(release)
    assert {era.introduced_in for era in eras} == {"2025.11.0"}
    assert all(era.note.startswith("Releases before this one") for era in eras)


def test_deprecated_and_removed_variables_and_codes_are_told(kloop_release: Path, measures: Measures) -> None:
    release = public(kloop_release)
    last = STANDARD.released.tables["event_relations"].fields[-1]
    old = replace(last, deprecated=Deprecation("0.2.0", "It said too little.", "relation_kind"))
    standard = with_fields(lambda fields: (*fields[:-1], old))
    codelist = STANDARD.codelists["event_relation_type"]
    code: Code = replace(codelist.codes["follows"], deprecated="0.3.0", replaced_by="caused_by")
    lists = {**standard.codelists, codelist.name: replace(codelist, codes={**codelist.codes, "follows": code})}
    content = book(replace(release, standard=replace(standard, codelists=lists)), measures)
    gone = Era("persons", "shoe_size", "2024.1.0", "2024.2.0", "2025.1.0", "size", "Nobody used it.")
    found = Page(page(replace(content, gone=(gone,)), "ru"))
    assert "Устарело стандарт 0.2.0, выпуск 2025.11.0. It said too little." in found.about(
        f"event_relations.{old.name}"
    )
    assert "Устарело: 0.3.0. Используйте вместо этого: caused_by" in found.about("codelist.event_relation_type")
    assert "persons.shoe_size 2024.1.0 2025.1.0 size Nobody used it." in found.about("the-gone")


# In a browser


@pytest.fixture(scope="module")
def pages(kloop_release: Path, measures: Measures, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Pages of a few columns and their codelists: axe-core takes minutes for all."""
    folder = tmp_path_factory.mktemp("pages")
    whole = book(public(kloop_release), measures)
    gone = Era("persons", "shoe_size", "2024.1.0", "", "2025.1.0", "size", "Nobody used it.")
    variables = tuple(each for each in whole.variables["events"] if each.field.name in SHOWN)
    lists = sorted({each.field.codelist for each in variables if each.field.codelist})
    standard = replace(STANDARD.released, codelists={name: STANDARD.codelists[name] for name in lists})
    few = replace(whole, standard=standard, variables={"events": variables}, gone=(gone,))
    paths = {language: folder / f"codebook.{language}.html" for language in ("en", "ar", "ru")}
    for language, path in paths.items():
        path.write_text(page(few, language), "utf-8")
    return paths


@needs_browser
@pytest.mark.parametrize(
    ("language", "scheme"), [("en", "light"), ("ar", "dark"), pytest.param("ru", "dark", marks=pytest.mark.long)]
)
def test_nobody_is_kept_out(pages: dict[str, Path], language: str, scheme: str) -> None:
    with chromium() as browser, opened(browser, pages[language], scheme) as (shown, asked):
        assert barriers(shown) == []
        assert asked == [pages[language].as_uri()]


@needs_browser
def test_a_page_fits_a_telephone_and_leads_to_each_column(written: Path) -> None:
    path = written / "codebook.ru.html"
    with chromium() as browser, opened(browser, path) as (shown, asked):
        shown.set_viewport_size({"width": 360, "height": 800})
        assert shown.evaluate("document.documentElement.scrollWidth") == 360
        shown.evaluate("location.hash = 'events.longitude'")
        assert shown.locator("[id='events.longitude']").bounding_box()["y"] < 800  # type: ignore[index]
        assert set(asked) == {path.as_uri()}


@needs_browser
def test_figures_run_from_left_to_right_among_arabic(pages: dict[str, Path]) -> None:
    with chromium() as browser, opened(browser, pages["ar"]) as (shown, _):
        limit = shown.locator("section:has(> [id='events.longitude']) dd bdi").first
        assert limit.inner_text() == "-180"
        assert limit.evaluate("each => getComputedStyle(each).direction") == "ltr"
        assert shown.evaluate("getComputedStyle(document.querySelector('h1')).direction") == "rtl"


@needs_browser
def test_a_page_prints_what_is_folded_and_has_a_dark_form(pages: dict[str, Path]) -> None:
    with chromium() as browser, opened(browser, pages["en"]) as (shown, _):
        shown.keyboard.press("Tab")
        assert shown.evaluate("document.activeElement.className") == "skip"
        folded = shown.locator("details a").first
        assert not folded.is_visible()
        colour = shown.evaluate("getComputedStyle(document.body).backgroundColor")
        shown.emulate_media(color_scheme="dark")
        assert shown.evaluate("getComputedStyle(document.body).backgroundColor") != colour
        shown.emulate_media(media="print", color_scheme="light")
        assert folded.is_visible()
