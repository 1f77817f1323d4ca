"""pfds validate at its ends: where the report goes, how far the reading is, and what a shell completes."""

import json
import os
import pty
import select
import stat
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from command import KLOOP, PFDS, files, pfds, run
from pfds.cli.progress import progress_on_terminal
from pfds.reports.formats import FORMATS
from pfds.standard.language import load_language
from reported import MISTAKES, submission, write

# --output


@pytest.mark.parametrize("form", [name for name, each in FORMATS.items() if not each.binary])
def test_a_file_holds_what_standard_output_would(form: str, tmp_path: Path) -> None:
    output = tmp_path / "report"
    ran = pfds("validate", MISTAKES, "--format", form, "--output", output)
    assert (ran.code, ran.err) == (1, "")
    assert ran.out.splitlines() == [
        "Not ready: 3 places must be fixed, 0 places should be checked.",
        str(output),
    ]
    assert output.read_bytes().decode() == pfds("validate", MISTAKES, "--format", form).out
    assert list(tmp_path.iterdir()) == [output]


@pytest.mark.parametrize(
    ("name", "begins"),
    [
        ("r.html", "<!DOCTYPE html>"),
        ("r.json", '{\n  "standard"'),
        ("r.CSV", '"rule",'),
        ("r.sarif", '{\n  "$schema"'),
        ("r.xml", "<?xml"),
        ("r.txt", "Must fix: "),
        ("r", "Must fix: "),
    ],
)
def test_the_name_of_the_file_says_the_format(name: str, begins: str, tmp_path: Path) -> None:
    pfds("validate", MISTAKES, "-o", tmp_path / name)
    assert (tmp_path / name).read_text("utf-8").startswith(begins)


def test_a_format_that_is_asked_for_comes_before_the_name(tmp_path: Path) -> None:
    pfds("validate", MISTAKES, "--format", "json", "-o", tmp_path / "r.html")
    assert json.loads((tmp_path / "r.html").read_text("utf-8"))["valid"] is False


def test_a_report_takes_the_place_of_an_earlier_one(tmp_path: Path) -> None:
    output = tmp_path / "r.txt"
    output.write_text("earlier", "utf-8")
    pfds("validate", MISTAKES, "-o", output)
    assert output.read_text("utf-8").startswith("Must fix: ")


def test_a_report_is_for_its_owner_only(tmp_path: Path) -> None:
    pfds("validate", MISTAKES, "-o", tmp_path / "r.html")
    assert stat.S_IMODE((tmp_path / "r.html").stat().st_mode) == 0o600


def test_a_report_without_findings_says_so_too(tmp_path: Path) -> None:
    ran = pfds("validate", KLOOP, "-o", tmp_path / "r.html")
    assert ran.code == 0
    assert ran.out.startswith("Ready: ")


@pytest.fixture
def sent(tmp_path: Path) -> Path:
    """A submission, and an earlier report on it beside it."""
    folder = submission(tmp_path / "sent")
    pfds("validate", folder, "-o", tmp_path / "last.json")
    return folder


