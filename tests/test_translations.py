"""Every text is translated soundly: the same open places, all plural forms, one label for one code, nothing stale."""

import re
import sys
from collections import Counter
from collections.abc import Iterator

import pytest
from babel.messages.catalog import Message

from command import ROOT, run
from kloop import STANDARD
from pfds.publish.catalogues import read_catalogue, untranslated
from pfds.standard.language import NAMES, load_language
from pfds.standard.messages import FIELD, TITLE, in_language, texts
from pfds.standard.phrase import Count, Phrase

SCHEMA = ROOT / "schema"
OTHERS = [language for language in NAMES if language != "en"]
ISO = {"country", "currency", "language", "script"}
PLACE = re.compile(r"\{\w*\}|`[^`]*`")


def messages(language: str) -> Iterator[Message]:
    return (message for message in read_catalogue(SCHEMA, language) if message.id)


def forms(words: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    return (words or "",) if words is None or isinstance(words, str) else tuple(words)


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_has_the_open_places_of_its_text(language: str) -> None:
    for message in messages(language):
        wanted = sorted(PLACE.findall(forms(message.id)[-1]))
        for form in filter(None, forms(message.string)):
            found = sorted(PLACE.findall(form))
            few = isinstance(message.id, (tuple, list)) and "{n}" not in form
            assert found == [place for place in wanted if not (few and place == "{n}")], form


@pytest.mark.parametrize("language", OTHERS)
def test_a_counted_text_has_every_plural_form_of_the_language(language: str) -> None:
    catalogue = read_catalogue(SCHEMA, language)
    counted = [message for message in catalogue if isinstance(message.id, (tuple, list))]
    assert counted
    for message in counted:
        assert len(forms(message.string)) == catalogue.num_plurals
        assert all(forms(message.string)), message.id


@pytest.mark.parametrize("language", OTHERS)
def test_all_is_translated_but_what_cldr_lacks(language: str) -> None:
    unsaid = [message.id for message in messages(language) if not all(forms(message.string))]
    assert unsaid == []
    known = {(message.context, message.id) for message in messages(language)}
    assert set(texts(STANDARD)) <= known
    for codelist in STANDARD.codelists.values():
        lacking = [code.code for code in codelist.codes.values() if language not in code.labels]
        assert lacking == [] or codelist.name in ISO
    assert untranslated(STANDARD, SCHEMA)[language] == sum(
        language not in code.labels for name in ISO for code in STANDARD.codelists[name].codes.values()
    )


@pytest.mark.parametrize("language", NAMES)
def test_a_label_stands_for_one_code_of_its_list(language: str) -> None:
    for codelist in STANDARD.codelists.values():
        labels = Counter(
            code.labels[language].casefold() for code in codelist.codes.values() if language in code.labels
        )
        assert [label for label, times in labels.items() if times > 1] == [], codelist.name


@pytest.mark.parametrize("language", NAMES)
def test_a_label_stands_for_one_field_of_its_table(language: str) -> None:
    spoken = in_language(STANDARD, load_language(language))
    for table in spoken.tables.values():
        titles = Counter(field.title.casefold() for field in table.fields)
        assert [title for title, times in titles.items() if times > 1] == [], table.name
    tables = Counter(table.plural.casefold() for table in spoken.tables.values())
    assert max(tables.values()) == 1


def test_the_files_of_translations_hold_the_texts_of_today() -> None:
    before = {path.name: path.read_bytes() for path in (SCHEMA / "translations").iterdir()}
    ran = run(sys.executable, ROOT / "tools" / "messages.py", "--check")
    assert ran.code == 0, ran.said
    assert {path.name: path.read_bytes() for path in (SCHEMA / "translations").iterdir()} == before


def test_what_is_not_translated_is_said_in_english() -> None:
    russian = load_language("ru")
    assert russian.say(Phrase("No such words: {value}", value="x")) == "No such words: x"
    assert russian.text(TITLE, "No such title") == "No such title"
    assert russian.text(FIELD, "Event id") != "Event id"


def test_a_phrase_is_text_that_can_be_said_again() -> None:
    inner = Phrase("Did you mean “{word}”?", word="arrest")
    assert inner == "Did you mean “arrest”?"
    russian = load_language("ru").say(inner)
    assert russian != inner
    assert "arrest" in russian


@pytest.mark.parametrize(("number", "index"), [(1, 0), (2, 1), (5, 2), (21, 0), (1000, 2)])
def test_a_count_takes_the_form_of_its_number(number: int, index: int) -> None:
    message = read_catalogue(SCHEMA, "ru").get("{n} place", context="phrase")
    assert message is not None
    said = load_language("ru").say(Count("{n} place", "{n} places", number))
    assert said == forms(message.string)[index].format(n=f"{number:,}")
