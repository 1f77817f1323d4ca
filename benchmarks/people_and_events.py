"""Persons, cases and events; organizations and the names of both.

An event lies after the opening of its case and, if it is part of another event, on the same date. Kinds of event
that need a history (a release needs an arrest) are left out, and codes that need other records (disputed).
"""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl

from benchmarks.draw import Draw, Numbers, where
from benchmarks.pools import Pools, frame, if_filled, modified, same
from benchmarks.standard import codes

_NEEDS_A_HISTORY: Final = {
    "release", "release_conditional", "release_after_sentence", "parole", "pardon", "amnesty", "sentence_commuted",
    "confession_retracted", "other",
}  # fmt: skip
_JUDGED: Final = ("plea", "confession", "verdict", "hearing", "appeal_hearing", "appeal_decision", "cassation_decision")
_YOUNGEST: Final = 1976
"""Persons born before are no minors when the first case is opened: minors are kept back unless somebody decides."""
_NEEDS_A_VERDICT: Final = {"first_instance_decided", "appeal", "final"}


def persons(pools: Pools, rng: np.random.Generator, numbers: Numbers) -> pl.DataFrame:
    draw = Draw(rng, len(numbers))
    names = pools.names(draw)
    protected = draw.chance(pools.plan.protected)
    status = draw.pick([code for code in codes("persons", "current_status") if code != "deceased"], 0.4)
    return frame(
        "persons",
        person_id=pools.plan.ids("persons", numbers),
        display_name=where(protected, draw.pick(pools.held_back), names),
        identity_status=draw.pick(["identified"] * 9 + ["pseudonymous"]),
        disclosure=where(protected, same(draw, "withheld"), same(draw, "public")),
        protected_group=draw.pick(codes("persons", "protected_group")),
        gender=draw.pick(["woman", "man", "man", "non_binary"], 0.7),
        birth_date=draw.keep(pools.dates(draw, draw.numbers(1940, _YOUNGEST)), 0.3),
        current_status=status,
        current_status_as_of=if_filled(status, pools.dates(draw, 2025)),
        summary=draw.keep(pools.descriptions(draw), 0.1),
        record_status="active",
        modified=modified(draw),
    )


def cases(pools: Pools, rng: np.random.Generator, numbers: Numbers) -> pl.DataFrame:
    draw = Draw(rng, len(numbers))
    opened = _opened(numbers)
    earlier = np.maximum(numbers - 1, 0)
    return frame(
        "cases",
        case_id=pools.plan.ids("cases", numbers),
        case_type=draw.pick([code for code in codes("cases", "case_type") if code != "other"]),
        title=pools.titles(draw),
        country=draw.pick(codes("cases", "country")),
        parent_case_id=where(draw.chance(0.05) & (numbers > 0), pools.plan.ids("cases", earlier)),
        status=draw.pick([code for code in codes("cases", "status") if code not in _NEEDS_A_VERDICT]),
        status_as_of=pools.dates(draw, 2025),
        date_opened=draw.keep(pools.dates(draw, opened), 0.6),
        date_closed=draw.keep(pools.dates(draw, opened + 13), 0.1),
        case_number=draw.keep("No. " + pl.Series(numbers + 17).cast(pl.String) + "/2-к", 0.3),
        initiating_organization_id=draw.keep(pools.organization_ids(draw), 0.3),
        court_organization_id=draw.keep(pools.organization_ids(draw), 0.4),
        alleged_conduct=draw.keep(pools.descriptions(draw), 0.3),
        work_nexus=draw.pick(codes("cases", "work_nexus")),
        summary=draw.keep(pools.descriptions(draw), 0.4),
        disclosure="public",
        record_status="active",
        modified=modified(draw),
    )


