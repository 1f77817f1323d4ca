"""Which columns are laid aside for the rules, and as what."""

import pyarrow as pa
import pytest

from pfds.checks.cells import check_cells
from pfds.checks.laying import LaidColumn, Wanted, all_columns, decided_columns, laid_rows
from pfds.checks.rules import sql_rules
from pfds.standard.load import load_standard
from pfds.standard.rule_file import identifiers, values_read
from records import text_table

STANDARD = load_standard()
EVENTS = STANDARD.tables["events"]
WANTED = Wanted.by(sql_rules(STANDARD))
STATEMENT = "SELECT e.event_id AS id FROM events AS e WHERE CONDITION"
DESCRIPTION = EVENTS.by_name["description"]


@pytest.mark.parametrize(
    ("condition", "asks_more"),
    [
        ("description IS NULL", False),
        ("e.description is not null", False),
        ("case_id = 'x' AND (description\n IS NOT  NULL)", False),
        ("description IS NULL OR description = 'x'", True),
        ("e.description <> e.title", True),
        ("COALESCE(description, '') = ''", True),
        ("description IS NOT DISTINCT FROM NULL", True),
        ("e.title = 'description IS NULL' AND e.description > 'a'", True),
        ("e.description IS nullable", True),
    ],
)
def test_it_is_told_of_which_columns_only_their_absence_is_asked(condition: str, *, asks_more: bool) -> None:
    sql = STATEMENT.replace("CONDITION", condition)
    assert "description" in identifiers(sql)
    assert ("description" in values_read(sql)) is asks_more
    assert {"event_id", "events"} <= values_read(sql)


def test_text_that_only_has_to_be_there_is_laid_aside_as_marks() -> None:
    laid = {each.field.name: each for each in decided_columns(EVENTS, WANTED, set(), protected=False)}
    assert laid["description"] == LaidColumn(DESCRIPTION, marked=True)
    whole = {name for name, each in laid.items() if not each.marked}
    assert {"event_id", "case_id", "event_date", "event_type", "title"} - whole == {"title"}


@pytest.mark.parametrize(("claimed", "protected"), [({("events", "description")}, False), (set(), True)])
def test_text_that_is_compared_or_looked_through_is_laid_aside_whole(
    claimed: set[tuple[str, str]], *, protected: bool
) -> None:
    assert LaidColumn(DESCRIPTION) in decided_columns(EVENTS, WANTED, claimed, protected=protected)
    assert LaidColumn(DESCRIPTION) in all_columns(EVENTS)


def test_a_mark_stands_where_a_cell_holds_something_sound() -> None:
    records = [{"event_id": f"evt-a-{n}", "latitude": cell} for n, cell in enumerate(["41.5", None, "x"])]
    checked = check_cells(STANDARD, text_table(STANDARD, "events", records))
    latitude = EVENTS.by_name["latitude"]
    assert laid_rows(checked, [LaidColumn(latitude)]).column("latitude").to_pylist() == ["41.5", None, None]
    marks = laid_rows(checked, [LaidColumn(latitude, marked=True)]).column("latitude")
    assert marks.type == pa.string()
    assert marks.is_valid().to_pylist() == [True, False, False]
    assert marks.cast(pa.float64()).null_count == marks.null_count
