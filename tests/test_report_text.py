"""The report in words: grouped as a person deals with it, calm, and without anything hidden in it."""

import json
import os
import pty
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from command import PFDS, pfds
from reported import HOSTILE, MISTAKES, RIGHT_TO_LEFT, SCRIPT, groups_of_persons, submission, write

GOOD = ("journalist",) * 10


def blocks(out: str) -> list[str]:
    return out.split("\n\n")


def block(out: str, rule: str) -> str:
    (found,) = (each for each in blocks(out) if f"[{rule}]" in each)
    return found


def test_values_are_told_by_how_often_they_are_there(tmp_path: Path) -> None:
    folder = groups_of_persons(tmp_path, *GOOD, "jurnalist", "blooger", "jurnalist", "jurnalist")
    lines = block(pfds("validate", folder).out, "cell-code").splitlines()
    assert lines[0] == "Must fix: Unknown code  [cell-code]  persons.protected_group, 4 places"
    assert lines[1].endswith("“jurnalist” Did you mean “journalist”?  (3 places)")
    assert [line.split(",")[2] for line in lines[2:5]] == [" row 11", " row 13", " row 14"]
    assert lines[5].startswith("  persons.csv, line 13, row 12, cell E13, per-exm-0012: ")
    assert lines[5].endswith("“blooger” Did you mean “blogger”?")


def test_rows_stand_in_the_order_of_numbers(tmp_path: Path) -> None:
    values = ["x" if row in (2, 10, 100, 101) else "journalist" for row in range(1, 120)]
    out = pfds("validate", groups_of_persons(tmp_path, *values)).out
    assert re.findall(r"row (\d+),", block(out, "cell-code")) == ["2", "10", "100", "101"]


def test_the_fix_is_told_once(tmp_path: Path) -> None:
    folder = groups_of_persons(tmp_path, *GOOD, "jurnalist", "blooger", "activst")
    out = block(pfds("validate", folder).out, "cell-code")
    assert out.count("How to fix: ") == 1
    assert (
        "How to fix: Choose a code of the list protected_group; `pfds explain protected_group` shows them all.\n"
        in (f"{out}\n")
    )
    assert [out.count(f"Did you mean “{code}”?") for code in ("journalist", "blogger", "activist")] == [1, 1, 1]


def test_a_cell_is_shown_between_its_neighbours() -> None:
    lines = block(pfds("validate", MISTAKES).out, "cell-code").splitlines()
    assert "      | D disclosure | E protected_group | F record_status" in lines
    assert "    2 | …            | “jurnalist”       | …" in lines


def test_a_hidden_value_is_not_shown_between_its_neighbours() -> None:
    out = pfds("validate", MISTAKES, "--hide-values").out
    assert "jurnalist" not in out
    assert " | " not in out


def test_the_first_and_the_last_column_have_one_neighbour(tmp_path: Path) -> None:
    folder = submission(tmp_path, persons=[{"modified": "yesterday"}, {"person_id": "wrong id"}, *[{}] * 10])
    out = pfds("validate", folder).out
    assert "      | F record_status | G modified" in out
    assert "      | A person_id | B display_name" in out


def test_a_problem_of_a_whole_column_is_told_of_the_column(tmp_path: Path) -> None:
    folder = submission(tmp_path, events=[{"event_date": f"{day}.03.2024"} for day in range(1, 29)])
    out = block(pfds("validate", folder).out, "cell-date")
    assert (
        "Almost the whole column has this problem, so it probably has one cause. Rows: 28. With this problem: 28."
        in out
    )
    assert "All of them look like day.month.year." in out
    assert out.count("evt-exm-") == 3
    assert "… and 25 more" in out


def test_values_of_too_many_findings_are_counted_among_the_first(tmp_path: Path) -> None:
    folder = groups_of_persons(tmp_path, *["x", "journalist"] * 1001, *["x"] * 10)
    out = block(pfds("validate", folder).out, "cell-code")
    assert "persons.protected_group, 1,011 places" in out
    assert "“x”  (1,000 places among the first 1,000)" in out
    assert "… and 1,001 more" in out
    assert "among the first" not in pfds("validate", groups_of_persons(tmp_path, *["x"] * 1000)).out


def test_a_problem_of_some_rows_is_told_of_the_rows(tmp_path: Path) -> None:
    dates = ["2.03.2024", "3.03.2024", *["2024-03-04"] * 26]
    folder = submission(tmp_path, events=[{"event_date": date} for date in dates])
    out = block(pfds("validate", folder).out, "cell-date")
    assert "whole column" not in out
    assert out.count("evt-exm-") == 2


def test_missing_columns_of_a_table_are_one_group(tmp_path: Path) -> None:
    write(submission(tmp_path) / "events.csv", [["event_id"], ["evt-exm-001"]])
    out = block(pfds("validate", tmp_path).out, "column-missing")
    assert "[column-missing]  events, 8 places" in out
    assert out.count("How to fix: ") == 1
    assert "The others are fixed likewise." in out


