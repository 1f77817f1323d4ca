"""The last look before publication: nothing that was kept back may stand in any file of a release."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import pyarrow as pa
import pyarrow.compute as pc

from pfds.checks.relations import fold
from pfds.release.disclose import Disclosure


def protected_names(dataset: Mapping[str, pa.Table], disclosure: Disclosure) -> frozenset[str]:
    """Folded name forms that are in the dataset and not in its public part."""
    before = dataset["names"].column("name").drop_null()
    after = disclosure.tables["names"].column("name").drop_null()
    labels = [disclosure.tables[table].column("display_name") for table in ("persons", "organizations")]
    published = {fold(text) for column in (after, *labels) for text in pc.unique(column).to_pylist() if text}
    return frozenset(fold(text) for text in pc.unique(before).to_pylist()) - published


def leaks(files: Mapping[str, bytes], names: Iterable[str], ids: Iterable[str]) -> Iterator[str]:
    """Paths of files in which a protected name or an identifier kept back occurs, once each."""
    sought_names = sorted(names)
    sought_ids = sorted(ids)
    for path, data in files.items():
        text = data.decode("utf-8", errors="replace")
        folded = fold(text) if sought_names else ""
        if any(name in folded for name in sought_names) or any(_stands_in(key, text) for key in sought_ids):
            yield path


def _stands_in(key: str, text: str) -> bool:
    """Whether an identifier occurs by itself, not as the beginning or end of a longer one."""
    start = text.find(key)
    while start >= 0:
        before, after = text[start - 1 : start], text[start + len(key) : start + len(key) + 1]
        if not _continues(before) and not _continues(after):
            return True
        start = text.find(key, start + 1)
    return False


def _continues(char: str) -> bool:
    return char != "" and (char.isalnum() or char == "-")
