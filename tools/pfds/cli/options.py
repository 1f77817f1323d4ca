"""Options that several verbs share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import click

from pfds.intake.known_encodings import ENCODINGS, Encoding, find_encoding, similar_encoding
from pfds.reports.wording import visible
from pfds.standard.language import NAMES
from pfds.standard.suggestions import did_you_mean


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


class EncodingName(click.ParamType[Encoding]):
    """The name of an encoding, or one of its other names."""

    name = "encoding"

    def convert(self, value: str | Encoding, param: click.Parameter | None, ctx: click.Context | None) -> Encoding:
        """The encoding of that name."""
        if isinstance(value, Encoding):
            return value
        found = find_encoding(value)
        if found is None:
            advice = did_you_mean(similar_encoding(value)) or f"Known are {', '.join(ENCODINGS)}."
            self.fail(f"{value} is not an encoding that can be read. {advice}", param, ctx)
        return found


class CannotOpen(click.ClickException):
    """A path that cannot be read or written: one sentence, and the exit code of wrong usage."""

    exit_code = 2

    def __init__(self, message: str) -> None:
        super().__init__(visible(message))


as_of_option = click.option(
    "--as-of",
    type=Day(),
    metavar="YYYY-MM-DD",
    help="Day on which rules about the future are judged. Default: the one in meta.json; without"
    " either, such rules are skipped.",
)

encoding_option = click.option(
    "--encoding",
    type=EncodingName(),
    metavar="NAME",
    help="Encoding of CSV, JSON and JSON Lines files that are not UTF-8, such as windows-1251. It is never guessed.",
)

language_option = click.option(
    "--lang",
    "language",
    type=click.Choice(list(NAMES)),
    default="en",
    show_default=True,
    envvar="PFDS_LANG",
    show_envvar=True,
    help="Language of what is said.",
)


def text_or_json_option(words: str) -> Callable[[click.decorators.FC], click.decorators.FC]:
    """The option `--format` of what is said to a person or to a program; ``words`` are its help."""
    return click.option(
        "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True, help=words
    )
