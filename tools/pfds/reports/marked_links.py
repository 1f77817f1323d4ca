"""What holds the parts of a package together: relationships between them, and the types of their content."""

from __future__ import annotations

import posixpath
from typing import Final
from urllib.parse import unquote

from lxml import etree

from pfds.reports.marked_package import Package
from pfds.reports.marked_xml import PACKAGED, Element, parse_part, write_part

_RELATIONSHIPS: Final = f"{PACKAGED}/relationships"
_TYPES: Final = f"{PACKAGED}/content-types"
_TYPES_PART: Final = "[Content_Types].xml"


class Relationships:
    """The relationships of the part ``name``, or of the package itself (``""``)."""

    def __init__(self, package: Package, name: str) -> None:
        self._package = package
        self._folder, base = posixpath.split(name)
        self._part = posixpath.join(self._folder, "_rels", f"{base}.rels")
        if self._part in package:
            self._root = parse_part(package, self._part)
        else:
            self._root = etree.Element(f"{{{_RELATIONSHIPS}}}Relationships", nsmap={None: _RELATIONSHIPS})

    def targets(self, kind: str) -> list[str]:
        """Names of the parts that are related in this way, by the last word of the type of the relationship."""
        return [self._name(link) for link in self._inner() if link.get("Type", "").rpartition("/")[2] == kind]

    def kinds(self) -> set[str]:
        """Types of all relationships in full."""
        return {link.get("Type", "") for link in self._root.iterchildren("{*}Relationship")}

    def target(self, identifier: str) -> str | None:
        """Name of the part that an identifier points to, if it lies within the package."""
        found = [self._name(link) for link in self._inner() if link.get("Id") == identifier]
        return found[0] if found else None

    def add(self, kind: str, target: str) -> str:
        """Relate to one more part; gives the identifier. ``kind`` is the type in full."""
        used = {link.get("Id") for link in self._root}
        number = 1
        while f"rId{number}" in used:
            number += 1
        link = etree.SubElement(self._root, f"{{{_RELATIONSHIPS}}}Relationship")
        link.attrib.update(
            {"Id": f"rId{number}", "Type": kind, "Target": posixpath.relpath(target, self._folder or ".")}
        )
        write_part(self._package, self._part, self._root)
        return f"rId{number}"

    def _inner(self) -> list[Element]:
        links = self._root.iterchildren("{*}Relationship")
        return [link for link in links if link.get("TargetMode") != "External"]

    def _name(self, link: Element) -> str:
        target = unquote(link.get("Target", ""))
        return posixpath.normpath(posixpath.join("/", self._folder, target)).lstrip("/")


class ContentTypes:
    """What kind of content each part holds."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._root = parse_part(package, _TYPES_PART)

    def of(self, name: str) -> str:
        """The type of a part; nothing if none is stated."""
        for override in self._root.iterchildren(f"{{{_TYPES}}}Override"):
            if override.get("PartName", "").lower() == f"/{name}".lower():
                return str(override.get("ContentType", ""))
        return self._default(name) or ""

    def add(self, name: str, kind: str) -> None:
        """State the type of a new part; a drawing of notes is known by its ending, as programs expect it."""
        stated = self._default(name)
        if name.endswith(".vml") and stated is None:
            self._root.insert(0, etree.Element(f"{{{_TYPES}}}Default", Extension="vml", ContentType=kind))
        elif stated != kind:
            etree.SubElement(self._root, f"{{{_TYPES}}}Override", PartName=f"/{name}", ContentType=kind)
        write_part(self._package, _TYPES_PART, self._root)

    def _default(self, name: str) -> str | None:
        ending = name.rpartition(".")[2].lower()
        for default in self._root.iterchildren(f"{{{_TYPES}}}Default"):
            if default.get("Extension", "").lower() == ending:
                return str(default.get("ContentType", ""))
        return None
