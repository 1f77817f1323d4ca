"""The command explains itself: every verb and option, and every name of the standard, offline."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import click
import pyarrow as pa
import pytest

from command import PFDS, ROOT, Ran, files, pfds, run
from kloop import STANDARD
from pfds import __version__
from pfds.checks.kernels import bad_cells
from pfds.cli import VERBS, cli
from pfds.publish.build import published_files, write_files
from pfds.publish.rule_text import rule_pages
from pfds.reports.trial import trial
from pfds.standard.language import load_language
from pfds.standard.messages import in_language

SAMPLE = 40


def commands(
    command: click.Command = cli, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command with the words that lead to it."""
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            assert below is not None
            yield from commands(below, (*path, name))


EVERY_COMMAND = dict(commands())


def words(path: tuple[str, ...]) -> str:
    return " ".join(("pfds", *path))


@pytest.mark.parametrize("path", EVERY_COMMAND, ids=words)
def test_every_command_says_what_it_does(path: tuple[str, ...]) -> None:
    ran = pfds(*path, "--help")
    assert (ran.code, ran.err) == (0, "")
    assert EVERY_COMMAND[path].help
    assert len(EVERY_COMMAND[path].get_short_help_str(200)) > 10


@pytest.mark.parametrize("path", EVERY_COMMAND, ids=words)
def test_every_option_says_what_it_does(path: tuple[str, ...]) -> None:
    options = [option for option in EVERY_COMMAND[path].params if isinstance(option, click.Option)]
    assert [option.name for option in options if not option.help] == []


def test_the_verbs_are_listed_in_the_words_of_their_commands() -> None:
    assert {name: words for name, (_, words) in VERBS.items()} == {
        path[0]: command.get_short_help_str(200) for path, command in EVERY_COMMAND.items() if len(path) == 1
    }


def test_the_verbs_of_the_contract_are_there() -> None:
    assert {"validate", "explain", "release build", "release verify", "schema build", "schema check"} <= {
        " ".join(path) for path in EVERY_COMMAND
    }


def test_the_installed_command_knows_its_version_and_its_exit_codes() -> None:
    assert run(PFDS, "--version").out == f"pfds, version {__version__}\n"
    for code in ("0 nothing", "1 findings", "2 wrong usage", "3 a release gate", "70 a defect"):
        assert code in " ".join(pfds("--help").out.split())


@pytest.mark.parametrize("arguments", [("nonsense",), ("validate",), ("validate", "--nonsense"), ("release", "build")])
def test_wrong_usage_says_how_to_get_help(arguments: tuple[str, ...]) -> None:
    ran = pfds(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert "--help" in ran.err


@pytest.mark.parametrize("day", ["2025-02-30", "2025-2", "today", "05.11.2025", ""])
def test_a_day_that_is_none_is_wrong_usage(day: str) -> None:
    ran = pfds("validate", ROOT / "examples", "--as-of", day)
    assert ran.code == 2
    assert "YYYY-MM-DD" in ran.err


# pfds explain


def names() -> Iterator[str]:
    """Every rule, table, field and codelist, and a sample of the codes of each kind."""
    yield from STANDARD.rules
    yield from STANDARD.tables
    yield from STANDARD.codelists
    for table in STANDARD.tables.values():
        yield from (f"{table.name}.{field}" for field in table.by_name)
    codes = [f"{codelist.name}:{code}" for codelist in STANDARD.codelists.values() for code in codelist.codes]
    yield from codes[:: len(codes) // SAMPLE]


def test_everything_that_has_a_name_is_explained() -> None:
    for name in names():
        ran = pfds("explain", name)
        assert (ran.code, ran.err) == (0, ""), name
        assert len(ran.out.strip()) > len(name) + 20, name
        assert not any(gap in ran.out for gap in ("None", "{}", "[]")), ran.out


def test_a_rule_is_explained_in_full() -> None:
    rule = STANDARD.rules["event-before-case"]
    out = pfds("explain", "event-before-case").out
    assert all(text in out for text in (rule.title, rule.why, rule.fix, rule.severity, "SELECT"))
    assert all(heading in out for heading in ("An example that fails", "An example that passes", "How to fix it"))


def test_the_examples_of_a_field_are_judged_as_they_say() -> None:
    for table in STANDARD.tables.values():
        for field in table.by_name.values():
            tried = trial(STANDARD, table, field)
            assert bad_cells(STANDARD, field, pa.array([tried.passes])) == [], (table.name, field.name)
            ((rule, _),) = bad_cells(STANDARD, field, pa.array([tried.fails]))
            assert rule == tried.finding.rule


def test_an_sql_rule_without_both_examples_fails_the_build(tree: Path) -> None:
    path = tree / "schema" / "vectors" / "rules" / "event-before-case.json"
    path.write_text('{"cases": []}', "utf-8")
    ran = check(tree)
    assert ran.code == 1
    assert "event-before-case.json: needs a case that the rule objects to" in ran.err


def test_a_rule_of_structure_without_an_example_fails_the_build(tree: Path) -> None:
    path = tree / "schema" / "structure.json"
    path.write_text(path.read_text("utf-8").replace('"passes": "event_type: arrest"', '"passed": ""'), "utf-8")
    ran = check(tree)
    assert ran.code == 1
    assert "cell-code lacks passes" in ran.err


def test_an_explanation_is_said_in_another_language() -> None:
    out = pfds("explain", "event-before-case", "--lang", "ru").out
    assert in_language(STANDARD, load_language("ru")).rules["event-before-case"].why in out
    assert STANDARD.rules["event-before-case"].why not in out


def test_a_code_is_explained_in_every_language() -> None:
    code = STANDARD.codelists["event_type"].codes["arrest"]
    out = pfds("explain", "event_type:arrest").out
    assert code.definition in out
    assert all(label in out for label in code.labels.values())


def test_a_name_without_its_table_finds_every_field_that_has_it() -> None:
    out = pfds("explain", "disclosure").out
    owners = [table.name for table in STANDARD.tables.values() if "disclosure" in table.by_name]
    assert all(f"{owner}.disclosure:" in out for owner in owners)
    assert "disclosure: codelist" in out


def test_the_catalogue_names_every_table_codelist_and_rule() -> None:
    out = pfds("explain").out
    missing = [name for name in (*STANDARD.tables, *STANDARD.codelists, *STANDARD.rules) if f"{name} " not in out]
    assert missing == []


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("event-befor-case", "event-before-case"),
        ("evnts", "events"),
        ("events.event_dat", "event_date"),
        ("event_typ", "event_type"),
        ("arest", "arrest"),
    ],
)
def test_a_misspelt_name_gets_a_suggestion(name: str, meant: str) -> None:
    ran = pfds("explain", name)
    assert (ran.code, ran.out) == (2, "")
    assert "Did you mean" in ran.err
    assert meant in ran.err


