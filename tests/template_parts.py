"""What an XLSX file holds, read straight from its parts: for tests of what spreadsheet programs keep."""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from xml.etree import ElementTree

from xlsxwriter.utility import xl_cell_to_rowcol, xl_col_to_name

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_LATER = "{http://schemas.microsoft.com/office/spreadsheetml/2009/9/main}"
_HIDDEN = ("hidden", "veryHidden")
_DIRECT = {"0": "General", "49": "@"}


@dataclass(frozen=True, slots=True)
class Validation:
    """A drop-down or test with the words that belong to it."""

    cells: str
    kind: str
    formula: str
    style: str
    title: str
    error: str
    prompt_title: str
    prompt: str


class Workbook:
    """An XLSX file; sheets are addressed by name."""

    def __init__(self, content: bytes) -> None:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            self.parts = {name: archive.read(name) for name in archive.namelist()}
        self._book = self._xml("xl/workbook.xml")

    def _xml(self, part: str) -> ElementTree.Element:
        return ElementTree.fromstring(self.parts[part])  # noqa: S314 - made by our own command

    @cached_property
    def sheets(self) -> Mapping[str, ElementTree.Element]:
        links = {each.get("Id"): each.get("Target", "") for each in self._xml("xl/_rels/workbook.xml.rels")}
        return {
            each.get("name", ""): self._xml(f"xl/{links[each.get(_ID)].removeprefix('/xl/')}")
            for each in self._book.iter(f"{_MAIN}sheet")
        }

    @cached_property
    def hidden_sheets(self) -> list[str]:
        return [each.get("name", "") for each in self._book.iter(f"{_MAIN}sheet") if each.get("state") in _HIDDEN]

    @cached_property
    def names(self) -> dict[str, str]:
        """Named ranges without those that programs make for themselves."""
        found = {each.get("name", ""): each.text or "" for each in self._book.iter(f"{_MAIN}definedName")}
        return {name: text.replace("'", "") for name, text in found.items() if not name.startswith("_xlnm")}

    @cached_property
    def printed_again(self) -> dict[int, str]:
        """By number of the sheet the rows and columns that every page repeats."""
        titles = [e for e in self._book.iter(f"{_MAIN}definedName") if e.get("name") == "_xlnm.Print_Titles"]
        return {int(each.get("localSheetId", "0")): each.text or "" for each in titles}

    @cached_property
    def _strings(self) -> list[str]:
        return ["".join(t.text or "" for t in e.iter(f"{_MAIN}t")) for e in self._xml("xl/sharedStrings.xml")]

    def cells(self, sheet: str) -> dict[str, str]:
        """The text of each cell that is not empty, by address."""
        return {cell.get("r", ""): text for cell in self.sheets[sheet].iter(f"{_MAIN}c") if (text := self._text(cell))}

    def _text(self, cell: ElementTree.Element) -> str:
        value = cell.find(f"{_MAIN}v")
        text = (value.text or "") if value is not None else ""
        return self._strings[int(text)] if cell.get("t") == "s" else text

    def validations(self, sheet: str) -> dict[str, Validation]:
        """By the cells that they are about."""
        root = self.sheets[sheet]
        assert root.find(f".//{_LATER}dataValidation") is None
        return {found.cells: found for found in map(_validation, root.iter(f"{_MAIN}dataValidation"))}

    def marks(self, sheet: str) -> set[tuple[str, str]]:
        """Each conditional format: a column of cells and the formula for its first one.

        Programs write one format for several columns that only differ in this cell.
        """
        return {
            (cells, formula)
            for group in self.sheets[sheet].iter(f"{_MAIN}conditionalFormatting")
            for rule in group.iter(f"{_MAIN}cfRule")
            for cells, formula in _by_column(group.get("sqref", ""), "".join(rule.itertext()))
        }

    def hidden_rows(self, sheet: str) -> list[int]:
        rows = self.sheets[sheet].iter(f"{_MAIN}row")
        return [int(row.get("r", "0")) for row in rows if row.get("hidden") in ("1", "true")]

    def number_formats(self, sheet: str) -> list[str]:
        """The number format of each column that has one, in order."""
        styles = self._xml("xl/styles.xml")
        more = {e.get("numFmtId", ""): e.get("formatCode", "") for e in styles.iter(f"{_MAIN}numFmt")}
        kinds = [each.get("numFmtId", "") for each in _child(styles, "cellXfs")]
        found: list[str] = []
        for column in self.sheets[sheet].iter(f"{_MAIN}col"):
            kind = kinds[int(column.get("style", "0"))]
            times = int(column.get("max", "0")) - int(column.get("min", "0")) + 1
            found += [more.get(kind) or _DIRECT.get(kind, kind)] * times
        return found

    def is_right_to_left(self, sheet: str) -> bool:
        views = self.sheets[sheet].iter(f"{_MAIN}sheetView")
        return all(view.get("rightToLeft") in ("1", "true") for view in views)

    @cached_property
    def properties(self) -> dict[str, str]:
        """The document's own properties."""
        return {each.get("name", ""): "".join(each.itertext()) for each in self._xml("docProps/custom.xml")}

    def notes(self) -> Iterator[str]:
        """The notes of all sheets."""
        for part in sorted(self.parts):
            if part.startswith("xl/comments"):
                for note in self._xml(part).iter(f"{_MAIN}comment"):
                    yield "".join(note.itertext())


def _validation(found: ElementTree.Element) -> Validation:
    kind = found.get("type", "none")
    formula = found.findtext(f"{_MAIN}formula1") or ""
    return Validation(
        cells=found.get("sqref", ""),
        kind=kind,
        formula="" if kind == "none" else formula,
        style=found.get("errorStyle", "stop"),
        title=found.get("errorTitle", ""),
        error=found.get("error", ""),
        prompt_title=found.get("promptTitle", ""),
        prompt=found.get("prompt", ""),
    )


def _by_column(areas: str, formula: str) -> Iterator[tuple[str, str]]:
    first = areas.partition(":")[0]
    own = re.compile(rf"(?<![$A-Z]){first}(?![0-9])")
    for area in areas.split():
        left, top, right, bottom = re.fullmatch(r"([A-Z]+)(\d+):([A-Z]+)(\d+)", area).groups()  # type: ignore[union-attr]
        names = [xl_col_to_name(index) for index in range(_index(left), _index(right) + 1)]
        yield from ((f"{name}{top}:{name}{bottom}", own.sub(f"{name}{top}", formula)) for name in names)


def _index(letters: str) -> int:
    return int(xl_cell_to_rowcol(f"{letters}1")[1])


def _child(root: ElementTree.Element, name: str) -> ElementTree.Element:
    found = root.find(f"{_MAIN}{name}")
    assert found is not None
    return found
