"""Zip archives: read like a folder, member by member, and whatever is wrong with one member hides no other."""

import hashlib
import io
import stat
import struct
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import feather, parquet

from command import KLOOP, pfds
from pfds.intake import archive, archive_member
from pfds.intake.archive import COMPRESSION, ENCRYPTED, LINK, TWICE, UNSAFE
from pfds.intake.archive_member import DAMAGED, NOT_ZIP, UNTRUE_SIZE
from pfds.intake.columnar_file import NOT_PARQUET
from pfds.intake.columnar_process import ColumnProcess
from pfds.intake.paths import SPECIAL
from pfds.intake.survey import BELOW, FORM
from pfds.intake.tables import UnreadableInput
from reading import Held, read_submission
from tiny_standard import STANDARD, column

CASES = b"case_id,title\ncas-1,a\n"
EVENTS = b"event_id,place\nevt-1,Osh\nevt-2,Osh\n"


def zipped(members: Mapping[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as made:
        for name, data in members.items():
            made.writestr(name, data)
    return buffer.getvalue()


def read(tmp_path: Path, data: bytes) -> Held:
    path = tmp_path / "all.zip"
    path.write_bytes(data)
    return read_submission([path], STANDARD)


def told(submission: Held) -> list[tuple[str, str | None, str | None, object]]:
    """Rule, file, table and problem of every finding."""
    return [
        (found.rule, found.origin.file, found.table, found.facts.get("problem", found.facts.get("suggestion")))
        for found in submission.findings
    ]


def ids(submission: Held) -> dict[str, list[str]]:
    """Identifiers of the tables of which anything could be read."""
    tables = {text.table: text for text in submission.tables if text.cells.num_columns}
    return {name: column(text, f"{name[:-1]}_id") for name, text in tables.items()}


def directory(data: bytes) -> int:
    """Where the list of members begins."""
    return int(struct.unpack("<L", data[-6:-2])[0])


def patched(data: bytes, change: Callable[[bytearray, int], None]) -> bytes:
    """The archive with a change to its first member, made at the place where the list of members names it."""
    copy = bytearray(data)
    change(copy, directory(data))
    return bytes(copy)


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
@pytest.mark.parametrize("folder", ["", "submission/", "./", "./a b/"])
def test_members_at_the_top_or_in_one_folder(tmp_path: Path, compression: int, folder: str) -> None:
    members = {f"{folder}events.csv": EVENTS, f"{folder}cases.csv": CASES, f"{folder}meta.json": b'{"title": "T"}'}
    submission = read(tmp_path, zipped(members, compression))
    assert submission.findings == ()
    assert submission.complete
    assert submission.partial == frozenset()
    assert submission.meta == {"title": "T"}
    assert [(file.file, file.table, file.rows) for file in submission.files] == [
        ("cases.csv", "cases", 1),
        ("events.csv", "events", 2),
    ]
    assert [file.sha256 for file in submission.files] == [hashlib.sha256(data).hexdigest() for data in (CASES, EVENTS)]


def test_hidden_members_and_those_of_macos_are_ignored(tmp_path: Path) -> None:
    members = {
        "a/cases.csv": CASES,
        "__MACOSX/a/._cases.csv": b"x",
        "a/.DS_Store": b"x",
        ".git/cases.csv": b"x",
        "a/README.md": b"x",
        "a/photos/a.jpg": b"x",
    }
    submission = read(tmp_path, zipped(members))
    assert submission.findings == ()
    assert ids(submission) == {"cases": ["cas-1"]}


def test_folders_inside_are_told_as_in_a_folder(tmp_path: Path) -> None:
    members = {"cases.csv": CASES, "old/2024/cases.csv": CASES, "old/events.csv": EVENTS, "drafts/events.csv": EVENTS}
    submission = read(tmp_path, zipped(members))
    assert told(submission) == [
        ("table-unknown", "drafts/", None, BELOW),
        ("table-unknown", "old/", None, BELOW),
    ]
    assert ids(submission) == {"cases": ["cas-1"]}


def test_only_one_folder_around_everything_is_looked_into(tmp_path: Path) -> None:
    assert told(read(tmp_path, zipped({"a/b/cases.csv": CASES}))) == [("table-unknown", "b/", None, BELOW)]


def test_members_in_other_forms_are_told_as_in_a_folder(tmp_path: Path) -> None:
    members = {"cases.csv": CASES, "case.csv": b"", "budget.xlsx": b"", "events.zip": b"", "more.zip": b""}
    submission = read(tmp_path, zipped(members))
    assert [(rule, file) for rule, file, _, _ in told(submission)] == [
        ("file-unreadable", "budget.xlsx"),
        ("table-unknown", "case.csv"),
        ("file-unreadable", "events.zip"),
        ("table-unknown", "more.zip"),
    ]
    assert told(submission)[2] == ("file-unreadable", "events.zip", "events", FORM)
    assert submission.partial == {"events"}


def stored_parquet(key: str = "event_id") -> bytes:
    buffer = io.BytesIO()
    parquet.write_table(pa.table({key: ["evt-1", "evt-2"], "place": ["Osh", "Osh"]}), buffer)
    return buffer.getvalue()


def stored_arrow() -> bytes:
    buffer = io.BytesIO()
    feather.write_feather(pa.table({"event_id": ["evt-1", "evt-2"], "place": ["Osh", "Osh"]}), buffer)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("events.csv", EVENTS),
        ("events.parquet", stored_parquet()),
        ("events.arrow", stored_arrow()),
        ("events.jsonl", b'{"event_id": "evt-1", "place": "Osh"}\n{"event_id": "evt-2", "place": "Osh"}\n'),
    ],
)
def test_every_form_of_table_is_read_from_an_archive(tmp_path: Path, name: str, data: bytes) -> None:
    submission = read(tmp_path, zipped({"cases.csv": CASES, name: data}))
    assert submission.findings == ()
    assert ids(submission) == {"cases": ["cas-1"], "events": ["evt-1", "evt-2"]}
    assert submission.files[1].sha256 == hashlib.sha256(data).hexdigest()


