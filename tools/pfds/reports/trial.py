"""An example of each field that passes and one that fails, judged by the very checks that judge submissions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import pyarrow as pa

from pfds.checks.explanations import cell_facts, example
from pfds.checks.kernels import bad_cells
from pfds.standard.findings import Finding
from pfds.standard.model import Field, Standard, Table

_MISTAKES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "edtf": ("28.05.2025",),
        "date": ("28.05.2025",),
        "integer": ("about 30",),
        "number": ("42,87",),
        "boolean": ("yes",),
        "code": ("Other things",),
    }
)
_ANYWHERE = ("Event 1", "a line\x01", " x")


@dataclass(frozen=True, slots=True)
class Trial:
    """A value that passes, one that fails, and the finding that it gives."""

    passes: str
    fails: str
    finding: Finding


def trial(standard: Standard, table: Table, field: Field, passes: str | None = None) -> Trial:
    """The trial of a field; ``passes`` is a value to begin from, by default the first example of the field."""
    good = example(field) if passes is None else passes
    mistakes = (good.capitalize() + "s",) if passes is not None else _MISTAKES.get(field.kind, ())
    for bad in (*mistakes, *_ANYWHERE):
        broken = bad_cells(standard, field, pa.array([bad]))
        if broken:
            rule = standard.rules[broken[0][0]]
            facts = cell_facts(standard, field, rule.name, bad)
            return Trial(good, bad, Finding(rule.name, rule.severity, table.name, field.name, value=bad, facts=facts))
    raise ValueError(f"{table.name}.{field.name} takes everything")
