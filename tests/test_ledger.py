"""What earlier releases kept back, remembered: more of it is published only if somebody decided so since."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from pfds.release.ledger import Kept, Ledger, read_ledger, refuse_undecided, refuse_unknown, undecided, write_ledger
from pfds.release.redactions import Decision, Decisions
from pfds.release.versions import GateRefused

BEFORE, NOW = "2025.2.0", "2025.3.0"
LAST = date(2025, 2, 1)
KEPT = Kept("nothing", BEFORE, LAST)
PERSON, DAY = ("per-exm-1", "*"), ("evt-exm-1", "event_date")


def allowing(decided: str = "", since: str = "", field: str = "*", key: str = "per-exm-1") -> Decisions:
    found = Decisions(there=True)
    if decided:
        start = date.fromisoformat(since) if since else None
        found.published[key, field].append(Decision(date.fromisoformat(decided), start))
    return found


def ended(day: str) -> Decisions:
    return Decisions(there=True, ended={PERSON: date.fromisoformat(day)})


@pytest.mark.parametrize(
    ("kept", "cell", "now", "decided", "refused"),
    [
        (KEPT, PERSON, "everything", allowing(), True),
        (KEPT, PERSON, "reduced", allowing(), True),
        (KEPT, PERSON, "nothing", allowing(), False),
        (KEPT, PERSON, "reduced", Decisions(pseudonyms={"per-exm-1": "Person X2"}), False),
        (KEPT, PERSON, "everything", Decisions(pseudonyms={"per-exm-1": "Person X2"}), True),
        (replace(KEPT, left="reduced"), PERSON, "reduced", allowing(), False),
        (replace(KEPT, left="reduced"), PERSON, "everything", allowing(), True),
        (KEPT, PERSON, "everything", allowing("2025-02-01"), False),
        (KEPT, PERSON, "everything", allowing("2025-01-31"), True),
        (KEPT, PERSON, "everything", allowing("2025-01-31", "2025-02-02"), False),
        (KEPT, PERSON, "everything", allowing("2025-01-31", "2025-02-01"), True),
        (KEPT, PERSON, "everything", allowing("2025-02-01", field="summary"), True),
        (KEPT, PERSON, "everything", allowing("2025-02-01", key="per-exm-2"), True),
        (KEPT, PERSON, "everything", ended("2025-02-02"), False),
        (KEPT, PERSON, "everything", ended("2025-02-01"), True),
        (KEPT, DAY, "everything", Decisions(ended={DAY: date(2025, 2, 2)}), False),
        (KEPT, DAY, "everything", Decisions(ended={("evt-exm-1", "*"): date(2025, 2, 2)}), False),
        (KEPT, DAY, "everything", Decisions(ended={("evt-exm-1", "title"): date(2025, 2, 2)}), True),
        (KEPT, DAY, "everything", allowing("2025-02-01", key="evt-exm-1"), False),
        (KEPT, DAY, "everything", allowing("2025-02-01", key="evt-exm-1", field="event_date"), False),
        (KEPT, DAY, "everything", allowing("2025-02-01", key="evt-exm-1", field="title"), True),
        (replace(KEPT, left="year"), DAY, "month", allowing(), True),
        (replace(KEPT, left="month"), DAY, "year", allowing(), False),
        (KEPT, ("evt-exm-1", "*"), "everything", Decisions(signed={("evt-exm-1", "*"): LAST}), True),
    ],
)
def test_more_is_shown_only_if_it_was_decided_since(
    kept: Kept, cell: tuple[str, str], now: str, decided: Decisions, refused: bool
) -> None:
    assert undecided(kept, cell, now, decided) == refused


@pytest.mark.parametrize(
    ("is_text", "field", "read_on", "refused"),
    [
        (True, "*", "2025-02-01", False),
        (True, "event_date", "2025-02-01", False),
        (True, "title", "2025-02-01", True),
        (True, "*", "2025-01-31", True),
        (False, "*", "2025-02-01", True),
        (False, "event_date", "2025-03-01", True),
    ],
)
def test_whoever_read_a_text_since_freed_that_text_and_nothing_else(
    is_text: bool, field: str, read_on: str, refused: bool
) -> None:
    decided = Decisions(signed={("evt-exm-1", field): date.fromisoformat(read_on)})
    assert undecided(KEPT, DAY, "everything", decided, is_text=is_text) is refused


def test_a_ledger_forgets_nothing() -> None:
    first = Ledger().with_release(BEFORE, LAST, {PERSON: "reduced", DAY: "month"})
    then = first.with_release(NOW, date(2025, 3, 12), {PERSON: "nothing"})
    assert first.kept[PERSON] == Kept("reduced", BEFORE, LAST)
    assert then.kept == {PERSON: Kept("nothing", BEFORE, date(2025, 3, 12)), DAY: Kept("month", BEFORE, LAST)}
    assert then.releases == {BEFORE, NOW}
    assert then.before(BEFORE) == {}
    assert then.before("2025.2.1").keys() == {PERSON, DAY}


def test_a_ledger_is_for_its_owner_and_reads_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "ledger.json"
    assert read_ledger(path) is None
    for ledger in (Ledger(), Ledger().with_release(BEFORE, LAST, {PERSON: "reduced", DAY: "month"})):
        write_ledger(path, ledger)
        assert read_ledger(path) == ledger
    assert path.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in tmp_path.iterdir()] == ["ledger.json"]


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{}",
        '{"releases": ["one"], "kept_back": []}',
        '{"releases": [], "kept_back": [["a", "*", "all", "2025.2.0", "2025-02-01"]]}',
        '{"releases": [], "kept_back": [["a", "*", "year", "2025.2.0", "soon"]]}',
        '{"releases": [], "kept_back": [["a"]]}',
        '{"releases": [], "kept_back": [["a", "*", "year", "2025.2.0", "2025-02-01", "more"]]}',
        '{"releases": [], "kept_back": [[1, "*", "year", "2025.2.0", "2025-02-01"]]}',
        '{"releases": [], "kept_back": [["a", null, "year", "2025.2.0", "2025-02-01"]]}',
        '{"releases": [], "kept_back": [["a", "*", "year", "2025.2", "2025-02-01"]]}',
        '{"releases": [], "kept_back": [["a", "*", "year", "2025.2.0", 20250201]]}',
        '{"releases": [20250], "kept_back": []}',
        '{"releases": []}',
        "[" * 100_000,
    ],
)
def test_a_broken_ledger_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "ledger.json"
    path.write_text(content, "utf-8")
    with pytest.raises(GateRefused, match="is not a ledger"):
        read_ledger(path)


def test_of_what_was_kept_back_twice_the_least_and_the_first_and_last_day_count() -> None:
    ledger = (
        Ledger().with_release(NOW, date(2025, 3, 12), {PERSON: "nothing"}).with_release(BEFORE, LAST, {PERSON: "year"})
    )
    assert ledger.kept == {PERSON: Kept("nothing", BEFORE, date(2025, 3, 12))}
    again = ledger.with_release("2025.10.0", LAST, {PERSON: "everything"})
    assert again.kept == {PERSON: Kept("nothing", BEFORE, date(2025, 3, 12))}
    assert again.before("2025.10.0") == again.kept


def test_rebuilding_a_release_asks_only_for_what_was_kept_back_before_it() -> None:
    ledger = Ledger().with_release("2025.9.0", LAST, {PERSON: "nothing"}).with_release("2025.10.0", LAST, {DAY: "year"})
    assert ledger.before("2025.9.0") == {}
    assert ledger.before("2025.10.0").keys() == {PERSON}
    assert ledger.before("2025.11.0").keys() == {PERSON, DAY}


def test_a_ledger_is_written_in_an_order_of_its_own_with_names_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "ledger.json"
    ledger = Ledger().with_release("2025.10.0", LAST, {("evt-ñ", "title"): "nothing", PERSON: "reduced"})
    write_ledger(path, ledger.with_release("2025.9.0", LAST, {DAY: "month"}))
    assert path.read_text("utf-8") == (
        '{"releases": ["2025.9.0", "2025.10.0"],\n"kept_back": [\n'
        '["evt-exm-1", "event_date", "month", "2025.9.0", "2025-02-01"],\n'
        '["evt-ñ", "title", "nothing", "2025.10.0", "2025-02-01"],\n'
        '["per-exm-1", "*", "reduced", "2025.10.0", "2025-02-01"]\n]}\n'
    )


@pytest.mark.parametrize(
    ("ledger", "previous", "complete", "new", "refused"),
    [
        (None, None, False, False, None),
        (None, BEFORE, True, False, None),
        (None, BEFORE, False, True, None),
        (Ledger(frozenset({BEFORE})), BEFORE, False, False, None),
        (None, BEFORE, False, False, "there is no ledger of it"),
        (Ledger(), BEFORE, False, False, "the ledger given does not have it"),
        (Ledger(frozenset({NOW})), BEFORE, False, False, "the ledger given does not have it"),
        (Ledger(frozenset({NOW})), BEFORE, False, True, None),
    ],
)
def test_after_a_release_that_is_not_complete_its_ledger_is_needed(
    ledger: Ledger | None, previous: str | None, complete: bool, new: bool, refused: str | None
) -> None:
    if refused is None:
        assert refuse_unknown(ledger, previous, complete=complete, new=new) == (ledger or Ledger())
        return
    with pytest.raises(GateRefused, match=f"^Release {BEFORE} kept something back, and {refused}: "):
        refuse_unknown(ledger, previous, complete=complete, new=new)


def test_nothing_given_back_is_no_reason_to_refuse() -> None:
    refuse_undecided([])


@pytest.mark.parametrize(("number", "more"), [(4, ""), (5, " and 1 others"), (7, " and 3 others")])
def test_what_would_be_given_back_is_named_by_record_and_field_and_not_by_content(number: int, more: str) -> None:
    cells = [PERSON, DAY, *((f"per-exm-{n}", "*") for n in range(2, number + 1))]
    named = ["evt-exm-1 (event_date)", *(f"per-exm-{n}" for n in range(1, 5))][: number + 1]
    with pytest.raises(GateRefused) as gate:
        refuse_undecided(cells)
    assert f"nobody decided so since: {', '.join(named)}{more}. Keep it" in str(gate.value)
