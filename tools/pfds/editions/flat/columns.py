"""Which columns the flat tables have: those of the core record, those added to it, and a label beside each code."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from pfds.editions.flat.extras import EXTRAS, Extra
from pfds.standard.model import Codelist, Field, Standard, Table

FLAT: Final[Mapping[str, str]] = {"cases_flat": "cases", "persons_flat": "persons", "events_flat": "events"}
"""The core table that each flat table has one row of each record of."""

JOINT: Final = "; "
"""What stands between the values of the few columns that hold several."""

ABOUT: Final[Mapping[str, str]] = {
    "cases_flat": "One row for each case, with labels beside the codes and with what is recorded of it counted.",
    "persons_flat": "One row for each person, with labels beside the codes and with what is recorded of them counted.",
    "events_flat": "One row for each event, with labels beside the codes and with what is recorded of it counted.",
}
_CONVENIENCE: Final = " Made from the tables in data/, for convenience; long texts stand there only."


def flat_table(standard: Standard, name: str) -> Table:
    """A flat table as a table of the standard, so that it is typed and described like one."""
    core = standard.tables[FLAT[name]]
    own = (field for field in core.released if field.kind != "text")
    fields = (*own, *(_field(extra) for extra in EXTRAS[name]))
    return Table(
        name=name,
        record=core.record,
        title=core.title,
        plural=f"{core.plural}, flat",
        description=ABOUT[name] + _CONVENIENCE,
        required=False,
        since=core.since,
        primary_key=core.primary_key,
        id_prefix=core.id_prefix,
        fields=tuple(column for field in fields for column in _with_label(standard, field)),
        published_when={},
        reduced_when={},
    )


def labelled(standard: Standard, name: str) -> dict[str, tuple[str, Codelist]]:
    """The columns of a flat table that say codes in words: of which column, and in the words of which list."""
    own = ((field.name, field.codelist) for field in standard.tables[FLAT[name]].released)
    added = ((extra.name, extra.codelist) for extra in EXTRAS[name])
    return {f"{of}_label": (of, standard.codelists[listed]) for of, listed in (*own, *added) if listed}


def label_texts(codelist: Codelist, codes: str) -> str:
    """The English label of a code, or the labels of several joined codes."""
    return JOINT.join(codelist.codes[code].labels["en"] for code in codes.split(JOINT))


def _field(extra: Extra) -> Field:
    return Field(
        name=extra.name,
        kind=extra.kind,
        title=extra.title,
        description=extra.description,
        required=extra.kind == "integer",
        examples=(extra.example,),
        disclosure="public",
        since="0.1.0",
        json_type="integer" if extra.kind == "integer" else "string",
        codelist=extra.codelist,
        minimum=0 if extra.kind == "integer" else None,
    )


def _with_label(standard: Standard, field: Field) -> Iterator[Field]:
    """The column without its reference, since the table referred to is not beside it, and the label of a code."""
    yield replace(field, reference=None, codelist=field.codelist if field.kind == "code" else None)
    if field.codelist:
        yield Field(
            name=f"{field.name}_label",
            kind="text",
            title=f"{field.title}, label",
            description=f"English label of {field.name}.",
            required=field.required,
            examples=(label_texts(standard.codelists[field.codelist], str(field.examples[0])),),
            disclosure=field.disclosure,
            since=field.since,
            json_type="string",
            derived_from=field.name,
        )