def events(pools: Pools, rng: np.random.Generator, numbers: Numbers) -> pl.DataFrame:
    draw = Draw(rng, len(numbers))
    in_case, has_parent, placed = draw.chance(0.9), (numbers % 20 == 7) & draw.chance(0.8), draw.chance(0.25)
    before = np.arange(draw.rows) - has_parent
    kinds = draw.pick([code for code in codes("events", "event_type") if code not in _NEEDS_A_HISTORY])
    dates = pools.dates(draw, _opened(numbers // 10) + 1 + draw.numbers(0, 11))
    return frame(
        "events",
        event_id=pools.plan.ids("events", numbers),
        event_type=kinds,
        title=pools.titles(draw),
        case_id=where(in_case[before], pools.plan.ids("cases", numbers // 10)),
        parent_event_id=where(has_parent, pools.plan.ids("events", numbers - has_parent)),
        event_date=dates.gather(before),
        event_date_text=draw.keep(pools.places(draw), 0.1),
        event_status=draw.pick(["occurred"] * 17 + ["ongoing", "cancelled", "alleged"]),
        outcome=_outcomes(draw, kinds),
        court_order=draw.pick(codes("events", "court_order"), 0.3),
        duration=draw.pick(["P3M", "P1Y", "P15D", "P2Y6M", "PT48H", "P10Y3M12D"], 0.1),
        measure_until=draw.keep(pools.dates(draw, 2027), 0.05),
        channel=draw.keep(pools.places(draw), 0.05),
        country=draw.pick(codes("events", "country"), 0.95),
        admin1=draw.pick([f"X{letter}-{number:02}" for letter in "ABCDEF" for number in range(20)], 0.5),
        locality=draw.keep(pools.places(draw), 0.6),
        place_text=draw.keep(pools.phrases(draw), 0.1),
        latitude=where(placed, draw.decimals(-60, 70)),
        longitude=where(placed, draw.decimals(-179, 179)),
        geo_precision=where(placed, draw.pick(["locality", "district", "admin1", "region", "country"])),
        description=draw.keep(pools.descriptions(draw), 0.85),
        verification=draw.pick(["single_source", "multiple_reports", "primary_document", "unverified"]),
        disclosure="public",
        record_status="active",
        modified=modified(draw),
    )


def names(pools: Pools, persons: pl.DataFrame, numbers: Numbers) -> pl.DataFrame:
    name = persons["display_name"]
    script = _scripts(name)
    return frame(
        "names",
        name_id=pools.plan.ids("names", numbers + pools.plan.count("organizations")),
        person_id=persons["person_id"],
        name=name,
        name_type="full",
        lang=script.replace_strict({lexicon.script: lexicon.language for lexicon in pools.lexicons}),
        script=script,
        given_name=name.str.extract(r"^(\S+)"),
        family_name=name.str.extract(r"(\S+)$"),
        is_display="true",
        disclosure=persons["disclosure"],
    )


def organizations(pools: Pools, rng: np.random.Generator) -> pl.DataFrame:
    numbers = np.arange(pools.plan.count("organizations"))
    draw = Draw(rng, len(numbers))
    return frame(
        "organizations",
        organization_id=pools.plan.ids("organizations", numbers),
        display_name="Office of " + pools.lexicons[0].places.gather(draw.numbers(0, 100)),
        organization_type=draw.pick(codes("organizations", "organization_type")),
        country=draw.pick(codes("organizations", "country"), 0.9),
        legal_status=draw.pick(codes("organizations", "legal_status"), 0.5),
        disclosure="public",
        record_status="active",
        modified=modified(draw),
    )


def organization_names(pools: Pools, organizations: pl.DataFrame) -> pl.DataFrame:
    return frame(
        "names",
        name_id=pools.plan.ids("names", np.arange(len(organizations))),
        organization_id=organizations["organization_id"],
        name=organizations["display_name"],
        name_type="full",
        lang="en",
        script="Latn",
        is_display="true",
        disclosure="public",
    )


def _scripts(name: pl.Series) -> pl.Series:
    """The script of each name, told by its first letter."""
    arabic, cyrillic = ((name >= first).to_numpy() for first in ("\u0600", "\u0400"))
    text = {code: pl.Series([code]).new_from_index(0, len(name)) for code in ("Arab", "Cyrl", "Latn")}
    return where(arabic, text["Arab"], where(cyrillic, text["Cyrl"], text["Latn"]))


def _outcomes(draw: Draw, kinds: pl.Series) -> pl.Series:
    judged = kinds.is_in(list(_JUDGED)).to_numpy()
    plain = draw.pick(["granted", "refused", "upheld", "amended", "adjourned", "unknown"], 0.25)
    return where(judged, draw.pick(["guilty", "not_guilty", "partly_guilty"], 0.7), plain)


def _opened(cases: Numbers) -> Numbers:
    """The year in which each case is opened, from 1995 to 2012; its events lie in the eleven years after."""
    return 1995 + cases * 7919 % 18
