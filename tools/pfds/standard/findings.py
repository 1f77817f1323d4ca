"""What a check found: severity, place, and the facts that its sentence needs.

Findings and their places are tuples, for there may be hundreds of thousands, and no other object is made as fast.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, NamedTuple


class Severity(StrEnum):
    """How much a finding weighs: an error breaks a MUST, a warning a SHOULD, an info is a hint."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"

    @property
    def rank(self) -> int:
        """0 for an error, 1 for a warning, 2 for an info: lower weighs more."""
        return list(Severity).index(self)


class Origin(NamedTuple):
    """Where a finding lies in what was sent: file, sheet, physical line (1 = first) and cell (``D8``)."""

    file: str | None = None
    sheet: str | None = None
    line: int | None = None
    cell: str | None = None


NOWHERE = Origin()
_NONE: Final[Mapping[str, Any]] = {}


class Finding(NamedTuple):
    """One thing that a check found.

    ``row`` counts records of the table in its file (1 = first after the header). ``facts`` may be shown to
    anybody. ``value`` and ``values`` come from the data, and ``remarks`` are sentences that repeat some of it: they
    are shown only to the person who sent it, a remark in place of the fact of the same name.
    """

    rule: str
    severity: Severity
    table: str | None = None
    field: str | None = None
    row: int | None = None
    record_id: str | None = None
    origin: Origin = NOWHERE
    value: str | None = None
    facts: Mapping[str, str | int] = _NONE
    values: Mapping[str, str] = _NONE
    remarks: Mapping[str, str] = _NONE


@dataclass(frozen=True, slots=True)
class Skipped:
    """A rule that could not be judged, and why; it counts neither as passed nor as failed."""

    rule: str
    because: str