def test_a_document_in_an_archive(tmp_path: Path) -> None:
    document = b'{"meta": {"title": "T"}, "cases": [{"case_id": "cas-1", "title": "a"}]}'
    submission = read(tmp_path, zipped({"a/all.json": document, "a/README.txt": b"x"}))
    assert (submission.findings, submission.meta) == ((), {"title": "T"})
    assert ids(submission) == {"cases": ["cas-1"]}
    beside = read(tmp_path, zipped({"all.json": document, "cases.csv": CASES}))
    assert [(rule, file) for rule, file, _, _ in told(beside)] == [("table-unknown", "all.json")]


@pytest.mark.parametrize(
    "data",
    [b"", b"x", b"PK\x05\x06", zipped({"cases.csv": CASES})[:-30], zipped({"cases.csv": CASES})[:60], EVENTS * 9999],
    ids=["nothing", "a letter", "an end", "without its end", "its beginning", "another file"],
)
def test_what_is_no_zip_file(tmp_path: Path, data: bytes) -> None:
    submission = read(tmp_path, data)
    assert told(submission) == [("file-unreadable", "all.zip", None, NOT_ZIP)]
    assert submission.partial == {"cases", "events"}
    assert [skipped.rule for skipped in submission.skipped] == ["*"]
    assert submission.files == ()


def test_an_archive_without_data(tmp_path: Path) -> None:
    for members in ({}, {"README.md": b"x"}, {".hidden/cases.csv": CASES}):
        with pytest.raises(UnreadableInput, match=r"all\.zip holds no data file such as cases\.csv"):
            read(tmp_path, zipped(members))


def with_flag(flag: int) -> Callable[[bytearray, int], None]:
    def change(data: bytearray, at: int) -> None:
        data[at + 8] |= flag

    return change


def with_method(method: int) -> Callable[[bytearray, int], None]:
    def change(data: bytearray, at: int) -> None:
        data[at + 10 : at + 12] = struct.pack("<H", method)

    return change


def with_mode(mode: int) -> Callable[[bytearray, int], None]:
    def change(data: bytearray, at: int) -> None:
        data[at + 38 : at + 42] = struct.pack("<L", mode << 16)

    return change


def with_number(offset: int, by: int) -> Callable[[bytearray, int], None]:
    def change(data: bytearray, at: int) -> None:
        (number,) = struct.unpack("<L", data[at + offset : at + offset + 4])
        data[at + offset : at + offset + 4] = struct.pack("<L", max(number + by, 0))

    return change


def with_content(offset: int) -> Callable[[bytearray, int], None]:
    def change(data: bytearray, at: int) -> None:
        name, extra = struct.unpack("<HH", data[26:30])
        data[30 + name + extra + offset] ^= 0xFF

    return change


