"""What the files of a submission gave, put together: nothing that one of them gave is lost or told of another."""

import numpy as np
import pytest

from kloop import STANDARD
from pfds.checks.account import TableAccount
from pfds.checks.gathered import Gathered
from pfds.checks.keys import Presence
from pfds.checks.places import Places
from pfds.checks.tally import Tally
from pfds.intake.metadata import merge_meta
from pfds.intake.tables import InputFile
from pfds.standard.findings import Finding, Origin, Severity, Skipped
from records import text_table

CLAIM = "claim-field-unknown"


def file(name: str, table: str = "claims", first: int = 0, *, most: int | None = None, found: int = 1) -> Gathered:
    """What a file with records of a table gave, the number of the first of which is given."""
    places = Places()
    places.begin(text_table(STANDARD, table, [{}]), first)
    gathered = Gathered(
        Tally(most),
        places,
        skipped=[Skipped(f"rule-{name}", "because")],
        files=[InputFile(name, "0" * 64, table, 1)],
        meta={"title": name, name: 1},
        present={table},
        unreadable={f"unreadable-{name}"},
        filled={(table, f"filled-{name}")},
        defective={(table, f"defective-{name}")},
        repeating={f"repeating-{name}"},
        claimed={("events", f"claimed-{name}")},
    )
    gathered.account.take(table, 2)
    gathered.account.reject(table, [np.array([first + 1])])
    gathered.tally.add([Finding(CLAIM, Severity.ERROR, table, origin=Origin(name))] * found)
    return gathered


def test_what_two_files_gave_is_all_there() -> None:
    both = file("one")
    both.add(file("two", first=5), "two")
    assert [each.because for each in both.skipped] == ["because"] * 2
    assert [each.rule for each in both.skipped] == ["rule-one", "rule-two"]
    assert [each.file for each in both.files] == ["one", "two"]
    assert both.unreadable == {"unreadable-one", "unreadable-two"}
    assert both.filled == {("claims", "filled-one"), ("claims", "filled-two")}
    assert both.defective == {("claims", "defective-one"), ("claims", "defective-two")}
    assert both.claimed == {("events", "claimed-one"), ("events", "claimed-two")}
    assert [both.places.row("claims", number) for number in (0, 4, 5, 7)] == [1, 5, 1, 3]


def test_findings_of_both_files_are_counted_and_the_first_are_kept() -> None:
    both = file("one", most=2, found=1)
    both.add(file("two", most=2, found=3), "two")
    assert both.tally.totals[CLAIM, Severity.ERROR, "claims", None] == 4
    assert [each.origin.file for each in both.tally.kept if each.rule == CLAIM] == ["one", "two"]


def test_records_of_both_files_are_accounted_for() -> None:
    both = file("one")
    both.add(file("two", first=5), "two")
    both.add(file("three", "events"), "three")
    assert both.account.of_tables(STANDARD) == (TableAccount("events", 2, 1, 0), TableAccount("claims", 4, 2, 0))


def test_of_metadata_that_contradict_each_other_the_first_count_and_it_is_told() -> None:
    both = file("one")
    both.add(file("two"), "two")
    assert both.meta == {"title": "one", "one": 1, "two": 1}
    (told,) = (each for each in both.tally.kept if each.rule != CLAIM)
    assert (told.rule, told.origin.file) == ("json-duplicate-key", "two")
    assert merge_meta({"title": "one"}, {"title": "one"}, "two") == []


def test_an_identifier_may_repeat_in_a_table_that_two_files_hold() -> None:
    both = file("one")
    both.add(file("two"), "two")
    assert both.present == {"claims"}
    assert both.repeating == {"repeating-one", "repeating-two", "claims"}


def test_an_identifier_does_not_repeat_because_another_table_came() -> None:
    both = file("one")
    both.add(file("two", "events"), "two")
    assert both.present == {"claims", "events"}
    assert both.repeating == {"repeating-one", "repeating-two"}


@pytest.mark.parametrize(
    ("first", "second", "either"),
    [(False, False, False), (True, False, True), (False, True, True), (True, True, True)],
)
def test_somebody_protected_in_one_file_is_protected_in_all(first: bool, second: bool, either: bool) -> None:
    both, other = file("one"), file("two")
    both.protected, other.protected = first, second
    both.add(other, "two")
    assert both.protected is either


def test_what_is_there_is_told_to_the_checks_of_references() -> None:
    found = file("one")
    for complete in (True, False):
        presence = found.presence(complete=complete)
        assert presence == Presence(
            frozenset({"claims"}),
            frozenset({"unreadable-one"}),
            frozenset({("claims", "filled-one")}),
            frozenset({"repeating-one"}),
            complete,
        )


def test_what_was_told_does_not_change_when_another_file_comes() -> None:
    found = file("one")
    presence = found.presence(complete=True)
    found.add(file("two", "events"), "two")
    assert (presence.tables, presence.repeating) == (frozenset({"claims"}), frozenset({"repeating-one"}))
    assert presence.unreadable == frozenset({"unreadable-one"})
    assert presence.filled == frozenset({("claims", "filled-one")})


def test_at_first_nothing_is_known_and_nobody_is_protected() -> None:
    nothing = Gathered(Tally())
    assert not nothing.protected
    assert (nothing.searched, nothing.defective, nothing.claimed) == (set(), set(), set())
    nothing.add(file("one"), "one")
    assert nothing.places.row("claims", 0) == 1
