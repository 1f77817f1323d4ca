"""The tables as a do-file for Stata: permanent numbers for codes, and labels in every language."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pfds.standard.language import NAMES, load_language
from pfds.standard.messages import in_language
from pfds.standard.model import Codelist, Field, Standard

LONGEST_LABEL: Final = 80
_PROGRAMS: Final = {"date": "pfds_date", "integer": "pfds_number", "number": "pfds_number", "boolean": "pfds_truth"}


def stata_script(standard: Standard, template: str) -> str:
    """The template of `load.do` with the tables, codes and columns of the standard."""
    parts = {
        "TABLES": " ".join(standard.tables),
        "LANGUAGES": " ".join(NAMES),
        "CODES": "\n".join(_codes(standard)),
        "COLUMNS": "\n".join(_columns(standard)),
    }
    for part, value in parts.items():
        template = template.replace(f"@@{part}@@", value)
    return template


def stata_labels(standard: Standard, language: str) -> str:
    """`labels_<language>.do`: what the codes and the variables of a table are called; English where nothing else is."""
    lines = ["* Called by load.do: labels of the codes, and of the variables of one table.", "args table"]
    for codelist in used_codelists(standard):
        for code in codelist.codes.values():
            label = code.labels.get(language) or code.labels["en"]
            lines.append(f"label define {codelist.name} {code.number} {_quoted(label)}, modify")
    for table in in_language(standard, load_language(language)).tables.values():
        lines.append(f'if "`table\'" == "{table.name}" {{')
        lines.append(f"    label data {_quoted(table.plural[:LONGEST_LABEL])}")
        lines += (f"    label variable {field.name} {_quoted(field.title[:LONGEST_LABEL])}" for field in table.released)
        lines.append("}")
    return "\n".join(lines) + "\n"


def used_codelists(standard: Standard) -> list[Codelist]:
    """The codelists that a column of the public tables has codes of."""
    fields = (field for table in standard.tables.values() for field in table.released)
    names = {field.codelist for field in fields if field.codelist}
    return [standard.codelists[name] for name in sorted(names)]


def _codes(standard: Standard) -> Iterator[str]:
    for codelist in used_codelists(standard):
        for code in codelist.codes.values():
            yield f"label define code_{codelist.name} {code.number} {_quoted(code.code)}, modify"


def _columns(standard: Standard) -> Iterator[str]:
    for table in standard.tables.values():
        yield f'if "`table\'" == "{table.name}" {{'
        yield from (f"    {call}" for field in table.released if (call := _call(field)))
        yield "}"


def _call(field: Field) -> str | None:
    if field.codelist:
        return f"pfds_code {field.name} {field.codelist}"
    program = _PROGRAMS.get(field.kind)
    return program and f"{program} {field.name}"


def _quoted(text: str) -> str:
    """A text in Stata's compound quotes, in which only a macro sign would still be replaced."""
    return '`"' + text.replace("`", "'").replace("$", "\\$") + "\"'"
