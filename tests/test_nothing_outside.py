"""Reading opens no connection, and no file but the one given, the installation, and temporary ones of its own."""

import os
import re
import socket
import sys
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import feather, parquet

from command import PFDS, ROOT, pfds, run
from programs import STRACE, needs_strace
from workbooks import SHEET, by_hand, zipped

CALLS = "trace=%network,open,openat,openat2,creat,execve,execveat,rename,renameat,renameat2,unlink,unlinkat,mkdir,link"
SYSTEM = (
    "/lib/",
    "/lib64/",
    "/usr/",
    "/proc/",
    "/sys/",
    "/dev/null",
    "/dev/urandom",
    "/etc/ld.so.",
)
SYSTEM_FILES = ("/etc/localtime", "/etc/ssl/openssl.cnf")
SECRET = "/etc/passwd"  # noqa: S105 - a file that must stay closed
URL = "http://127.0.0.1:9/x"
EVENT = f"evt-a-1,{URL},detention"


def hostile(folder: Path) -> list[Path]:
    """Submissions that would like other files, or the network, to be opened."""
    tables = folder / "tables"
    tables.mkdir(parents=True)
    (tables / "events.csv").write_text(f'event_id,title,event_type\n{EVENT}\n=WEBSERVICE("{URL}"),a,b\n')
    (tables / "events[1].csv").write_text("event_id\n")
    (tables / "cases.csv").symlink_to(SECRET)
    (tables / "persons.parquet").symlink_to("/dev/zero")
    (tables / "meta.json").write_text(f'{{"companions": ["../../..{SECRET}"], "title": "{URL}", "$ref": "{URL}"}}')
    descriptor = f'{{"resources": [{{"name": "a", "path": "{URL}"}}, {{"name": "b", "path": "{SECRET}"}}]}}'
    (tables / "datapackage.json").write_text(descriptor)
    os.mkfifo(tables / "sources.csv")
    document = folder / "document.json"
    document.write_text(f'{{"$schema": "{URL}", "$ref": "file://{SECRET}", "events": [{{"$ref": "{URL}"}}]}}')
    archive = folder / "all.zip"
    archive.write_bytes(zipped({"../events.csv": "a", SECRET: "b", "cases.csv": f"case_id\n{SECRET}\n", "b.zip": "PK"}))
    entity = f'<!DOCTYPE s [<!ENTITY a SYSTEM "file://{SECRET}"><!ENTITY b SYSTEM "{URL}">]>'
    book, linked = folder / "entity.xlsx", folder / "linked.xlsx"
    book.write_bytes(by_hand(entity + SHEET.format("<row><c><v>&a;</v></c></row>")))
    link = f'<externalLink><externalBook r:id="file://{SECRET}"/></externalLink>'
    linked.write_bytes(by_hand(SHEET.format(""), **{"externalLinks/externalLink1": link}))
    columns = folder / "columns"
    columns.mkdir()
    parquet.write_table(pa.table({"event_id": ["evt-a-1"], "title": [URL]}), columns / "events.parquet")
    feather.write_feather(pa.table({"case_id": ["cas-a-1"], "title": [f"file://{SECRET}"]}), columns / "cases.arrow")
    return [tables, document, archive, book, linked, columns]


def opened(log: str) -> set[str]:
    """Every path that a call names; programs name some that are not there."""
    return {path for line in log.splitlines() for path in re.findall(r'"((?:[^"\\]|\\.)*)"', line.split(" = ")[0])[:1]}


@needs_strace
def test_no_connection_and_no_other_file_is_opened(tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    allowed = (*SYSTEM, *(f"{path}/" for path in (own, ROOT, sys.base_prefix, sys.prefix)))
    for given in hostile(tmp_path / "given"):
        log = tmp_path / "log"
        env = {"TMPDIR": str(own), "PYTHONDONTWRITEBYTECODE": "1"}
        ran = run(*(str(STRACE), "-f", "-qq", "-s", "4096", "-o", log, "-e", CALLS, PFDS, "validate", given), env=env)
        assert ran.code in (1, 2), ran.said
        text = log.read_text("utf-8", "replace")
        calls = {line.split(None, 1)[1].split("(")[0] for line in text.splitlines() if "(" in line}
        assert not calls & {"socket", "connect", "bind", "sendto", "sendmsg", "socketpair"}
        outside = {
            path
            for path in opened(text)
            if path.startswith("/") and not path.startswith((*allowed, str(given))) and path not in SYSTEM_FILES
        }
        assert {path for path in outside if path + "/" not in allowed} == set()
        assert SECRET not in opened(text)
        assert not any((given / name).as_posix() in opened(text) for name in ("cases.csv", "sources.csv"))
        assert list(own.iterdir()) == []


def test_a_socket_is_refused_without_waiting(tmp_path: Path) -> None:
    (tmp_path / "cases.csv").write_text("case_id\n")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "events.csv"))
        ran = pfds("validate", tmp_path)
        alone = pfds("validate", tmp_path / "events.csv")
    assert "it is not an ordinary file" in ran.out
    assert (alone.code, alone.out) == (2, "")
    assert "neither a file nor a folder" in alone.err


@pytest.mark.parametrize("names", [("cases.csv", "Cases.csv"), ("é.csv", "e\u0301.csv")])
def test_names_that_look_alike_are_never_taken_for_one(tmp_path: Path, names: tuple[str, str]) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(zipped(dict.fromkeys((*names, "events.csv"), "event_id\n")))
    out = pfds("validate", path).out
    assert "table-unknown" in out


@pytest.mark.parametrize("verb", [("validate",), ("validate", "--plain"), ("validate", "--format", "github")])
def test_nothing_in_names_and_cells_steers_a_terminal(tmp_path: Path, verb: tuple[str, ...]) -> None:
    steering = "\x1b[2J\x1b]0;t\x07\x9b31m\u202e\u2066\u200f\x7f"
    steers = {character for character in steering if not character.isprintable()}
    (tmp_path / f"a{steering}.csv").write_text("a\n")
    header = f"event_id,{steering},event_type\n"
    (tmp_path / "events.csv").write_text(f"{header}{steering},a,{steering}\n")
    (tmp_path / "cases.jsonl").write_text(f'{{"case_id": "{steering[-4:-1]}", "{steering[-4:-1]}": 1}}\n')
    ran = pfds(*verb, tmp_path)
    assert not set(ran.said) & steers
    assert "\\u202e" in ran.said


def test_nothing_in_a_path_that_was_given_steers_a_terminal(tmp_path: Path) -> None:
    ran = run(PFDS, "validate", tmp_path / "x\x1b[2J\u202e.csv")
    assert (ran.code, ran.err.splitlines()) == (2, [f"Error: {tmp_path}/x\\u001b[2J\\u202e.csv does not exist."])
