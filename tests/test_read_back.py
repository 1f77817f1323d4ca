"""What `pfds convert` and `pfds fix` write is read again and compared before anybody sees it: every trap in every form,
and a writer that loses or alters anything is told."""

import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import openpyxl
import pyarrow as pa
import pytest
from pyarrow import parquet

from command import Ran, pfds
from pfds.cli import convert as command
from pfds.cli import fix as fix_command
from pfds.forms import csv_form
from pfds.forms.staged import Staged, StagedTable
from pfds.forms.target import Form, Job
from pfds.intake import json_document, limits
from test_convert import FORMS, convert, records

LONGEST = 32_767
"""Characters (of UTF-16) that a cell of a workbook holds."""

TRAPS = (
    *("a\rb", "a\r\nb", "a\nb", "a\n\n\nb", 'say "no"', '"', '""', "a,b;c\td", "a\\b", "\\N", "'a", "a'"),
    *("=1+1", "+1", "-1", "@SUM(A1)", "=cmd|' /C calc'!A0", "{=1}", "<r>a", "&amp;", "<b>", "http://a.example/"),
    *("0", "007", "1e5", "1E400", "0x1F", "1_000", "10000000000000000", "10000000000000001", "-0", "1.0", "١٢"),
    *("true", "TRUE", "false", "NA", "N/A", "null", "NULL", "None", "nan", "inf", "#N/A", "#REF!", "yes", "да"),
    *("2025-05-28", "28.05.2025", "05/06/2025", "2025", "May 25", "12:30", "e\u0301", "é", "a\u200db"),
    *(
        "a\x00b",
        "a\x01b",
        "a\x1fb",
        "a\x7fb",
        "a\x85b",
        "a\u2028b",
        "\u202ea",
        "\ufffe",
        "_x0041_",
        "_x000D_",
        "_x005F_",
    ),
    *("▸ a", "# a", "[]", "{}", "👩\u200d💻", "\U00020000", "x" * LONGEST, "я" * 20_000),
)
"""Texts that programs alter, none of which begins or ends with white space."""

SPACED = (" a", "a ", "\ta", "a\n", "\r", "\u00a0a", "\ufeffa")
"""Readers of sheets leave out white space at the ends."""


def source(folder: Path, texts: tuple[str, ...] = TRAPS, **more: Any) -> Path:
    """Events with these titles, each beside one that has none, as JSON."""
    folder.mkdir(parents=True, exist_ok=True)
    events = [{"event_id": f"evt-exm-{number}", "title": text} for number, text in enumerate(texts)]
    events += [{"event_id": "evt-exm-none"}]
    amounts = ("0.1", "1e-7", "1000000000000000", "1e15", "100000.50", "0.0")
    sentences = [{"sentence_id": f"sen-exm-{number}", "amount": 0} for number in range(len(amounts))]
    text = json.dumps({"events": events, "sentences": sentences, **more})
    for amount in amounts:
        text = text.replace('"amount": 0}', f'"amount": {amount}}}', 1)
    path = folder / "traps.json"
    path.write_text(text, "utf-8")
    return path


@pytest.mark.parametrize(
    "forms",
    [
        ("csv", "xlsx", "json", "parquet", "jsonl", "zip", "csv"),
        ("zip", "jsonl", "parquet", "json", "xlsx", "csv", "zip"),
    ],
)
def test_every_trap_goes_round_unchanged(forms: tuple[str, ...], tmp_path: Path) -> None:
    path = source(tmp_path)
    sent = records(path)
    for number, form in enumerate(forms):
        path = convert(path, tmp_path / str(number), form)
        assert records(path) == sent, form
    assert [row["title"] for row in sent["events"]] == [*TRAPS, None]


@pytest.mark.parametrize("form", [form for form in FORMS if form != "xlsx"])
def test_white_space_at_the_ends_is_kept(form: str, tmp_path: Path) -> None:
    path = convert(source(tmp_path, SPACED), tmp_path / "there", form)
    assert [row["title"] for row in records(path)["events"]] == [*SPACED, None]


