"""Workbooks that are not what they say, or made to do harm: one finding each, in bounded time and memory."""

import io
import json
import os
import signal
import sys
import threading
import time
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from command import PFDS, pfds, run
from kloop import STANDARD, seeded
from pfds.intake import workbook_process
from pfds.intake.stream import HashedStream
from pfds.intake.workbook_cells import CellWriter
from pfds.intake.workbook_file import WorkbookFile
from pfds.intake.workbook_frames import LIMITS, Limits, WorkbookRefusedError
from pfds.intake.workbook_ods import read_ods
from pfds.intake.workbook_parts import Parts
from pfds.intake.workbook_process import CHILD, read_sheets
from pfds.intake.workbook_refusal import RefusedError
from pfds.intake.workbook_xlsx import read_xlsx
from pfds.standard.findings import Finding
from reading import read_whole, stream_of
from workbooks import SHEET, by_hand, of_rows, zipped

ROW = '<row r="{0}"><c r="A{0}" t="str"><v>{1}</v></c></row>'
HEADER = ROW.format(1, "event_id")
SOUND = by_hand(SHEET.format(HEADER + ROW.format(2, "evt-a-1")))
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1000)
BOMB = '<!DOCTYPE s [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'


def only_finding(data: bytes, limits: Limits = LIMITS, name: str = "book.xlsx") -> Finding:
    reading = read_whole(WorkbookFile(stream_of(data), name, STANDARD, limits))
    (found,) = [found for found in reading.findings if found.rule != "column-missing"]
    assert reading.stops
    assert reading.partial == set(STANDARD.tables)
    assert [skip.rule for skip in reading.skipped] == ["*"]
    return found


def ids(data: bytes, limits: Limits = LIMITS) -> list[str]:
    reading = read_whole(WorkbookFile(stream_of(data), "book.xlsx", STANDARD, limits))
    (text,) = reading.tables
    assert {found.rule for found in reading.findings} == {"column-missing"}
    values: list[str] = text.cells.column("event_id").to_pylist()
    return values


def encrypted() -> bytes:
    return OLE + "EncryptedPackage".encode("utf-16-le")


def twice() -> bytes:
    """An archive of which two parts have one name."""
    return zipped({"a1": "1", "a2": "2"}).replace(b"a2", b"a1")


def table(rows: str) -> str:
    """The content of an .ods file with one sheet named events."""
    return f'<office:spreadsheet><table:table table:name="events">{rows}</table:table></office:spreadsheet>'


def ods(content: str, manifest: str = "") -> bytes:
    mime = "application/vnd.oasis.opendocument.spreadsheet"
    return zipped({"mimetype": mime, "content.xml": content, "META-INF/manifest.xml": manifest})


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"event_id,title\nevt-a-1,One\n", "give its name the ending .csv"),
        (b"\xef\xbb\xbfevent_id;title\n", "give its name the ending .csv"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "a web page"),
        (b"", "not a workbook"),
        (b"\x00\x01", "not a workbook"),
        (OLE, "old form"),
        (encrypted(), "protected by a password"),
        (ods("<office/>", "<manifest:encryption-data/>"), "protected by a password"),
        (zipped({"events.csv": "event_id\n"}), "without the sheets"),
        (SOUND[:200], "it is damaged"),
        (SOUND[:-30], "it is damaged"),
        (by_hand(SHEET.format(HEADER)[:-20]), "it is damaged"),
        (by_hand(SHEET.format('<row><c r="ZZZZ1"><v>1</v></c></row>')), "it is damaged"),
        (by_hand(SHEET.format('<row><c t="s"><v>-1</v></c></row>')), "it is damaged"),
        (by_hand(SHEET.format('<row r="9999999"><c><v>1</v></c></row>')), "it is damaged"),
        (by_hand(BOMB + SHEET.format(HEADER)), "abbreviations of XML"),
        (by_hand('<!DOCTYPE s SYSTEM "file:///etc/passwd">' + SHEET.format(HEADER)), "abbreviations of XML"),
        (ods(BOMB + "<s>&b;</s>"), "abbreviations of XML"),
        (ods("<a>" * 200_000), "it is damaged"),
        (twice(), "one of its parts twice"),
    ],
)
def test_what_is_no_sound_workbook_is_one_finding(data: bytes, words: str) -> None:
    found = only_finding(data)
    assert (found.rule, found.origin.file) == ("file-unreadable", "book.xlsx")
    assert words in str(found.facts["problem"])


