"""The runs of each case drawn together: medians and spreads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from benchmarks.cases import Case, Package
from benchmarks.measure import Run


@dataclass(frozen=True, slots=True)
class Summary:
    """A case and its runs, or why there are none."""

    case: Case
    runs: Sequence[Run]
    failure: str | None = None

    @property
    def seconds(self) -> float:
        """Median wall clock."""
        return median(run.wall for run in self.runs)

    @property
    def cpu(self) -> float:
        """Median processor seconds."""
        return median(run.cpu for run in self.runs)

    @property
    def memory(self) -> float:
        """Median of the peak memory in MB."""
        return median(run.memory for run in self.runs)

    @property
    def disk(self) -> float:
        """The most MB of temporary files in any run."""
        return max(run.disk for run in self.runs)

    @property
    def rows(self) -> int:
        return self.case.package.rows if self.case.package else 0

    @property
    def defects(self) -> int | None:
        return self.runs[0].defects

    @property
    def spread(self) -> str:
        walls = [run.wall for run in self.runs]
        return f"{min(walls):.2f}-{max(walls):.2f}"


class Measured:
    """The summaries of one run of the benchmark, found by program and package."""

    def __init__(self, summaries: Sequence[Summary]) -> None:
        self.all = summaries
        self._by_case: Mapping[tuple[str, Package | None], Summary] = {
            (found.case.program, found.case.package): found for found in summaries if found.runs
        }

    def get(self, program: str, package: Package | None = None) -> Summary | None:
        """The summary, or None if the case was not run or did not work."""
        return self._by_case.get((program, package))

    def largest(self, program: str, form: str = "csv") -> Summary | None:
        """The summary on the largest clean package of a form."""
        found = [
            summary
            for (name, package), summary in self._by_case.items()
            if name == program and package and package.form == form and not package.dirty
        ]
        return max(found, key=lambda summary: summary.rows, default=None)
