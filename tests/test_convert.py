"""pfds convert and pfds fix: every form to every other, nothing lost, nothing touched, nothing half written."""

import json
import shutil
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from command import KLOOP, files, pfds
from kloop import STANDARD
from pfds.checks.kernels import bad_cells
from pfds.forms.staged import stage
from pfds.intake.csv_file import CsvFile
from pfds.intake.submission import open_submission

FORMS = {
    "csv": ("out", ()),
    "zip": ("out.zip", ()),
    "json": ("out.json", ()),
    "jsonl": ("out", ("--to", "jsonl")),
    "parquet": ("out", ("--to", "parquet")),
    "xlsx": ("out.xlsx", ()),
}


def records(path: Path) -> dict[str, list[dict[str, str | None]]]:
    """All records of a submission as text, by table."""
    with TemporaryDirectory() as folder:
        staged = stage(STANDARD, open_submission([path], STANDARD), Path(folder), lambda _: False)
        assert staged.is_whole
        return {part.table.name: part.whole().to_pylist() for part in staged.tables}


def meta(path: Path) -> object:
    with TemporaryDirectory() as folder:
        return dict(stage(STANDARD, open_submission([path], STANDARD), Path(folder), lambda _: False).meta)


@cache
def kloop() -> dict[str, list[dict[str, str | None]]]:
    """All records of the example."""
    return records(KLOOP)


def convert(source: Path, folder: Path, form: str) -> Path:
    name, options = FORMS[form]
    folder.mkdir(parents=True, exist_ok=True)
    ran = pfds("convert", source, folder / name, *options)
    assert ran.code == 0, ran.said
    return folder / name


@pytest.mark.parametrize("form", FORMS)
def test_a_form_holds_the_records_of_the_case_and_gives_them_back(tmp_path: Path, form: str) -> None:
    there = convert(KLOOP, tmp_path / "there", form)
    back = convert(there, tmp_path / "back", "csv")
    assert records(there) == kloop()
    assert records(back) == kloop()
    assert meta(back) == meta(KLOOP)


@pytest.mark.long
@pytest.mark.parametrize("form", FORMS)
def test_the_same_submission_gives_the_same_bytes(tmp_path: Path, form: str) -> None:
    first, second = (convert(KLOOP, tmp_path / name, form) for name in ("first", "second"))
    assert files(first.parent) == files(second.parent)


SPECIAL = [
    "=1+1",
    "'a",
    "001",
    "1e5",
    "2024",
    "NA",
    "null",
    "TRUE",
    "a\nb",
    "_x000D_",
    "28.05.2025",
    "٢٠٢٥",
    "да",
    "e\u0301",
]
WORDS = st.one_of(st.sampled_from(SPECIAL), st.text(st.characters(codec="utf-8"), min_size=1, max_size=30))


def sound(table: str, name: str) -> st.SearchStrategy[str | None]:
    """Text that the field takes, or none."""
    field = STANDARD.tables[table].by_name[name]
    return st.one_of(st.none(), WORDS.filter(lambda text: not bad_cells(STANDARD, field, pa.array([text]))))


COUNTS = st.one_of(st.none(), st.integers(0, 10_000).map(str))


@st.composite
def sources(draw: st.DrawFn) -> dict[str, list[dict[str, str | None]]]:
    """A few records with text of every kind, beside numbers and truth values."""
    rows = range(draw(st.integers(1, 5)))
    return {
        "events": [
            {
                "event_id": f"evt-drawn-{number}",
                "title": draw(sound("events", "title")),
                "description": draw(sound("events", "description")),
            }
            for number in rows
        ],
        "event_parties": [
            {
                "event_party_id": f"epa-drawn-{number}",
                "group_label": draw(sound("event_parties", "group_label")),
                "group_count": draw(COUNTS),
            }
            for number in rows
        ],
    }


def written(tables: dict[str, list[dict[str, str | None]]], folder: Path) -> Path:
    document = folder / "drawn.json"
    typed = {
        name: [
            {key: int(cell) if key == "group_count" else cell for key, cell in record.items() if cell is not None}
            for record in rows
        ]
        for name, rows in tables.items()
    }
    document.write_text(json.dumps(typed), "utf-8")
    return document


def goes_round_unchanged(tables: dict[str, list[dict[str, str | None]]]) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        path = written(tables, folder)
        sent = records(path)
        for number, form in enumerate(("csv", "xlsx", "json", "parquet", "jsonl", "zip", "csv")):
            path = convert(path, folder / str(number), form)
            assert records(path) == sent, form


@pytest.mark.long
@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(sources())
def test_csv_xlsx_json_parquet_csv_is_the_same_cell_for_cell(tables: dict[str, list[dict[str, str | None]]]) -> None:
    goes_round_unchanged(tables)