def test_a_name_of_nothing_is_told_where_the_names_are() -> None:
    ran = pfds("explain", "zzzzzzzzzz")
    assert ran.code == 2
    assert "`pfds explain` lists all names" in ran.err


# pfds schema


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of the standard and, fresh, what is derived from it."""
    shutil.copytree(ROOT / "schema", tmp_path / "schema")
    write_files(tmp_path / "datapackage", published_files(STANDARD, ROOT / "schema"))
    write_files(tmp_path / "docs" / "rules", rule_pages(STANDARD))
    return tmp_path


def check(tree: Path) -> Ran:
    return pfds("schema", "build", "--check", "--root", tree)


def test_what_is_derived_is_fresh() -> None:
    ran = check(ROOT)
    assert ran.code == 0, ran.said


def test_an_edited_a_missing_and_an_additional_file_are_stale(tree: Path) -> None:
    (tree / "datapackage" / "datapackage.json").write_text("{}", "utf-8")
    (tree / "datapackage" / "dictionary.csv").unlink()
    (tree / "datapackage" / "tables" / "more.json").write_text("{}", "utf-8")
    (tree / "docs" / "rules" / "cell-date.md").write_text("edited", "utf-8")
    before = files(tree)
    ran = check(tree)
    assert ran.code == 1
    assert [line.strip() for line in ran.err.splitlines()[1:]] == [
        "datapackage.json",
        "dictionary.csv",
        "tables/more.json",
        "docs/rules/cell-date.md",
    ]
    assert files(tree) == before


def test_building_makes_it_fresh_again(tree: Path) -> None:
    expected = files(tree)
    shutil.rmtree(tree / "datapackage")
    shutil.rmtree(tree / "docs")
    assert pfds("schema", "build", "--root", tree).code == 0
    assert files(tree) == expected


def test_an_edited_standard_makes_what_is_derived_stale(tree: Path) -> None:
    path = tree / "schema" / "case.schema.json"
    path.write_text(path.read_text("utf-8").replace('"title": "Case"', '"title": "Affair"'), "utf-8")
    ran = check(tree)
    assert ran.code == 1
    assert "schemas/case.schema.json" in ran.err


def test_a_standard_that_contradicts_itself_is_told_without_a_traceback(tree: Path) -> None:
    path = tree / "schema" / "case.schema.json"
    path.write_text(path.read_text("utf-8").replace('"case_status"', '"no_such_list"', 1), "utf-8")
    ran = check(tree)
    assert ran.code == 1
    assert "no_such_list" in ran.err


@pytest.mark.parametrize("broken", ["case.schema.json", "structure.json", "rules/event-before-case.sql"])
def test_a_broken_file_of_the_standard_is_told_without_a_traceback(tree: Path, broken: str) -> None:
    (tree / "schema" / broken).write_text("{", "utf-8")
    ran = check(tree)
    assert ran.code == 1
    assert "schema/ cannot be read" in ran.err


def test_a_folder_without_a_standard_is_wrong_usage(tmp_path: Path) -> None:
    ran = check(tmp_path)
    assert ran.code == 2
    assert "VERSION" in ran.err
