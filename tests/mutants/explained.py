"""The mutants that no test needs to notice, each with the reason; in `explained/`, a TOML file for each area.

```toml
[[explained]]
module = "release/store.py"
place = "_own_place"
reason = "why nobody can tell the difference, or why none matters"
changes = ['''
- if place.is_dir():
+ if True:
''']
```
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from mutants.child import Fate
from mutants.sites import Mutant

FOLDER: Final = Path(__file__).parent / "explained"
_ALIVE: Final = (Fate.SURVIVED, Fate.UNTESTED)

Key = tuple[str, str, str]


def read_explained(area: str) -> dict[Key, str]:
    """Key of a mutant to the reason. Raises ValueError if one is listed twice or has no reason."""
    path = FOLDER / f"{area}.toml"
    entries = tomllib.loads(path.read_text("utf-8"))["explained"] if path.is_file() else []
    found: dict[Key, str] = {}
    for entry in entries:
        for change in entry["changes"]:
            key = (entry["module"], entry["place"], change.strip("\n").replace('"', "'"))
            if key in found or len(entry["reason"].split()) < 4:
                raise ValueError(f"{_told(key)} is listed twice, or without a reason.")
            found[key] = entry["reason"]
    return found


def gone(explained: Mapping[Key, str], mutants: Iterable[Mutant]) -> list[str]:
    """What is listed and is no mutant of the code any more."""
    there = {mutant.key for mutant in mutants}
    return [f"listed, but no mutant of the code: {_told(key)}" for key in explained if key not in there]


def not_as_listed(explained: Mapping[Key, str], fates: Mapping[Mutant, Fate]) -> list[str]:
    """Survivors that are not listed, and what is listed and did not survive, of the mutants that were tried."""
    alive = {mutant.key for mutant, found in fates.items() if found in _ALIVE}
    unlisted = [
        f"{found}: {mutant.told}" for mutant, found in fates.items() if found in _ALIVE and mutant.key not in explained
    ]
    dead = {mutant.key: mutant for mutant in fates if mutant.key in explained and mutant.key not in alive}
    return [*unlisted, *(f"listed, but {fates[mutant]}: {mutant.told}" for mutant in dead.values())]


def _told(key: Key) -> str:
    return f"{key[0]}, {key[1] or 'the module'}\n{key[2]}"
