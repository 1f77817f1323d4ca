"""Which names a release must not hold: those of the dataset that its public part leaves out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, NamedTuple

from pfds.checks.database import Database
from pfds.release.conditions import every, one_of
from pfds.release.dataset import public, sent
from pfds.standard.folding import fold
from pfds.standard.model import Standard

Words = tuple[str, ...]
HEAD: Final = 3
"""Letters of a first word by which names are looked up."""
UNSPACED: Final = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)
"""Letters of scripts without spaces."""
_OWNERS: Final = {"persons": "person_id", "organizations": "organization_id"}
_OWNER: Final = "COALESCE(person_id, organization_id)"
_ROLES_ONLY: Final = ("described_only", "unnamed_official")
_MEANT_TO_BE_SHOWN: Final = every([one_of("disclosure", ["public"]), one_of("name_type", ["initials", "label"])])
_SHORTEST: Final = 2
_NO_NAMES: Final = (("redactions", "subject_field"), ("redactions", "replacement"))
"""Lines that no release has and that name nobody: a field of the standard, and words to be published instead."""


class Origin(NamedTuple):
    """The cell of the dataset that holds something protected."""

    table: str
    record: str
    field: str


Origins = Mapping[str, Origin]
"""Something protected, as the dataset writes it, with one cell that holds it."""


@dataclass(frozen=True, slots=True)
class Names:
    """Names as folded words: those that must not be published, and, with their parts, those published ones that could
    be taken for one of them; and the former as they are ``written``, as far as that is known."""

    protected: frozenset[Words]
    published: frozenset[Words]
    written: Origins = field(default_factory=dict)


def protected_names(standard: Standard, dataset: Database) -> Names:
    """The name forms and display names of a disclosed dataset that its public part leaves out, and names in fields
    that are not public.

    A form that is part of a published one is not protected: it would be found wherever that one stands.
    """
    kept_back = dict((*_in_private_fields(standard, dataset), *_forms_kept_back(dataset), *_labels_kept_back(dataset)))
    names = names_of(map(words, kept_back), _published(dataset))
    written = {text: origin for text, origin in kept_back.items() if words(text) in names.protected}
    return replace(names, written=written)


def names_of(kept_back: Iterable[Words], published: Iterable[Words]) -> Names:
    """The names to look for, of those kept back; ``published`` is gone through once and need not fit into memory."""
    sought = {form for form in kept_back if len("".join(form)) >= _SHORTEST}
    if not sought:
        return Names(frozenset(), frozenset())
    like = {(len(form), word[:HEAD]) for form in sought for word in form}
    like |= {(1, word[:HEAD]) for form in sought for word in form}
    known = set[Words]()
    for form in published:
        known.update(part for part in parts(form) if (len(part), part[0][:HEAD]) in like)
        if UNSPACED.search("".join(form)):
            known.add(form)
    return Names(frozenset(sought) - known, frozenset(known))


def unspaced_names(names: Names) -> list[str]:
    """Protected names in scripts without spaces, save those that are part of a published name."""
    published = {form for form in map("".join, names.published) if UNSPACED.search(form)}
    protected = {form for form in map("".join, names.protected) if UNSPACED.search(form)}
    return sorted(form for form in protected if not any(form in other for other in published))


def words(text: str) -> Words:
    """The words of a text, folded for comparison."""
    return tuple(fold(text).split())


def parts(form: Words) -> Iterator[Words]:
    """Every run of words in a form, the whole one included."""
    for start in range(len(form)):
        for end in range(start + 1, len(form) + 1):
            yield form[start:end]


def _published(dataset: Database) -> Iterator[Words]:
    """Published name forms and display names; not a display name that its bearer's names mark as not public."""
    for (name,) in _rows(dataset, f"SELECT name FROM {public('names')}"):
        yield words(name)
    not_public = f"SELECT {_OWNER}, name FROM {sent('names')} WHERE NOT {one_of('disclosure', ['public'])}"
    secret = {(owner, words(name)) for owner, name in _rows(dataset, not_public)}
    for table, key in _OWNERS.items():
        for owner, label in _rows(dataset, f"SELECT {key}, display_name FROM {public(table)}"):
            if (owner, words(label)) not in secret:
                yield words(label)


def _forms_kept_back(dataset: Database) -> Iterator[tuple[str, Origin]]:
    kept_back = f"NOT {_MEANT_TO_BE_SHOWN} AND name_id NOT IN (SELECT name_id FROM {public('names')})"
    for key, name in _rows(dataset, f"SELECT name_id, name FROM {sent('names')} WHERE {kept_back}"):
        yield name, Origin("names", key, "name")


def _labels_kept_back(dataset: Database) -> Iterator[tuple[str, Origin]]:
    """Display names of the persons and organizations left out or published under another, save those that only describe
    somebody."""
    shown_names = f"SELECT {_OWNER}, name FROM {sent('names')} WHERE {_MEANT_TO_BE_SHOWN}"
    shown = {(owner, words(name)) for owner, name in _rows(dataset, shown_names)}
    for table, key in _OWNERS.items():
        described = one_of("identity_status", _ROLES_ONLY) if table == "persons" else "false"
        told = f"({key}, display_name) IN (SELECT ({key}, display_name) FROM {public(table)})"
        kept_back = f"NOT {described} AND NOT COALESCE({told}, false)"
        for owner, label in _rows(dataset, f"SELECT {key}, display_name FROM {sent(table)} WHERE {kept_back}"):
            if (owner, words(label)) not in shown:
                yield label, Origin(table, owner, "display_name")


def _in_private_fields(standard: Standard, dataset: Database) -> Iterator[tuple[str, Origin]]:
    """Full names in fields that no release has, as those of coders, and of the authors of sources left out."""
    author = f"SELECT source_id, author FROM {sent('sources')} WHERE source_id NOT IN"
    cells = [("sources", "author", f"{author} (SELECT source_id FROM {public('sources')})")]
    for table in standard.tables.values():
        for each in table.fields:
            if each.disclosure != "public" and each.kind == "line" and (table.name, each.name) not in _NO_NAMES:
                select = f"SELECT min({table.primary_key}), {each.name} FROM {sent(table.name)} GROUP BY {each.name}"
                cells.append((table.name, each.name, select))
    shown = {words(text) for (text,) in _rows(dataset, f"SELECT DISTINCT author FROM {public('sources')}") if text}
    for name, column, select in cells:
        for key, text in _rows(dataset, select):
            if text and len(words(text)) > 1 and words(text) not in shown:
                yield text, Origin(name, key, column)


def _rows(dataset: Database, select: str) -> Iterator[tuple[str, ...]]:
    for batch in dataset.stream(select):
        yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)
