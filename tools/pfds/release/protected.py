"""Which names a release must not hold: those of the dataset that its public part leaves out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pyarrow as pa

from pfds.release.disclose import Disclosure
from pfds.standard.folding import fold

Words = tuple[str, ...]
_OWNERS = {"persons": "person_id", "organizations": "organization_id"}
_ROLES_ONLY = ("described_only", "unnamed_official")
_MEANT_TO_BE_SHOWN = ("initials", "label")
_SHORTEST = 2


@dataclass(frozen=True, slots=True)
class Names:
    """Names as folded words: those that must not be published, and those that are, each with all its parts."""

    protected: frozenset[Words]
    published: frozenset[Words]


def protected_names(dataset: Mapping[str, pa.Table], disclosure: Disclosure) -> Names:
    """The name forms and display names of the dataset that its public part leaves out.

    A form that is part of a published one is not protected: it would be found wherever that one stands.
    """
    published = frozenset(part for form in _published(dataset, disclosure) for part in parts(form))
    kept_back = {*_forms_kept_back(dataset, disclosure), *_labels_kept_back(dataset, disclosure)}
    return Names(frozenset(form for form in kept_back if len("".join(form)) >= _SHORTEST) - published, published)


def words(text: str) -> Words:
    """The words of a text, folded for comparison."""
    return tuple(fold(text).split())


def parts(form: Words) -> Iterator[Words]:
    """Every run of words in a form, the whole one included."""
    for start in range(len(form)):
        for end in range(start + 1, len(form) + 1):
            yield form[start:end]


def _published(dataset: Mapping[str, pa.Table], disclosure: Disclosure) -> Iterator[Words]:
    """Published name forms and display names; not a display name that its bearer's names mark as not public."""
    for name in disclosure.tables["names"].column("name").to_pylist():
        yield words(name)
    secret = {(row["owner"], words(row["name"])) for row in _names(dataset) if row["disclosure"] != "public"}
    for table, key in _OWNERS.items():
        for row in disclosure.tables[table].select([key, "display_name"]).to_pylist():
            label = words(row["display_name"])
            if (row[key], label) not in secret:
                yield label


def _forms_kept_back(dataset: Mapping[str, pa.Table], disclosure: Disclosure) -> Iterator[Words]:
    after = frozenset(disclosure.tables["names"].column("name_id").to_pylist())
    for row in _names(dataset):
        if row["name_id"] not in after and not _is_meant_to_be_shown(row):
            yield words(row["name"])


def _labels_kept_back(dataset: Mapping[str, pa.Table], disclosure: Disclosure) -> Iterator[Words]:
    """Display names of the persons and organizations left out, save those that only describe somebody."""
    shown = {(row["owner"], words(row["name"])) for row in _names(dataset) if _is_meant_to_be_shown(row)}
    for table, key in _OWNERS.items():
        after = frozenset(disclosure.tables[table].column(key).to_pylist())
        for row in dataset[table].to_pylist():
            label = words(row["display_name"])
            if (
                row[key] not in after
                and row.get("identity_status") not in _ROLES_ONLY
                and (row[key], label) not in shown
            ):
                yield label


def _names(dataset: Mapping[str, pa.Table]) -> Iterator[dict[str, str]]:
    for row in dataset["names"].to_pylist():
        yield {**row, "owner": row["person_id"] or row["organization_id"]}


def _is_meant_to_be_shown(row: Mapping[str, str]) -> bool:
    return row["disclosure"] == "public" and row["name_type"] in _MEANT_TO_BE_SHOWN
