"""A small standard for tests: two tables, with a field of every JSON type and one EDTF field."""

from collections.abc import ItemsView
from typing import Any

from pfds.intake.tables import TextTable
from pfds.standard.findings import Finding
from pfds.standard.load import load_standard
from pfds.standard.model import Field, Standard, Table


def field(name: str, json_type: str = "string", kind: str = "text", *, required: bool = False) -> Field:
    return Field(
        name=name,
        kind=kind,
        title=name,
        description=f"{name} of the record.",
        required=required,
        examples=(),
        disclosure="public",
        since="0.1.0",
        json_type=json_type,
    )


def table(name: str, record: str, prefix: str, *fields: Field) -> Table:
    return Table(
        name=name,
        record=record,
        title=record,
        plural=name,
        description=f"All {name}.",
        required=name == "cases",
        since="0.1.0",
        primary_key=fields[0].name,
        id_prefix=prefix,
        fields=fields,
        published_when={},
        reduced_when={},
    )


CASES = table(
    "cases",
    "case",
    "cas",
    field("case_id", required=True),
    field("title", required=True),
    field("opened", kind="edtf"),
    field("persons_count", "integer"),
    field("fine_amount", "number"),
    field("is_closed", "boolean"),
)
EVENTS = table("events", "event", "evt", field("event_id", required=True), field("place"))
STANDARD = Standard(
    version="0.1.0",
    metadata=load_standard().metadata,
    tables={"cases": CASES, "events": EVENTS},
    codelists={},
    crosswalk=(),
    rules={},
)


def column(read: TextTable, name: str) -> list[Any]:
    """Cells of a column, None where empty."""
    cells: list[Any] = read.cells.column(name).to_pylist()
    return cells


def brief(finding: Finding) -> tuple[str, str | None, int | None, int | None, str | None]:
    """Rule, field, row, line and cell of a finding."""
    return (finding.rule, finding.field, finding.row, finding.origin.line, finding.origin.cell)


def facts(finding: Finding) -> ItemsView[str, str | int]:
    """Facts and values of a finding, to be compared with those that matter."""
    return {**finding.facts, **finding.values}.items()
