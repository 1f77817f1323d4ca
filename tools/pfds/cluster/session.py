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
    "spark.sql.autoBroadcastJoinThreshold": "1MB",
}
"""The threshold is a tenth of Spark's own: it is compared with sizes of compressed files, and many statements that run
at once hold what they broadcast on the driver."""
_SETTINGS: Final = {
    "spark.sql.ansi.enabled": "true",
    "spark.sql.parquet.mergeSchema": "false",
    "spark.sql.session.timeZone": "UTC",
}


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
    conf = SparkConf()
    for key, value in _DEFAULTS.items():
        conf.setIfMissing(key, value)
    if str(conf.get("spark.master")).startswith("local"):
        conf.setIfMissing("spark.driver.host", "127.0.0.1")
        conf.setIfMissing("spark.driver.bindAddress", "127.0.0.1")
        conf.setIfMissing("spark.sql.shuffle.partitions", str(max(8, os.cpu_count() or 1)))
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    return SparkSession.builder.config(conf=conf).getOrCreate()
