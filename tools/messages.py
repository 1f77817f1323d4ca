"""Bring the files of translations up to date with the texts of the standard and of the toolkit.

New texts are added, each where it stands in the order of the standard; texts that nothing says any longer are
dropped; what is translated stays. A changed English text is a new one: an old translation never stands for it.

Usage: python tools/messages.py [--check]    (then `pfds schema build`)
"""

import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po

from pfds.standard.language import NAMES
from pfds.standard.load import load_standard
from pfds.standard.messages import texts

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "schema" / "translations"
NOT_KEPT = (
    '"POT-Creation-Date',
    '"PO-Revision-Date',
    '"Generated-By',
    '"Last-Translator',
    '"Report-Msgid',
    '"Language-Team',
)
KEYWORDS = {"Phrase": None, "Count": (1, 2)}


def phrases() -> Iterator[str | tuple[str, str]]:
    """The phrases of the toolkit, file by file: a pair where the words depend on a number."""
    for path in sorted((ROOT / "tools" / "pfds").rglob("*.py")):
        with path.open("rb") as source:
            for _, found, _, _ in extract("python", source, KEYWORDS):
                yield found if isinstance(found, str) else (found[0], found[1])
    for path in sorted((ROOT / "tools" / "pfds").rglob("*.html")):
        with path.open("rb") as source:
            for _, found, _, _ in extract("jinja2.ext:babel_extract", source, {"say": None, "count": (1, 2)}):
                yield found if isinstance(found, str) else (found[0], found[1])


def catalogue(language: str, known: Catalog) -> Catalog:
    """All texts, translated as far as they are ``known``."""
    found = Catalog(locale=language, project="pfds", charset="utf-8", fuzzy=False, header_comment="")
    everything = [*texts(load_standard()), *(("phrase", phrase) for phrase in phrases())]
    for context, text in dict.fromkeys(everything):
        old = known.get(text if isinstance(text, str) else text[0], context=context)
        same = old is not None and old.id == text
        found.add(text, old.string if old is not None and same else None, context=context)
    return found


def updated(language: str, path: Path) -> str:
    """The file of translations into a language as it should be."""
    known = read_po(BytesIO(path.read_bytes() if path.exists() else b""), locale=language)
    out = BytesIO()
    write_po(out, catalogue(language, known), width=0, no_location=True)
    lines = out.getvalue().decode("utf-8").splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith(NOT_KEPT)).lstrip("\n")


def main(check: bool) -> int:
    """Write every file of translations anew, or say which is not up to date."""
    FOLDER.mkdir(exist_ok=True)
    paths = {language: FOLDER / f"{language}.po" for language in NAMES if language != "en"}
    files = {path: updated(language, path) for language, path in paths.items()}
    stale = [path for path, text in files.items() if not path.exists() or path.read_text("utf-8") != text]
    if check:
        print(*(f"{path.name} is stale, run `make messages`" for path in stale), sep="\n")
        return 1 if stale else 0
    for path in stale:
        path.write_text(files[path], encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main("--check" in sys.argv))
