"""What earlier releases kept back: the maintainers' private memory, and the gate that goes by it.

A release cannot tell what it withheld, and a row taken out of the dataset leaves no trace. So each build writes down
what it kept back for reasons of its own (not what only hangs on that), and the next one publishes none of it unless
somebody decided so since.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final

from pfds.release.disk import PRIVATE, replace_file
from pfds.release.redactions import RECORD, Cell, Decisions
from pfds.release.versions import GateRefused, is_version, version_key

LEFT: Final = ("nothing", "year", "month", "reduced", "everything")
"""What a release may show of a record or cell, the least first."""
_SHOWN: Final = 5


@dataclass(frozen=True, slots=True)
class Kept:
    """Something kept back: what was left of it, the first release that did so, and the as-of date of the last."""

    left: str
    first: str
    last: date


@dataclass(frozen=True, slots=True)
class Ledger:
    """The releases that are written down, and what any of them kept back, by identifier and field (`*`: the record)."""

    releases: frozenset[str] = frozenset()
    kept: Mapping[Cell, Kept] = field(default_factory=dict)

    def with_release(self, version: str, as_of: date, left: Mapping[Cell, str]) -> Ledger:
        """This ledger and what a release kept back; nothing is ever taken out."""
        kept = dict(self.kept)
        for cell, now in left.items():
            before = kept.get(cell)
            if before is None:
                kept[cell] = Kept(now, version, as_of)
            else:
                first = min(before.first, version, key=version_key)
                kept[cell] = Kept(min(before.left, now, key=LEFT.index), first, max(before.last, as_of))
        return Ledger(self.releases | {version}, kept)

    def before(self, version: str) -> Mapping[Cell, Kept]:
        """What was kept back before a release."""
        key = version_key(version)
        return {cell: kept for cell, kept in self.kept.items() if version_key(kept.first) < key}


def undecided(kept: Kept, cell: Cell, now: str, decided: Decisions, *, is_text: bool = False) -> bool:
    """Whether more is shown ``now`` of something than before, and nobody decided that since: for a text, or read it."""
    if LEFT.index(now) <= LEFT.index(kept.left):
        return False
    key, name = cell
    if name == RECORD and now == "reduced" and key in decided.pseudonyms:
        return False
    own = (cell, (key, RECORD))
    made = (decision for each in own for decision in decided.published.get(each, ()))
    if any(each.decided >= kept.last or (each.since and each.since > kept.last) for each in made):
        return False
    if is_text and any(each in decided.signed and decided.signed[each] >= kept.last for each in own):
        return False
    return not any(each in decided.ended and decided.ended[each] > kept.last for each in own)


def read_ledger(path: Path) -> Ledger | None:
    """The ledger in a file; None if there is no file. Raises GateRefused if it has another form."""
    try:
        content = json.loads(path.read_text("utf-8"))
        kept = {(_text(key), _text(name)): _kept(*others) for key, name, *others in content["kept_back"]}
        return Ledger(frozenset(map(_version, content["releases"])), kept)
    except FileNotFoundError:
        return None
    except (ValueError, LookupError, TypeError, RecursionError):
        raise GateRefused(f"{path} is not a ledger of releases, or is damaged. Restore it from a copy.") from None


def write_ledger(path: Path, ledger: Ledger) -> None:
    """Puts the ledger in place in one step, for its owner only. Raises OSError or Unconfirmed if it cannot."""
    order = sorted(ledger.kept.items())
    rows = [[key, name, kept.left, kept.first, kept.last.isoformat()] for (key, name), kept in order]
    lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    releases = json.dumps(sorted(ledger.releases, key=version_key))
    text = f'{{"releases": {releases},\n"kept_back": [\n{lines}\n]}}\n'
    replace_file(path.absolute().parent, path, text.encode("utf-8"), PRIVATE)


def refuse_unknown(ledger: Ledger | None, previous: str | None, *, complete: bool, new: bool) -> Ledger:
    """The ledger to go by. Raises GateRefused if the release before kept something back that no ledger tells, unless
    that is accepted (``new``)."""
    known = ledger or Ledger()
    if previous is None or complete or new or previous in known.releases:
        return known
    what = "the ledger given does not have it" if ledger else "there is no ledger of it"
    raise GateRefused(
        f"Release {previous} kept something back, and {what}: nothing would tell if this one published it. Give the"
        " ledger that was written then with --ledger FILE; if there is none, compare by hand what is published now, and"
        " build with --no-ledger (with --ledger FILE as well, to begin one)."
    )


def refuse_undecided(found: list[Cell]) -> None:
    """Raises GateRefused if something would be published that was kept back, and nobody decided it since."""
    if not found:
        return
    shown = ", ".join(key if name == RECORD else f"{key} ({name})" for key, name in sorted(found)[:_SHOWN])
    more = f" and {len(found) - _SHOWN} others" if len(found) > _SHOWN else ""
    raise GateRefused(
        f"An earlier release kept back what this one would publish, and nobody decided so since: {shown}{more}. Keep it"
        " back again, or add a row to redactions with the method publish (for a text: reviewed_text), who decided and"
        " on which day, not before the as-of date of the last release that kept it back."
    )


def _kept(left: Any, first: Any, last: Any) -> Kept:
    if left not in LEFT:
        raise ValueError(left)
    return Kept(left, _version(first), date.fromisoformat(last))


def _version(text: Any) -> str:
    if not is_version(_text(text)):
        raise ValueError(text)
    return str(text)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value