def far_corners() -> bytes:
    """A workbook for which a reader of whole rectangles needs half a terabyte."""
    return by_hand(
        SHEET.format(HEADER + ROW.format(2, "evt-a-1") + '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')
    )


def test_cells_in_far_corners_cost_what_they_hold() -> None:
    reading = read_whole(WorkbookFile(stream_of(far_corners()), "book.xlsx", STANDARD))
    assert reading.tables[0].cells.column("event_id").to_pylist() == ["evt-a-1"]
    (found,) = [found for found in reading.findings if found.rule != "column-missing"]
    assert (found.rule, found.origin.cell) == ("column-unknown", "XFD1")


@pytest.mark.parametrize("last", [100_000, pytest.param(1_048_576, marks=pytest.mark.long)])
def test_declared_rows_without_cells_cost_little(last: int) -> None:
    rows = "".join(f'<row r="{row}" spans="1:1"/>' for row in range(3, last + 1))
    began = time.monotonic()
    assert ids(by_hand(SHEET.format(HEADER + ROW.format(2, "evt-a-1") + rows))) == ["evt-a-1"]
    assert time.monotonic() - began < 60


def test_repeated_rows_and_columns_of_nothing_are_nothing() -> None:
    cell = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    rows = "".join(f"<table:table-row>{cell.format(text)}</table:table-row>" for text in ("event_id", "evt-a-1"))
    empty = '<table:table-cell table:number-columns-repeated="16384"/>'
    rows += f'<table:table-row table:number-rows-repeated="1048574">{empty}</table:table-row>'
    assert ids(ods(table(rows))) == ["evt-a-1"]


def test_filled_cells_that_are_repeated_without_end_reach_a_limit() -> None:
    cell = '<table:table-cell table:number-columns-repeated="16384"><text:p>a</text:p></table:table-cell>'
    rows = f'<table:table-row table:number-rows-repeated="1048576">{cell}</table:table-row>'
    found = only_finding(ods(table(rows)), replace(LIMITS, cells=100_000))
    assert (found.rule, found.facts["subject"], found.facts["limit"]) == (
        "limit-exceeded",
        "cells in the workbook",
        100_000,
    )


def test_16384_columns_are_one_finding() -> None:
    found = of_rows({"events": [["event_id", *(f"x{number}" for number in range(16_383))]]})
    reading = read_whole(WorkbookFile(stream_of(found), "book.xlsx", STANDARD))
    assert [(each.rule, each.facts.get("found")) for each in reading.findings] == [("limit-exceeded", 16_384)]


@pytest.mark.parametrize("formats", [100_000, pytest.param(1_000_000, marks=pytest.mark.long)])
def test_many_cell_formats(formats: int) -> None:
    styles = f"<styleSheet><cellXfs>{'<xf numFmtId=' + chr(34) + '14' + chr(34) + '/>'}</cellXfs></styleSheet>"
    many = styles.replace('<xf numFmtId="14"/>', '<xf numFmtId="14"/>' * formats)
    dated = f'{HEADER}<row r="2"><c r="A2" s="{formats - 1}"><v>45363</v></c></row>'
    reading = read_whole(WorkbookFile(stream_of(by_hand(SHEET.format(dated), styles=many)), "b.xlsx", STANDARD))
    assert reading.tables[0].cells.column("event_id").to_pylist() == ["2024-03-12"]


def test_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    found = only_finding(by_hand(SHEET.format(HEADER), media=b"\0" * (3 << 20)), replace(LIMITS, unpacked=1 << 20))
    assert (found.rule, found.facts["subject"]) == ("limit-exceeded", "bytes in the unpacked workbook")


