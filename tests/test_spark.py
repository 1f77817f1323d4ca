"""The engine spark reports exactly what the local engine reports."""

import gc
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from spark import STANDARD, local_report, spark_report, start

# isort: split
import pyarrow as pa
from benchmarks.parts import make_parts
from benchmarks.plan import Plan
from benchmarks.spark import LISTED, validated
from pyarrow import csv, parquet
from pyspark.sql import SparkSession

from kloop import KLOOP, kloop_tables, write_tables
from pfds.checks.rules import sql_rules
from pfds.cluster.database import SparkDatabase
from pfds.cluster.dialect import taken_apart
from pfds.intake.tables import UnreadableInput
from pfds.reports.json_report import json_report
from pfds.reports.wording import wording
from pfds.standard.model import Standard
from records import relations
from vectors import Case, cases, lay

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::FutureWarning", "ignore::UserWarning")
RULES = {rule.name: rule for rule in sql_rules(STANDARD)}
VECTORS = Path(__file__).parents[1] / "schema" / "vectors" / "rules"


@pytest.fixture(scope="module")
def spark() -> Iterator[SparkSession]:
    session = start()
    yield session
    session.stop()


@pytest.fixture
def mistakes(tmp_path: Path) -> Path:
    """The Kloop case in parts of several forms, with identifiers given twice, dangling references and bad cells."""
    folder = tmp_path / "mistakes"
    folder.mkdir()
    tables = kloop_tables()
    tables["events"][3]["event_type"] = "no such type"
    tables["events"][5]["event_date"] = "2021-02-30"
    tables["event_parties"][2]["event_id"] = "evt-kloop-nothing"
    tables["claims"][4]["subject_id"] = "evt-kloop-nothing"
    tables["names"].append(dict(tables["names"][0]))
    tables["events"].append({**tables["events"][1], "title": "Said twice"})
    write_tables(folder, tables)
    whole = csv.read_csv(folder / "events.csv", convert_options=csv.ConvertOptions(column_types=_text("events")))
    (folder / "events.csv").unlink()
    (folder / "events").mkdir()
    parquet.write_table(whole.slice(0, 10), folder / "events" / "part-0000.parquet")
    csv.write_csv(whole.slice(10), folder / "events" / "part-0001.csv")
    (folder / "events" / "_SUCCESS").touch()
    return folder


def _text(table: str) -> dict[str, pa.DataType]:
    return {field.name: pa.string() for field in STANDARD.tables[table].fields}


def test_without_the_extra_one_sentence_says_what_to_install() -> None:
    program = "import sys; sys.modules['pyspark'] = None; from pfds.cli import main; main()"
    arguments = [sys.executable, "-c", program, "validate", "--engine", "spark", str(KLOOP)]
    ran = subprocess.run(arguments, capture_output=True, text=True, encoding="utf-8")
    assert ran.returncode == 2
    assert ran.stderr.strip().splitlines()[-1].endswith("The engine spark needs the extra: pip install 'pfds[spark]'.")


def test_a_recursive_expression_is_taken_apart_and_any_other_statement_is_not() -> None:
    statement = taken_apart(RULES["reference-cycle"].sql or "", "x_")
    assert [step.name for step in statement.steps if step.next] == ["x_reached", "x_walk"]
    assert taken_apart("WITH a AS (SELECT 1 AS n) SELECT n FROM a", "x_").steps == ()


@pytest.mark.cluster
def test_a_table_may_come_in_parts(spark: SparkSession, mistakes: Path) -> None:
    report = spark_report([mistakes], rules=False)
    assert report == local_report([mistakes], rules=False)
    assert {"key-duplicate", "reference-missing", "cell-code", "cell-date"} <= {found.rule for found in report.findings}
    assert {file.file for file in report.files if file.table == "events"} == {
        "events/part-0000.parquet",
        "events/part-0001.csv",
    }


@pytest.mark.cluster
def test_findings_are_capped_alike_and_counted_exactly(spark: SparkSession, mistakes: Path) -> None:
    capped = spark_report([mistakes], rules=False, most=1)
    assert capped == local_report([mistakes], rules=False, most=1)
    assert capped.totals == local_report([mistakes], rules=False).totals


