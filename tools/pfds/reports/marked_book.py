"""The workbook part of a package: which sheets there are, and one more put before them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from lxml import etree

from pfds.reports.marked_links import ContentTypes, Relationships
from pfds.reports.marked_package import Package
from pfds.reports.marked_refusal import damaged, not_xlsx, shared_workbook, strict_form, with_macros
from pfds.reports.marked_xml import MAIN, OFFICE, Element, cell_text, main, parse_part, write_part

_ORDINARY: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_SHEET_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_STYLES_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"
_STRICT: Final = "http://purl.oclc.org/ooxml/"
_LONGEST_NAME: Final = 31


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of the workbook: its name, the part that it lies in, and whether it is hidden."""

    name: str
    part: str
    hidden: bool


class Book:
    """The workbook of a package; raises CannotMark if it is no ordinary one."""

    def __init__(self, package: Package) -> None:
        self.package = package
        self.types = ContentTypes(package)
        self._roots = Relationships(package, "")
        if any(kind.startswith(_STRICT) for kind in self._roots.kinds()):
            raise strict_form()
        parts = self._roots.targets("officeDocument")
        if len(parts) != 1:
            raise not_xlsx()
        self._part = parts[0]
        self._check_type()
        self._root = parse_part(package, self._part)
        if self._root.tag != main("workbook"):
            raise strict_form() if _STRICT in str(self._root.tag) else not_xlsx()
        self._links = Relationships(package, self._part)
        if any(kind.endswith("/revisionHeaders") for kind in self._links.kinds()):
            raise shared_workbook()

    def sheets(self) -> list[Sheet]:
        """The sheets in their order."""
        return [
            Sheet(sheet.get("name", ""), self._part_of(sheet), sheet.get("state", "visible") != "visible")
            for sheet in self._list()
        ]

    def part_for_styles(self) -> tuple[str, bool]:
        """Name of the part that holds the formats of cells, and whether it is there already."""
        found = self._links.targets("styles")
        if found:
            return found[0], True
        # Some programs look for the formats under this name only.
        part = "xl/styles.xml" if "xl/styles.xml" not in self.package else self.package.unused("xl/styles{}.xml")
        self.types.add(part, _STYLES_TYPE)
        self._links.add(f"{OFFICE}/styles", part)
        return part, False

    def free_name(self, wanted: str) -> str:
        """The name for a sheet that is nearest to the one wanted and that no other sheet has."""
        allowed = "".join(char for char in wanted if char not in "[]:*?/\\").strip("' ")
        used = {str(sheet.get("name", "")).casefold() for sheet in self._list()}
        name, number = allowed[:_LONGEST_NAME], 2
        while name.casefold() in used:
            ending = f" ({number})"
            name, number = allowed[: _LONGEST_NAME - len(ending)] + ending, number + 1
        return name

    def put_first(self, name: str, content: Iterable[bytes]) -> None:
        """Put a sheet before all others, and show it when the workbook is opened."""
        part = self.package.unused("xl/worksheets/pfdsToDo{}.xml")
        self.package.write(part, content)
        self.types.add(part, _SHEET_TYPE)
        identifier = self._links.add(f"{OFFICE}/worksheet", part)
        others = self._list()
        number = 1 + max((_number(sheet.get("sheetId")) for sheet in others), default=0)
        sheet = etree.Element(main("sheet"), {"name": name, "sheetId": str(number), f"{{{OFFICE}}}id": identifier})
        self._tell_titles(name, [str(sheet.get("name", "")) for sheet in others])
        self._root.find(main("sheets")).insert(0, sheet)
        self._shift()
        write_part(self.package, self._part, self._root)

    def _check_type(self) -> None:
        kind = self.types.of(self._part)
        if "macroEnabled" in kind or any(name.lower().endswith("/vbaproject.bin") for name in self.package.names):
            raise with_macros()
        if kind != _ORDINARY:
            raise not_xlsx()

    def _list(self) -> list[Element]:
        sheets = self._root.find(main("sheets"))
        if sheets is None:
            raise damaged()
        return list(sheets.iterchildren(main("sheet")))

    def _part_of(self, sheet: Element) -> str:
        part = self._links.target(sheet.get(f"{{{OFFICE}}}id", ""))
        if part is None or part not in self.package:
            raise damaged()
        return part

    def _shift(self) -> None:
        """What counts sheets from the first one counts one more, and the first one is shown."""
        for name in self._root.iterfind(f"{main('definedNames')}/{main('definedName')}"):
            if "localSheetId" in name.attrib:
                name.set("localSheetId", str(_number(name.get("localSheetId")) + 1))
        for view in self._root.iterfind(f"{main('bookViews')}/{main('workbookView')}"):
            view.attrib.pop("activeTab", None)
            view.attrib.pop("firstSheet", None)

    def _tell_titles(self, name: str, others: Sequence[str]) -> None:
        """Name the sheet in the properties of the document, if these name the others as they are."""
        for part in self._roots.targets("extended-properties"):
            if part in self.package:
                root = parse_part(self.package, part)
                if _add_title(root, name, others):
                    write_part(self.package, part, root)


def _add_title(root: Element, name: str, others: Sequence[str]) -> bool:
    titles = root.find("{*}TitlesOfParts/{*}vector")
    begin = 0
    for count in root.findall("{*}HeadingPairs//{*}i4") if titles is not None and others else ():
        end = begin + _number(count.text)
        if [title.text for title in titles[begin:end]] == list(others):
            titles.insert(begin, etree.Element(titles[begin].tag))
            titles[begin].text = cell_text(name)
            titles.set("size", str(len(titles)))
            count.text = str(len(others) + 1)
            return True
        begin = end
    return False


def _number(text: str | None) -> int:
    """A count that the workbook states; raises CannotMark if it is none."""
    digits = (text or "").strip()
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= 10):
        raise damaged()
    return int(digits)


EMPTY: Final = {
    "[Content_Types].xml": (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_ORDINARY}"/></Types>'
    ),
    "_rels/.rels": (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/workbook.xml": (
        f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><bookViews><workbookView/></bookViews><sheets/></workbook>'
    ),
}
"""The parts of a workbook without sheets."""
