"""Loaders for Python, R, Stata and SPSS that set the types and labels of the tables."""

from __future__ import annotations

import json
from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path
from typing import Final

from pfds.editions.interop.spss import spss_syntax
from pfds.editions.interop.stata import stata_labels, stata_script
from pfds.editions.public import Public
from pfds.standard.language import NAMES
from pfds.standard.model import Field, Standard

_TYPED: Final = ("integer", "number", "boolean", "date")


def write_interop(public: Public, target: Path) -> None:
    """Writes `interop/`: `load.py`, `load.R`, `load.do` with `labels_<language>.do`, and `load.sps`.

    Each says nothing but what the standard says of the columns and codes, and, for SPSS, how long their texts are.
    """
    standard = public.standard
    texts = {
        "load.py": _filled("load.py.in", LANGUAGES=_python_languages(), TABLES=_python_tables(standard)),
        "load.R": _filled("load.R.in", LANGUAGES=_r_vector(map(_quoted, NAMES)), TABLES=_r_tables(standard)),
        "load.do": stata_script(standard, _template("load.do.in")),
        **{f"labels_{language}.do": stata_labels(standard, language) for language in NAMES},
        "load.sps": spss_syntax(public),
    }
    folder = target / "interop"
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (folder / name).write_text(text, "utf-8", newline="\n")


def _template(name: str) -> str:
    return files("pfds.editions").joinpath("templates", name).read_text("utf-8")


def _filled(name: str, **parts: str) -> str:
    text = _template(name)
    for part, value in parts.items():
        text = text.replace(f"@@{part}@@", value)
    return text


def _kind(field: Field) -> str:
    """What a loader does with a column: leave it as text, make a type of it, or a category of a codelist."""
    if field.codelist:
        return f"code {field.codelist}"
    return field.kind if field.kind in _TYPED else "text"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _python_languages() -> str:
    return f"({', '.join(map(_quoted, NAMES))})"


def _python_tables(standard: Standard) -> str:
    lines = ["{"]
    for table in standard.tables.values():
        lines.append(f'    "{table.name}": {{')
        lines += (f'        "{field.name}": "{_kind(field)}",' for field in table.released)
        lines.append("    },")
    return "\n".join([*lines, "}"])


def _r_vector(values: Iterable[str]) -> str:
    return f"c({', '.join(values)})"


def _r_tables(standard: Standard) -> str:
    tables = []
    for table in standard.tables.values():
        columns = ",\n".join(f'    {field.name} = "{_kind(field)}"' for field in table.released)
        tables.append(f"  {table.name} = c(\n{columns}\n  )")
    return "list(\n" + ",\n".join(tables) + "\n)"