@pytest.mark.cluster
def test_any_file_system_of_spark_is_read(spark: SparkSession, mistakes: Path) -> None:
    report = spark_report([f"viewfs://default{mistakes}"], rules=False)
    assert report == local_report([mistakes], rules=False)


@pytest.mark.cluster
def test_what_cannot_be_opened_is_told_in_one_sentence(spark: SparkSession, tmp_path: Path) -> None:
    for path in (f"viewfs://default{tmp_path}/absent", "nosuchsystem://x/y", f"viewfs://default{tmp_path}/*"):
        with pytest.raises(UnreadableInput):
            spark_report([path], rules=False)


@pytest.mark.cluster
@pytest.mark.parametrize("name", sorted(RULES))
def test_every_rule_gives_its_vectors(spark: SparkSession, name: str, tmp_path: Path) -> None:
    _judge_vectors(spark, name, tmp_path)


@pytest.mark.cluster
@pytest.mark.parametrize("case", cases(), ids=lambda case: f"{case.topic}: {case.name}")
def test_every_structure_vector_gives_the_same_report(spark: SparkSession, case: Case, tmp_path: Path) -> None:
    for form in case.forms:
        folder = tmp_path / form
        folder.mkdir()
        paths = lay(case, form, folder)
        try:
            expected = local_report(paths, rules=False)
        except UnreadableInput as problem:
            with pytest.raises(UnreadableInput, match="^" + problem.args[0].split()[0]):
                spark_report(paths, rules=False)
            continue
        assert spark_report(paths, rules=False) == expected


@pytest.mark.cluster
def test_the_kloop_case_gives_the_same_report_and_so_it_does_with_mistakes(spark: SparkSession, mistakes: Path) -> None:
    assert spark_report([KLOOP], rules=True) == local_report([KLOOP], rules=True)
    before = max(_standards(spark))
    assert spark_report([mistakes], rules=True) == local_report([mistakes], rules=True)
    assert max(_standards(spark)) - before <= _SHARED


_SHARED = 4
"""Times that a submission makes a worker know the standard, however many files there are: for the first files, for the
others, and for claimed values and names of protected persons."""


def _standards(spark: SparkSession) -> list[int]:
    """How many copies of the standard each worker holds."""

    def held(_: int) -> int:
        gc.collect()
        return sum(isinstance(each, Standard) for each in gc.get_objects())

    return list(spark.sparkContext.parallelize(range(2), 2).map(held).collect())


@pytest.mark.cluster
def test_a_large_package_in_parts_with_mistakes_gives_the_same_report_from_the_command(tmp_path: Path) -> None:
    package = tmp_path / "package"
    make_parts(package, Plan(int(os.environ.get("PFDS_CLUSTER_EVENTS", "1000000"))), 0.001, ("csv", "jsonl", "parquet"))
    on_spark = json.loads(validated(package, cores=2, scratch=tmp_path).said)
    local = local_report([package], rules=True, most=LISTED, folder=tmp_path)
    assert on_spark == json.loads("".join(json_report(wording(STANDARD, show_values=False), local, LISTED)))
    told = {rule for rule, *_ in local.totals}
    assert {"cell-date", "key-duplicate", "reference-missing", "claim-accepted-differs"} <= told


def _judge_vectors(spark: SparkSession, name: str, folder: Path) -> None:
    rule = RULES[name]
    for number, case in enumerate(json.loads((VECTORS / f"{name}.json").read_text("utf-8"))["cases"]):
        steps = folder / str(number)
        steps.mkdir()
        with closing(SparkDatabase(spark.newSession(), steps)) as database:
            for relation, content in relations(STANDARD, case["tables"], case.get("as_of"), rule).items():
                database.relate(relation, content)
            assert database.keep({"offenders": rule.sql or ""})["offenders"] == len(case["findings"])
            rows = database.records("SELECT * FROM offenders")
        found = [(rule.table or row["subject_table"], row["id"], row["field"]) for row in rows]
        expected = [(rule.table or item["subject_table"], item["id"], item["field"]) for item in case["findings"]]
        assert sorted(found, key=str) == sorted(expected, key=str), case["name"]
