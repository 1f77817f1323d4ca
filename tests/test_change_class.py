"""The class of a release is computed from its differences, and one that was declared has to be that one."""

from types import SimpleNamespace
from typing import Any

import pytest

from pfds.release.change_class import MEANING, ChangeClass, change_class, check_declared
from pfds.release.diff import Difference, TableDifference
from pfds.release.diff_schema import SchemaDifference
from pfds.release.versions import GateRefused

NOTHING: dict[str, Any] = dict.fromkeys(
    ("tables_added", "tables_removed", "tables_reordered", "fields_added", "fields_removed", "fields_narrowed"), ()
)


def table(**counts: int) -> TableDifference:
    none = dict.fromkeys(("added", "changed", "removed", "unchanged", "corrected", "reduced"), 0)
    return TableDifference("events", **{**none, **counts}, fields={})


def differs(*tables: TableDifference, **schema: tuple[str, ...]) -> Difference:
    """A difference of two releases whose tables and form differ so; nothing else of it matters here."""
    form = SchemaDifference(("0.1.0", "0.1.0"), **{**NOTHING, "codes_added": (), "codes_removed": (), **schema})
    found = object.__new__(Difference)
    found.old = SimpleNamespace(version="2025.10.0")  # type: ignore[assignment]
    found.tables, found.schema = (table(), *tables), form
    return found


FORM = {
    "breaking": ("tables_removed", "tables_reordered", "fields_removed", "fields_narrowed", "codes_removed"),
    "additive": ("tables_added", "fields_added", "codes_added"),
}


def test_a_release_without_one_before_it_is_initial() -> None:
    assert change_class(None) == "initial"


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ({}, "repackage"),
        ({"added": 1}, "additive"),
        ({"changed": 1}, "additive"),
        ({"changed": 1, "corrected": 1}, "corrections"),
        ({"added": 1, "changed": 2, "corrected": 1}, "corrections"),
        ({"removed": 1}, "retraction"),
        ({"reduced": 1}, "retraction"),
        ({"removed": 1, "corrected": 1, "added": 1}, "retraction"),
    ],
)
def test_the_gravest_difference_of_any_table_decides(counts: dict[str, int], expected: str) -> None:
    assert change_class(differs(table(**counts), table())) == expected


@pytest.mark.parametrize(("kind", "expected"), [(kind, name) for name, kinds in FORM.items() for kind in kinds])
def test_what_changed_in_the_form_decides(kind: str, expected: str) -> None:
    assert change_class(differs(**{kind: ("x",)})) == expected


def test_a_broken_form_is_graver_than_corrections_and_a_removed_record_than_both() -> None:
    form = {"fields_removed": ("events.title",), "codes_added": ("x",)}
    assert change_class(differs(table(corrected=1, changed=1), **form)) == "breaking"
    assert change_class(differs(table(corrected=1, removed=1), **form)) == "retraction"


def test_the_class_that_was_declared_has_to_be_the_one_found() -> None:
    assert check_declared(None, None) == "initial"
    assert check_declared(ChangeClass.INITIAL, None) == "initial"
    assert check_declared(None, differs()) == "repackage"
    assert check_declared(ChangeClass.REPACKAGE, differs()) == "repackage"


def test_a_first_release_is_nothing_but_initial() -> None:
    with pytest.raises(GateRefused) as told:
        check_declared(ChangeClass.ADDITIVE, None)
    assert str(told.value) == ("It was declared additive, but it is the first release of the store, which is initial.")


@pytest.mark.parametrize(
    ("difference", "evidence"),
    [
        (differs(), "repackage: nothing differs"),
        (differs(table(added=1), table(added=2)), "additive: 3 records added"),
        (differs(table(changed=1)), "additive: 1 record changed"),
        (
            differs(table(added=1, changed=1, corrected=1), table(changed=1, removed=1, reduced=1)),
            "retraction: 1 record added; 2 records changed; 1 record removed; 1 record shown in part",
        ),
        (
            differs(table(removed=2), table(reduced=3)),
            "retraction: 2 records removed; 3 records shown in part",
        ),
        (
            differs(tables_removed=("a",), tables_reordered=("b",), fields_removed=("c.d",), fields_narrowed=("e.f",)),
            "breaking: the form of a, b, c.d, e.f changed",
        ),
        (
            differs(codes_removed=("x:y",), tables_added=("z",)),
            "breaking: codes removed; tables, fields or codes added",
        ),
        (differs(codes_added=("x:y",)), "additive: tables, fields or codes added"),
    ],
)
def test_another_class_than_the_one_found_is_refused_with_the_evidence(difference: Difference, evidence: str) -> None:
    with pytest.raises(GateRefused) as told:
        check_declared(ChangeClass.CORRECTIONS, difference)
    assert str(told.value) == (
        f"It was declared corrections, but its differences from 2025.10.0 make it {evidence}. Nothing was published."
    )


def test_every_class_says_what_it_means_for_those_who_use_the_data() -> None:
    assert {name.value: str(text) for name, text in MEANING.items()} == {
        "initial": "This is the first release.",
        "retraction": "Records were taken back. Please do not use them any longer.",
        "breaking": "Tables, fields or codes have changed. Programs that read the data may need a change.",
        "corrections": "Records were corrected. Results that were computed before may differ.",
        "additive": "Something was added. All that was there is as before.",
        "repackage": "The records are the same.",
    }
    assert list(MEANING) == list(ChangeClass)
