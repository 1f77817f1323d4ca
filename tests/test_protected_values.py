"""What of a dataset is looked for before publication, and what is not."""

from datetime import date

import pytest

from exm import add, claim, named, world
from kloop import Tables, write_tables
from pfds.checks.run import Options, validate
from pfds.intake.submission import open_submission
from pfds.release.dataset import opened
from pfds.release.disclose import disclose
from pfds.release.protected import Names, Origin, Origins, protected_names, words
from pfds.release.scan.private_values import protected_values
from pfds.standard.load import load_standard

STANDARD = load_standard()


def dataset() -> Tables:
    """Somebody of every kind who is kept back, and what is known of them, beside the public dataset."""
    tables = world()
    named(tables, "persons", "per-exm-hid", "Zorvan Quistrel", disclosure="withheld", birth_date="1931-07-19")
    named(tables, "persons", "per-exm-emb", "Embara Vexolith", disclosure="embargoed", birth_date="2025-02-03")
    reduced = {"person_id": "per-exm-ini", "disclosure": "initials"}
    add(tables, "persons", **reduced, display_name="A.B.", birth_date="1932-08-20")
    reduced = {"person_id": "per-exm-pse", "disclosure": "pseudonym"}
    add(tables, "persons", **reduced, display_name="Source Three", birth_date="1933")
    named(tables, "organizations", "org-exm-hid", "Morvath Collective", disclosure="withheld")
    add(
        tables, "names", name_id="nam-exm-alias", person_id="per-exm-ini", name="Iskander Talgat", disclosure="withheld"
    )
    add(tables, "names", name_id="nam-exm-other", person_id="per-exm-pse", name="Talgat Orozbek", name_type="alias")
    tables["persons"][0]["birth_date"] = "1990-01-31"
    tables["persons"][1]["summary"] = "Write to zorvan.q@mail.example or +996 555 123 456, since 2019, article 12345."
    tables["cases"][0]["summary"] = "Ask info@paper.example, not zorvan.q@mail.example."
    hidden = {"event_id": "evt-exm-hid", "disclosure": "withheld"}
    add(tables, "events", **hidden, description="Ask info@paper.example or hidden@desk.example.")
    about = {"subject_table": "persons", "subject_id": "per-exm-hid"}
    add(tables, "identifiers", identifier_id="idf-exm-a", identifier_value="Q975310", **about)
    add(tables, "identifiers", identifier_id="idf-exm-b", identifier_value="97531", **about)
    add(tables, "identifiers", identifier_id="idf-exm-c", identifier_value="Q424242", **about)
    own = {"subject_table": "persons", "subject_id": "per-exm-ada"}
    add(tables, "identifiers", identifier_id="idf-exm-d", identifier_value="Q424242", **own)
    add(tables, "identifiers", identifier_id="idf-exm-e", identifier_value="tg-secret-77", disclosure="withheld", **own)
    secret = {"source_id": "src-exm-hid", "source_access": "confidential", "author": "Perrin Ashgrove"}
    add(tables, "sources", **secret, url="https://leak.example/2025/drop-box", archive_url="https://news.example/")
    tables["sources"][0].update(url="https://news.example/2025/a", author="Ada Public Author")
    claim(tables, "x", "events.evt-exm-1.*", coder="Ulla Coderson")
    claim(tables, "y", "events.evt-exm-2.*", coder="coder")
    return tables


@pytest.fixture(scope="module")
def sought(tmp_path_factory: pytest.TempPathFactory) -> tuple[Names, Origins]:
    folder = tmp_path_factory.mktemp("dataset")
    for name in ("sent", "checks", "text", "room"):
        (folder / name).mkdir()
    write_tables(folder / "sent", dataset())
    submission = open_submission((folder / "sent",), STANDARD, None)
    validate(STANDARD, submission, date(2025, 3, 12), Options(folder=folder / "checks", text=folder / "text"))
    with opened(STANDARD, folder / "text", folder / "room") as database:
        disclose(STANDARD, database)
        return protected_names(STANDARD, database), protected_values(STANDARD, database)


@pytest.mark.parametrize(
    ("name", "origin"),
    [
        ("Zorvan Quistrel", ("persons", "per-exm-hid", "display_name")),
        ("Embara Vexolith", ("persons", "per-exm-emb", "display_name")),
        ("Iskander Talgat", ("names", "nam-exm-alias", "name")),
        ("Talgat Orozbek", ("names", "nam-exm-other", "name")),
        ("Morvath Collective", ("organizations", "org-exm-hid", "display_name")),
        ("Perrin Ashgrove", ("sources", "src-exm-hid", "author")),
        ("Ulla Coderson", ("claims", "clm-exm-x", "coder")),
    ],
)
def test_a_name_that_is_kept_back_is_looked_for(
    sought: tuple[Names, Origins], name: str, origin: tuple[str, str, str]
) -> None:
    names, _ = sought
    assert words(name) in names.protected
    assert names.written[name] == Origin(*origin)


@pytest.mark.parametrize("name", ["Ada Brightwater", "Harbour Gazette", "Ada Public Author", "A.B.", "Source Three"])
def test_a_name_that_is_published_is_not(sought: tuple[Names, Origins], name: str) -> None:
    assert words(name) not in sought[0].protected


@pytest.mark.parametrize(
    ("value", "origin"),
    [
        ("zorvan.q@mail.example", ("persons", "per-exm-hid", "summary")),
        ("+996 555 123 456", ("persons", "per-exm-hid", "summary")),
        ("hidden@desk.example", ("events", "evt-exm-hid", "description")),
        ("Q975310", ("identifiers", "idf-exm-a", "identifier_value")),
        ("tg-secret-77", ("identifiers", "idf-exm-e", "identifier_value")),
        ("https://leak.example/2025/drop-box", ("sources", "src-exm-hid", "url")),
        ("1931-07-19", ("persons", "per-exm-hid", "birth_date")),
        ("1932-08-20", ("persons", "per-exm-ini", "birth_date")),
    ],
)
def test_a_value_that_leads_to_somebody_kept_back_is_looked_for(
    sought: tuple[Names, Origins], value: str, origin: tuple[str, str, str]
) -> None:
    assert sought[1].get(value) == Origin(*origin)


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("97531", "too short"),
        ("Q424242", "published as the identifier of somebody else"),
        ("info@paper.example", "published in a text, and of an event that is kept back only"),
        ("https://news.example/", "no page, but where many are"),
        ("2025-02-03", "a birthday, and a day on which something happened"),
        ("1933", "a year"),
        ("1990-01-31", "the birthday of somebody public"),
    ],
)
def test_a_value_that_is_common_or_told_on_purpose_is_not(sought: tuple[Names, Origins], value: str, why: str) -> None:
    assert value not in sought[1], why


def test_nothing_else_is_looked_for(sought: tuple[Names, Origins]) -> None:
    assert len(sought[0].written) == 7
    assert len(sought[1]) == 8
