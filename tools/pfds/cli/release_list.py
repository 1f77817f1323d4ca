"""pfds release list: every release of a store."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from pfds.cli.options import CannotOpen, language_option, text_or_json_option
from pfds.release.index import INDEX, BrokenIndex, Entry, read_index
from pfds.reports.wording import visible
from pfds.standard.language import Language, load_language
from pfds.standard.phrase import Phrase
from pfds.standard.pretty_json import pretty

_HEADER = (
    Phrase("Version"),
    Phrase("Date"),
    Phrase("Standard"),
    Phrase("Status"),
    Phrase("Class of the change"),
    Phrase("Records"),
)


@click.command("list")
@click.argument("store", type=click.Path(exists=True, file_okay=False, path_type=Path))
@text_or_json_option("A table for a person, or JSON with the number of records of each table.")
@language_option
def list_releases(store: Path, form: str, language: str) -> None:
    """List the releases in STORE, oldest first: version, date, standard, status, class of the change, records.

    They are listed as index.json says; `pfds release verify STORE` proves it.
    """
    try:
        entries = read_index(store / INDEX)
    except BrokenIndex as broken:
        raise CannotOpen(f"{store} holds no releases that can be listed: {broken}") from broken
    if form == "json":
        content = {"releases": [_facts(entry) for entry in entries]}
        click.echo(pretty(content), nl=False)
    else:
        click.echo("\n".join(_lines(load_language(language), entries)))


def _facts(entry: Entry) -> dict[str, Any]:
    return {
        "version": entry.version,
        "date": entry.date,
        "standard": entry.standard,
        "status": entry.status,
        "change_class": entry.change_class,
        "counts": dict(entry.counts),
    }


def _lines(language: Language, entries: Sequence[Entry]) -> Iterator[str]:
    """A header and a line for each release, in columns; what an index holds is shown without hidden characters."""
    rows = [tuple(language.say(word) for word in _HEADER), *map(_cells, entries)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def _cells(entry: Entry) -> tuple[str, ...]:
    texts = (entry.version, entry.date, entry.standard, entry.status, entry.change_class)
    return (*map(visible, texts), f"{sum(entry.counts.values()):,}")