def test_the_gravest_and_most_frequent_come_first(tmp_path: Path) -> None:
    folder = submission(
        tmp_path,
        events=[{"event_date": "2020-01-01"}, *[{"event_date": "x"}] * 2, *[{}] * 9],
        persons=[{"protected_group": "x"}] * 3 + [{}] * 9,
    )
    (folder / "meta.json").write_text('{"standard": "0.0.1"}', "utf-8")
    titles = re.findall(r"^(Must fix|Please check): .*\[(.*?)\]", pfds("validate", folder).out, re.MULTILINE)
    assert titles[:2] == [("Must fix", "cell-code"), ("Must fix", "cell-date")]
    assert ("Please check", "standard-version-differs") in titles[2:]


def test_a_report_says_where_more_is_told() -> None:
    assert "\nExplain: pfds explain cell-code\n" in pfds("validate", MISTAKES).out
    assert "Explain:" not in pfds("validate", MISTAKES.parent / "minimal").out


def test_many_reasons_for_not_judging_are_counted_not_listed() -> None:
    out = pfds("validate", MISTAKES).out
    told = [line for line in out.splitlines() if line.startswith("Not judged: ")]
    reasons = {skip["because"] for skip in _json(MISTAKES)["skipped"]}
    assert len(told) == 3
    assert f"for {len(reasons) - 3} other reasons" in out


def _json(folder: Path) -> dict[str, list[dict[str, str]]]:
    content: dict[str, list[dict[str, str]]] = json.loads(pfds("validate", folder, "--format", "json").out)
    return content


def test_hostile_values_are_seen_and_do_nothing(tmp_path: Path) -> None:
    ran = pfds("validate", groups_of_persons(tmp_path, *GOOD, *GOOD, *HOSTILE), "--max-findings", "99")
    out = block(ran.out, "cell-code")
    assert not set(ran.out) & {"\x1b", "\u202e", "\u2066"}
    assert f"“\u2068{RIGHT_TO_LEFT}\u2069”" in out
    assert SCRIPT in out
    assert "\\u202eevil\\u2066" in out
    assert f"“{'z' * 59}…”" in out
    assert max(map(len, out.splitlines())) < 400


# Plain


def test_plain_text_has_one_fact_on_each_line() -> None:
    lines = pfds("validate", MISTAKES, "--plain").out.splitlines()
    assert lines[0] == "Not ready: 3 places must be fixed, 0 places should be checked."
    at = lines.index("Problem 1 of 3: Unknown code")
    assert lines[at + 1 : at + 4] == ["Severity: Must fix", "Column: persons.protected_group", "How many: 1 place"]
    assert lines[at + 5] == "Place: persons.csv, line 2, row 1, cell E2, per-exm-001"
    assert lines[at + 7] == "Explain: pfds explain cell-code"


def test_plain_text_has_no_layout(tmp_path: Path) -> None:
    folder = groups_of_persons(tmp_path, *GOOD, "jurnalist", "blooger", "jurnalist")
    out = pfds("validate", folder, "--plain").out
    assert not re.search(r"  |\||\x1b", out)
    assert out.count("Place: ") == 3


def test_plain_text_tells_a_problem_of_a_whole_column_of_the_column(tmp_path: Path) -> None:
    folder = submission(tmp_path, events=[{"event_date": f"{day}.03.2024"} for day in range(1, 29)])
    lines = pfds("validate", folder, "--plain").out.splitlines()
    assert "All of them look like day.month.year." in lines
    assert len([line for line in lines if line.startswith("Place: ")]) == 3


def test_plain_places_are_capped() -> None:
    out = pfds("validate", MISTAKES, "--plain", "--max-findings", "0").out
    assert "Place: " not in out
    assert out.count("… and 1 more") == 3


# On a terminal


def on_terminal(*arguments: str | Path, env: Mapping[str, str]) -> str:
    """What the command writes to a terminal."""
    ours, theirs = pty.openpty()
    environment = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "TERM")} | dict(env)
    done = subprocess.Popen([PFDS, *arguments], stdout=theirs, stderr=subprocess.DEVNULL, env=environment)
    os.close(theirs)
    written = b""
    while True:
        try:
            part = os.read(ours, 65_536)
        except OSError:  # how Linux tells that the other end was closed
            break
        if not part:
            break
        written += part
    done.wait(60)
    os.close(ours)
    return written.decode().replace("\r\n", "\n")


def test_a_terminal_gets_colour_beside_the_words() -> None:
    out = on_terminal("validate", MISTAKES, env={"TERM": "xterm"})
    assert "\x1b[1;31mMust fix\x1b[0m: " in out


@pytest.mark.parametrize("env", [{"TERM": "xterm", "NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_colour_is_not_forced_on_anybody(env: Mapping[str, str]) -> None:
    out = on_terminal("validate", MISTAKES, env=env)
    assert "Must fix" in out
    assert "\x1b" not in out
    assert ("Place: " in out) is (env["TERM"] == "dumb")


def test_a_pipe_gets_no_colour() -> None:
    assert "\x1b" not in subprocess.run([PFDS, "validate", MISTAKES], capture_output=True, text=True).stdout
