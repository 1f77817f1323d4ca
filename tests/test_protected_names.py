"""Which names must not stand in a release: all that its public part leaves out, and none that it tells on purpose."""

from collections.abc import Iterable

import pytest

from exm import add, row
from in_memory import dataset
from kloop import STANDARD, Tables
from pfds.release.dataset import public, sent
from pfds.release.protected import (
    Names,
    Origin,
    names_of,
    parts,
    protected_names,
    unspaced_names,
    words,
)

PERSON = "per-exm-1"


def found(tables: Tables, hidden: Iterable[str] = (), renamed: str = "") -> Names:
    """The names of these records, of which those ``hidden`` are not published; one person may be ``renamed``."""
    left_out = ", ".join(f"'{key}'" for key in (*hidden, "none"))
    with dataset(tables) as database:
        for name in ("names", "persons", "organizations", "sources"):
            table = STANDARD.tables[name]
            cells = ", ".join(
                f"CASE WHEN {table.primary_key} = '{renamed}' THEN 'Person X2' ELSE display_name END AS display_name"
                if field.name == "display_name"
                else field.name
                for field in table.fields
            )
            where = f"{table.primary_key} NOT IN ({left_out})"
            database.view(public(name), f"SELECT {cells} FROM {sent(name)} WHERE {where}")  # noqa: S608
        return protected_names(STANDARD, database)


def person(label: str, *forms: str, name: str = "full", disclosure: str = "public", **cells: str) -> Tables:
    """Somebody with a display name and name forms nam-exm-1, nam-exm-2 and so on."""
    tables: Tables = {}
    add(tables, "persons", person_id=PERSON, display_name=label, **cells)
    for number, form in enumerate(forms, start=1):
        key = {"name_id": f"nam-exm-{number}", "person_id": PERSON}
        add(tables, "names", **key, name=form, name_type=name, disclosure=disclosure)
    return tables


def test_no_name_of_public_records_is_protected() -> None:
    assert found(person("Ada Brightwater", "Ada Brightwater", "A. Brightwater")) == Names(frozenset(), frozenset())
    assert found({}) == Names(frozenset(), frozenset())


def test_all_names_of_somebody_left_out_are_protected() -> None:
    names = found(person("Zorvan Q", "Zorvan Quistrel"), hidden=[PERSON, "nam-exm-1"])
    assert names.protected == {("zorvan", "q"), ("zorvan", "quistrel")}
    assert names.written == {
        "Zorvan Q": Origin("persons", PERSON, "display_name"),
        "Zorvan Quistrel": Origin("names", "nam-exm-1", "name"),
    }


def test_a_name_form_left_out_of_somebody_public_is_protected() -> None:
    names = found(person("Ada Brightwater", "Ada Brightwater", "Ada Formerly"), hidden=["nam-exm-2"])
    assert names.protected == {("ada", "formerly")}


def test_the_name_behind_a_pseudonym_is_protected() -> None:
    names = found(person("Zorvan Quistrel"), renamed=PERSON)
    assert names.protected == {("zorvan", "quistrel")}
    assert names.written == {"Zorvan Quistrel": Origin("persons", PERSON, "display_name")}


@pytest.mark.parametrize(("kind", "disclosure"), [("initials", "public"), ("label", "public")])
def test_initials_and_labels_that_are_meant_to_be_shown_are_not_protected(kind: str, disclosure: str) -> None:
    tables = person("Witness Four", "Witness Four", name=kind, disclosure=disclosure)
    assert found(tables, hidden=[PERSON, "nam-exm-1"]).protected == frozenset()


@pytest.mark.parametrize(("kind", "disclosure"), [("initials", "withheld"), ("label", ""), ("full", "public")])
def test_other_forms_of_somebody_left_out_are(kind: str, disclosure: str) -> None:
    tables = person("Witness Four", "Witness Four", name=kind, disclosure=disclosure)
    assert found(tables, hidden=[PERSON, "nam-exm-1"]).protected == {("witness", "four")}


