"""Records of a made-up submission, a chunk of events at a time, with everything that belongs to these events."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl

from benchmarks import people_and_events as people
from benchmarks import support
from benchmarks.draw import Numbers
from benchmarks.plan import CHUNK, Plan
from benchmarks.pools import Pools


def chunks(plan: Plan) -> Iterator[dict[str, pl.DataFrame]]:
    """Tables as text, columns in the order of the standard; each chunk belongs to the next CHUNK events."""
    pools = Pools(plan)
    for start in range(0, plan.events, CHUNK):
        yield _chunk(pools, start, min(start + CHUNK, plan.events))


def _chunk(pools: Pools, start: int, stop: int) -> dict[str, pl.DataFrame]:
    rng = np.random.default_rng([pools.plan.seed, start + 1])
    made = {
        "persons": people.persons(pools, rng, _range(start, stop, 5)),
        "cases": people.cases(pools, rng, _range(start, stop, 1)),
        "events": people.events(pools, rng, np.arange(start, stop)),
        "sources": support.sources(pools, rng, _range(start, stop, 2)),
        "case_parties": support.case_parties(pools, rng, _range(start, stop, 1)),
        "event_parties": support.event_parties(pools, rng, _range(start, stop, 15)),
    }
    made["names"] = people.names(pools, made["persons"], _range(start, stop, 5))
    if start == 0:
        made["organizations"] = people.organizations(pools, rng)
        made["names"] = pl.concat([people.organization_names(pools, made["organizations"]), made["names"]])
    made["claims"] = support.claims(pools, rng, start, support.subjects(rng, made))
    return made


def _range(start: int, stop: int, tenths: int) -> Numbers:
    """Numbers of the records that belong to a chunk of events, of a table with so many records for ten events."""
    return np.arange(start * tenths // 10, stop * tenths // 10)