def test_workbook_that_says_less_of_its_size_than_it_holds() -> None:
    data = bytearray(by_hand(SHEET.format(HEADER + " " * 100_000)))
    place = data.rindex(b"PK\x01\x02", 0, data.rindex(b"PK\x05\x06"))
    data[place + 24 : place + 28] = (50).to_bytes(4, "little")
    assert only_finding(bytes(data)).rule == "file-unreadable"


@pytest.mark.parametrize(
    ("sheet", "limits", "subject"),
    [
        (SHEET.format(ROW.format(1, "x" * 2000)), replace(LIMITS, characters=1000), "characters in one cell"),
        (SHEET.format(HEADER * 20), replace(LIMITS, cells=10), "cells in the workbook"),
        (SHEET.format(ROW.format(1, "x" * 5000)), replace(LIMITS, text=1000), "bytes of text in the workbook"),
        (SHEET.format(HEADER), replace(LIMITS, size=100), "bytes in the workbook"),
    ],
)
def test_every_limit_is_told_with_what_it_counts(sheet: str, limits: Limits, subject: str) -> None:
    found = only_finding(by_hand(sheet), limits)
    assert (found.rule, found.facts["subject"]) == ("limit-exceeded", subject)


def test_text_that_many_cells_share_is_counted_for_each() -> None:
    cells = '<row><c t="s"><v>0</v></c></row>' * 1000
    data = by_hand(SHEET.format(cells), sharedStrings=f"<sst><si><t>{'x' * 10_000}</t></si></sst>")
    assert only_finding(data, replace(LIMITS, text=1 << 20)).rule == "limit-exceeded"


def test_memory_is_bounded() -> None:
    strings = "<sst>" + f"<si><t>{'x' * 100_000}</t></si>" * 2000 + "</sst>"
    found = only_finding(by_hand(SHEET.format(HEADER), sharedStrings=strings), replace(LIMITS, memory=128 << 20))
    assert (found.rule, found.facts["subject"], found.facts["limit"]) == ("limit-exceeded", "MiB of memory", 128)


def test_tag_without_end_is_refused_early() -> None:
    found = only_finding(by_hand('<worksheet><sheetData a="' + "x" * (50 << 20) + '"/></worksheet>'))
    assert (found.rule, found.facts["subject"]) == ("limit-exceeded", "bytes in one tag")


PARTS = {
    "xlsx": SHEET.format(f'<cols><col min="1" max="2" hidden="1"/></cols>{HEADER}{ROW.format(2, "evt-a-1")}'),
    "ods": table('<table:table-row><table:table-cell office:value-type="float" office:value="1"/></table:table-row>'),
}


@pytest.mark.parametrize("form", PARTS)
def test_damaged_parts_are_refused_or_read_and_nothing_else(form: str) -> None:
    chance = seeded(7)
    kinds = set()
    for _ in range(1000):
        part = bytearray(PARTS[form].encode())
        for _ in range(chance.randrange(1, 4)):
            part[chance.randrange(len(part))] = chance.choice(b'<>/"= \x00\xff09aArt:')
        text = part.decode("latin-1")
        parts = Parts(by_hand(text) if form == "xlsx" else ods(text), 1 << 20)
        writer = CellWriter(io.BytesIO(), 1000, 1000)
        try:
            read_xlsx(parts, writer, 1000) if form == "xlsx" else read_ods(parts, writer)
        except RefusedError as refused:
            kinds.add(refused.reason)
        else:
            kinds.add("read")
    assert {"read", "damaged"} <= kinds


