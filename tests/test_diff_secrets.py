"""Old content that a comparison of releases must not tell again."""

from collections.abc import Callable, Iterable, Mapping

import pytest

from in_memory import Rows, ids, relations
from kloop import STANDARD
from pfds.checks.database import Database
from pfds.release.diff_secrets import Secrets, names_taken_back, reduced_in, told_as_hash
from pfds.release.diff_side import Shape, Sheet, Side
from pfds.release.protected import Names, words

GONE = Names(frozenset({("zorvan", "quistrel")}), frozenset())
TEXT = "Text not published"


@pytest.mark.parametrize(
    ("table", "field", "old", "new", "hidden"),
    [
        ("events", "channel", None, "Radio", False),
        ("events", "channel", None, None, False),
        ("events", "channel", "Radio", "Television", False),
        ("events", "channel", "Radio", None, True),
        ("events", "title", "Arrest", TEXT, True),
        ("events", "channel", "Radio", TEXT, False),
        ("events", "title", "Arrest", "Raid", False),
        ("events", "description", "A reporter", TEXT, True),
        ("persons", "display_name", "Ada", TEXT, False),
        ("charges", "offence_title", "Calls to unrest", TEXT, True),
        ("charges", "article", "278", TEXT, False),
        ("event_parties", "group_label", "six reporters", "not named", True),
        ("event_parties", "group_label", "six reporters", "reporters", False),
        ("event_parties", "group_count_qualifier", "at_least", "unknown", True),
        ("event_parties", "group_count_qualifier", "at_least", "exact", False),
        ("claims", "quote_lang", "ky-KG", "ky", True),
        ("claims", "quote_lang", "ky", "ru", False),
        ("sources", "lang", "ky-KG", "ky", False),
        ("events", "description", "Radio-controlled", "Radio", False),
        ("events", "event_date", "2025-02-03", "2025-02", True),
        ("events", "event_date", "2025-02-03", "2025", True),
        ("events", "event_date", "2025-02", "2025", True),
        ("events", "event_date", "2025-02-03/2025-02-05", "2025-02", True),
        ("events", "event_date", "2025-02-03", "2025-02-04", False),
        ("events", "event_date", "2025-02-03", "2025-03", False),
        ("events", "event_date", "2025-02", "2025-02-03", False),
        ("events", "event_date", "2025", "2025", False),
        ("events", "event_date_earliest", "2025-02-03", "2025-02-01", True),
        ("events", "event_date_earliest", "2025-02-03", "2025-01-01", True),
        ("events", "event_date_latest", "2025-02-03", "2025-02-28", True),
        ("events", "event_date_latest", "2025-02-03", "2025-12-31", True),
        ("events", "event_date_earliest", "2025-02-01", "2025-02-01", False),
        ("events", "event_date_earliest", "2025-02-03", "2025-02-04", False),
        ("events", "locality", "2025-02-03", "2025-02", False),
        ("cases", "modified", "2025-02-03", "2025-02", False),
        ("events", "event_date", "on Monday", "XXXX", True),
        ("events", "channel", "Zorvan Quistrel spoke", "Radio", True),
        ("events", "channel", "zorvan-quistrel", "Radio", True),
        ("events", "channel", "Zorvan spoke", "Radio", False),
        ("unknown", "channel", "Radio", "Television", False),
        ("unknown", "channel", "Radio", None, True),
    ],
)
def test_an_old_cell_is_not_told_where_it_may_have_been_changed_to_protect(
    table: str, field: str, old: str | None, new: str | None, hidden: bool
) -> None:
    assert Secrets(STANDARD, GONE).hide(table, field, old, new) is hidden


def test_an_identifier_that_holds_a_name_is_told_as_its_hash() -> None:
    secrets = Secrets(STANDARD, GONE)
    assert secrets.told("evt-exm-1") == "evt-exm-1"
    assert secrets.told("per-zorvan-quistrel") == told_as_hash("per-zorvan-quistrel")
    assert told_as_hash("a") == "sha256:ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"


def sheet(name: str, *columns: str) -> Sheet:
    return Sheet(name, {column: Shape("string", "", {}) for column in columns}, "", lambda _: None)


PERSONS = sheet("persons", "person_id", "display_name", "disclosure")


@pytest.mark.parametrize(
    ("disclosure", "reduced"),
    [("initials", True), ("pseudonym", True), ("public", False), ("withheld", False), (None, False)],
)
def test_a_record_is_shown_in_part_where_its_disclosure_says_so(disclosure: str | None, reduced: bool) -> None:
    row = {"disclosure": disclosure, "old disclosure": disclosure}
    with relations(p=[row]) as database:
        for alias in ("p", None):
            condition = reduced_in(STANDARD, "persons", alias, PERSONS)
            assert database.row(f"SELECT {condition} FROM p") == (reduced,)  # noqa: S608