@pytest.mark.parametrize(
    ("status", "protected"),
    [("described_only", False), ("unnamed_official", False), ("identified", True), ("initials_only", True), ("", True)],
)
def test_words_that_only_describe_a_person_are_no_name(status: str, protected: bool) -> None:
    names = found(person("A court clerk", identity_status=status), hidden=[PERSON])
    assert names.protected == ({("a", "court", "clerk")} if protected else set())


def test_an_organization_is_never_only_described() -> None:
    tables: Tables = {"organizations": [row("organizations", organization_id="org-exm-1", display_name="The Circle")]}
    names = found(tables, hidden=["org-exm-1"])
    assert names.written == {"The Circle": Origin("organizations", "org-exm-1", "display_name")}


def test_a_published_name_of_somebody_else_is_not_protected_nor_is_a_part_of_one() -> None:
    tables = person("Brightwater", "Ada Brightwater")
    add(tables, "names", name_id="nam-exm-9", person_id="per-exm-9", name="Ada Maria Brightwater")
    add(tables, "persons", person_id="per-exm-9", display_name="Ada Brightwater")
    names = found(tables, hidden=[PERSON, "nam-exm-1"])
    assert (names.protected, names.written) == (frozenset(), {})


def test_a_published_form_of_a_name_counts_without_a_display_name() -> None:
    tables = person("Quistrel", "Zorvan Quistrel")
    add(tables, "names", name_id="nam-exm-9", person_id="per-exm-9", name="Dr Zorvan Quistrel")
    assert found(tables, hidden=[PERSON, "nam-exm-1"]).protected == frozenset()


def test_a_display_name_that_its_bearer_marks_as_not_public_protects_nothing_from_being_found() -> None:
    tables = person("Zorvan Quistrel", "Zorvan Quistrel", disclosure="withheld")
    assert found(tables, hidden=["nam-exm-1"]).protected == {("zorvan", "quistrel")}
    tables["names"][0]["disclosure"] = "public"
    assert found(tables, hidden=["nam-exm-1"]).protected == frozenset()


def test_that_somebody_else_bears_a_hidden_name_publicly_is_no_reason_to_look_for_it() -> None:
    tables = person("Ada Brightwater", "Zorvan Quistrel", disclosure="withheld")
    add(tables, "persons", person_id="per-exm-9", display_name="Zorvan Quistrel")
    assert found(tables, hidden=["nam-exm-1"]).protected == frozenset()


def test_full_names_in_private_fields_are_protected() -> None:
    tables: Tables = {"claims": [], "redactions": []}
    for number, coder in enumerate(("Ulla Coderson", "coder", "Ulla Coderson"), start=1):
        tables["claims"].append({"claim_id": f"clm-exm-{number}", "coder": coder})
    tables["claims"].append({"claim_id": "clm-exm-4"})
    made = {"redaction_id": "red-exm-1", "decided_by": "Reviewer Two", "replacement": "a young reporter"}
    tables["redactions"].append({**made, "subject_field": "event_date"})
    assert found(tables).written == {
        "Ulla Coderson": Origin("claims", "clm-exm-1", "coder"),
        "Reviewer Two": Origin("redactions", "red-exm-1", "decided_by"),
    }


def test_authors_of_sources_left_out_are_protected_unless_another_source_names_them() -> None:
    authors = {"src-exm-1": "Perrin Ashgrove", "src-exm-2": "Ada Author", "src-exm-3": "Ada Author", "src-exm-4": "X"}
    tables: Tables = {"sources": [{"source_id": key, "author": author} for key, author in authors.items()]}
    tables["sources"].append({"source_id": "src-exm-5"})
    names = found(tables, hidden=["src-exm-1", "src-exm-2", "src-exm-4"])
    assert names.written == {"Perrin Ashgrove": Origin("sources", "src-exm-1", "author")}