def program(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "child.py"
    path.write_text(text)
    return path


@pytest.mark.parametrize(
    "text",
    [
        "",
        "raise SystemExit(3)",
        "import os; os.abort()",
        "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
        "import sys; sys.stdin.buffer.read(); print('garbage')",
        "import sys; sys.stdin.buffer.read(); sys.stdout.buffer.write(bytes(range(256)) * 1000)",
        "print('[\"sheet\", 5, false]')",
        'print(\'["sheet", "events", false]\')',
        'print(\'["sheet", "a", false]\'); print(\'["cells", [1], [0], "ss", ["x"]]\')',
        'print(\'["sheet", "a", false]\'); print(\'["cells", [0], [0], "s", ["x"]]\')',
        'print(\'["sheet", "a", false]\'); print(\'["cells", [1], [99999], "s", ["x"]]\')',
        'print(\'["sheet", "a", false]\'); print(\'["cells", [1e300], [0], "s", [null]]\')',
        'print(\'["sheet", "a", false]\'); print(\'["end", 1]\')',
        'print(\'["sheet", "a", false]\'); print(\'["end", [[0, 1e99]], [], 0, [], 0, []]\')',
        'print(\'["sheet", "a", false]\'); print(\'["end", [], [], 0, [], 1, [[0, 0, 99999999999999999999, 0]]]\')',
        'print(\'["refused", "no such reason", "", 0, 0]\')',
        "print('{}')",
        "print('[]')",
        'print(\'["done"]\', end="")',
    ],
)
def test_whatever_the_process_does_is_one_refusal(tmp_path: Path, text: str) -> None:
    with pytest.raises(WorkbookRefusedError) as refused:
        list(read_sheets(stream_of(SOUND), LIMITS, program(tmp_path, text)))
    assert (refused.value.rule, refused.value.facts["problem"]) == (
        "file-unreadable",
        "reading it broke off: it is damaged, or made to do harm",
    )


@pytest.mark.parametrize(
    "text", ["import time; time.sleep(100)", "import sys, time; sys.stdin.close(); time.sleep(100)"]
)
def test_a_process_that_hangs_is_ended(tmp_path: Path, text: str) -> None:
    began = time.monotonic()
    with pytest.raises(WorkbookRefusedError) as refused:
        list(read_sheets(stream_of(SOUND + bytes(1 << 20)), replace(LIMITS, seconds=1), program(tmp_path, text)))
    assert (refused.value.rule, refused.value.facts["subject"]) == ("limit-exceeded", "seconds")
    assert time.monotonic() - began < 30


def test_disk_that_fails_while_the_workbook_is_handed_over() -> None:
    class Failing(HashedStream):
        def read(self, size: int) -> bytes:
            if self.taken:
                raise OSError
            return super().read(min(size, 100))

    with pytest.raises(OSError):
        list(read_sheets(Failing(io.BytesIO(SOUND), len(SOUND))))


def test_a_process_that_cannot_be_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    assert "could not be started" in str(only_finding(SOUND).facts["problem"])


def test_the_reading_process_is_killed_while_it_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    started = workbook_process._started
    killers = []

    def started_and_killed(*arguments: object) -> object:
        process = started(*arguments)  # type: ignore[arg-type]
        killer = threading.Timer(0.3, os.kill, (process.pid, signal.SIGKILL))
        killers.append(killer)
        killer.start()
        return process

    monkeypatch.setattr(workbook_process, "_started", started_and_killed)
    large = by_hand(SHEET.format(HEADER + "".join(ROW.format(row, f"evt-a-{row}") for row in range(2, 300_000))))
    assert "broke off" in str(only_finding(large).facts["problem"])
    for killer in killers:
        killer.join()


def test_sheets_read_before_the_damage_are_kept() -> None:
    data = of_rows({"events": [["event_id"], ["evt-a-1"]], "cases": [["case_id"], ["cas-a-1"]]})
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["xl/worksheets/sheet2.xml"] = parts["xl/worksheets/sheet2.xml"][:-40]
    reading = read_whole(WorkbookFile(stream_of(zipped(parts)), "book.xlsx", STANDARD))
    assert [text.table for text in reading.tables] == ["events"]
    assert reading.findings[-1].rule == "file-unreadable"
    assert reading.skipped[0].because == "book.xlsx could not be read to its end"


def test_links_to_other_workbooks_are_never_followed() -> None:
    cell = '<c r="A2" t="str"><f>[1]Sheet1!A1</f><v>evt-a-1</v></c>'
    data = by_hand(SHEET.format(f"{HEADER}<row>{cell}</row>"), **{"externalLinks/externalLink1": "<a/>"})
    reading = read_whole(WorkbookFile(stream_of(data), "book.xlsx", STANDARD))
    assert "sheet-formulas" in {found.rule for found in reading.findings}
    assert reading.tables[0].cells.column("event_id").to_pylist() == ["evt-a-1"]


def test_macros_are_neither_run_nor_told(tmp_path: Path) -> None:
    data = by_hand(SHEET.format(HEADER + ROW.format(2, "evt-a-1")), vbaProject=b"\x01\x02")
    assert ids(data) == ["evt-a-1"]


@pytest.mark.parametrize("name", ["book.xlsx", "book.ods", "book.xlsm"])
def test_the_command_says_one_clear_sentence_and_no_more(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(encrypted())
    ran = run(PFDS, "validate", "--format", "json", tmp_path / name)
    report = json.loads(ran.out)
    assert (ran.code, ran.err) == (1, "")
    assert [found["message"] for found in report["findings"]] == [
        "This file was not read, or not to its end: it is protected by a password: open it, take the password away and"
        " save it again."
    ]


def test_it_is_read_where_the_system_has_no_such_limits(tmp_path: Path) -> None:
    text = f"import runpy, sys\nsys.modules['resource'] = None\nrunpy.run_path({str(CHILD)!r}, run_name='__main__')"
    (sheet,) = read_sheets(stream_of(SOUND), LIMITS, program(tmp_path, text))
    assert sheet.texts.to_pylist() == ["event_id", "evt-a-1"]


@pytest.mark.parametrize("mode", ["r", "w"])
def test_the_process_opens_no_file(tmp_path: Path, mode: str) -> None:
    (tmp_path / "secret").write_text("secret")
    text = (
        f"import runpy, sys\nsys.stdin.buffer.read()\n"
        f"runpy.run_path({str(CHILD)!r})['confine'](1 << 30, 10)\n"
        f"try:\n    said = open({str(tmp_path / 'secret')!r}, {mode!r}).name\nexcept OSError:\n    said = 'closed'\n"
        'print(f\'["sheet", "{said}", false]\')\nprint(\'["end",[],[],0,[],0,[]]\')\nprint(\'["done"]\')'
    )
    (sheet,) = read_sheets(stream_of(SOUND), LIMITS, program(tmp_path, text))
    assert sheet.name == "closed"


def test_names_of_parts_in_an_old_encoding_are_read() -> None:
    with zipfile.ZipFile(io.BytesIO(SOUND)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    data = zipped({**parts, "xl/aa.xml": ""}).replace(b"xl/aa.xml", b"xl/\x84\x84.xml")
    assert ids(data) == ["evt-a-1"]


def test_the_process_sees_no_settings(tmp_path: Path) -> None:
    text = (
        "import json, os, sys\nsys.stdin.buffer.read()\n"
        "print(json.dumps(['sheet', ' '.join(os.environ), False]))\n"
        "print('[\"end\",[],[],0,[],0,[]]')\nprint('[\"done\"]')"
    )
    (sheet,) = read_sheets(stream_of(SOUND), LIMITS, program(tmp_path, text))
    assert set(sheet.name.split()) <= {"HOME", "LC_CTYPE", "SYSTEMROOT"}


@pytest.mark.parametrize(
    ("given", "records", "refused"),
    [
        (["--workbook-seconds", "300"], 2_000, False),
        pytest.param(["--workbook-seconds", "300"], 20_000, False, marks=pytest.mark.long),
        (["--workbook-memory", "64"], 20_000, True),
    ],
)
def test_the_limits_are_those_that_are_given(given: list[str], records: int, refused: bool, tmp_path: Path) -> None:
    book = tmp_path / "sent.xlsx"
    rows = [["event_id", "description"], *([f"evt-exm-{number}", f"{number} " * 400] for number in range(records))]
    book.write_bytes(of_rows({"events": rows}))
    report = json.loads(pfds("validate", book, "--format", "json", *given).out)
    told = {finding["rule"] for finding in report["findings"]}
    assert bool(told & {"limit-exceeded", "file-unreadable"}) == refused
