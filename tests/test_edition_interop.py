"""The loaders of a release: what pandas, polars, R and PSPP make of its tables by them, and the form of that for Stata.

Stata is not here: its file is looked at, not run. PSPP stands for SPSS, whose syntax it runs.
"""

import csv
import re
import shutil
import sys
from collections import Counter
from collections.abc import Iterator
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

import pandas as pd
import polars as pl
import pyarrow.parquet as pq
import pyreadstat
import pytest

from by_r import r_cells, r_class, read_by_r, said_cells
from command import files, run
from kloop import STANDARD
from pfds.editions.interop.files import write_interop
from pfds.editions.interop.stata import used_codelists
from pfds.standard.language import NAMES, load_language
from pfds.standard.messages import in_language
from pfds.standard.model import Codelist, Field, Table
from programs import PSPP, RSCRIPT, needs_pspp, needs_r
from public import public
from traps import RIGHT_TO_LEFT

TABLES = list(STANDARD.released.tables.values())
FIELDS = [(table, field) for table in TABLES for field in table.released]
LISTS = used_codelists(STANDARD.released)
each_table = pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
each_language = pytest.mark.parametrize("language", NAMES)


@pytest.fixture(scope="module")
def release(trapped: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release with the loaders in it, in a folder whose name has a blank and a quotation mark."""
    moved = shutil.copytree(trapped, tmp_path_factory.mktemp("interop") / "a 'release'")
    write_interop(public(moved), moved)
    return moved


@pytest.fixture(scope="module")
def load(release: Path) -> Iterator[ModuleType]:
    """The loader for Python, as a user imports it."""
    spec = spec_from_file_location("pfds_release_load", release / "interop" / "load.py")
    assert spec
    assert spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    yield module
    sys.modules.pop("pfds_release_load", None)


def held(release: Path, table: Table) -> dict[str, list[Any]]:
    return dict(pq.read_table(release / "parquet" / f"{table.name}.parquet").to_pydict())


def labels(codelist: str, language: str | None) -> list[str]:
    codes = STANDARD.codelists[codelist].codes.values()
    return [code.labels.get(language) or code.labels["en"] if language else code.code for code in codes]


def plain(cell: Any) -> Any:
    if isinstance(cell, pd.Timestamp):
        return cell.date()
    return None if not isinstance(cell, str) and pd.isna(cell) else cell


def pandas_type(field: Field) -> str:
    known = {"code": "category", "date": "datetime64[s]", "integer": "Int32", "number": "Float64", "boolean": "boolean"}
    return known.get(field.kind, "string")


def polars_type(field: Field) -> Any:
    known = {"date": pl.Date, "integer": pl.Int32, "number": pl.Float64, "boolean": pl.Boolean, "code": pl.Enum}
    return known.get(field.kind, pl.String)


@each_table
def test_pandas_gets_types_and_codes(load: ModuleType, release: Path, table: Table) -> None:
    frame = load.load_pandas(table.name)
    assert {name: [plain(cell) for cell in frame[name].tolist()] for name in frame.columns} == held(release, table)
    for field in table.released:
        assert str(frame[field.name].dtype) == pandas_type(field)
        if field.codelist:
            assert list(frame[field.name].cat.categories) == labels(field.codelist, None)


@each_table
def test_polars_gets_types_and_codes(load: ModuleType, release: Path, table: Table) -> None:
    frame = load.load_polars(table.name)
    assert frame.to_dict(as_series=False) == held(release, table)
    for field in table.released:
        assert frame.schema[field.name] == polars_type(field)
        if field.codelist:
            assert frame[field.name].dtype.categories.to_list() == labels(field.codelist, None)


@each_language
def test_pandas_and_polars_get_labels_in_a_language(load: ModuleType, release: Path, language: str) -> None:
    for table in (STANDARD.released.tables["cases"], STANDARD.released.tables["events"]):
        codes = held(release, table)
        one, other = load.load_pandas(table.name, language), load.load_polars(table.name, lang=language)
        for field in table.released:
            if field.codelist:
                said = dict(zip(labels(field.codelist, None), labels(field.codelist, language), strict=True))
                wanted = [cell and said[cell] for cell in codes[field.name]]
                assert [plain(cell) for cell in one[field.name].tolist()] == wanted
                assert other[field.name].to_list() == wanted
                assert list(one[field.name].cat.categories) == labels(field.codelist, language)


def test_a_label_that_two_codes_share_bears_its_code(load: ModuleType, release: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(release, tmp_path / "copy")
    path = copy / "codelists" / "gender.csv"
    path.write_text(path.read_text("utf-8").replace(",Woman,", ",Man,"), "utf-8")
    script = (copy / "interop" / "load.py").read_text("utf-8")
    space: dict[str, Any] = {"__file__": str(copy / "interop" / "load.py"), "__name__": "load"}
    exec(compile(script, "load.py", "exec"), space)  # noqa: S102 - the loader of the changed release
    assert {"Man (man)", "Man (woman)"} <= set(space["labels"]("gender", "en").values())


def test_python_tells_a_word_that_it_does_not_know(load: ModuleType) -> None:
    for loader in (load.load_pandas, load.load_polars):
        with pytest.raises(ValueError, match="table is one of cases, persons"):
            loader("courts")
        with pytest.raises(ValueError, match="lang is one of en, ru"):
            loader("cases", lang="de")


def test_as_a_program_the_python_loader_counts(release: Path) -> None:
    ran = run(sys.executable, release / "interop" / "load.py", cwd=Path("/"))
    counts = public(release).rows
    assert (ran.code, ran.out.splitlines()) == (0, [f"{name}: {rows}" for name, rows in counts.items()]), ran.said


@needs_r
@pytest.mark.parametrize("locale", ["C.UTF-8", "C"])
def test_r_gets_types_levels_and_cells(release: Path, tmp_path: Path, locale: str) -> None:
    said = read_by_r(release, tmp_path, LC_ALL=locale)
    assert list(said) == [table.name for table in TABLES]
    for table in TABLES:
        content = held(release, table)
        assert list(said[table.name]) == list(content)
        for field in table.released:
            column = said[table.name][field.name]
            assert column["class"] == r_class(field)
            assert column["levels"] == (labels(field.codelist, None) if field.codelist else None)
            assert said_cells(field, column["cells"]) == r_cells(field, content[field.name])


@needs_r
@pytest.mark.parametrize("language", ["en", "ru", "ar"])
def test_r_gets_labels_in_a_language(release: Path, tmp_path: Path, language: str) -> None:
    said = read_by_r(release, tmp_path, language)
    for table, field in FIELDS:
        if field.codelist:
            assert said[table.name][field.name]["levels"] == labels(field.codelist, language)
    named = dict(zip(labels("country", None), labels("country", language), strict=True))
    assert said["cases"]["country"]["cells"] == [named["NZL"], named["NAM"]]
    assert RIGHT_TO_LEFT in said["persons"]["display_name"]["cells"]


@needs_r
def test_r_counts_as_a_program_and_tells_a_word_that_it_does_not_know(release: Path) -> None:
    loader = release / "interop" / "load.R"
    ran = run(RSCRIPT or "", loader, cwd=Path("/"))
    assert ran.out.splitlines() == [f"{name}: {rows}" for name, rows in public(release).rows.items()]
    for call, words in (("'courts'", "table is one of cases, persons"), ("'cases', 'de'", "lang is one of en, ru")):
        ran = run(RSCRIPT or "", "-e", f"source('interop/load.R'); pfds_load({call})", cwd=release)
        assert ran.code == 1
        assert words in ran.err


def interop(release: Path, name: str) -> str:
    return (release / "interop" / name).read_text("utf-8")


STATA_CALLS = {"date": "pfds_date", "integer": "pfds_number", "number": "pfds_number", "boolean": "pfds_truth"}


def blocks(text: str) -> dict[str, list[str]]:
    """The statements for each table of a do-file."""
    found = re.findall(r"^if \"`table'\" == \"(\w+)\" \{\n(.*?)^\}$", text, re.MULTILINE | re.DOTALL)
    assert len({name for name, _ in found}) == len(found)
    return {name: [line.strip() for line in body.splitlines()] for name, body in found}


def test_stata_types_every_column_that_is_no_text_once(release: Path) -> None:
    calls = {
        table.name: [
            f"pfds_code {field.name} {field.codelist}" if field.codelist else f"{STATA_CALLS[field.kind]} {field.name}"
            for field in table.released
            if field.codelist or field.kind in STATA_CALLS
        ]
        for table in TABLES
    }
    assert blocks(interop(release, "load.do")) == calls


def defined(text: str) -> dict[str, list[tuple[int, str]]]:
    found: dict[str, list[tuple[int, str]]] = {}
    for name, number, label in re.findall(r"^label define (\w+) (\d+) `\"(.*)\"', modify$", text, re.MULTILINE):
        found.setdefault(name, []).append((int(number), label))
    return found


def numbered(codelist: Codelist, language: str | None) -> list[tuple[int, str]]:
    return list(zip([code.number for code in codelist.codes.values()], labels(codelist.name, language), strict=True))


def test_stata_knows_the_number_of_every_code_once(release: Path) -> None:
    codes = {f"code_{codelist.name}": numbered(codelist, None) for codelist in LISTS}
    assert defined(interop(release, "load.do")) == codes


@each_language
def test_stata_labels_every_code_and_every_variable_once(release: Path, language: str) -> None:
    text = interop(release, f"labels_{language}.do")
    assert defined(text) == {codelist.name: numbered(codelist, language) for codelist in LISTS}
    said = in_language(STANDARD.released, load_language(language))
    assert blocks(text) == {
        table.name: [
            f'label data `"{table.plural[:80]}"\'',
            *(f'label variable {field.name} `"{field.title[:80]}"\'' for field in table.released),
        ]
        for table in said.tables.values()
    }


def test_stata_has_the_form_of_a_do_file(release: Path) -> None:
    for name in ("load.do", *(f"labels_{language}.do" for language in NAMES)):
        text = interop(release, name)
        assert text.count("{") == text.count("}")
        assert "@@" not in text
        assert Counter(re.findall(r"^program define (\w+)", text, re.MULTILINE)) == Counter(
            re.findall(r"^capture program drop (\w+)", text, re.MULTILINE)
        )
        assert len(re.findall(r"^program define", text, re.MULTILINE)) == len(re.findall(r"^end$", text, re.MULTILINE))
        for line in text.splitlines():
            assert len(line) < 400
            assert len(re.findall(r"`\"", line)) == len(re.findall(r"\"'(?!\")", line)) or '`"' not in line
        for label_set in defined(text):
            assert len(label_set) <= 32


def test_no_label_holds_what_stata_would_replace() -> None:
    for codelist in LISTS:
        for code in codelist.codes.values():
            assert not {"`", "$", '"'} & set("".join(code.labels.values())), code
    for language in NAMES:
        for table in in_language(STANDARD.released, load_language(language)).tables.values():
            assert not {"`", "$", '"'} & set("".join(field.title for field in table.released))


def spss_statements(text: str) -> list[str]:
    """The statements of a syntax file; each ends with a full stop at the end of a line."""
    return [statement for statement in re.split(r"\.\n+", text) if statement]


def test_spss_reads_and_labels_every_column_once(release: Path) -> None:
    statements = spss_statements(interop(release, "load.sps"))
    data = {
        name: (statement, names)
        for statement, names in zip(
            (each for each in statements if each.startswith("GET DATA\n")),
            (each for each in statements if each.startswith("VARIABLE LABELS")),
            strict=True,
        )
        for name in re.findall(r"'\.\./data/(\w+)\.csv'", statement)
    }
    assert list(data) == [table.name for table in TABLES]
    for table in TABLES:
        read, named = data[table.name]
        with (release / "data" / f"{table.name}.csv").open(encoding="utf-8", newline="") as file:
            header, *rows = list(csv.reader(file))
        columns = re.findall(r"^    (\w+) (\w+(?:\.\d)?)$", read, re.MULTILINE)
        assert [name for name, _ in columns] == header
        for index, (field, (_, form)) in enumerate(zip(table.released, columns, strict=True)):
            if form.startswith("A"):
                assert max((len(row[index].encode()) for row in rows), default=1) <= int(form[1:]) <= 32_767
            else:
                assert form == {"date": "SDATE10", "integer": "F12.0", "number": "F24.8"}[field.kind]
        titles = [(field.name, field.title.replace("'", "''")) for field in table.released]
        assert re.findall(r"^  (\w+) '(.*)'$", named, re.MULTILINE) == titles


def test_spss_labels_every_code_of_every_column_once(release: Path) -> None:
    statements = [each for each in spss_statements(interop(release, "load.sps")) if each.startswith("VALUE LABELS")]
    coded = [field for _, field in FIELDS if field.codelist]
    assert [statement.splitlines()[0] for statement in statements] == [f"VALUE LABELS {field.name}" for field in coded]
    for field, statement in zip(coded, statements, strict=True):
        pairs = re.findall(r"^  '((?:[^']|'')*)' '((?:[^']|'')*)'$", statement, re.MULTILINE)
        assert len(pairs) == len(statement.splitlines()) - 1
        said = [(code, label.replace("''", "'")) for code, label in pairs]
        codelist = str(field.codelist)
        assert said == list(zip(labels(codelist, None), labels(codelist, "en"), strict=True))


@needs_pspp
def test_pspp_reads_the_cells_and_labels_of_the_tables(kloop_release: Path, tmp_path: Path) -> None:
    """It runs the syntax of SPSS, but keeps one data set: each table is saved before the next one is read.

    Like SPSS it ends a record at a line break inside a text; no text of the example has one.
    """
    saving = re.sub(
        r"(?s)(DATASET NAME (\w+)\..*?)(?=GET DATA\n|\Z)",
        rf"\1SAVE OUTFILE='{tmp_path}/\2.sav'.\n",
        interop(kloop_release, "load.sps"),
    )
    (tmp_path / "load.sps").write_text(saving, "utf-8")
    ran = run(str(PSPP), "--no-output", tmp_path / "load.sps", cwd=kloop_release / "interop")
    assert (ran.code, ran.said) == (0, "")
    for table in TABLES:
        found, about = pyreadstat.read_sav(tmp_path / f"{table.name}.sav")
        with (kloop_release / "data" / f"{table.name}.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        assert [{name: as_cell(value) for name, value in record.items()} for record in found.to_dict("records")] == rows
        assert about.column_names_to_labels == {field.name: field.title for field in table.released}
        coded = {field.name: str(field.codelist) for field in table.released if field.codelist}
        said: object = {
            name: dict(zip(labels(codelist, None), labels(codelist, "en"), strict=True))
            for name, codelist in coded.items()
        }
        assert about.variable_value_labels == said


def as_cell(value: object) -> str:
    """A value that a reader of SPSS files gives, as the text of a cell."""
    if value is None or value != value:  # noqa: PLR0124 - what is missing does not equal itself
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def test_spss_has_the_form_of_a_syntax_file(release: Path) -> None:
    text = interop(release, "load.sps")
    assert text.startswith("* Encoding: UTF-8.\n")
    for line in text.splitlines():
        assert len(line.encode("utf-8")) <= 250
        assert line.replace("'\"'", "").count("'") % 2 == 0 or line.startswith("*")


def test_the_bytes_are_the_same_every_time(release: Path, tmp_path: Path) -> None:
    write_interop(public(release), tmp_path)
    there = {path: data for path, data in files(release / "interop").items() if "__pycache__" not in path}
    assert files(tmp_path / "interop") == there
