"""The report as a page: whole in one file, open to everybody, and silent towards the network."""

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

from browser import barriers, chromium, opened
from command import KLOOP, pfds
from pfds.standard.language import NAMES
from programs import needs_browser
from reported import HOSTILE, MISTAKES, RIGHT_TO_LEFT, SCRIPT, groups_of_persons, submission

GOOD = ("journalist",) * 10
VOID = {"meta", "br", "img", "link", "hr", "input"}


class Outline(HTMLParser):
    """Elements of a page with their attributes; fails if one is closed that is not open."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag
        if tag in ("td", "th", "dt", "dd", "h1", "h2"):
            self.text += " "

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.text += data


def page_of(folder: Path, output: Path, *options: str | Path) -> str:
    pfds("validate", folder, "--format", "html", "--output", output, *options)
    return output.read_text("utf-8")


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A submission with hostile values, a whole column of wrong dates and an unknown column."""
    folder = tmp_path_factory.mktemp("hostile")
    submission(
        folder,
        persons=[{"protected_group": value} for value in (*GOOD, *HOSTILE)],
        events=[{"event_date": f"{day}.03.2024"} for day in range(1, 29)],
    )
    return folder


# What is on it


def test_the_verdict_comes_first(tmp_path: Path) -> None:
    page = page_of(MISTAKES, tmp_path / "r.html")
    assert Outline(page).text.split("Go to the problems")[1].strip().startswith("Not ready: 3 places must be fixed")
    status = page.index('role="status"')
    assert status < page.index("<h1>Not ready: 3 places must be fixed") < page.index("<h2")


def test_a_sound_submission_is_ready(tmp_path: Path) -> None:
    page = page_of(KLOOP, tmp_path / "r.html")
    assert "<h1>Ready: 0 places must be fixed" in page
    assert "No problem was found." in page
    assert "<article" not in page


def test_a_problem_is_told_in_symbol_word_title_count_and_fix(tmp_path: Path) -> None:
    text = " ".join(Outline(page_of(MISTAKES, tmp_path / "r.html")).text.split())
    assert "✖ Must fix Unknown code Persons ▸ Protected group persons.protected_group 1 place [cell-code]" in text
    assert "“jurnalist”" in text
    assert "How to fix: Choose a code of the list protected_group" in text
    assert "D disclosure E protected_group F record_status 2 … “jurnalist” (the problem is in this cell) …" in text


def test_what_was_checked_is_identified(tmp_path: Path) -> None:
    text = " ".join(Outline(page_of(MISTAKES, tmp_path / "r.html")).text.split())
    report = pfds("validate", MISTAKES, "--format", "json").out
    for digest in re.findall(r'"sha256": "([0-9a-f]{12})', report):
        assert digest in text
    assert "Standard 0.1.0" in text
    assert "What this check does not do" in text
    assert "Not judged: 9 rules, because the table event_parties is absent." in text


def test_a_page_is_whole_and_the_same_each_time(hostile: Path, tmp_path: Path) -> None:
    page = page_of(hostile, tmp_path / "a.html")
    outline = Outline(page)
    assert outline.open == []
    assert page == page_of(hostile, tmp_path / "b.html")
    identifiers = [attributes["id"] for _, attributes in outline.elements if "id" in attributes]
    assert len(identifiers) == len(set(identifiers))
    pointed = " ".join(attributes.get("aria-labelledby") or "" for _, attributes in outline.elements).split()
    assert set(pointed) <= set(identifiers)


def test_a_page_brings_no_script_and_asks_for_nothing(hostile: Path, tmp_path: Path) -> None:
    elements = Outline(page_of(hostile, tmp_path / "r.html")).elements
    assert not {tag for tag, _ in elements} & {"script", "img", "link", "iframe", "object", "form", "base", "svg"}
    names = {name for _, attributes in elements for name in attributes}
    assert not {name for name in names if name.startswith("on")} | (names & {"src", "style", "srcset", "action"})
    assert {attributes["href"] for _, attributes in elements if "href" in attributes} == {"#problems"}
    policy = next(a["content"] for _, a in elements if a.get("http-equiv") == "Content-Security-Policy")
    assert policy is not None
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy


def test_tables_have_captions_and_headers(hostile: Path, tmp_path: Path) -> None:
    elements = Outline(page_of(hostile, tmp_path / "r.html")).elements
    tags = [tag for tag, _ in elements]
    assert tags.count("table") == tags.count("caption") > 3
    assert {attributes.get("scope") for tag, attributes in elements if tag == "th"} == {"row", "col"}


