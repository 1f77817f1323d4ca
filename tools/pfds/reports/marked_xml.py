"""Small parts of a package as trees of elements, and the names that they are made of."""

from __future__ import annotations

import re
from collections.abc import Sequence
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from lxml import etree

from pfds.reports.marked_package import Package
from pfds.reports.marked_refusal import damaged, too_large

Element: TypeAlias = Any
"""An element of lxml, which has no types."""

MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGED: Final = "http://schemas.openxmlformats.org/package/2006"

_MOST_BYTES: Final = 32 << 20
_MOST_NODES: Final = 2_000_000
_SAFE: Final = MappingProxyType(
    {
        "resolve_entities": False,
        "no_network": True,
        "huge_tree": False,
        "load_dtd": False,
        # All children are elements then, and can be counted as spreadsheets count them.
        "remove_comments": True,
        "remove_pis": True,
    }
)
_PATTERN: Final = re.compile(r"_x[0-9A-Fa-f]{4}_")
_NOT_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def parse_part(package: Package, name: str) -> Element:
    """The root element of a part; raises CannotMark if it is too large, no XML, or declares anything."""
    return parse_xml(package.read(name, _MOST_BYTES))


def parse_xml(data: bytes) -> Element:
    """The root element of a document of bounded size without declarations of its own."""
    if data.count(b"<") + data.count(b"=") > _MOST_NODES:
        raise too_large()
    try:
        root = etree.fromstring(data, etree.XMLParser(**_SAFE))
    except (etree.XMLSyntaxError, ValueError) as error:
        raise damaged() from error
    if root.getroottree().docinfo.doctype:
        raise damaged()
    return root


def write_part(package: Package, name: str, root: Element) -> None:
    """Put an element as a part into the package."""
    package.write(name, [etree.tostring(root, encoding="UTF-8", xml_declaration=True, standalone=True)])


def main(name: str) -> str:
    """A name of an element of spreadsheets."""
    return f"{{{MAIN}}}{name}"


def made(name: str, /, **attributes: str | int) -> Element:
    """A new element of spreadsheets."""
    return etree.Element(main(name), {key: str(value) for key, value in attributes.items()}, nsmap={None: MAIN})


def child_in_order(root: Element, name: str, order: Sequence[str]) -> Element:
    """The child of this name; a new one in its place if there is none. ``order`` names all that may stand before it."""
    found = root.find(main(name))
    if found is None:
        found = made(name)
        before = {main(other) for other in order[: order.index(name)]}
        places = [number for number, child in enumerate(root, 1) if child.tag in before]
        root.insert(places[-1] if places else 0, found)
    return found


def cell_text(text: str) -> str:
    """Text that a spreadsheet shows as it is: nothing that XML cannot hold, and no escape of its own form."""
    return _PATTERN.sub(lambda found: f"_x005F{found[0]}", _NOT_XML.sub("\ufffd", text))[:32_000]
