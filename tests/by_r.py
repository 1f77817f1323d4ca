"""What a real R makes of the tables of a release, by the loader that the release holds for it."""

import json
from pathlib import Path
from typing import Any

from command import run
from pfds.standard.model import Field
from programs import RSCRIPT

_CLASSES = {"code": "factor", "date": "Date", "integer": "integer", "number": "numeric", "boolean": "logical"}

_SCRIPT = r"""
arguments <- commandArgs(TRUE)
source(arguments[[1]])
lang <- if (length(arguments) > 2) arguments[[3]] else NULL
quoted <- function(text) {
  for (pair in list(c("\\", "\\\\"), c('"', '\\"'), c("\n", "\\n"), c("\t", "\\t"))) {
    text <- gsub(pair[[1]], pair[[2]], text, fixed = TRUE)
  }
  paste0('"', text, '"')
}
cells <- function(column) {
  text <- enc2utf8(as.character(column))
  if (is.numeric(column)) text <- format(column, digits = 17, scientific = FALSE, trim = TRUE)
  paste0("[", paste(ifelse(is.na(column), "null", quoted(text)), collapse = ","), "]")
}
object <- function(parts) paste0("{", paste0(quoted(names(parts)), ":", parts, collapse = ","), "}")
column <- function(column) object(c(
  class = quoted(class(column)[[1]]),
  levels = if (is.factor(column)) paste0("[", paste(quoted(enc2utf8(levels(column))), collapse = ","), "]") else "null",
  cells = cells(column)
))
tables <- lapply(pfds_load_all(lang), function(table) object(vapply(table, column, "")))
writeLines(object(unlist(tables)), file(arguments[[2]], "wb"), useBytes = TRUE)
"""


def read_by_r(release: Path, folder: Path, language: str | None = None, **env: str) -> Any:
    """What the loader for R gives, by table and column: class, levels and cells."""
    folder.mkdir(exist_ok=True)
    (folder / "say.R").write_text(_SCRIPT, "utf-8")
    more = [language] if language else []
    loader = release / "interop" / "load.R"
    ran = run(RSCRIPT or "Rscript", folder / "say.R", loader, folder / "said.json", *more, cwd=Path("/"), env=env)
    assert ran.code == 0, ran.said
    return json.loads((folder / "said.json").read_text("utf-8"))


def r_class(field: Field) -> str:
    """The class of a column in R."""
    return _CLASSES.get(field.kind, "character")


def r_cells(field: Field, cells: list[Any]) -> list[Any]:
    """Cells as they are said by R: text, numbers that are no counts as they are, None where empty."""
    if field.kind == "number":
        return cells
    return [None if cell is None else str(cell).upper() if field.kind == "boolean" else str(cell) for cell in cells]


def said_cells(field: Field, cells: list[str | None]) -> list[Any]:
    """The cells that R said, numbers read."""
    return [cell and float(cell) for cell in cells] if field.kind == "number" else list(cells)
