"""Archives and typed columns are read by processes of their own, and whatever these do, the command answers."""

import json
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet

from pfds.intake import columnar_process, confinement, submission
from pfds.intake.apart import BROKE_OFF
from pfds.intake.archive_member import Archive
from pfds.intake.columnar_process import ColumnProcess
from pfds.intake.stream import BrokenOffError
from pfds.intake.survey import NotOpenedError
from reading import read_submission
from tiny_standard import STANDARD
from workbooks import zipped

CASES = "case_id,title\ncas-1,a\n"
LISTED = '["listed", [["cases.csv", "cases.csv", 22, 22, 0, 0, 0]]]'
SAYS = "import sys; print({!r}, flush=True); sys.stdin.readline(); "

DIES = [
    "",
    "raise SystemExit(3)",
    "import os; os.abort()",
    "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)",
    "import sys; sys.stdout.buffer.write(bytes(range(256)) * 100_000)",
    "import sys; sys.stdout.write('[' * 70_000_000)",
    "print('{}')",
    "print('[]')",
    "print('[1, 2, 3, 4]')",
    'print(\'["refused", "no such reason", 0]\')',
]
WILD_LISTS = ['["listed", [1]]', '["listed", [["a", 5, 1, 1, 0, 0, 0]]]', '["listed", [["a", "a", -1, 1, 0, 0, 0]]]']
WILD_DATA = ['["data", -1]', '["data", 99999999]', '["data", "a"]', '["data", 5]', '["refused", "no such", 0]', "[]"]
WILD_PIECES = [
    '["piece", -1]',
    '["piece", 1000000000]',
    '["piece", 1]\n[2, 0, 0]',
    '["piece", 1]\n[1, 0, 1000000000000]',
    '["piece", 1]\n[1, 0, 4]\n\u0001\u0001\u0001\u0001\u0001aaaaaaaaaaaaaa',
    '["pieces", 1]',
]


def program(folder: Path, text: str) -> Path:
    path = folder / "child.py"
    path.write_text(text)
    return path


def archive(folder: Path) -> Path:
    path = folder / "all.zip"
    path.write_bytes(zipped({"cases.csv": CASES}))
    return path


def stored(folder: Path) -> Path:
    path = folder / "cases.parquet"
    parquet.write_table(pa.table({"case_id": ["cas-1"], "title": ["a"]}), path)
    return path


@pytest.mark.parametrize("text", [*DIES, *(f"print({said!r})" for said in WILD_LISTS)])
def test_an_archive_is_refused_whatever_its_process_does(tmp_path: Path, text: str) -> None:
    with pytest.raises(NotOpenedError) as refused:
        Archive(archive(tmp_path), program(tmp_path, text)).members()
    assert refused.value.facts == {"problem": BROKE_OFF}


@pytest.mark.parametrize("text", [*DIES, *(f"print({said!r})" for said in WILD_DATA)])
def test_a_member_breaks_off_whatever_the_process_does(tmp_path: Path, text: str) -> None:
    held = Archive(archive(tmp_path), program(tmp_path, SAYS.format(LISTED) + text))
    (member,) = held.members()
    with pytest.raises(BrokenOffError, match=BROKE_OFF):
        held.open(member).read(100)


