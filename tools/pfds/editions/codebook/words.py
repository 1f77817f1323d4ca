"""What the codebook says besides the words of the standard: fixed words, and names of derived columns."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from pfds.standard.language import Language
from pfds.standard.messages import in_language
from pfds.standard.model import Field, Standard
from pfds.standard.phrase import Phrase

WORDS: Final[Mapping[str, Phrase]] = MappingProxyType(
    {
        "page": Phrase("Codebook"),
        "about": Phrase("What every table, column and code of this release means, and what each column holds."),
        "figures": Phrase(
            "Figures count the records of this release. A cell that is not empty is filled; shares are of all records"
            " of the table."
        ),
        "skip": Phrase("Go to the tables"),
        "languages": Phrase("This page in other languages"),
        "contents": Phrase("Contents"),
        "release": Phrase("Release"),
        "standard": Phrase("Standard"),
        "as_of": Phrase("As of"),
        "publisher": Phrase("Publisher"),
        "licence": Phrase("Licence"),
        "tables": Phrase("Tables"),
        "codelists": Phrase("Codelists"),
        "kind": Phrase("Kind of value"),
        "required": Phrase("Required"),
        "yes": Phrase("Yes"),
        "no": Phrase("No"),
        "pattern": Phrase("Pattern"),
        "allowed_length": Phrase("Allowed length in characters"),
        "allowed_range": Phrase("Allowed range"),
        "references": Phrase("Points to"),
        "derived": Phrase("Derived from"),
        "codelist": Phrase("Codelist"),
        "examples": Phrase("Examples"),
        "since": Phrase("Since"),
        "deprecated": Phrase("Deprecated"),
        "instead": Phrase("Use instead"),
        "filled": Phrase("Filled"),
        "distinct": Phrase("Different values"),
        "range": Phrase("Range"),
        "length": Phrase("Length in characters"),
        "code": Phrase("Code"),
        "number": Phrase("Number"),
        "label": Phrase("Label"),
        "records": Phrase("Records"),
        "definition": Phrase("Definition"),
        "used_in": Phrase("Used in"),
        "gone": Phrase("Columns that earlier releases had"),
        "column": Phrase("Column"),
        "introduced_in": Phrase("First release with it"),
        "removed_in": Phrase("First release without it"),
        "note": Phrase("Remark"),
    }
)
CODE: Final = Phrase("a code of a list")


def titled(standard: Standard, language: Language, table: str, column: Field) -> tuple[str, str]:
    """Title and description of a released column in a language, also of a column that is derived from another."""
    spoken = in_language(standard, language).tables[table].by_name
    if column.derived_from is None:
        return spoken[column.name].title, spoken[column.name].description
    title = spoken[column.derived_from].title
    if column.name.endswith("_earliest"):
        words = (
            Phrase("{title}, earliest", title=title),
            Phrase("First day on which {field} can lie; derived from it, empty if open.", field=column.derived_from),
        )
    else:
        words = (
            Phrase("{title}, latest", title=title),
            Phrase("Last day on which {field} can lie; derived from it, empty if open.", field=column.derived_from),
        )
    return language.say(words[0]), language.say(words[1])
