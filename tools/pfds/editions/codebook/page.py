"""The codebook for people: a page in each language, whole in one file, without script, light or dark, fit to print."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pfds.reports
from pfds.checks.explanations import example, expected
from pfds.editions.codebook.facts import Book, Variable
from pfds.editions.codebook.words import CODE, WORDS, titled
from pfds.editions.measures import Measure
from pfds.reports.page import page_template, style_and_hash
from pfds.reports.wording import visible
from pfds.standard.language import Language, all_languages
from pfds.standard.messages import in_language
from pfds.standard.model import Code, Field
from pfds.standard.phrase import Count, Phrase

_FOLDER: Final = Path(__file__).parents[1] / "templates"
_STYLES: Final = (Path(pfds.reports.__file__).parent / "report.css", _FOLDER / "codebook.css")
_SAID_IN_WORDS: Final = ("edtf", "date", "text")
"""Kinds of value whose pattern says nothing that their words do not say better."""


@dataclass(frozen=True, slots=True)
class _Said:
    """A text and the language that it is in."""

    text: str
    language: str


def codebook_page(book: Book, language: Language) -> Iterator[str]:
    """The page in parts."""
    yield from page_template(_FOLDER / "codebook.html.jinja").generate(_Page(book, language).content())


@dataclass(frozen=True, slots=True)
class _Page:
    book: Book
    language: Language

    def content(self) -> dict[str, Any]:
        """Everything that the template shows."""
        about = self.book.about
        return {
            "language": self.language,
            "languages": all_languages(),
            "styles": [style_and_hash(path) for path in _STYLES],
            "words": {name: self.language.say(phrase) for name, phrase in WORDS.items()},
            "about": about,
            "licence": about.licence_page,
            "tables": [self._table(name) for name in self.book.variables],
            "codelists": [self._codelist(name) for name in self.book.standard.codelists],
            "gone": self.book.gone,
        }

    def _table(self, name: str) -> Mapping[str, Any]:
        table = in_language(self.book.standard, self.language).tables[name]
        variables = self.book.variables[name]
        return {
            "name": name,
            "title": table.plural,
            "description": table.description,
            "records": self.language.say(Count("{n} record", "{n} records", self.book.rows[name])),
            "columns": self.language.say(Count("{n} column", "{n} columns", len(variables))),
            "variables": [self._variable(variable) for variable in variables],
        }

    def _variable(self, variable: Variable) -> Mapping[str, Any]:
        title, description = titled(self.book.standard, self.language, variable.table, variable.field)
        return {
            "name": variable.name,
            "column": variable.field.name,
            "title": title,
            "description": description,
            "field": variable.field,
            "era": variable.era,
            "kind": self.language.say(CODE if variable.field.codelist else expected(variable.field)),
            "pattern": _pattern(variable.field),
            "allowed_length": _span(variable.field.min_length, variable.field.max_length),
            "allowed_range": _span(variable.field.minimum, variable.field.maximum),
            "examples": [visible(str(each)) for each in variable.field.examples[1:]],
            "first_example": visible(example(variable.field)),
            "since": self._since(variable),
            "deprecated": self._deprecated(variable),
            **self._holds(variable),
        }

    def _since(self, variable: Variable) -> str:
        words = Phrase(
            "standard {standard}, release {release}",
            standard=variable.field.since,
            release=variable.era.introduced_in,
        )
        return self.language.say(words)

    def _deprecated(self, variable: Variable) -> str:
        if not variable.field.deprecated:
            return ""
        words = Phrase(
            "standard {standard}, release {release}",
            standard=variable.field.deprecated.since,
            release=variable.era.deprecated_in,
        )
        return self.language.say(words)

    def _holds(self, variable: Variable) -> Mapping[str, Any]:
        measure = variable.measure
        codes = self.book.standard.codelists[variable.field.codelist].codes if variable.field.codelist else {}
        filled = Phrase(
            "{filled} of {rows} ({share})",
            filled=f"{measure.filled:,}",
            rows=f"{measure.rows:,}",
            share=share(measure),
        )
        return {
            "filled": self.language.say(filled),
            "share": share(measure),
            "distinct": f"{measure.distinct:,}",
            "range": _span(measure.minimum, measure.maximum),
            "length": _span(measure.shortest, measure.longest),
            "codes": [
                (code, self._label(codes[code]) if code in codes else None, f"{rows:,}")
                for code, rows in measure.codes.items()
            ],
        }

    def _codelist(self, name: str) -> Mapping[str, Any]:
        codes = self.book.standard.codelists[name].codes.values()
        return {
            "name": name,
            "size": self.language.say(Count("{n} code", "{n} codes", len(codes))),
            "users": self.book.users(name),
            "codes": [(code, self._label(code)) for code in codes],
        }

    def _label(self, code: Code) -> _Said:
        """The label, in English where the language has none."""
        own = code.labels.get(self.language.code)
        return _Said(own, self.language.code) if own else _Said(code.labels["en"], "en")


def share(measure: Measure) -> str:
    """The filled part in percent, where 0% and 100% are exact; a dash if there is no row."""
    if not measure.rows:
        return "–"
    if measure.filled in (0, measure.rows):
        return "100%" if measure.filled else "0%"
    return f"{min(max(100 * measure.filled / measure.rows, 0.1), 99.9):.1f}%"


def _pattern(field: Field) -> str:
    worded = field.codelist or field.kind in _SAID_IN_WORDS or field.forbidden
    return "" if worded or not field.pattern else visible(field.pattern)


def _span(least: str | float | None, most: str | float | None) -> Sequence[str]:
    """The two ends of a span, a single one if they are the same, none if it has no end."""
    ends = [_plain(end) for end in (least, most) if end is not None]
    if least is None and most is not None:
        return [f"≤ {ends[0]}"]
    if most is None and least is not None:
        return [f"≥ {ends[0]}"]
    return list(dict.fromkeys(ends))


def _plain(end: str | float) -> str:
    if isinstance(end, str):
        return end
    return f"{int(end):,}" if end == int(end) else repr(end)
