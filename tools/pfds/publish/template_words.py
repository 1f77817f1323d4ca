"""What a workbook says about its columns: how to fill them, and what is wrong with what was typed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from pfds.standard.language import Language
from pfds.standard.model import Field, Table
from pfds.standard.phrase import Phrase

START: Final = Phrase("Start here")
EXAMPLE: Final = Phrase("Example")
LISTS: Final = Phrase("Lists")
REQUIRED: Final = Phrase("Required.")

_LONGEST_TITLE, _LONGEST_MESSAGE = 32, 255


@dataclass(frozen=True, slots=True)
class Objection:
    """What a spreadsheet program says about a value that does not fit: a title and one or two sentences."""

    title: str
    message: str


def required(language: Language, field: Field) -> str:
    """The word for a column that must be filled, followed by a space; nothing for any other."""
    return f"{language.say(REQUIRED)} " if field.required else ""


def how_to_fill(field: Field, table: Table, referred: str | None) -> Phrase:
    """How a cell is filled; ``referred`` is the sheet whose records it chooses from, if it does."""
    if field.codelist:
        return Phrase("Choose from the list.")
    if referred is not None:
        return Phrase("Choose from the list: it shows the rows of the sheet “{sheet}”.", sheet=referred)
    example = str(field.examples[0]) if field.examples else ""
    if field.name == table.primary_key:
        return Phrase("Give each row an id of its own, of this form: {example}", example=example)
    return _HOW.get(field.kind, _by_example)(example)


def _by_example(example: str) -> Phrase:
    return Phrase("For example: {example}", example=example)


_HOW: Final[Mapping[str, Callable[[str], Phrase]]] = MappingProxyType(
    {
        "edtf": lambda _: Phrase("Write the year first: 2024-03-12, 2024-03 or 2024."),
        "date": lambda _: Phrase("Write year, month and day: 2024-03-12."),
        "boolean": lambda _: Phrase("Write true for yes, false for no."),
        "integer": lambda example: Phrase("Write a whole number, for example: {example}", example=example),
        "number": lambda example: Phrase("Write a number, its decimals after a point: {example}", example=example),
        "id": lambda example: Phrase("Write the id of a record, for example: {example}", example=example),
        "language": lambda example: Phrase("Choose from the list or write a code: {example}", example=example),
        "duration": lambda _: Phrase("P5Y is five years, P1Y6M a year and six months, P10D ten days, PT48H 48 hours."),
    }
)


def not_in_list(language: Language, lists: str) -> Objection:
    """About a value that a closed list does not have; ``lists`` is the sheet that explains the lists."""
    return _objection(
        language,
        Phrase("Not in the list"),
        Phrase("Only values of the list fit here. The sheet “{sheet}” says what each of them means.", sheet=lists),
    )


def not_a_row(language: Language, sheet: str) -> Objection:
    """About a reference that is not in the list of the records of another sheet."""
    return _objection(
        language,
        Phrase("Not in the list"),
        Phrase(
            "You can keep this if it is the id of a record. The list shows the rows of the sheet “{sheet}”.",
            sheet=sheet,
        ),
    )


def not_a_date(language: Language) -> Objection:
    """About a date that does not begin with its year."""
    return _objection(
        language,
        Phrase("Is this a date?"),
        Phrase("Write the year first: 2024-03-12. If you do not know the day, write 2024-03 or 2024. Keep this value?"),
    )


def not_an_own_id(language: Language, prefix: str) -> Objection:
    """About the id of a row that begins otherwise, or that another row has."""
    return _objection(
        language,
        Phrase("Is this id right?"),
        Phrase("Ids of this sheet begin with “{prefix}”, and each stands only once. Keep this value?", prefix=prefix),
    )


def _objection(language: Language, title: Phrase, message: Phrase) -> Objection:
    return Objection(shortened(language.say(title), _LONGEST_TITLE), shortened(language.say(message), _LONGEST_MESSAGE))


def guidance(language: Language, label: str, field: Field, how: Phrase) -> tuple[str, str]:
    """Title and text that appear beside a selected cell."""
    text = f"{required(language, field)}{field.description} {language.say(how)}"
    return shortened(label, _LONGEST_TITLE), shortened(text, _LONGEST_MESSAGE)


def note(language: Language, field: Field, how: Phrase) -> str:
    """The note on a heading: what the column holds, how it is filled, and what programs call it."""
    called = language.say(Phrase("Name of the column for programs: {name}", name=field.name))
    return f"{field.description}\n\n{required(language, field)}{language.say(how)}\n\n{called}"


def shortened(text: str, most: int) -> str:
    """The text, or as many of its words as fit in ``most`` UTF-16 units."""
    if _units(text) <= most:
        return text
    cut = text[: most - 1]
    while _units(cut) > most - 1:
        cut = cut[:-1]
    whole = cut.rpartition(" ")[0]
    return f"{whole if len(whole) > most // 2 else cut}…"


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
