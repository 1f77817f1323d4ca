"""What the maintainers decide about single records and cells, and who is kept back until they do."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from command import Ran, pfds
from exm import add, claim, named, world
from kloop import STANDARD, Tables, write_tables
from laid import ABOUT, text_of
from pfds.release.chain import Past
from pfds.release.ledger import Ledger
from pfds.release.projection import NO_GUARD, Guard, Private, Projection, project
from pfds.release.versions import GateRefused
from pfds.release.withdraw import NOTHING_WITHDRAWN
from test_disclosure import VERSION, build, everything, published

DECIDED = {"decided_by": "Reviewer Two", "decided_on": "2025-03-01"}
KEPT = "Text not published"
Records = Mapping[str, Mapping[str, str]]
Change = Callable[[Tables], object]
MARKER = "Vexolith"


def decide(tables: Tables, subject: str, method: str, **cells: str) -> None:
    """Adds a decision about ``table.id.field``."""
    table, key, field = subject.split(".")
    rows = tables.setdefault("redactions", [])
    about = {"subject_table": table, "subject_id": key, "subject_field": field, "redaction_method": method}
    made = {"redaction_id": f"red-dec-{len(rows) + 1}", **about, "reason": "safety", **DECIDED, **cells}
    rows.append({name: cell for name, cell in made.items() if cell})


PLACE = {
    "event_date": "2025-02-03/2025-02-05",
    "event_date_text": MARKER,
    "admin1": "NZ-AUK",
    "locality": MARKER,
    "place_text": f"near {MARKER}",
    "latitude": "-36.8485",
    "longitude": "174.7633",
    "geo_precision": "locality",
    "channel": "Radio",
}
PERSON = ("birth_date", "identity_status", "disclosure")


def place(tables: Tables) -> None:
    tables["events"][0].update(PLACE, description="What happened")
    claim(tables, "place", "events.evt-exm-1.locality", MARKER)


def signed(field: str, **cells: str) -> Callable[[Tables, str], None]:
    """A witness in the event, and a reviewer who read the texts of it."""

    def enters(tables: Tables, local: str) -> None:
        tables["event_parties"][-1]["role"] = "witness"
        decide(tables, f"events.evt-exm-{local}.{field}", "reviewed_text", **cells)

    return enters


def witness(tables: Tables, **cells: str) -> None:
    named(tables, "persons", "per-exm-wit", "Zorvan Quistrel", **cells)
    party = {"event_party_id": "epa-exm-wit", "event_id": "evt-exm-2", "person_id": "per-exm-wit"}
    add(tables, "event_parties", **party, role="witness")
    claim(tables, "wit", "persons.per-exm-wit.*")


def projected(folder: Path, *changes: Change, guard: Guard = NO_GUARD, ledger: Ledger | None = None) -> Projection:
    """The public part of the small dataset with changes."""
    tables = world()
    for change in changes:
        change(tables)
    text = folder / "text"
    text.mkdir(parents=True)
    for name, rows in tables.items():
        if rows:
            pq.write_table(text_of(name, rows), text / f"{name}.parquet")
    return project(STANDARD, Private(text, folder), ABOUT, Past(), NOTHING_WITHDRAWN, guard, ledger)


def released(folder: Path, *changes: Change) -> tuple[Records, str]:
    """The public records of the small dataset with changes, and all that stands in them."""
    public = projected(folder, *changes).folder
    records: dict[str, Mapping[str, str]] = {}
    for path in public.glob("*.parquet"):
        for row in pq.read_table(path).to_pylist():
            cells = {name: cell or "" for name, cell in row.items()}
            records[next(iter(cells.values()))] = cells
    return records, str(records)


def deciding(subject: str, method: str, **cells: str) -> Change:
    return lambda tables: decide(tables, subject, method, **cells)


@pytest.mark.long
def test_the_table_itself_is_in_no_byte_of_a_release(tmp_path: Path) -> None:
    note = {"note": "Marker Note Nine", "decided_by": "Reviewer Quux", "replacement": "never said"}
    tables = world()
    decide(tables, "events.evt-exm-1.channel", "withhold", **note)
    ran, store = build(tmp_path, tables)
    assert ran.code == 0, ran.said
    assert "Build with --ledger" in ran.err
    text = everything(store)
    assert [word for word in (*note.values(), "red-dec-1") if word in text] == []
    assert not list((store / VERSION).glob("*/redactions.*"))
    assert '"complete": false' in (store / VERSION / "release.json").read_text("utf-8")


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"redaction_method": "burn"}, "cell-code"),
        ({"reason": ""}, "cell-required"),
        ({"until_date": "soon"}, "cell-date"),
        ({"decided_on": ""}, "cell-required"),
        ({"subject_id": "per-exm-nobody"}, "redaction-target-unknown"),
        ({"subject_field": "shoe_size"}, "redaction-target-unknown"),
        ({"redaction_method": "date_to_month", "subject_field": "gender"}, "redaction-not-fitting"),
        ({"redaction_method": "pseudonym"}, "redaction-replacement-missing"),
    ],
)
def test_a_decision_that_protects_nobody_is_a_finding(tmp_path: Path, change: Mapping[str, str], rule: str) -> None:
    ran = validated(tmp_path, change)
    assert (ran.code, f'"rule": "{rule}"' in ran.out) == (1, True), ran.said


def test_a_decision_that_protects_somebody_is_none(tmp_path: Path) -> None:
    assert validated(tmp_path, {}).code == 0


def validated(folder: Path, change: Mapping[str, str]) -> Ran:
    """The check of the small dataset with a decision to withhold a person, which was changed."""
    tables = world()
    decide(tables, "persons.per-exm-ada.*", "withhold")
    tables["redactions"][0].update(change)
    write_tables(folder, tables)
    return pfds("validate", folder, "--as-of", "2025-03-12", "--format", "json")


def test_a_record_withheld_is_gone_with_what_hangs_on_it(tmp_path: Path) -> None:
    records, _ = released(tmp_path, deciding("events.evt-exm-1.*", "withhold"))
    assert not {"evt-exm-1", "epa-exm-1", "obj-exm-1", "vio-exm-1", "rel-exm-1", "clm-exm-3"} & records.keys()
    assert "evt-exm-2" in records


def test_a_cell_withheld_is_empty_and_no_claim_tells_it(tmp_path: Path) -> None:
    records, text = released(tmp_path, place, deciding("events.evt-exm-1.locality", "withhold"))
    event = records["evt-exm-1"]
    assert [event[name] for name in ("locality", "place_text", "latitude", "longitude", "geo_precision")] == [""] * 5
    assert (event["admin1"], event["country"], event["channel"]) == ("NZ-AUK", "NZL", "Radio")
    assert (event["title"], event["description"], "clm-exm-place" in records) == (KEPT, "", False)
    assert "-36.8485" not in text


def numbered(tables: Tables, number: int) -> str:
    """Another event that somebody named has a part in, with a place and a span of days; its local part."""
    local = f"n{number}"
    key = f"evt-exm-{local}"
    cells = {**tables["events"][0], **PLACE, "event_id": key, "description": "What happened", "modified": "2025-03-01"}
    tables["events"].append(cells)
    claim(tables, f"{local}-place", f"events.{key}.locality", MARKER)
    claim(tables, f"{local}-date", f"events.{key}.event_date", PLACE["event_date"])
    named(tables, "persons", f"per-exm-{local}", f"Plinn Number{number}")
    party = {"event_party_id": f"epa-exm-{local}", "event_id": key, "person_id": f"per-exm-{local}"}
    add(tables, "event_parties", **party)
    claim(tables, f"{local}-person", f"persons.per-exm-{local}.*")
    return local


class Side:
    """Decisions on events and persons that stand side by side in one dataset, each with an event of its own."""

    def __init__(self) -> None:
        self.changes: list[Change] = []

    def case(self, *values: object, change: Callable[[Tables, str], object]) -> object:
        """A case of a test: the local part of its event, and its values."""
        number = len(self.changes)

        def enters(tables: Tables) -> None:
            change(tables, numbered(tables, number))

        self.changes.append(enters)
        return pytest.param(f"n{number}", *values)

    def decided(self, field: str, method: str, *values: object, **cells: str) -> object:
        """A case with a decision on its event."""
        return self.case(
            *values, change=lambda tables, n: decide(tables, f"events.evt-exm-{n}.{field}", method, **cells)
        )

    def person(self, *values: object, method: str = "", age: str = "", role: str = "", **cells: str) -> object:
        """A case with a person who has these cells, and a decision on that person."""

        def enters(tables: Tables, local: str) -> None:
            tables["persons"][-1].update({name: cell for name, cell in cells.items() if name in PERSON})
            tables["event_parties"][-1].update({"role": role or "target", **({"age_at_event": age} if age else {})})
            tables["names"][-1]["name_type"] = cells.get("name_type", "full")
            if method:
                decision = {name: cell for name, cell in cells.items() if name not in (*PERSON, "name_type")}
                decide(tables, f"persons.per-exm-{local}.{decision.pop('field', '*')}", method, **decision)

        return self.case(*values, change=enters)


SIDE = Side()


@pytest.fixture(scope="module")
def side(tmp_path_factory: pytest.TempPathFactory) -> Records:
    """The public records of the dataset with all these cases."""
    return released(tmp_path_factory.mktemp("side"), *SIDE.changes)[0]


@pytest.mark.parametrize("local", [SIDE.decided(half, "withhold") for half in ("latitude", "longitude")])
def test_coordinates_go_together(side: Records, local: str) -> None:
    event = side[f"evt-exm-{local}"]
    assert (event["latitude"], event["longitude"], event["geo_precision"]) == ("", "", "")
    assert event["locality"] == MARKER


@pytest.mark.parametrize(
    ("local", "date"),
    [
        SIDE.decided("event_date", "date_to_month", "2025-02"),
        SIDE.decided("event_date", "date_to_year", "2025"),
        SIDE.decided("*", "date_to_year", "2025"),
    ],
)
def test_a_date_is_made_coarser_and_says_so(side: Records, local: str, date: str) -> None:
    event = side[f"evt-exm-{local}"]
    assert (event["event_date"], event["event_date_text"]) == (date, "")
    assert (event["title"], f"clm-exm-{local}-date" in side) == (KEPT, False)


@pytest.mark.parametrize(
    ("local", "left"),
    [
        SIDE.decided("*", "place_to_locality", ["NZL", "NZ-AUK", MARKER]),
        SIDE.decided("*", "place_to_region", ["NZL", "NZ-AUK", ""]),
        SIDE.decided("*", "place_to_country", ["NZL", "", ""]),
    ],
)
def test_a_place_is_made_coarser_and_never_looks_exact(side: Records, local: str, left: list[str]) -> None:
    event = side[f"evt-exm-{local}"]
    assert [event[name] for name in ("country", "admin1", "locality")] == left
    assert [event[name] for name in ("latitude", "longitude", "geo_precision", "place_text")] == [""] * 4
    assert (f"clm-exm-{local}-place" in side) == (left[2] == MARKER)


@pytest.mark.long
@pytest.mark.parametrize("subject", ["persons.per-exm-ada.*", "event_parties.epa-exm-1.*"])
def test_a_group_stands_for_a_person(tmp_path: Path, subject: str) -> None:
    records, _ = released(tmp_path, deciding(subject, "group_label", replacement="a reporter"))
    party = records["epa-exm-1"]
    assert (party["person_id"], party["group_label"], party["group_count"]) == ("", "a reporter", "1")
    assert party["age_at_event"] == ""
    assert ("per-exm-ada" in records) == subject.startswith("event")


@pytest.mark.long
def test_a_pseudonym_stands_for_a_person_and_can_be_exchanged(tmp_path: Path) -> None:
    for name in ("Person K7QF2M", "Person X2"):
        room = tmp_path / name
        room.mkdir()
        records, text = released(room, deciding("persons.per-exm-ada.*", "pseudonym", replacement=name))
        person = records["per-exm-ada"]
        assert (person["display_name"], person["disclosure"], person["gender"]) == (name, "pseudonym", "")
        assert records["epa-exm-1"]["person_id"] == "per-exm-ada"
        assert "Brightwater" not in text


def test_the_command_gives_new_pseudonyms(tmp_path: Path) -> None:
    ran = pfds("release", "pseudonym", "--number", "50", "--word", "Witness")
    lines = ran.out.splitlines()
    assert (ran.code, len(set(lines))) == (0, 50)
    assert all(line.startswith("Witness ") and len(line) == len("Witness ") + 8 for line in lines)


@pytest.mark.parametrize(
    ("local", "shown"),
    [
        SIDE.case(shown, change=signed(field, **cells))
        for shown, field, cells in (
            ({"title", "description"}, "*", {}),
            ({"title"}, "title", {}),
            ({"description"}, "description", {}),
            (set(), "*", {"decided_on": "2025-02-28"}),
            (set(), "*", {"decided_on": "2025-03-13"}),
            (set(), "*", {"until_date": "2025-06-01"}),
        )
    ],
)
def test_a_text_that_may_tell_waits_for_a_reviewer(side: Records, local: str, shown: set[str]) -> None:
    event = side[f"evt-exm-{local}"]
    assert event["title"] == ("Event" if "title" in shown else KEPT)
    assert event["description"] == ("What happened" if "description" in shown else "")


@pytest.mark.long
@pytest.mark.parametrize(("decided_on", "note"), [("2025-03-12", "As the witness said"), ("2025-03-11", "")])
def test_what_was_read_of_claims_is_shown_until_their_record_changes(
    tmp_path: Path, decided_on: str, note: str
) -> None:
    def change(tables: Tables) -> None:
        tables["events"][0]["modified"] = "2025-03-12"
        claim(tables, "said", "events.evt-exm-1.*", note="As the witness said")
        decide(tables, "events.evt-exm-1.channel", "withhold")
        decide(tables, "events.evt-exm-1.*", "reviewed_text", decided_on=decided_on)
        decide(tables, "events.evt-exm-1.title", "reviewed_text", decided_on="2025-03-12")

    event = released(tmp_path, change)[0]
    assert event["clm-exm-said"]["note"] == note
    assert event["evt-exm-1"]["title"] != KEPT


@pytest.mark.long
def test_words_that_are_to_be_published_are_no_protected_names(tmp_path: Path) -> None:
    public = projected(
        tmp_path,
        deciding("event_parties.epa-exm-1.*", "group_label", replacement="a young reporter", decided_by="Ned Qubbart"),
        deciding("events.evt-exm-1.event_date", "date_to_month", decided_by="Ned Qubbart"),
    )
    assert ("ned", "qubbart") in public.names.protected
    assert not {("a", "young", "reporter"), ("event", "date")} & public.names.protected


def embargoed(tables: Tables) -> None:
    tables["events"][0]["disclosure"] = "embargoed"


def under_embargo(*decisions: tuple[str, str], **cells: str) -> Callable[[Tables, str], None]:
    def enters(tables: Tables, local: str) -> None:
        tables["events"][-1]["disclosure"] = "embargoed"
        for method, until in decisions:
            decide(tables, f"events.evt-exm-{local}.*", method, until_date=until, **cells)

    return enters


@pytest.mark.parametrize(
    ("local", "there"),
    [
        SIDE.case(False, change=under_embargo()),
        SIDE.case(True, change=under_embargo(("withhold", "2025-03-12"))),
        SIDE.case(False, change=under_embargo(("withhold", "2025-03-13"))),
        SIDE.case(False, change=under_embargo(("withhold", ""))),
        SIDE.case(False, change=under_embargo(("withhold", "2025-03-12"), decided_on="2025-03-13")),
        SIDE.case(True, change=under_embargo(("publish", "2025-03-12"))),
        SIDE.case(False, change=under_embargo(("publish", "2025-03-13"))),
        SIDE.case(False, change=under_embargo(("publish", ""))),
        SIDE.case(False, change=under_embargo(("withhold", "2025-03-01"), ("withhold", ""))),
    ],
)
def test_an_embargo_ends_on_its_day_and_not_before(side: Records, local: str, there: bool) -> None:
    key = f"evt-exm-{local}"
    assert (key in side) == there
    assert not there or side[key]["disclosure"] == "public"


@pytest.mark.parametrize(
    ("local", "there"),
    [
        SIDE.person(False, birth_date="2007-02-04"),
        SIDE.person(True, birth_date="2007-02-03"),
        SIDE.person(False, birth_date="2007"),
        SIDE.person(True, birth_date="2006"),
        SIDE.person(True, birth_date="1990~"),
        SIDE.person(True),
        SIDE.person(False, age="17"),
        SIDE.person(True, age="18"),
        SIDE.person(False, age="17", identity_status="described_only", name_type="label"),
        SIDE.person(True, age="17", method="publish", reason="consent_given"),
        SIDE.person(False, role="witness"),
        SIDE.person(False, role="witness", identity_status="initials_only"),
        SIDE.person(False, role="witness", disclosure="pseudonym"),
        SIDE.person(False, role="witness", identity_status="described_only", name_type="alias"),
        SIDE.person(True, role="witness", identity_status="described_only", name_type="label"),
        SIDE.person(True, role="witness", method="publish", reason="consent_given"),
        SIDE.person(True, role="witness", method="publish", until_date="2025-03-12"),
        SIDE.person(False, role="witness", method="publish", until_date="2025-03-13"),
        SIDE.person(False, role="witness", method="publish", decided_on="2025-03-13"),
        SIDE.person(False, role="witness", method="publish", field="summary"),
        SIDE.person(False, role="witness", method="publish", disclosure="withheld"),
        SIDE.person(True, role="witness", method="pseudonym", replacement="Person K7QF2M"),
        SIDE.person(False, role="witness", method="pseudonym", replacement="Person X3", disclosure="withheld"),
    ],
)
def test_minors_and_witnesses_are_withheld_until_somebody_decides(side: Records, local: str, there: bool) -> None:
    assert (f"per-exm-{local}" in side) == there
    assert side[f"epa-exm-{local}"]["group_label"] == ("" if there else "person not named")
    assert side[f"evt-exm-{local}"]["title"] == (
        "Event" if there and "K7QF2M" not in str(side[f"per-exm-{local}"]) else KEPT
    )


def test_what_was_decided_makes_a_release_that_verifies(tmp_path: Path) -> None:
    tables = world()
    place(tables)
    embargoed(tables)
    witness(tables)
    decide(tables, "events.evt-exm-1.*", "withhold", until_date="2025-03-12")
    decide(tables, "events.evt-exm-1.*", "date_to_month")
    decide(tables, "events.evt-exm-1.*", "place_to_region")
    decide(tables, "events.evt-exm-2.title", "reviewed_text", decided_on="2025-03-12", reason="text_checked")
    decide(tables, "persons.per-exm-ada.*", "pseudonym", replacement="Person X2")
    tables["redactions"][0]["decided_on"] = "2025-01-02"
    groups = tmp_path / "groups.csv"
    ran, store = build(tmp_path, tables, "--groups", groups)
    assert ran.code == 0, ran.said
    records = published(store)
    event = records["evt-exm-1"]
    assert (event["event_date"], event["event_date_latest"]) == ("2025-02", "2025-02-28")
    assert (records["evt-exm-2"]["title"], records["per-exm-ada"]["display_name"]) == ("Event", "Person X2")
    held = everything(store)
    assert [word for word in ("Brightwater", "Quistrel", MARKER, "-36.8485", "2025-02-05") if word in held] == []
    assert "Rows that stand for somebody protected: 3. The smallest group" in ran.err
    assert groups.read_text("utf-8").splitlines()[0] == "record_id,of_id,group_size"
    assert groups.stat().st_mode & 0o777 == 0o600
    assert pfds("release", "verify", store).code == 0


def two_witnesses(tables: Tables) -> None:
    witness(tables)
    named(tables, "persons", "per-exm-two", "Morvath Plinn")
    party = {"event_party_id": "epa-exm-two", "event_id": "evt-exm-2", "person_id": "per-exm-two"}
    add(tables, "event_parties", **party, role="witness")


@pytest.mark.long
def test_a_threshold_stops_who_is_too_unique(tmp_path: Path) -> None:
    groups = tmp_path / "groups.csv"
    guard = Guard(minimum_group=2, groups=groups)
    with pytest.raises(GateRefused, match="epa-exm-wit stand for somebody protected"):
        projected(tmp_path / "one", witness, guard=guard)
    assert groups.read_text("utf-8") == "record_id,of_id,group_size\nepa-exm-wit,evt-exm-2,1\n"
    projected(tmp_path / "two", two_witnesses, guard=guard)
    projected(tmp_path / "signed", witness, deciding("event_parties.epa-exm-wit.*", "publish"), guard=guard)
