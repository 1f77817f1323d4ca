"""Conditions on rows, in SQL: an empty cell and an unknown code meet none, and no condition is ever null."""

from collections.abc import Iterator

import pytest

from in_memory import ids, relations
from pfds.checks.database import Database
from pfds.release.conditions import every, holds, inside, one_of, some, unless

TRUE, FALSE, NULL = "true", "false", "NULL::BOOLEAN"


@pytest.fixture(scope="module")
def database() -> Iterator[Database]:
    with relations(known=ids("per-exm-1"), nothing=ids(), gaps=ids("per-exm-1", None)) as database:
        yield database


def verdict(database: Database, condition: str, **cells: str | None) -> bool | None:
    """The condition in a row with these cells."""
    columns = ", ".join(f"?::VARCHAR AS {name}" for name in cells) or "1"
    (found,) = database.row(f"SELECT {condition} FROM (SELECT {columns})", list(cells.values()))  # noqa: S608
    assert found is None or isinstance(found, bool)
    return found


@pytest.mark.parametrize(("cell", "met"), [("a", True), ("b", True), ("c", False), ("A", False), ("", False)])
def test_a_cell_is_one_of_some_codes(database: Database, cell: str, met: bool) -> None:
    assert verdict(database, one_of("cell", ["b", "a"]), cell=cell) is met


def test_a_code_may_have_apostrophes(database: Database) -> None:
    assert verdict(database, one_of("cell", ["o'clock", "d''or"]), cell="o'clock") is True


def test_an_empty_cell_is_no_code_and_no_code_is_never_met(database: Database) -> None:
    assert verdict(database, one_of("cell", ["a"]), cell=None) is False
    assert verdict(database, one_of("cell", []), cell="a") is False


@pytest.mark.parametrize("relation", ["known", "gaps"])
def test_an_identifier_stands_in_a_relation_or_not(database: Database, relation: str) -> None:
    assert verdict(database, inside("cell", relation), cell="per-exm-1") is True
    assert verdict(database, inside("cell", relation), cell="per-exm-2") is False
    assert verdict(database, inside("cell", relation), cell=None) is False
    assert verdict(database, inside("cell", "nothing"), cell="per-exm-1") is False


@pytest.mark.parametrize(
    ("disclosure", "status", "met"),
    [
        ("public", "active", True),
        ("public", "merged", True),
        ("public", "withdrawn", False),
        ("withheld", "active", False),
        ("publik", "active", False),
        ("public", None, False),
        (None, "active", False),
        (None, None, False),
    ],
)
def test_a_record_is_published_only_if_all_that_decides_says_so(
    database: Database, disclosure: str | None, status: str | None, met: bool
) -> None:
    condition = holds({"disclosure": frozenset({"public"}), "status": frozenset({"active", "merged"})})
    assert verdict(database, condition, disclosure=disclosure, status=status) is met


@pytest.mark.parametrize(
    ("conditions", "all_met", "one_met"),
    [([], True, False), ([TRUE], True, True), ([TRUE, FALSE], False, True), ([FALSE, FALSE], False, False)],
)
def test_all_or_one_of_some_conditions(database: Database, conditions: list[str], all_met: bool, one_met: bool) -> None:
    assert verdict(database, every(conditions)) is all_met
    assert verdict(database, some(conditions)) is one_met


def test_a_group_of_conditions_is_denied_as_a_whole(database: Database) -> None:
    assert verdict(database, f"NOT {every([FALSE, TRUE])}") is True
    assert verdict(database, f"NOT {some([TRUE, FALSE])}") is False
    assert verdict(database, f"{FALSE} AND {some([TRUE])}") is False
    assert verdict(database, f"{TRUE} OR {every([FALSE])}") is True


def test_a_value_stands_unless_a_condition_holds(database: Database) -> None:
    select = unless(one_of("cell", ["secret"]), "cell")
    assert database.rows(f"SELECT {select} FROM (VALUES ('secret'), ('open'), (NULL)) AS _(cell)") == [  # noqa: S608
        (None,),
        ("open",),
        (None,),
    ]
    instead = unless(TRUE, "'secret'", "'label'")
    assert database.row(f"SELECT {instead}") == ("label",)
    assert unless(FALSE, "cell") == "cell"