CHECKSUM, COMPRESSED, EXPANDED, HEADER = 16, 20, 24, 42


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (with_flag(0x01), ENCRYPTED),
        (with_flag(0x40), ENCRYPTED),
        (with_flag(0x20), COMPRESSION),
        (with_method(9), COMPRESSION),
        (with_method(zipfile.ZIP_BZIP2), COMPRESSION),
        (with_method(zipfile.ZIP_LZMA), COMPRESSION),
        (with_method(999), COMPRESSION),
        (with_mode(stat.S_IFLNK | 0o777), LINK),
        (with_mode(stat.S_IFIFO | 0o600), SPECIAL),
        (with_number(CHECKSUM, 1), DAMAGED),
        (with_number(EXPANDED, 1), UNTRUE_SIZE),
        (with_number(EXPANDED, -1), UNTRUE_SIZE),
        (with_number(EXPANDED, -1000), UNTRUE_SIZE),
        (with_number(EXPANDED, 1 << 30), UNTRUE_SIZE),
        (with_number(COMPRESSED, -5), UNTRUE_SIZE),
        (with_number(HEADER, 7), DAMAGED),
        (with_number(HEADER, 1 << 30), DAMAGED),
        (with_content(0), DAMAGED),
    ],
)
def test_a_member_that_is_not_sound_hides_no_other(
    tmp_path: Path, change: Callable[[bytearray, int], None], words: str
) -> None:
    sound = zipped({"events.csv": EVENTS, "cases.csv": CASES})
    submission = read(tmp_path, patched(sound, change))
    assert told(submission) == [("file-unreadable", "events.csv", "events", words)]
    assert submission.partial == {"events"}
    assert [skipped.rule for skipped in submission.skipped] == ["*"]
    assert ids(submission)["cases"] == ["cas-1"]
    assert read(tmp_path, sound).findings == ()


@pytest.mark.parametrize("name", ["events.parquet", "events.arrow", "events.jsonl", "meta.json"])
def test_a_damaged_member_of_every_form(tmp_path: Path, name: str) -> None:
    data = {"events.parquet": stored_parquet(), "events.arrow": stored_arrow(), "meta.json": b"{}"}
    sound = zipped({name: data.get(name, b'{"event_id": "evt-1"}'), "cases.csv": CASES})
    submission = read(tmp_path, patched(sound, with_number(CHECKSUM, 1)))
    table = None if name == "meta.json" else "events"
    assert told(submission) == [("file-unreadable", name, table, DAMAGED)]
    assert ids(submission)["cases"] == ["cas-1"]


