"""pfds schema: regenerate and check what is derived from schema/."""

from __future__ import annotations

from pathlib import Path

import click

from pfds.publish.build import published_files, stale_files, write_files
from pfds.publish.catalogues import untranslated
from pfds.publish.lint import problems, vocabulary_problems
from pfds.publish.rule_text import rule_pages
from pfds.standard.language import NAMES
from pfds.standard.load import load_standard
from pfds.standard.model import SchemaError

_PAGES = "docs/rules"


@click.group()
def schema() -> None:
    """Regenerate what is derived from the standard (maintainers)."""


@schema.command()
@click.option("--check", is_flag=True, help="Write nothing; fail if a derived file is stale.")
@click.option(
    "--root",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=Path(),
    show_default="the current folder",
    help="Folder that holds schema/ and datapackage/.",
)
def build(check: bool, root: Path) -> None:
    """Build datapackage/ and docs/rules/ from schema/."""
    source, target = root / "schema", root / "datapackage"
    if not (source / "VERSION").is_file():
        raise click.UsageError(f"There is no folder schema/ with a VERSION in the folder “{root}”.")
    try:
        found = vocabulary_problems(source) or problems(standard := load_standard(source.resolve()), source)
    except (SchemaError, KeyError, ValueError, OSError) as error:
        raise click.ClickException(f"schema/ cannot be read: {error}") from error
    if found:
        raise click.ClickException("schema/ contradicts itself:\n  " + "\n  ".join(found))
    files, pages = published_files(standard, source), rule_pages(standard)
    stale = [*stale_files(target, files), *(f"{_PAGES}/{name}" for name in stale_files(root / _PAGES, pages))]
    if check and stale:
        raise click.ClickException("Stale, run `pfds schema build`:\n  " + "\n  ".join(stale))
    write_files(target, files)
    write_files(root / _PAGES, pages)
    click.echo(f"datapackage/ holds {len(files)} files, {_PAGES}/ {len(pages)}; {len(stale)} changed.")
    for language, gaps in untranslated(standard, source).items():
        if gaps:
            click.echo(f"{gaps} texts are not yet translated into {NAMES[language]} and are said in English.")


@schema.command(name="check")
@click.pass_context
def check_command(context: click.Context) -> None:
    """Fail if datapackage/ is stale: the same as `build --check`."""
    context.invoke(build, check=True, root=Path())