@pytest.mark.parametrize(
    ("inputs", "output"),
    [
        (["sent/persons.csv"], "sent/persons.csv"),
        (["sent/persons.csv"], "sent/../sent/persons.csv"),
        (["sent/persons.csv"], "link.csv"),
        (["link.csv"], "sent/persons.csv"),
        (["sent"], "sent"),
        (["sent"], "sent/persons.csv"),
        (["sent"], "sent/new.csv"),
        (["sent"], "sent/report.JSON"),
        (["sent", "--compare", "last.json"], "last.json"),
        (["sent"], "no/such/folder/r.txt"),
    ],
)
def test_what_was_given_is_never_written_over(
    sent: Path, inputs: list[str], output: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(sent.parent)
    Path("link.csv").symlink_to("sent/persons.csv")
    before = files(sent.parent)
    ran = pfds("validate", *inputs, "--format", "json", "--output", output)
    assert (ran.code, ran.out) == (2, "")
    assert output in ran.err
    assert files(sent.parent) == before


def test_a_page_may_lie_beside_the_data_and_is_not_taken_for_data(sent: Path) -> None:
    for _ in range(2):
        ran = pfds("validate", sent, "--output", sent / "report.html")
        assert ran.code == 0
    assert "report.html" not in pfds("validate", sent, "--format", "json").out


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_is_closed_is_told(sent: Path) -> None:
    sent.parent.chmod(0o500)
    ran = pfds("validate", sent, "-o", sent.parent / "r.txt")
    assert ran.code == 2
    assert "cannot be written" in ran.err


# Files of another form


FOREIGN = ("headline", "slug", "date", "city", "state", "body", "tags", *(f"question_{n}" for n in range(52)))
"""As many columns as a tracker of another organisation may have; none is one of ours."""


def foreign(path: Path, *names: str) -> Path:
    write(path, [[*FOREIGN, *names], *[["Somebody was here", *["x"] * (len(FOREIGN) + len(names) - 1)]] * 516])
    return path


@pytest.mark.parametrize("names", [(), ("title",)])
def test_a_file_of_another_form_is_told_in_one_finding(tmp_path: Path, names: tuple[str, ...]) -> None:
    ran = pfds("validate", foreign(tmp_path / "incidents.csv", *names))
    (group,) = (block for block in ran.out.split("\n\n") if "Must fix" in block)
    assert "[table-unknown]" in group
    assert "Its columns are not those of any table: it looks like a file made for another purpose." in group
    assert f"Columns in the file: {len(FOREIGN) + len(names)}. At most known to a table: {len(names)}." in group
    assert "Somebody" not in ran.out


@pytest.mark.parametrize("names", [(), ("title",), ("title", "country", "event_date")])
def test_a_file_of_another_form_with_the_name_of_a_table_is_told_in_one_finding(
    tmp_path: Path, names: tuple[str, ...]
) -> None:
    ran = pfds("validate", foreign(tmp_path / "events.csv", *names), "--format", "json")
    findings = json.loads(ran.out)["findings"]
    assert [found["rule"] for found in findings] == ["header-missing"]
    if names:
        assert "This looks like a file made for another purpose, not like the table events." in findings[0]["message"]
        assert f"Known among them: {len(names)}." in findings[0]["message"]


def test_a_table_with_additional_columns_is_not_of_another_form(tmp_path: Path) -> None:
    ran = pfds("validate", foreign(tmp_path / "events.csv", "event_id"), "--format", "json")
    totals = {total["rule"]: total["total"] for total in json.loads(ran.out)["by_rule"]}
    assert "header-missing" not in totals
    assert totals["column-unknown"] == len(FOREIGN)


def test_four_unknown_columns_may_be_mistakes(tmp_path: Path) -> None:
    write(tmp_path / "events.csv", [["title", "a", "b", "c", "d"], ["x"] * 5])
    totals = {total["rule"] for total in json.loads(pfds("validate", tmp_path, "--format", "json").out)["by_rule"]}
    assert "column-unknown" in totals


def test_a_table_under_another_name_is_recognised(tmp_path: Path) -> None:
    (submission(tmp_path) / "persons.csv").rename(tmp_path / "people.csv")
    ran = pfds("validate", tmp_path / "people.csv")
    assert "Its columns are those of the table persons: name it persons.csv." in ran.out


@pytest.mark.parametrize("data", [b"", b"\n", b"\x00\xff\xfe", b'"', b"a,b\n", b"x" * 200_000])
def test_a_file_without_columns_says_nothing_of_them(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "people.csv").write_bytes(data)
    ran = pfds("validate", tmp_path / "people.csv")
    assert ran.code == 1
    assert "Its columns" not in ran.out


REAL = os.environ.get("PFDS_FOREIGN_CSV", "")


@pytest.mark.skipif(not REAL, reason="PFDS_FOREIGN_CSV names no file")
def test_a_real_file_of_another_form_is_told_at_once() -> None:
    ran = run(PFDS, "validate", REAL, seconds=10)
    assert ran.code == 1
    assert ran.out.count("Must fix: ") == 1
    assert "it looks like a file made for another purpose" in ran.out


# Progress


def told(env: Mapping[str, str], monkeypatch: pytest.MonkeyPatch, *, plain: bool = False, language: str = "en") -> str:
    """What a terminal gets as standard error while a file of 200 million bytes is read, and another is compared."""
    for name in ("NO_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    ours, theirs = pty.openpty()
    now = 0.0
    with os.fdopen(theirs, "w", encoding="utf-8") as terminal, monkeypatch.context() as patch:
        patch.setattr("sys.stderr", terminal)
        patch.setattr("pfds.cli.progress.time.monotonic", lambda: now)
        with progress_on_terminal(load_language(language), plain=plain) as tell:
            assert tell is not None
            for read in (50_000_000, 100_000_000, 200_000_000):
                now += 11
                tell("ev\x1b[31ments.csv", read, 200_000_000)
        terminal.flush()
        written = b""
        while select.select([ours], [], [], 0.2)[0]:
            written += os.read(ours, 65_536)
    os.close(ours)
    return written.decode().replace("\r\n", "\n")


def test_a_terminal_is_shown_bytes_speed_and_remaining_time(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = told({"TERM": "xterm", "COLUMNS": "120"}, monkeypatch)
    assert "Reading events.csv" in shown
    assert "100.0/200.0 MB" in shown
    assert "MB/s" in shown
    assert "0:00:" in shown
    assert "Comparing records" in shown


def test_a_bar_has_no_colour_if_that_is_not_liked(monkeypatch: pytest.MonkeyPatch) -> None:
    colour = "\x1b[3"
    assert colour in told({"TERM": "xterm", "COLUMNS": "120"}, monkeypatch)
    assert colour not in told({"TERM": "xterm", "COLUMNS": "120", "NO_COLOR": "1"}, monkeypatch)


def test_plain_progress_is_a_sentence_from_time_to_time(monkeypatch: pytest.MonkeyPatch) -> None:
    assert told({"TERM": "xterm"}, monkeypatch, plain=True).splitlines() == [
        "Reading events.csv: 25 % of 200.0 MB, about 33 seconds left.",
        "Reading events.csv: 50 % of 200.0 MB, about 22 seconds left.",
        "Comparing records …",
    ]


def test_nothing_is_shown_of_what_is_quick(monkeypatch: pytest.MonkeyPatch) -> None:
    ours, theirs = pty.openpty()
    done = subprocess.run([PFDS, "validate", MISTAKES], stdout=subprocess.DEVNULL, stderr=theirs, timeout=60)
    os.close(theirs)
    assert done.returncode == 1
    with pytest.raises(OSError, match="Input/output error"):
        os.read(ours, 1)
    os.close(ours)


def test_no_terminal_no_progress() -> None:
    with progress_on_terminal(load_language("en")) as tell:
        assert tell is None


def test_help_and_small_checks_load_neither_rich_nor_jinja() -> None:
    code = (
        "import sys; from click.testing import CliRunner; from pfds.cli import cli;"
        f" CliRunner().invoke(cli, ['--help']); CliRunner().invoke(cli, ['validate', {str(MISTAKES)!r}]);"
        " print(sorted({'rich', 'jinja2', 'xml', 'csv'} & set(sys.modules)))"
    )
    assert run(PFDS.removesuffix("pfds") + "python", "-c", code).out == "['csv']\n"


def test_arrow_takes_memory_where_all_others_do() -> None:
    code = (
        "import sys; from pfds.cli import main; sys.argv = ['pfds', '--version']\n"
        "try: main()\nexcept SystemExit: import pyarrow; print(pyarrow.default_memory_pool().backend_name)"
    )
    assert run(PFDS.removesuffix("pfds") + "python", "-c", code).out.splitlines()[-1] == "system"


# Completion


@pytest.mark.parametrize("shell", ["bash", *(pytest.param(shell, marks=pytest.mark.long) for shell in ("zsh", "fish"))])
def test_a_shell_gets_a_script_for_completion(shell: str) -> None:
    ran = run(PFDS, env={"_PFDS_COMPLETE": f"{shell}_source"})
    assert ran.code == 0
    assert f"_PFDS_COMPLETE={shell}_complete" in ran.out


@pytest.mark.parametrize(
    ("typed", "completed"),
    [
        ("pfds val", "plain,validate"),
        ("pfds validate --form", "plain,--format"),
        ("pfds validate --format sa", "plain,sarif"),
        ("pfds validate --lang k", "plain,ky"),
    ],
)
def test_words_are_completed(typed: str, completed: str) -> None:
    words = typed.split()
    env = {"_PFDS_COMPLETE": "bash_complete", "COMP_WORDS": typed, "COMP_CWORD": str(len(words) - 1)}
    assert run(PFDS, env=env).out.splitlines() == [completed]
