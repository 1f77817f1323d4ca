"""The session of Spark that a validation uses."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from pyspark import SparkConf
from pyspark.sql import SparkSession

_DEFAULTS: Final = {
    "spark.master": "local[*]",
    "spark.app.name": "pfds",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
    "spark.sql.ui.retainedExecutions": "1",
    "spark.sql.autoBroadcastJoinThreshold": "1MB",
}
"""The threshold is a tenth of Spark's own: it is compared with sizes of compressed files, and many statements that run
at once hold what they broadcast on the driver."""
_SETTINGS: Final = {
    "spark.sql.ansi.enabled": "true",
    "spark.sql.parquet.mergeSchema": "false",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ui.explainMode": "simple",
    "spark.sql.maxPlanStringLength": "1000",
}
"""Spark describes each plan again after every stage of it; ours are large, so it is to do that briefly."""


@contextmanager
def spark_session() -> Iterator[SparkSession]:
    """A session of its own in the Spark that runs already, or in one that is started and stopped again.

    What `spark-submit` or `spark-defaults.conf` set is kept; without a master, this machine is used.
    """
    running = SparkSession.getActiveSession()
    session = (running or _started()).newSession()
    for key, value in _SETTINGS.items():
        session.conf.set(key, value)
    try:
        yield session
    finally:
        if running is None:
            session.stop()


def _started() -> SparkSession:
    os.environ.setdefault("SPARK_DRIVER_MEMORY", _driver_memory())
    conf = SparkConf()
    for key, value in _DEFAULTS.items():
        conf.setIfMissing(key, value)
    if str(conf.get("spark.master")).startswith("local"):
        conf.setIfMissing("spark.driver.host", "127.0.0.1")
        conf.setIfMissing("spark.driver.bindAddress", "127.0.0.1")
        conf.setIfMissing("spark.sql.shuffle.partitions", str(max(8, os.cpu_count() or 1)))
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    return SparkSession.builder.config(conf=conf).getOrCreate()


def _driver_memory() -> str:
    """A quarter of this machine's memory: with a local master the driver does all the work, and Spark's own default,
    1 GB, made it collect garbage for two fifths of the time of its tasks. Settings of Spark come before this one."""
    quarter = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") >> 22
    return f"{min(max(quarter, 1024), 8192)}m"
