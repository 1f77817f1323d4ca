"""Spark on this machine for tests: a session with little overhead, and both engines run on the same input."""

import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

pytest.importorskip("pyspark", reason="the extra pfds[spark] is not installed")
pytest.importorskip("sqlglot", reason="the extra pfds[spark] is not installed")

from pyspark.sql import SparkSession

from pfds.checks.run import Options, Report
from pfds.checks.run import validate as on_this_machine
from pfds.cluster.parts import survey_parts
from pfds.cluster.run import validate as on_spark
from pfds.intake.submission import list_submission, open_file
from pfds.intake.tables import Submission
from pfds.standard.load import load_standard

STANDARD = load_standard()
_SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    "spark.sql.shuffle.partitions": "2",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.hadoop.fs.viewfs.mounttable.default.link./tmp": "file:///tmp",
}


def start() -> SparkSession:
    """Spark with two workers and settings for little data; skips the test where there is no Java."""
    if not (shutil.which("java") or os.environ.get("JAVA_HOME")):
        pytest.skip("Spark needs Java")
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = SparkSession.builder.master("local[2]")
    for key, value in _SETTINGS.items():
        builder = builder.config(key, value)
    return builder.getOrCreate()


def spark_report(paths: Sequence[str | Path], *, rules: bool, most: int | None = None) -> Report:
    """What Spark reports."""
    with TemporaryDirectory() as folder:
        options = Options(most=most, rules=rules, folder=Path(folder))
        return on_spark(STANDARD, [str(path) for path in paths], None, options)


def local_report(paths: Sequence[Path], *, rules: bool, most: int | None = None, folder: Path | None = None) -> Report:
    """What the local engine reports of the same files, tables in parts among them."""
    listed = list_submission(paths, STANDARD, survey_parts)
    files = tuple(open_file(source, STANDARD) for source in listed.sources)
    submission = Submission(files, listed.meta, listed.findings, (), listed.complete, listed.partial)
    return on_this_machine(STANDARD, submission, None, Options(most=most, rules=rules, folder=folder)).report