@pytest.mark.long
@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(sources())
def test_many_go_round_unchanged(tables: dict[str, list[dict[str, str | None]]]) -> None:
    goes_round_unchanged(tables)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("events.csv", "event_id,eventtype\nevt-exm-1,arrest\n", "Unknown column"),
        ("events.csv", "event_id,title\nevt-exm-1,a,b\n", "Too many cells"),
        ("event_parties.csv", "event_party_id,group_count\nepa-exm-1,about 30\n", "group_count"),
        ("budget.csv", "a,b\n1,2\n", "Not a table"),
    ],
)
def test_what_would_be_lost_is_told_and_nothing_is_written(tmp_path: Path, name: str, content: str, words: str) -> None:
    source = tmp_path / "in"
    source.mkdir()
    (source / name).write_text(content, "utf-8")
    ran = pfds("convert", source, tmp_path / "out.json")
    assert ran.code == 1
    assert words in ran.err
    assert "Nothing was written" in ran.err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in"]


def test_what_would_be_lost_is_told_at_its_row_in_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(CsvFile.__init__, "__defaults__", (64,))
    source = tmp_path / "events.csv"
    lines = [f"evt-exm-{number},A title\n" for number in range(20)]
    source.write_text("event_id,title\n" + "".join(lines) + "evt-exm-20,A,B\n", "utf-8")
    assert "line 22, row 21" in pfds("convert", source, tmp_path / "out").err


def test_a_bad_cell_is_no_loss_where_text_is_kept(tmp_path: Path) -> None:
    source = tmp_path / "event_parties.csv"
    source.write_text("event_party_id,group_count\nepa-exm-1,about 30\n", "utf-8")
    for form in ("csv", "zip", "xlsx"):
        assert records(convert(source, tmp_path / form, form))["event_parties"][0]["group_count"] == "about 30"


def test_a_target_that_is_there_stays_as_it_is(tmp_path: Path) -> None:
    target = tmp_path / "out.json"
    target.write_text("mine", "utf-8")
    ran = pfds("convert", KLOOP, target)
    assert ran.code == 2
    assert "is there already" in ran.err
    assert target.read_text("utf-8") == "mine"


@pytest.mark.parametrize("target", ["out.docx", "no/such/folder/out.json"])
def test_a_target_that_cannot_be_written_is_told(tmp_path: Path, target: str) -> None:
    ran = pfds("convert", KLOOP, tmp_path / target)
    assert ran.code == 2
    assert len(ran.err.strip().splitlines()) == 1


def test_a_source_that_is_not_there_is_told(tmp_path: Path) -> None:
    ran = pfds("convert", tmp_path / "nothing", tmp_path / "out")
    assert ran.code == 2
    assert not (tmp_path / "out").exists()


# pfds fix


@pytest.fixture
def untidy(tmp_path: Path) -> Path:
    source = tmp_path / "untidy"
    shutil.copytree(KLOOP, source)
    path = source / "cases.csv"
    path.write_bytes(path.read_bytes().replace(b",public,", b",Public ,"))
    return source


def test_what_is_certain_is_corrected_and_told(untidy: Path, tmp_path: Path) -> None:
    before = files(untidy)
    assert pfds("validate", untidy).code == 1
    ran = pfds("fix", untidy, "-o", tmp_path / "fixed")
    assert ran.code == 0, ran.said
    assert "cases.disclosure: “Public ” is now “public”" in ran.out
    assert records(tmp_path / "fixed") == kloop()
    assert files(untidy) == before


@pytest.mark.parametrize(
    ("column", "old", "new"),
    [
        ("event_date", "28.05.2025", "2025-05-28"),
        ("event_date", "03/04/2025", "03/04/2025"),
        ("event_type", "Задержание", "detention"),
        ("event_type", "Something else", "Something else"),
        ("title", " A title ", "A title"),
        ("event_date", "٢٠٢٥", "2025"),
    ],
)
def test_only_what_is_certain_is_corrected(tmp_path: Path, column: str, old: str, new: str) -> None:
    source = tmp_path / "events.csv"
    source.write_text(f'event_id,{column}\nevt-exm-1,"{old}"\n', "utf-8")
    ran = pfds("fix", source, "-o", tmp_path / "fixed")
    assert ran.code == 0, ran.said
    assert records(tmp_path / "fixed")["events"][0][column] == new
    assert ("is now" in ran.out) == (old != new)


def test_a_form_that_cannot_hold_what_remains_is_refused(untidy: Path, tmp_path: Path) -> None:
    ran = pfds("fix", untidy, "-o", tmp_path / "fixed.json")
    assert ran.code == 2
    assert not (tmp_path / "fixed.json").exists()


def test_a_submission_without_mistakes_is_not_changed(tmp_path: Path) -> None:
    ran = pfds("fix", KLOOP, "-o", tmp_path / "same")
    assert "Changed: 0 cells." in ran.out
    assert records(tmp_path / "same") == kloop()
