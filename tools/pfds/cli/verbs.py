"""A group of verbs of which only the one that is used is loaded: what the others need takes time."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click


class Verbs(click.Group):
    """``verbs`` maps a name to the place of its command (`module:attribute`) and the words that list it."""

    def __init__(self, *arguments: Any, verbs: Mapping[str, tuple[str, str]], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.verbs = verbs

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names of the verbs."""
        return sorted({*self.verbs, *super().list_commands(ctx)})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a verb, loaded now."""
        if cmd_name not in self.verbs:
            return super().get_command(ctx, cmd_name)
        module, _, attribute = self.verbs[cmd_name][0].partition(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of the verbs in the help, without loading any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, self.verbs[name][1]) for name in self.list_commands(ctx)])
