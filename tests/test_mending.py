"""What is published of a valid dataset is valid, whatever is kept back of it: the rules, run on both."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from bending import BO, bending
from exm import add, claim, world
from in_memory import AS_OF, Records, dataset, disclosed, relations
from kloop import STANDARD, Tables, seeded, write_tables
from pfds.checks.run import validate
from pfds.intake.submission import open_submission
from pfds.publish.lint import problems
from pfds.release.dataset import public
from pfds.release.disclose import disclose
from pfds.release.mending import Mending, mended
from pfds.standard.findings import Severity
from pfds.standard.model import Rule, SchemaError
from pfds.standard.rule_file import read_rule
from test_redactions import decide

RELEASED = STANDARD.released
SCHEMA = Path(__file__).parents[1] / "schema"
KEPT = "Text not published"
NEUTRAL = {
    *(KEPT, "The note is not published, because it may repeat what is kept back."),
    *("not named", "person not named", "organization not named", "unknown", "1", "exact"),
}
"""Words that stand where something is kept back."""
RULE = """-- title: T
-- severity: error
-- table: events
-- why: W
-- fix: F
-- message: M
-- withheld: {}
SELECT event_id AS id, 'title' AS field FROM events WHERE title IS NULL
"""


def public_part(tables: Tables, *rules: Rule) -> Tables:
    """The public records of a dataset, each with its cells that are not empty; the ``rules`` are asked as well."""
    with dataset(tables) as database:
        disclose(replace(RELEASED, rules={**RELEASED.rules, **{rule.name: rule for rule in rules}}), database, AS_OF)
        rows = {name: database.records(f"SELECT * FROM {public(name)}") for name in RELEASED.tables}  # noqa: S608
    return {name: [{key: cell for key, cell in row.items() if cell} for row in each] for name, each in rows.items()}


def by_id(tables: Tables) -> Records:
    return {row[STANDARD.tables[name].primary_key]: row for name, rows in tables.items() for row in rows}


def errors(folder: Path, tables: Tables) -> list[tuple[str, str | None, str | None]]:
    """Rule, record and field of everything that must be fixed in these records."""
    folder.mkdir()
    write_tables(folder, tables)
    report = validate(STANDARD, open_submission([folder], STANDARD), AS_OF).report
    return [(each.rule, each.record_id, each.field) for each in report.findings if each.severity is Severity.ERROR]


def redactions() -> Iterator[tuple[str, str]]:
    """Every decision that keeps something back of a record or of a cell that it need not have: `table.id.field`, and
    the method."""
    for name, rows in bending().items():
        table = STANDARD.tables[name]
        for row in rows:
            record = f"{name}.{row[table.primary_key]}"
            yield f"{record}.*", "withhold"
            for field in table.fields:
                if field.name in row and not field.required:
                    yield f"{record}.{field.name}", "withhold"
                if field.name in row and field.kind == "edtf":
                    yield f"{record}.{field.name}", "date_to_year"
            if name in ("persons", "organizations"):
                yield f"{record}.*", "pseudonym"
            if name in ("persons", "organizations", "case_parties", "event_parties"):
                yield f"{record}.*", "group_label"
            if name == "events":
                yield f"{record}.*", "place_to_region"


ALL = list(redactions())


def decided(*made: tuple[str, str]) -> Tables:
    tables = bending()
    for number, (subject, method) in enumerate(made):
        decide(tables, subject, method, replacement=f"Word {number}" if method in ("pseudonym", "group_label") else "")
    return tables


def test_the_dataset_obeys_every_rule(tmp_path: Path) -> None:
    assert errors(tmp_path / "all", bending()) == []


def test_all_of_it_is_published_where_nothing_is_kept_back() -> None:
    assert by_id(public_part(bending())).keys() == by_id(bending()).keys()


TOGETHER = {
    "cells that rules ask for": (
        ("events.evt-exm-other.description", "withhold"),
        ("events.evt-exm-end.description", "withhold"),
        ("cases.cas-exm-other.summary", "withhold"),
        ("event_objects.obj-exm-3.description", "withhold"),
        ("relationships.rsh-exm-2.position_text", "withhold"),
        ("charges.chg-exm-1.article", "withhold"),
        ("charges.chg-exm-2.offence_title", "withhold"),
        ("conflicts.cfl-exm-3.resolution_note", "withhold"),
        ("sentences.sen-exm-3.currency", "withhold"),
        (f"persons.{BO}.current_status_as_of", "withhold"),
        ("claims.clm-exm-bo.quote_lang", "withhold"),
        ("claims.clm-exm-5.claim_value", "withhold"),
        ("event_parties.epa-exm-3.group_count", "withhold"),
        ("case_parties.cpa-exm-4.group_count_qualifier", "withhold"),
    ),
    "whom a row stands for": (
        ("event_parties.epa-exm-2.person_id", "withhold"),
        ("event_parties.epa-exm-3.group_label", "withhold"),
        ("event_parties.epa-exm-4.organization_id", "withhold"),
        ("case_parties.cpa-exm-3.person_id", "withhold"),
        ("case_parties.cpa-exm-4.group_label", "withhold"),
        ("relationships.rsh-exm-1.to_organization_id", "withhold"),
        ("names.nam-exm-bo-2.person_id", "withhold"),
        ("names.nam-exm-crew.*", "withhold"),
        ("persons.per-exm-old.merged_into", "withhold"),
    ),
    "records that others follow from": (
        ("events.evt-exm-confession.*", "withhold"),
        ("events.evt-exm-appeal.*", "withhold"),
        ("case_parties.cpa-exm-2.outcome", "withhold"),
        ("charges.chg-exm-2.*", "withhold"),
        ("conflicts.cfl-exm-2.*", "withhold"),
        ("conflicts.cfl-exm-4.*", "withhold"),
        ("events.evt-exm-other.geo_precision", "withhold"),
        ("event_parties.epa-exm-3.*", "group_label"),
    ),
    "somebody under a pseudonym, at an exact place": ((f"persons.{BO}.*", "pseudonym"),),
    "somebody withheld, at an exact place": ((f"persons.{BO}.*", "withhold"),),
}
MENDED: Mapping[str, Mapping[str, Mapping[str, str | None] | None]] = {
    "cells that rules ask for": {
        "evt-exm-other": {"description": KEPT},
        "evt-exm-end": {"description": KEPT},
        "cas-exm-other": {"summary": KEPT},
        "obj-exm-3": {"description": KEPT},
        "rsh-exm-2": {"position_text": KEPT},
        "chg-exm-1": {"offence_title": KEPT},
        "chg-exm-2": {"offence_title": KEPT},
        "cfl-exm-3": {"resolution_note": KEPT},
        "sen-exm-3": {"amount": None},
        BO: {"current_status": None},
        "clm-exm-amount": None,
        "clm-exm-bo": None,
        "clm-exm-5": None,
        "epa-exm-3": {"group_label": "six reporters", "group_count_qualifier": "unknown"},
        "cpa-exm-4": {"group_label": "the crew", "group_count_qualifier": "unknown"},
    },
    "whom a row stands for": {
        "epa-exm-2": {"person_id": None, "group_label": "not named", "group_count_qualifier": "unknown"},
        "epa-exm-3": {"group_label": "not named", "group_count": "6", "group_count_qualifier": "at_least"},
        "epa-exm-4": {"group_label": "not named"},
        "cpa-exm-3": {"group_label": "not named"},
        "cpa-exm-4": {"group_label": "not named", "group_count_qualifier": "several"},
        "sen-exm-3": {"amount": "5000"},
        "clm-exm-label": None,
        "rsh-exm-1": None,
        "nam-exm-bo-2": None,
        "org-exm-crew": None,
        "per-exm-old": None,
    },
    "records that others follow from": {
        "evt-exm-retraction": None,
        "sen-exm-2": None,
        "sen-exm-3": None,
        "sen-exm-4": {"stage": "requested"},
        "per-exm-old": {"record_status": "merged"},
        "clm-exm-c2025-01-10": None,
        "clm-exm-c2025-01-11": None,
        "clm-exm-whole3": None,
        "clm-exm-whole4": {"claim_value": "trial"},
        "clm-exm-label": None,
        "epa-exm-3": {"group_label": "Word 7"},
        "evt-exm-other": {"latitude": None, "longitude": None, "locality": "Harbour"},
    },
    "somebody under a pseudonym, at an exact place": {
        "evt-exm-other": {"latitude": None, "longitude": None, "geo_precision": None, "description": KEPT},
        "clm-exm-bo2": None,
    },
    "somebody withheld, at an exact place": {
        "evt-exm-other": {"latitude": None, "longitude": None, "geo_precision": None, "locality": "Harbour"},
        "epa-exm-2": {"person_id": None, "group_label": "person not named"},
    },
}


def unmended(monkeypatch: pytest.MonkeyPatch, tables: Tables) -> Tables:
    """The public part as it is if no rule is asked."""
    with monkeypatch.context() as patched:
        patched.setattr(Mending, "is_needed", lambda _: False)
        return public_part(tables)


def told_more(before: Tables, after: Tables) -> list[tuple[str, str, str | None]]:
    """Cells of ``after`` that tell what ``before`` did not."""
    known = by_id(before)
    return [
        (key, name, cell)
        for key, row in by_id(after).items()
        for name, cell in row.items()
        if known.get(key, {}).get(name) != cell and cell not in NEUTRAL
    ]


@pytest.mark.parametrize("name", TOGETHER)
def test_what_is_kept_back_breaks_no_rule_and_nothing_more_is_told(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tables = decided(*TOGETHER[name])
    before, after = unmended(monkeypatch, tables), public_part(tables)
    assert errors(tmp_path / "before", before)
    assert errors(tmp_path / "after", after) == []
    assert told_more(before, after) == []
    records = by_id(after)
    for key, cells in MENDED[name].items():
        assert (key in records) is (cells is not None), key
        for field, content in (cells or {}).items():
            assert records[key].get(field) == content, (key, field)


def some(seed: int, number: int) -> list[tuple[str, str]]:
    """Some of the decisions, another choice for each seed."""
    return seeded(seed).sample(ALL, number)


@pytest.mark.parametrize(
    ("seed", "number"),
    [(1, 30), *(pytest.param(seed, 1 + seed % 60, marks=pytest.mark.long) for seed in range(2, 80))],
)
def test_no_choice_of_decisions_breaks_a_rule(
    seed: int, number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tables = decided(*some(seed, number))
    before, after = unmended(monkeypatch, tables), public_part(tables)
    assert errors(tmp_path / "after", after) == []
    assert told_more(before, after) == []


@pytest.mark.long
@pytest.mark.parametrize("decision", ALL, ids="-".join)
def test_no_single_decision_breaks_a_rule(decision: tuple[str, str], tmp_path: Path) -> None:
    assert errors(tmp_path / "after", public_part(decided(decision))) == []


@pytest.mark.parametrize("lang", ["ky", "ky-Cyrl-KG"])
@pytest.mark.parametrize("field", ["quote", "*", None])
def test_a_quotation_that_was_signed_has_its_language_and_no_country(lang: str, field: str | None) -> None:
    tables = world()
    claim(tables, "told", "events.evt-exm-1.*", quote="Сөз", quote_lang=lang, value_text="Сөз")
    tables["event_parties"][0]["role"] = "witness"
    if field:
        decide(tables, f"claims.clm-exm-told.{field}", "reviewed_text")
    row = by_id(public_part(tables))["clm-exm-told"]
    assert (row.get("quote"), row.get("quote_lang")) == (("Сөз", "ky") if field else (None, None))


def mended_title(headers: Mapping[str, str], table: str, title: str | None) -> str | None:
    """The title of a record in a table, of which rules of events, by name, say what a release does."""
    rules = [read_rule(name, RULE.format(header), frozenset({"events"})) for name, header in headers.items()]
    found = [{"id": "evt-exm-1", "rule": rule.name} for rule in rules]
    key, field = STANDARD.tables[table].primary_key, STANDARD.tables["events"].by_name["title"]
    with relations(mended=found) as database:
        select = mended(rules, STANDARD.tables[table], field, "title")
        (told,) = database.row(f"SELECT {select} FROM (SELECT 'evt-exm-1' AS {key}, ?::VARCHAR AS title)", [title])  # noqa: S608
    assert told is None or isinstance(told, str)
    return told


@pytest.mark.parametrize(
    ("headers", "title", "told"),
    [
        ({"a": "clear title"}, "T", None),
        ({"a": "fill title = It's kept"}, None, "It's kept"),
        ({"a": "fill title = Kept"}, "T", "T"),
        ({"a": "clear title", "b": "fill title = Kept"}, "T", "Kept"),
        ({"a": "fill title = Kept", "b": "clear title"}, "T", "Kept"),
        ({"a": "clear summary", "b": "drop"}, "T", "T"),
    ],
)
def test_what_one_rule_fills_another_does_not_leave_empty(
    headers: Mapping[str, str], title: str | None, told: str | None
) -> None:
    assert mended_title(headers, "events", title) == told


def test_a_rule_mends_records_of_its_own_table_only() -> None:
    assert mended_title({"a": "clear title"}, "cases", "T") == "T"


@pytest.mark.parametrize(
    ("header", "wrong", "told"),
    [
        ("clear description", "description IS NOT NULL", {"title": "Arrest"}),
        ("fill title = Text not published", "description IS NOT NULL", None),
        ("clear description", "title = 'Arrest'", None),
        ("drop", "description IS NOT NULL", None),
        ("drop", "description IS NULL", {"title": "Arrest", "description": "At night"}),
    ],
)
def test_a_record_that_no_remedy_helps_is_kept_back(header: str, wrong: str, told: Mapping[str, str] | None) -> None:
    tables = world()
    (event,) = [row for row in tables["events"] if row["event_id"] == "evt-exm-1"]
    event.update(title="Arrest", description="At night")
    decide(tables, "sources.src-exm-2.*", "withhold")
    rule = RULE.format(header).replace("title IS NULL", f"event_id = 'evt-exm-1' AND {wrong}")
    row = by_id(public_part(tables, read_rule("z", rule, frozenset({"events"})))).get("evt-exm-1")
    assert (row and {name: row[name] for name in ("title", "description") if name in row}) == told


@pytest.mark.parametrize(
    ("made", "held"),
    [
        ((), "evt-exm-request"),
        ((("events.evt-exm-appeal.*", "withhold"),), None),
        ((("events.evt-exm-appeal.*", "withhold"), ("events.evt-exm-request.*", "date_to_month")), None),
        ((("events.evt-exm-appeal.*", "withhold"), ("events.evt-exm-request.*", "date_to_year")), "evt-exm-request"),
        ((("events.evt-exm-appeal.*", "withhold"), ("events.evt-exm-verdict.*", "date_to_year")), "evt-exm-request"),
    ],
)
def test_rules_see_the_dates_as_they_are_published(made: Sequence[tuple[str, str]], held: str | None) -> None:
    """A penalty requested on 1 February, after the judgment of 10 January, which only an appeal explains."""
    row = by_id(public_part(decided(("sources.src-exm-2.*", "withhold"), *made)))["sen-exm-4"]
    assert row.get("event_id") == held


def test_a_dataset_without_claims_is_mended() -> None:
    tables = {name: rows for name, rows in decided(("charges.chg-exm-2.*", "withhold")).items() if name != "claims"}
    tables["conflicts"] = []
    assert "sen-exm-2" in by_id(public_part(tables))


def test_a_part_of_the_standard_without_conflicts_is_disclosed() -> None:
    tables = decided(("events.evt-exm-1.*", "withhold"))
    with disclosed({name: tables[name] for name in ("events", "event_parties", "redactions")}) as found:
        assert "conflicts" not in found.standard.tables
        assert found.records.keys() & by_id({"events": tables["events"]}).keys() == {
            row["event_id"] for row in tables["events"] if row["event_id"] != "evt-exm-1"
        }


@pytest.mark.parametrize(
    "decision", [(f"persons.{BO}.current_status_as_of", "withhold"), ("sources.src-exm-2.*", "withhold")]
)
@pytest.mark.parametrize("about", ["current_status", "display_name"])
def test_a_conflict_about_a_cell_that_a_rule_mends_is_kept_back(about: str, decision: tuple[str, str]) -> None:
    tables = decided(decision)
    subject = {"subject_table": "persons", "subject_id": BO, "subject_field": about}
    add(tables, "conflicts", conflict_id="cfl-exm-bare", **subject)
    falls = about == "current_status" and decision[0].startswith("persons")
    assert ("cfl-exm-bare" in by_id(public_part(tables))) is not falls


def test_a_rule_that_keeps_nothing_back_mends_nothing() -> None:
    rule = read_rule("a", RULE.replace("-- withheld: {}\n", ""), frozenset({"events"}))
    events = STANDARD.tables["events"]
    assert mended([rule], events, events.by_name["title"], "title") == "title"


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("keep it", "write drop, clear FIELD, or fill FIELD = words, not keep it"),
        ("drop title", "write drop"),
        ("clear", "write drop"),
        ("fill title", "write drop"),
        ("clear title = x", "write drop"),
    ],
)
def test_a_remedy_that_nobody_can_carry_out_is_no_rule(header: str, words: str) -> None:
    with pytest.raises(SchemaError, match=words):
        read_rule("a-rule", RULE.format(header), frozenset({"events"}))


@pytest.mark.parametrize(
    ("header", "problem"),
    [
        ("clear colour", "there is no public field colour in the table of the rule"),
        ("clear title", "title must not be empty"),
        ("fill outcome = Text not published", "outcome has no code Text not published"),
        ("fill latitude = none", "latitude cannot hold words"),
        ("fill title = Text not published", None),
        ("fill outcome = other", None),
        ("drop", None),
        ("clear description, outcome", None),
    ],
)
def test_a_remedy_names_cells_that_can_hold_it(header: str, problem: str | None) -> None:
    rule = read_rule("title-missing", RULE.format(header), frozenset({"events"}))
    found = [each for each in problems(replace(STANDARD, rules={rule.name: rule}), SCHEMA) if "withheld" in each]
    assert found == ([f"rules/title-missing.sql: withheld: {problem}"] if problem else [])


@pytest.mark.parametrize(
    ("header", "problem"),
    [
        ("withheld: drop\n-- unseen: persons", None),
        ("withheld: drop\n-- unseen: people", "unseen: there is no table people"),
        ("unseen: persons", "unseen: it needs withheld, for only a release sees so"),
    ],
)
def test_only_a_release_sees_the_unseen_records_of_tables(header: str, problem: str | None) -> None:
    rule = read_rule("title-missing", RULE.replace("withheld: {}", header), frozenset({"events"}))
    found = [each for each in problems(replace(STANDARD, rules={rule.name: rule}), SCHEMA) if "unseen" in each]
    assert found == ([f"rules/title-missing.sql: {problem}"] if problem else [])
