"""pfds explain: what a rule, table, field, codelist or code means."""

from __future__ import annotations

import click

from pfds.cli.options import language_option
from pfds.reports.explanation import UnknownName, catalogue
from pfds.reports.explanation import explain as explanation
from pfds.standard.language import load_language
from pfds.standard.load import load_standard


@click.command()
@click.argument("name", required=False)
@language_option
def explain(name: str | None, language: str) -> None:
    """Explain NAME: a rule, table, field, codelist or code. Without NAME: the catalogue.

    Write events.event_date for the field of one table, event_type:arrest for the code of one list.
    """
    standard, spoken = load_standard(), load_language(language)
    if name is None:
        click.echo(catalogue(standard, spoken))
        return
    try:
        click.echo(explanation(standard, name, spoken))
    except UnknownName as unknown:
        hint = f" Did you mean {unknown.similar}?" if unknown.similar else " `pfds explain` lists all names."
        raise click.UsageError(f"Nothing in the standard is called {name}.{hint}") from None
