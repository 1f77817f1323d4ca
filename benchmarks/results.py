"""What a run found, kept as results.json by mode, and written out as RESULTS.md."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from benchmarks.summary import Measured, Summary
from benchmarks.targets import Verdict, verdicts

HERE: Final = Path(__file__).parent
MODES: Final = {"full": "Full form", "large": "Large form", "short": "Short form"}
_INTRODUCTION: Final = """\
# Results

Written by `python -m benchmarks.run`; what is compared and how is told in [README.md](README.md). Times are medians
of the wall clock of fresh processes, start-up included, that took turns in one run; behind them the fastest and the
slowest. Other figures are comparable within one section only.
"""


def section(measured: Measured, mode: str, about: Mapping[str, Any]) -> dict[str, Any]:
    """One run as plain data: what it ran on, every case with its runs, every promise with its figure."""
    return {
        **about,
        "cases": [_case(summary) for summary in measured.all],
        "targets": [
            {**asdict(found), "reached": found.reached, "distance": found.distance}
            for found in verdicts(mode, measured)
        ],
    }


def save(mode: str, found: Mapping[str, Any], folder: Path = HERE) -> None:
    """Puts the section of a mode into results.json, and writes RESULTS.md with those of the other modes as well."""
    path = folder / "results.json"
    kept = json.loads(path.read_text("utf-8")) if path.exists() else {}
    kept[mode] = found
    path.write_text(json.dumps(kept, indent=1, ensure_ascii=False, sort_keys=True) + "\n", "utf-8")
    (folder / "RESULTS.md").write_text(_page(kept, folder / "notes.md"), "utf-8")


def _page(kept: Mapping[str, Any], notes: Path) -> str:
    parts = [_INTRODUCTION]
    if notes.exists():
        parts.append(notes.read_text("utf-8"))
    parts.extend("\n".join(_section(title, kept[mode])) + "\n" for mode, title in MODES.items() if mode in kept)
    return "\n".join(parts)


def _case(summary: Summary) -> dict[str, Any]:
    case, known = summary.case, bool(summary.runs)
    return {
        "program": case.program,
        "package": case.package.name if case.package else None,
        "rows": summary.rows,
        "failure": summary.failure,
        "runs": [asdict(run) for run in summary.runs],
        "seconds": summary.seconds if known else None,
        "spread": summary.spread if known else None,
        "cpu": summary.cpu if known else None,
        "memory": summary.memory if known else None,
        "disk": summary.disk if known else None,
        "defects": summary.defects if known else None,
    }


def _section(title: str, found: Mapping[str, Any]) -> Iterator[str]:
    yield f"## {title}, {found['rounds']} rounds"
    yield ""
    yield f"- Machine: {', '.join(f'{name} {value}' for name, value in found['machine'].items())}."
    yield f"- Load (1, 5, 15 minutes): {found['load_before']} before, {found['load_after']} after."
    yield f"- Versions: {', '.join(f'{name} {value}' for name, value in found['versions'].items())}."
    sizes = ", ".join(f"{name}: {size / 1e6:,.0f} MB" for name, size in found["packages"].items())
    yield f"- Packages: {sizes}."
    yield ""
    yield from _table(
        ("Promise", "Target", "Measured", "Reached", "By", "Note"), [_target(target) for target in found["targets"]]
    )
    yield from _table(
        ("Program", "On", "Seconds", "Spread", "CPU s", "Rows/s", "Memory MB", "Temporary MB", "Defects"),
        [_measured(case) for case in sorted(found["cases"], key=_order)],
    )


def _target(target: Mapping[str, Any]) -> Sequence[str]:
    verdict = Verdict(**{name: target[name] for name in ("promise", "limit", "figure", "unit", "at_least", "note")})
    sign = ">=" if verdict.at_least else "<="
    figure = "not measured" if verdict.figure is None else f"{verdict.figure:.3g} {verdict.unit}".strip()
    reached = {True: "yes", False: "**no**", None: ""}[verdict.reached]
    limit = f"{sign} {verdict.limit:g} {verdict.unit}".strip()
    return verdict.promise, limit, figure, reached, verdict.distance, verdict.note


def _order(case: Mapping[str, Any]) -> tuple[str, bool, float]:
    return case["package"] or "", case["seconds"] is None, case["seconds"] or 0.0


def _measured(case: Mapping[str, Any]) -> Sequence[str]:
    start = case["program"], case["package"] or ""
    if case["seconds"] is None:
        return *start, case["failure"], *[""] * 6
    return (
        *start,
        f"{case['seconds']:.2f}",
        case["spread"],
        f"{case['cpu']:.2f}",
        f"{case['rows'] / case['seconds']:,.0f}" if case["rows"] else "",
        f"{case['memory']:.0f}",
        f"{case['disk']:.0f}",
        "" if case["defects"] is None else f"{case['defects']}",
    )


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(cell.replace('|', '/') for cell in row)} |"
    yield ""
