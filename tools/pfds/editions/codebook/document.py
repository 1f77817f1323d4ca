"""The codebook for programs: every table, column and code, in all languages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from pfds.editions.codebook.facts import Book, Variable
from pfds.editions.codebook.words import titled
from pfds.editions.measures import figures
from pfds.standard.language import NAMES, all_languages
from pfds.standard.messages import in_language
from pfds.standard.model import Field, Standard


def codebook_content(book: Book) -> dict[str, Any]:
    """The codebook as plain data.

    Keys: `release`, `standard`, `as_of`, `title`, `publisher`, `license`, `languages`; then `tables` (`table`,
    `title`, `description`, `since`, `rows`, `columns`), `codelists` (`codelist`, `used_in`, `codes`) and `removed`, the
    variables that only earlier releases had, with the columns of `history.csv`. Titles, descriptions and labels are
    objects by language. A column has what it means (`column`, `title`, `description`, `kind`, `type`, `required`,
    `constraints`, `codelist`, `references`, `derived_from`, `examples`, `matches`, `since`, `deprecated`), its
    `history`, and what it holds in this release, as in `quality/statistics.json`. What a column does not have is left
    out.
    """
    about = book.about
    return {
        "release": about.version,
        "standard": about.standard,
        "as_of": about.as_of.isoformat(),
        "title": about.title,
        "publisher": about.publisher,
        "license": about.licence,
        "languages": list(NAMES),
        "tables": [_table(book, table, variables) for table, variables in book.variables.items()],
        "codelists": [_codelist(book, name) for name in book.standard.codelists],
        "removed": [_stated(asdict(era)) for era in book.gone],
    }


def _table(book: Book, name: str, variables: tuple[Variable, ...]) -> dict[str, Any]:
    spoken = {language.code: in_language(book.standard, language).tables[name] for language in all_languages()}
    return {
        "table": name,
        "title": {code: table.plural for code, table in spoken.items()},
        "description": {code: table.description for code, table in spoken.items()},
        "since": book.standard.tables[name].since,
        "rows": book.rows[name],
        "columns": [_column(book.standard, variable) for variable in variables],
    }


def _column(standard: Standard, variable: Variable) -> dict[str, Any]:
    field, era = variable.field, variable.era
    words = {language.code: titled(standard, language, variable.table, field) for language in all_languages()}
    past = {"introduced_in": era.introduced_in, "deprecated_in": era.deprecated_in}
    return {
        "column": field.name,
        "title": {code: title for code, (title, _) in words.items()},
        "description": {code: description for code, (_, description) in words.items()},
        "kind": field.kind,
        "type": field.json_type,
        "required": field.required,
        **_told(
            constraints=_constraints(field) or None,
            codelist=field.codelist,
            references=field.reference and f"{field.reference.table}.{field.reference.field}",
            derived_from=field.derived_from,
        ),
        "examples": list(field.examples),
        **_told(matches=[asdict(match) for match in field.matches] or None),
        "since": field.since,
        **_told(deprecated=field.deprecated and _stated(asdict(field.deprecated))),
        "history": _stated(past),
        **figures(field, variable.measure),
    }


def _constraints(field: Field) -> dict[str, Any]:
    return _told(
        pattern=None if field.codelist else field.pattern,
        not_pattern=field.forbidden,
        format=field.format,
        min_length=field.min_length,
        max_length=field.max_length,
        minimum=field.minimum,
        maximum=field.maximum,
    )


def _codelist(book: Book, name: str) -> dict[str, Any]:
    return {
        "codelist": name,
        "used_in": list(book.users(name)),
        "codes": [
            {
                "code": code.code,
                "number": code.number,
                "label": dict(code.labels),
                "definition": code.definition,
                **_told(parent=code.parent),
                "since": code.since,
                **_told(deprecated=code.deprecated, replaced_by=code.replaced_by),
            }
            for code in book.standard.codelists[name].codes.values()
        ],
    }


def _told(**facts: Any) -> dict[str, Any]:
    return {name: fact for name, fact in facts.items() if fact is not None}


def _stated(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {name: fact for name, fact in facts.items() if fact}