@pytest.mark.parametrize("change", [with_content(0), with_number(CHECKSUM, 1), with_number(EXPANDED, 1000)])
def test_what_follows_a_damaged_member_of_typed_columns_is_read_at_once(
    tmp_path: Path, change: Callable[[bytearray, int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pfds.intake.submission.ColumnProcess", lambda: ColumnProcess(seconds=20))
    sound = zipped({"cases.parquet": stored_parquet("case_id"), "events.parquet": stored_parquet()})
    submission = read(tmp_path, patched(sound, change))
    assert [(rule, file) for rule, file, _, _ in told(submission)] == [("file-unreadable", "cases.parquet")]
    assert ids(submission)["events"] == ["evt-1", "evt-2"]


def test_what_stands_before_the_damage_is_read(tmp_path: Path) -> None:
    rows = b"".join(b"evt-%d,Osh\n" % number for number in range(1_000_000))
    sound = zipped({"events.csv": b"event_id,place\n" + rows}, zipfile.ZIP_STORED)
    damaged = bytearray(sound)
    damaged[-200] ^= 0xFF
    submission = read(tmp_path, bytes(damaged))
    assert told(submission) == [("file-unreadable", "events.csv", "events", DAMAGED)]
    assert 100_000 < len(ids(submission)["events"]) < 1_000_000


@pytest.mark.parametrize(
    "name", ["/cases.csv", "../cases.csv", "a/../../cases.csv", "C:\\cases.csv", "..\\cases.csv", "x" * 256 + ".csv"]
)
def test_names_that_cannot_be_trusted(tmp_path: Path, name: str) -> None:
    submission = read(tmp_path, zipped({"events.csv": EVENTS, name: CASES}))
    assert told(submission) == [("file-unreadable", name[:100], None, UNSAFE)]
    assert ids(submission) == {"events": ["evt-1", "evt-2"]}
    assert [path.name for path in tmp_path.iterdir()] == ["all.zip"]


def test_a_name_with_a_nul(tmp_path: Path) -> None:
    data = zipped({"cases.csv_README": CASES, "events.csv": EVENTS}).replace(b"cases.csv_README", b"cases.csv\0README")
    assert told(read(tmp_path, data)) == [("file-unreadable", "cases.csv\0README", "cases", UNSAFE)]


def test_two_members_of_one_name(tmp_path: Path) -> None:
    data = zipped({"cases.csv": CASES, "aases.csv": CASES, "events.csv": EVENTS}).replace(b"aases", b"cases")
    submission = read(tmp_path, data)
    assert told(submission) == [("file-unreadable", "cases.csv", "cases", TWICE)]
    assert ids(submission) == {"events": ["evt-1", "evt-2"]}
    assert submission.partial == {"cases"}


@pytest.mark.parametrize(
    ("limit", "value", "file", "table", "subject"),
    [
        ("MAX_ARCHIVE_ENTRIES", 2, "all.zip", None, "files in the archive"),
        ("MAX_ARCHIVE_DIRECTORY_BYTES", 100, "all.zip", None, "bytes in the list of files of the archive"),
        ("MAX_HELD_BYTES", 100, "events.parquet", "events", "bytes in the file"),
        ("MAX_EXPANDED_BYTES", 100, "events.parquet", "events", "bytes in the archive when expanded"),
    ],
)
def test_limits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str, value: int, file: str, table: str | None, subject: str
) -> None:
    data = zipped({"cases.csv": CASES, "events.parquet": stored_parquet(), "README.md": b"x" * 1000})
    assert read(tmp_path, data).findings == ()
    monkeypatch.setattr(archive_member if hasattr(archive_member, limit) else archive, limit, value)
    (finding,) = read(tmp_path, data).findings
    assert (finding.rule, finding.origin.file, finding.table) == ("limit-exceeded", file, table)
    assert (finding.facts["subject"], finding.facts["limit"]) == (subject, value)


def test_a_bomb_is_never_expanded(tmp_path: Path) -> None:
    bomb = zipped({"cases.csv": CASES, "events.parquet": b"\0" * (1 << 24)})
    assert len(bomb) < 1 << 15
    lying = patched(
        zipped({"events.parquet": b"\0" * (1 << 24), "cases.csv": CASES}), with_number(EXPANDED, -(1 << 30))
    )
    assert told(read(tmp_path, bomb)) == [("file-unreadable", "events.parquet", "events", NOT_PARQUET)]
    assert told(read(tmp_path, lying)) == [("file-unreadable", "events.parquet", "events", UNTRUE_SIZE)]


def test_every_archive_cut_or_changed_anywhere_is_read_or_refused(tmp_path: Path) -> None:
    sound = zipped({"cases.csv": CASES, "events.parquet": stored_parquet()[:200], "meta.json": b"{}"})
    for place in range(0, len(sound), 61):
        for data in (sound[:place], sound[:place] + b"\xff" + sound[place + 1 :]):
            try:
                submission = read(tmp_path, data)
            except UnreadableInput:
                continue
            assert submission.findings or ids(submission) == {"cases": ["cas-1"]}


def test_the_same_archive_given_twice_is_read_once(tmp_path: Path) -> None:
    path = tmp_path / "all.zip"
    path.write_bytes(zipped({"cases.csv": CASES}))
    assert len(read_submission([path, path], STANDARD).tables) == 1


def test_tables_of_two_archives_are_named_by_them(tmp_path: Path) -> None:
    for name in ("a.zip", "b.zip"):
        (tmp_path / name).write_bytes(zipped({"cases.csv": CASES}))
    submission = read_submission([tmp_path / "a.zip", tmp_path / "b.zip"], STANDARD)
    assert [text.file for text in submission.tables] == ["a.zip/cases.csv", "b.zip/cases.csv"]


def test_a_zip_inside_a_folder_stays_unknown(tmp_path: Path) -> None:
    (tmp_path / "cases.csv").write_bytes(CASES)
    (tmp_path / "more.zip").write_bytes(zipped({"events.csv": EVENTS}))
    assert [(rule, file) for rule, file, _, _ in told(read_submission([tmp_path], STANDARD))] == [
        ("table-unknown", "more.zip")
    ]


def test_the_same_findings_as_the_folder(tmp_path: Path) -> None:
    files = {path.name: path.read_bytes() for path in KLOOP.iterdir() if path.is_file()}
    files["events.csv"] = files["events.csv"].replace(b"2025-", b"2025:", 3)
    (tmp_path / "folder").mkdir()
    for name, data in files.items():
        (tmp_path / "folder" / name).write_bytes(data)
    (tmp_path / "all.zip").write_bytes(zipped({f"kloop/{name}": data for name, data in files.items()}))
    folder = pfds("validate", tmp_path / "folder", "--format", "json")
    packed = pfds("validate", tmp_path / "all.zip", "--format", "json")
    assert (folder.code, packed.code) == (1, 1)
    assert packed.out == folder.out
