"""What belongs to events: their parties, and the claims and sources that support every record.

Sources appear after all that they report, and each claim equals its record, as the rules ask of accepted claims.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import numpy as np
import polars as pl

from benchmarks.draw import Draw, Numbers, where
from benchmarks.plan import AS_OF
from benchmarks.pools import Pools, frame, if_filled
from benchmarks.standard import codes


def sources(pools: Pools, rng: np.random.Generator, numbers: Numbers) -> pl.DataFrame:
    draw = Draw(rng, len(numbers))
    digests = rng.bytes(32 * draw.rows).hex()
    own_ids = pools.plan.ids("sources", numbers)
    earlier = np.maximum(numbers - 1, 0)
    return frame(
        "sources",
        source_id=own_ids,
        source_type=draw.pick(codes("sources", "source_type")),
        title=pools.titles(draw),
        publisher_organization_id=draw.keep(pools.organization_ids(draw), 0.5),
        publisher_text=draw.keep(pools.places(draw), 0.3),
        published=draw.keep(draw.days(date(2026, 1, 1), date(2026, 5, 31)), 0.8),
        retrieved=draw.keep(draw.days(date(2026, 6, 1), AS_OF), 0.7),
        url="https://news.example/2026/" + own_ids + "?lang=" + draw.pick(["en", "ru", "ar"]),
        archive_url=draw.keep("https://archive.example/" + own_ids, 0.3),
        lang=draw.pick(["en", "ru", "ar", "ky", "uz-Cyrl"], 0.9),
        sha256=draw.keep(pl.Series([digests[64 * n : 64 * n + 64] for n in range(draw.rows)]), 0.6),
        derived_from_source_id=where(draw.chance(0.1) & (numbers > 0), pools.plan.ids("sources", earlier)),
        source_access=draw.pick(["open", "open", "paywalled", "offline", "unseen"]),
    )


def case_parties(pools: Pools, rng: np.random.Generator, numbers: Numbers) -> pl.DataFrame:
    draw = Draw(rng, len(numbers))
    outcome = draw.pick(codes("case_parties", "outcome"), 0.6)
    return frame(
        "case_parties",
        case_party_id=pools.plan.ids("case_parties", numbers),
        case_id=pools.plan.ids("cases", numbers),
        person_id=pools.plan.ids("persons", draw.numbers(0, pools.plan.count("persons"))),
        role=draw.pick(["suspect", "defendant", "convicted", "respondent", "target"]),
        outcome=outcome,
        outcome_date=if_filled(outcome, pools.dates(draw, draw.numbers(2015, 2026))),
        note=draw.keep(pools.descriptions(draw), 0.1),
    )


def event_parties(pools: Pools, rng: np.random.Generator, numbers: Numbers) -> pl.DataFrame:
    """One party for each event and a second one for every other event; no witness and no minor, who are kept back."""
    draw = Draw(rng, len(numbers))
    authority = numbers % 3 == 1
    group = ~authority & draw.chance(0.02)
    person = ~authority & ~group
    qualifiers = draw.pick(["exact", "at_least", "about", "several"])
    role = where(authority, draw.pick(["authority", "decider", "requester", "speaker", "counsel"]))
    return frame(
        "event_parties",
        event_party_id=pools.plan.ids("event_parties", numbers),
        event_id=pools.plan.ids("events", numbers * 2 // 3),
        person_id=where(person, pools.plan.ids("persons", draw.numbers(0, pools.plan.count("persons")))),
        organization_id=where(authority, pools.organization_ids(draw)),
        group_label=where(group, pools.phrases(draw)),
        group_count=where(group & (qualifiers != "several").to_numpy(), draw.pick(["3", "8", "12", "40"])),
        group_count_qualifier=where(group, qualifiers),
        role=role.fill_null(draw.pick(["target", "target", "target", "beneficiary", "subject"])),
        individual_outcome=where(person, draw.pick(codes("event_parties", "individual_outcome"), 0.1)),
        age_at_event=where(person & draw.chance(0.2), pl.Series(draw.numbers(18, 80)).cast(pl.String)),
        attribution_status=draw.pick(codes("event_parties", "attribution_status"), 0.1),
    )


def claims(pools: Pools, rng: np.random.Generator, start: int, subjects: pl.DataFrame) -> pl.DataFrame:
    """One accepted claim for each record, eight for each source."""
    draw = Draw(rng, len(subjects))
    quoted = draw.chance(0.2)
    return frame(
        "claims",
        claim_id=pools.plan.ids("claims", start * 16 // 10 + np.arange(draw.rows)),
        source_id=pools.plan.ids("sources", start * 2 // 10 + np.arange(draw.rows) // 8),
        locator=draw.pick([f"p{page}" for page in range(1, 40)], 0.7),
        quote=where(quoted, pools.phrases(draw)),
        quote_lang=where(quoted, draw.pick(["en", "ru", "ar"])),
        subject_table=subjects["subject_table"],
        subject_id=subjects["subject_id"],
        subject_field=subjects["subject_field"],
        claim_value=subjects["claim_value"],
        attribution_mode=draw.pick(codes("claims", "attribution_mode")),
        attributed_to_organization_id=draw.keep(pools.organization_ids(draw), 0.1),
        stance="asserts",
        claim_status="accepted",
        disclosure=subjects["disclosure"],
    )


def subjects(rng: np.random.Generator, made: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """What the claims of a chunk are about: table, id, field, the value there, and the disclosure of the record."""
    return pl.concat(
        [
            _claimed(rng, "events", made["events"], ["event_date", "title", "outcome", "event_type", "country"]),
            _claimed(rng, "persons", made["persons"], ["protected_group", "current_status", "gender"]),
            _claimed(rng, "cases", made["cases"], ["status", "title", "work_nexus"]),
        ]
    )


def _claimed(rng: np.random.Generator, table: str, records: pl.DataFrame, about: list[str]) -> pl.DataFrame:
    drawn = Draw(rng, len(records)).pick(about)
    value = pl.coalesce(pl.when(drawn == field).then(pl.col(field)) for field in about)
    return records.select(
        pl.lit(table).alias("subject_table"),
        pl.nth(0).alias("subject_id"),
        pl.when(value.is_not_null()).then(drawn).otherwise(pl.lit(about[0])).alias("subject_field"),
        value.fill_null(pl.col(about[0])).alias("claim_value"),
        "disclosure",
    )