def test_a_coder_who_is_a_published_author_is_not_protected() -> None:
    tables: Tables = {
        "claims": [{"claim_id": "clm-exm-1", "coder": "Ada Author"}],
        "sources": [{"source_id": "src-exm-1", "author": "Ada Author"}],
    }
    assert found(tables).protected == frozenset()


@pytest.mark.parametrize(
    ("kept_back", "published", "protected"),
    [
        (["Zorvan Quistrel"], [], ["zorvan quistrel"]),
        (["Zorvan Quistrel"], ["Zorvan Other", "Quistrel"], ["zorvan quistrel"]),
        (["Zorvan Quistrel"], ["Quistrel Zorvan"], ["zorvan quistrel"]),
        (["Zorvan Quistrel"], ["Dr Zorvan Quistrel Senior"], []),
        (["Zorvan Quistrel", "Li"], ["Li"], ["zorvan quistrel"]),
        (["Li"], [], ["li"]),
        (["L"], [], []),
        (["L."], [], []),
        (["王"], [], []),
        (["王伟"], [], ["王伟"]),
        (["", "-"], [], []),
        (["ZORVAN Quistrel", "Zorván Quistrel"], [], ["zorvan quistrel"]),
        (["Ab Cd"], ["Ab"], ["ab cd"]),
    ],
)
def test_a_name_is_looked_for_unless_it_is_part_of_a_published_one(
    kept_back: list[str], published: list[str], protected: list[str]
) -> None:
    names = names_of(map(words, kept_back), map(words, published))
    assert sorted(" ".join(form) for form in names.protected) == protected


@pytest.mark.parametrize(
    ("published", "known"),
    [
        (["Zorvan Other"], [("zorvan",), ("zorvan", "other")]),
        (["Zorvata Other"], [("zorvata",), ("zorvata", "other")]),
        (["Zorban Of Other"], [("zorban",), ("zorban", "of")]),
        (["Zambo Other"], []),
        (["Quistrel Zorvan"], [("quistrel",), ("quistrel", "zorvan"), ("zorvan",)]),
        (["Quistor Of Zorvan"], [("quistor",), ("quistor", "of"), ("zorvan",)]),
        (["王伟 Other"], [("王伟", "other")]),
        (["Other 王伟"], [("other", "王伟")]),
    ],
)
def test_of_published_names_those_are_known_that_could_be_taken_for_a_protected_one(
    published: list[str], known: list[tuple[str, ...]]
) -> None:
    assert sorted(names_of([("zorvan", "quistrel")], map(words, published)).published) == known


def test_without_names_to_look_for_no_published_name_is_gone_through() -> None:
    def never() -> Iterable[tuple[str, ...]]:
        raise AssertionError
        yield ()

    assert names_of([("x",)], never()) == Names(frozenset(), frozenset())


def test_parts_of_a_name_are_its_runs_of_words() -> None:
    assert sorted(parts(("a", "b", "c"))) == [("a",), ("a", "b"), ("a", "b", "c"), ("b",), ("b", "c"), ("c",)]
    assert list(parts(())) == []


@pytest.mark.parametrize(
    ("protected", "published", "found"),
    [
        (["王伟"], [], ["王伟"]),
        (["王 伟"], [], ["王伟"]),
        (["王伟", "李娜"], ["王伟明"], ["李娜"]),
        (["王伟"], ["李娜"], ["王伟"]),
        (["王伟"], ["王 伟明"], []),
        (["王伟"], ["Dr 王伟"], []),
        (["Dr 王伟"], [], ["Dr 王伟"]),
        (["Zorvan Quistrel"], [], []),
        (["สมชาย"], [], ["สมชาย"]),
        (["김민준"], [], ["김민준"]),
    ],
)
def test_names_in_scripts_without_spaces_are_looked_for_within_words(
    protected: list[str], published: list[str], found: list[str]
) -> None:
    names = Names(frozenset(map(words, protected)), frozenset(map(words, published)))
    assert unspaced_names(names) == ["".join(words(name)) for name in found]
