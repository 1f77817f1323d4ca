"""Translations of `schema/translations/` to the catalogues that gettext reads, and how complete they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pfds.standard.language import NAMES
from pfds.standard.messages import texts
from pfds.standard.model import Standard

_UNDATED: Final = datetime(2025, 1, 1, tzinfo=UTC)

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog, Message


def read_catalogue(schema: Path, language: str) -> Catalog:
    """The translations into a language, as translators keep them; Babel is needed for it."""
    from babel.messages.pofile import read_po  # noqa: PLC0415 - only maintainers have it, and it is slow to import

    with (schema / "translations" / f"{language}.po").open("rb") as file:
        return read_po(file, locale=language)


def compiled(schema: Path) -> dict[str, bytes]:
    """For each translated language the compiled catalogue, by its path in `datapackage/`; fuzzy texts are left out."""
    from babel.messages.mofile import write_mo  # noqa: PLC0415 - see above

    files: dict[str, bytes] = {}
    for language in translated_languages(schema):
        out = BytesIO()
        write_mo(out, _plain(read_catalogue(schema, language)))
        files[f"locale/{language}/LC_MESSAGES/pfds.mo"] = out.getvalue()
    return files


def translated_languages(schema: Path) -> list[str]:
    """Languages of the toolkit that have a file of translations."""
    return [name for name in NAMES if (schema / "translations" / f"{name}.po").is_file()]


def untranslated(standard: Standard, schema: Path) -> Mapping[str, int]:
    """Number of texts, labels of codes among them, that each language other than English says in English."""
    return {language: len(list(_gaps(standard, schema, language))) for language in NAMES if language != "en"}


def _gaps(standard: Standard, schema: Path, language: str) -> Iterable[object]:
    codes = (code for codelist in standard.codelists.values() for code in codelist.codes.values())
    yield from (code for code in codes if language not in code.labels)
    if language not in translated_languages(schema):
        yield from set(texts(standard))
        return
    catalogue = read_catalogue(schema, language)
    yield from (message for message in catalogue if message.id and not _is_said(message))
    known = {(message.context, message.id) for message in catalogue}
    yield from set(texts(standard)) - known


def _is_said(message: Message) -> bool:
    said = message.string
    return not message.fuzzy and bool(said if isinstance(said, str) else said and all(said))


def _plain(catalogue: Catalog) -> Any:
    """The catalogue without the dates and names of its header, so that the same translations give the same bytes."""
    from babel.messages.catalog import Catalog  # noqa: PLC0415 - see above

    plain = Catalog(locale=catalogue.locale, header_comment="", fuzzy=False)
    plain.creation_date = plain.revision_date = _UNDATED
    for message in sorted((each for each in catalogue if each.id), key=lambda each: (each.context or "", str(each.id))):
        if _is_said(message):
            plain.add(message.id, message.string, context=message.context)
    return plain
