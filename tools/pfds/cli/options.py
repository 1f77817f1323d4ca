"""Options that several verbs share."""

from __future__ import annotations

from datetime import date

import click


class Day(click.ParamType[date]):
    """A calendar day, YYYY-MM-DD."""

    name = "day"

    def convert(self, value: str | date, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The day that the text names."""
        if isinstance(value, date):
            return value
        try:
            day = date.fromisoformat(value)
        except ValueError:
            day = None
        if day is None or day.isoformat() != value:
            self.fail(f"{value} is not a day; write YYYY-MM-DD.", param, ctx)
        return day


class CannotOpen(click.ClickException):
    """A path that cannot be read or written: one sentence, and the exit code of wrong usage."""

    exit_code = 2


as_of_option = click.option(
    "--as-of",
    type=Day(),
    metavar="YYYY-MM-DD",
    help="Day on which rules about the future are judged. Default: the one in meta.json; without"
    " either, such rules are skipped.",
)
