"""The files of the codebook: for programs, for people in each language, and the history of the variables."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from pfds.editions.codebook.document import codebook_content
from pfds.editions.codebook.facts import book
from pfds.editions.codebook.history import HISTORY, history, history_csv
from pfds.editions.codebook.page import codebook_page
from pfds.editions.measures import Measures, measured
from pfds.editions.public import Public
from pfds.editions.text_files import write_json, write_text
from pfds.standard.language import all_languages

_FOLDER: Final = "codebook"


def write_codebook(public: Public, target: Path, measures: Measures | None = None) -> None:
    """Writes `codebook/` with `codebook.json`, `codebook.<language>.html` and `history.csv`.

    ``measures`` are those of the release, if they are known already.
    """
    content = book(public, measures or measured(public))
    (target / _FOLDER).mkdir(parents=True, exist_ok=True)
    write_json(target / _FOLDER / "codebook.json", codebook_content(content))
    for language in all_languages():
        with (target / _FOLDER / f"codebook.{language.code}.html").open("w", encoding="utf-8", newline="\n") as page:
            page.writelines(codebook_page(content, language))
    write_text(target / HISTORY, history_csv(history(public)))