def test_nothing_is_shown_in_part_by_columns_that_a_release_has_not() -> None:
    without = sheet("persons", "person_id")
    for condition in (
        reduced_in(STANDARD, "events", "n", sheet("events", "event_id", "disclosure")),
        reduced_in(STANDARD, "unknown", "n", sheet("unknown", "disclosure")),
        reduced_in(STANDARD, "persons", "n", without),
        reduced_in(STANDARD, "persons", None, PERSONS, without),
        reduced_in(STANDARD, "persons", None, without, PERSONS),
    ):
        assert condition == "false"
    assert reduced_in(STANDARD, "persons", None, PERSONS, PERSONS) != "false"


def side(*sheets: Sheet) -> Side:
    return Side("2025.3.0", "0.1.0", "", {each.name: each for each in sheets}, {})


NAMES = sheet("names", "name_id", "name")
ORGANIZATIONS = sheet("organizations", "organization_id", "display_name")
FULL = side(NAMES, PERSONS, ORGANIZATIONS)


def in_database(database: Database) -> Callable[[str, str], str]:
    """Where a table of a release stands; one that differs in nothing stands nowhere."""
    assert database
    return lambda which, name: f"{which}_{name}"


def taken_back(
    contents: Mapping[str, Rows],
    old: Side = FULL,
    new: Side = FULL,
    differing: Iterable[str] = ("names", "persons", "organizations"),
) -> set[str]:
    """The names that the new one of two releases with these relations has not, of those that the old one had."""
    given: dict[str, Rows] = {
        "old_names": [{"name_id": "nam-1", "name": "Ada Brightwater"}],
        "old_persons": [{"person_id": "per-1", "display_name": "Ada B"}],
        "old_organizations": [{"organization_id": "org-1", "display_name": "The Circle"}],
        "new_names": [{"name_id": None, "name": None}],
        "new_persons": [{"person_id": None, "display_name": None}],
        "new_organizations": [{"organization_id": None, "display_name": None}],
        **{f"gone_{name}": ids() for name in FULL.sheets},
        **{f"changed_{name}": [{"id": "none", "reduced": None}] for name in FULL.sheets},
        **contents,
    }
    with relations(**given) as database:
        found = names_taken_back(old, new, list(differing), in_database(database), database)
        return {" ".join(form) for form in found.protected}


def test_names_of_records_that_stay_are_not_taken_back() -> None:
    assert taken_back({}) == set()


@pytest.mark.parametrize(
    ("contents", "names"),
    [
        ({"gone_names": ids("nam-1")}, {"ada brightwater"}),
        ({"gone_names": ids("nam-2")}, set()),
        ({"gone_persons": ids("per-1")}, {"ada b"}),
        ({"gone_organizations": ids("org-1")}, {"the circle"}),
        ({"gone_names": ids("nam-1"), "gone_persons": ids("per-1")}, {"ada brightwater", "ada b"}),
        ({"changed_persons": [{"id": "per-1", "reduced": "true"}]}, {"ada b"}),
        ({"changed_persons": [{"id": "per-1", "reduced": "false"}]}, set()),
        ({"changed_persons": [{"id": "per-2", "reduced": "true"}]}, set()),
        ({"changed_organizations": [{"id": "org-1", "reduced": "true"}]}, {"the circle"}),
    ],
)
def test_a_name_is_taken_back_with_its_record_or_when_its_bearer_is_reduced(
    contents: Mapping[str, Rows], names: set[str]
) -> None:
    assert taken_back(contents) == names


@pytest.mark.parametrize(
    "shown",
    [
        {"new_names": [{"name_id": "nam-2", "name": "Ada Brightwater"}]},
        {"new_persons": [{"person_id": "per-2", "display_name": "Dr Ada Brightwater"}]},
        {"new_organizations": [{"organization_id": "org-2", "display_name": "Friends of Ada Brightwater"}]},
    ],
)
def test_a_name_that_the_new_release_shows_elsewhere_is_not_taken_back(shown: Mapping[str, Rows]) -> None:
    assert taken_back({"gone_names": ids("nam-1"), **shown}) == set()


def test_tables_that_do_not_differ_or_have_no_names_are_not_asked() -> None:
    gone: Mapping[str, Rows] = {"gone_names": ids("nam-1"), "gone_persons": ids("per-1")}
    assert taken_back(gone, differing=["persons"]) == {"ada b"}
    assert taken_back(gone, differing=[]) == set()
    nameless = side(sheet("names", "name_id"), PERSONS)
    assert taken_back(gone, old=nameless) == {"ada b"}
    assert taken_back(gone, old=side(PERSONS), new=side(PERSONS)) == {"ada b"}
    assert taken_back({**gone, "new_names": [{"name_id": "nam-2", "name": "Ada B"}]}, new=nameless) == {
        "ada b",
        "ada brightwater",
    }


def test_words_are_compared_as_names_are_looked_for() -> None:
    assert words("Zorvan  QUISTREL") == ("zorvan", "quistrel")