@pytest.mark.parametrize("language", NAMES)
def test_a_page_says_its_language_and_direction(language: str, tmp_path: Path) -> None:
    page = page_of(MISTAKES, tmp_path / "r.html", "--lang", language)
    direction = "rtl" if language == "ar" else "ltr"
    assert f'<html lang="{language}" dir="{direction}">' in page


def test_values_of_another_direction_are_kept_apart(hostile: Path, tmp_path: Path) -> None:
    page = page_of(hostile, tmp_path / "r.html")
    assert f"“<bdi>{RIGHT_TO_LEFT}</bdi>”" in page
    assert not set(page) & set("\u2066\u2067\u2068\u2069\u202a\u202b\u202d\u202e")
    arabic = page_of(hostile, tmp_path / "a.html", "--lang", "ar")
    assert "“<bdi>=HYPERLINK(" in arabic


def test_a_page_without_values_holds_none(hostile: Path, tmp_path: Path) -> None:
    shown, hidden = (page_of(hostile, tmp_path / "r.html", option) for option in ("--show-values", "--hide-values"))
    assert "CONTAINS VALUES FROM YOUR FILE" in shown
    assert "REDACTED" in hidden
    parts = ("document.title", RIGHT_TO_LEFT, "HYPERLINK", "SUM(1)", "evil", "zzz", ".03.2024", "::error::")
    assert [part for part in parts if part not in shown] == []
    assert [part for part in parts if part in hidden] == []


def test_thousands_of_findings_make_a_small_page(tmp_path: Path) -> None:
    wrong = dict.fromkeys(("display_name", "identity_status", "disclosure", "protected_group", "modified"), "")
    rows = [{name: f"wrong {row} {name}" for name in wrong} for row in range(3000)]
    events = [{"event_date": f"x{row}", "event_type": f"y{row}", "country": f"z{row % 9}"} for row in range(3000)]
    page = page_of(submission(tmp_path / "s", persons=rows, events=events), tmp_path / "r.html")
    total = sum(json.loads(pfds("validate", tmp_path / "s", "--format", "json").out)["counts"].values())
    assert total > 20_000
    assert f"<h1>Not ready: {total:,} places must be fixed" in page
    assert "These were counted among the first 2,000 places." in page
    assert len(page.encode()) <= 300_000


def test_places_stand_in_the_order_of_rows(tmp_path: Path) -> None:
    values = ["x" if row in (2, 10, 100, 101) else "journalist" for row in range(1, 120)]
    page = page_of(groups_of_persons(tmp_path / "s", *values), tmp_path / "r.html")
    assert "<bdi>persons.csv</bdi>: E3, E11, E101, E102</p>" in page


# In a browser


@pytest.fixture(scope="module")
def pages(hostile: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Path]]:
    """The page on hostile data with what changed since a sound report, by language."""
    folder = tmp_path_factory.mktemp("pages")
    last = folder / "last.json"
    pfds("validate", MISTAKES, "--format", "json", "-o", last)
    paths = {language: folder / f"{language}.html" for language in ("en", "ar")}
    for language, path in paths.items():
        page_of(hostile, path, "--lang", language, "--compare", last)
    yield paths


@pytest.mark.long
@needs_browser
def test_nobody_is_kept_out(pages: dict[str, Path]) -> None:
    with chromium() as browser:
        for path in pages.values():
            for scheme in ("light", "dark"):
                with opened(browser, path, scheme) as (page, asked):
                    assert barriers(page) == []
                    assert asked == [path.as_uri()]


@needs_browser
def test_a_page_in_a_browser_runs_nothing_and_prints_all(pages: dict[str, Path]) -> None:
    with chromium() as browser, opened(browser, pages["en"]) as (page, asked):
        assert page.title().startswith("Report of a check: Not ready")
        assert SCRIPT in page.inner_text("main")
        assert "<bdi>" not in page.inner_text("main")
        hidden = page.locator("details p").first
        assert not hidden.is_visible()
        page.emulate_media(media="print")
        assert hidden.is_visible()
        colour = page.evaluate("getComputedStyle(document.body).backgroundColor")
        page.emulate_media(media="screen", color_scheme="dark")
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") != colour
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        assert asked == [pages["en"].as_uri()]