@pytest.mark.parametrize(
    "text",
    [*DIES, *(SAYS.format('["columns", ["case_id", "title"], {}]') + f"print({said!r})" for said in WILD_PIECES)],
)
def test_a_file_of_columns_is_refused_whatever_its_process_does(
    tmp_path: Path, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    child = program(tmp_path, text)
    monkeypatch.setattr(submission, "ColumnProcess", lambda: ColumnProcess(child))
    (finding,) = read_submission([stored(tmp_path)], STANDARD).findings
    assert (finding.rule, finding.facts["problem"]) == ("file-unreadable", BROKE_OFF)


def test_a_process_that_hangs_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hangs = program(tmp_path, "import time; time.sleep(100)")
    began = time.monotonic()
    monkeypatch.setattr(submission, "ColumnProcess", lambda: ColumnProcess(hangs, seconds=1))
    (finding,) = read_submission([stored(tmp_path)], STANDARD).findings
    assert (finding.rule, finding.facts["subject"]) == ("limit-exceeded", "seconds")
    assert time.monotonic() - began < 50


WATCHED = f"""
import os, signal, subprocess, sys, time
sys.path.append({str(Path(confinement.__file__).parents[2])!r})
from pfds.intake.apart import Watch
watch = Watch(subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]), 1)
watch.start()
print("stops", flush=True)
os.kill(os.getpid(), signal.SIGSTOP)
time.sleep(0.3)
print(watch.late, flush=True)
time.sleep(3)
print(watch.late, flush=True)
"""


def test_time_in_which_everything_was_stopped_does_not_count() -> None:
    with subprocess.Popen([sys.executable, "-c", WATCHED], stdout=subprocess.PIPE, text=True) as watched:
        assert watched.stdout is not None
        assert watched.stdout.readline() == "stops\n"
        time.sleep(3)
        watched.send_signal(signal.SIGCONT)
        assert watched.stdout.read() == "False\nTrue\n"


def test_one_process_reads_all_files_and_another_follows_one_that_died(tmp_path: Path) -> None:
    for name in ("cases", "events"):
        parquet.write_table(pa.table({f"{name[:-1]}_id": ["a", "b"]}), tmp_path / f"{name}.parquet")
    (tmp_path / "cases.parquet").write_bytes(b"PAR1 and nothing else PAR1")
    held = read_submission([tmp_path], STANDARD)
    assert [finding.rule for finding in held.findings][:1] == ["file-unreadable"]
    assert [file.rows for file in held.files if file.table == "events"] == [2]


def test_more_memory_than_is_allowed_is_one_finding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    parquet.write_table(pa.table({"case_id": ["cas-1"], "title": ["x" * (1 << 23)]}), tmp_path / "cases.parquet")
    monkeypatch.setattr(columnar_process, "MAX_COLUMNAR_MEMORY", 4 << 20)
    (finding,) = read_submission([tmp_path / "cases.parquet"], STANDARD).findings
    assert (finding.rule, finding.facts["subject"]) == ("limit-exceeded", "MiB of memory")


def test_a_member_of_an_archive_is_read_from_one_process_only(tmp_path: Path) -> None:
    path = tmp_path / "all.zip"
    path.write_bytes(zipped({"cases.csv": CASES * 9, "events.csv": CASES * 9}))
    held = Archive(path)
    first, second = (held.open(member) for member in held.members())
    assert first.read(5) == second.read(5) == b"case_"
    held._end()
    with pytest.raises(BrokenOffError, match=BROKE_OFF):
        first.read(5)
    assert held.open(held.members()[0]).read(5) == b"case_"


CONFINED = f"""
import json, sys
sys.path.append({str(Path(confinement.__file__).parents[2])!r})
import socket
from pfds.intake.confinement import confine, leave_network
left = leave_network()
try:
    made = socket.create_connection(("127.0.0.1", int(sys.argv[1])), 1) and "connected"
except OSError as error:
    made = "refused"
confine(1 << 30, 10)
said = []
for act in (lambda: open("/etc/passwd"), lambda: open("/tmp/pfds-written", "w"), socket.socket, lambda: bytes(1 << 31)):
    try:
        act()
        said.append("done")
    except (OSError, MemoryError):
        said.append("refused")
print(json.dumps([left, made, said]))
"""


def test_a_confined_process_reaches_neither_network_nor_files_nor_memory() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = str(server.getsockname()[1])
        done = subprocess.run([sys.executable, "-I", "-c", CONFINED, port], capture_output=True, check=True)
    left, made, said = json.loads(done.stdout)
    assert made == ("refused" if left else "connected")
    assert said == ["refused"] * 4


def test_a_process_that_is_never_started_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    (finding,) = read_submission([stored(tmp_path)], STANDARD).findings
    assert finding.facts["problem"] == BROKE_OFF