def test_a_workbook_holds_white_space_at_the_ends_and_no_formula(tmp_path: Path) -> None:
    path = convert(source(tmp_path, (*SPACED[:2], "=1+1", "@a")), tmp_path / "there", "xlsx")
    book = openpyxl.load_workbook(path)
    kinds = {cell.value: cell.data_type for sheet in book.worksheets for row in sheet.iter_rows() for cell in row}
    assert [kinds.get(text) for text in (" a", "a ", "=1+1", "@a")] == ["s"] * 4


def test_too_long_a_text_for_a_cell_is_told_and_not_cut(tmp_path: Path) -> None:
    for text in ("x" * (LONGEST + 1), "👩" * (LONGEST // 2 + 1)):
        ran = pfds("convert", source(tmp_path, (text,)), tmp_path / "out.xlsx")
        assert (ran.code, "too long" in ran.err) == (2, True)
        assert not (tmp_path / "out.xlsx").exists()


def test_the_inner_form_of_a_cell_is_told_and_not_taken_for_one(tmp_path: Path) -> None:
    ran = pfds("convert", source(tmp_path, ("<r><t>a</t></r>",)), tmp_path / "out.xlsx")
    assert (ran.code, "inner form" in ran.err) == (2, True)
    assert not (tmp_path / "out.xlsx").exists()


@pytest.mark.parametrize("text", ["a\x01b", "\ufffe", "a\uffffb"])
def test_a_workbook_holds_what_xml_cannot(text: str, tmp_path: Path) -> None:
    """Also where other sheets choose from the records, and every file of the workbook can be read."""
    path = convert(source(tmp_path, (text,)), tmp_path / "there", "xlsx")
    assert records(path)["events"][0]["title"] == text
    with zipfile.ZipFile(path) as book:
        for name in book.namelist():
            ElementTree.fromstring(book.read(name))  # noqa: S314 - our own file


def test_half_a_character_is_told(tmp_path: Path) -> None:
    path = tmp_path / "events.json"
    path.write_text('{"events": [{"event_id": "evt-exm-1", "title": "a\\ud800b"}]}', "utf-8")
    ran = pfds("convert", path, tmp_path / "out.zip")
    assert (ran.code, (tmp_path / "out.zip").exists()) == (1, False)


@pytest.mark.parametrize("line", ["," * 3, "\u200b,,,", "▸ one,▸ two,,"])
def test_a_record_that_no_sheet_can_hold_is_told(line: str, tmp_path: Path) -> None:
    path = tmp_path / "events.csv"
    path.write_text(f"event_id,title,locality,country\nevt-exm-1,A,B,KGZ\n{line}\n", "utf-8")
    ran = pfds("convert", path, tmp_path / "out.xlsx")
    assert (ran.code, (tmp_path / "out.xlsx").exists()) == (2, False), ran.said
    assert "record 2 of the table events" in ran.err
    assert records(convert(path, tmp_path / "there", "csv")) == records(path)


# Writers that do not write what they should

Sabotage = Callable[[pa.Table], pa.Table]


def without_the_last(rows: pa.Table) -> pa.Table:
    return rows.slice(0, rows.num_rows - 1)


def without_the_first(rows: pa.Table) -> pa.Table:
    return rows.slice(1)


def with_one_twice(rows: pa.Table) -> pa.Table:
    return pa.concat_tables([rows, rows.slice(0, 1)])


def turned_round(rows: pa.Table) -> pa.Table:
    return rows.take(list(range(rows.num_rows))[::-1])


def with_title(change: Callable[[str | None], str | None]) -> Sabotage:
    def sabotage(rows: pa.Table) -> pa.Table:
        titles = rows.column("title").to_pylist()
        at = rows.column_names.index("title")
        return rows.set_column(at, "title", pa.array([*map(change, titles[:1]), *titles[1:]], pa.string()))

    return sabotage


SABOTAGE: dict[str, Sabotage] = {
    "last": without_the_last,
    "first": without_the_first,
    "twice": with_one_twice,
    "order": turned_round,
    "altered": with_title(lambda title: f"{title}."),
    "lost": with_title(lambda _: None),
}


def sabotaged(form: Form, sabotage: Sabotage, folder: Path) -> Form:
    """A form that writes other events than it is given."""

    def altered(part: StagedTable) -> StagedTable:
        if part.table.name != "events":
            return part
        rows, path = sabotage(part.whole()), folder / "sabotaged.staged"
        parquet.write_table(rows, path)
        return replace(part, path=path, rows=rows.num_rows)

    def write(job: Job) -> None:
        form.write(replace(job, staged=replace(job.staged, tables=tuple(map(altered, job.staged.tables)))))

    return replace(form, write=write)


def assert_refused_as_a_defect(ran: Ran, folder: Path, before: set[Path], title: str = "A title") -> None:
    assert ran.code == 70, ran.said
    assert "was not written" in ran.err
    assert title not in ran.said
    assert set(folder.iterdir()) == before


@pytest.mark.parametrize("sabotage", SABOTAGE)
@pytest.mark.parametrize("form", FORMS)
def test_a_writer_that_does_not_write_what_it_should_is_told(
    form: str, sabotage: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent, room, out = (tmp_path / name for name in ("sent", "room", "out"))
    for folder in (room, out):
        folder.mkdir()
    path = source(sent, ("A title", "Another"))
    known = command.form_of
    monkeypatch.setattr(command, "form_of", lambda *given: sabotaged(known(*given), SABOTAGE[sabotage], room))
    name, options = FORMS[form]
    assert_refused_as_a_defect(pfds("convert", path, out / name, *options), out, set())


def test_a_sabotaged_fix_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = convert(source(tmp_path, ("A title",)), tmp_path / "sent", "csv")
    (tmp_path / "out").mkdir()
    known = command.form_of
    monkeypatch.setattr(fix_command, "form_of", lambda *given: sabotaged(known(*given), without_the_last, tmp_path))
    assert_refused_as_a_defect(pfds("fix", path, "-o", tmp_path / "out" / "fixed"), tmp_path / "out", set())


def test_cells_without_their_quotation_marks_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As the writer of Python 3.11.7 leaves them out around a carriage return."""
    (tmp_path / "out").mkdir()
    path = source(tmp_path, ("a\rb",))
    monkeypatch.setattr(csv_form, "_NEEDS_QUOTES", '[",\n]')
    ran = pfds("convert", path, tmp_path / "out" / "csv")
    assert_refused_as_a_defect(ran, tmp_path / "out", set(), "a\rb")


def test_other_metadata_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "out").mkdir()
    path = source(tmp_path, ("A title",), meta={"as_of": "2025-11-05"})
    known = command.form_of

    def without_meta(*given: Any) -> Form:
        form = known(*given)
        return replace(form, write=lambda job: form.write(replace(job, staged=_without_meta(job.staged))))

    monkeypatch.setattr(command, "form_of", without_meta)
    assert_refused_as_a_defect(pfds("convert", path, tmp_path / "out" / "a.zip"), tmp_path / "out", set())


def _without_meta(staged: Staged) -> Staged:
    return replace(staged, meta={})


def test_what_is_too_large_to_be_read_again_is_not_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = convert(source(tmp_path, ("A title",)), tmp_path / "sent", "csv")
    monkeypatch.setattr(json_document, "MAX_JSON_BYTES", 64)
    ran = pfds("convert", path, tmp_path / "out.json")
    assert (ran.code, (tmp_path / "out.json").exists()) == (2, False), ran.said
    assert "more than can be read again" in ran.err


def test_an_archive_is_written_as_one_file(tmp_path: Path) -> None:
    path = convert(source(tmp_path), tmp_path / "out", "zip")
    assert zipfile.ZipFile(path).testzip() is None
    assert limits.MAX_RECORD_BYTES > LONGEST
