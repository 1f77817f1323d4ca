"""Workbooks that no sound copy can be made of: one sentence each, no broken file, and no more than bounded work."""

import io
import random
import time
import zipfile
from collections.abc import Callable

import pytest

from marked import finding, mark, packed, parts
from pfds.reports.marked_workbook import CannotMark
from test_marked_workbook import SHEET, by_hand, written_by_openpyxl, written_by_xlsxwriter

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
BOMB = "<!DOCTYPE a [" + "".join(f'<!ENTITY e{n + 1} "{f"&e{n};" * 10}">' for n in range(9)) + '<!ENTITY e0 "x">]>'
OUTSIDE = '<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/hostname">]>'
STRICT = "http://purl.oclc.org/ooxml"


def changed(name: str, old: str, new: str) -> bytes:
    """The small workbook with another text in one of its parts."""
    members = {key: content.decode() for key, content in parts(by_hand()).items()}
    assert old in members[name]
    return packed({**members, name: members[name].replace(old, new)})


def encrypted() -> bytes:
    data = bytearray(by_hand())
    for mark_of_member, offset in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        at = data.find(mark_of_member)
        while at >= 0:
            data[at + offset] |= 1
            at = data.find(mark_of_member, at + 4)
    return bytes(data)


def twice() -> bytes:
    out = io.BytesIO(by_hand())
    with pytest.warns(UserWarning), zipfile.ZipFile(out, "a") as archive:
        archive.writestr("xl/one.xml", "<other/>")
    return out.getvalue()


WORKBOOK = "xl/workbook.xml"
TYPES = "[Content_Types].xml"
REFUSED = {
    "nothing": (b"", "not an ordinary"),
    "text": (b"id;name\n1;2\n", "not an ordinary"),
    "a password": (OLE, "has a password"),
    "a zip with a password": (encrypted(), "has a password"),
    "no workbook": (packed({TYPES: "<Types/>"}), "not an ordinary"),
    "no types": (packed({"a": "b"}), "damaged"),
    "macros": (changed(TYPES, "openxmlformats-officedocument.spreadsheetml.sheet.main", "macroEnabled"), "macros"),
    "a program inside": (by_hand(others={"xl/vbaProject.bin": b"x"}), "macros"),
    "a binary workbook": (changed(TYPES, "sheet.main+xml", "sheet.binary"), "not an ordinary"),
    "Strict links": (changed("_rels/.rels", "http://schemas.openxmlformats.org/officeDocument", STRICT), "Strict"),
    "a Strict workbook": (
        changed(WORKBOOK, "http://schemas.openxmlformats.org/spreadsheetml/2006/main", f"{STRICT}/spreadsheetml/main"),
        "Strict",
    ),
    "shared": (
        changed(
            "xl/_rels/workbook.xml.rels",
            '<Relationship Id="s1"',
            '<Relationship Id="x" Type="a/revisionHeaders" Target="r"/><Relationship Id="s1"',
        ),
        "shared",
    ),
    "no such sheet": (changed("xl/_rels/workbook.xml.rels", "one.xml", "none.xml"), "damaged"),
    "a sheet elsewhere": (changed("xl/_rels/workbook.xml.rels", "one.xml", "../../../etc/passwd"), "damaged"),
    "entities": (by_hand(BOMB + SHEET), "damaged"),
    "entities in the workbook": (changed(WORKBOOK, "<m:workbook", BOMB + "<m:workbook"), "damaged"),
    "entities outside": (changed(WORKBOOK, "<m:workbook", OUTSIDE + "<m:workbook"), "damaged"),
    "a broken sheet": (by_hand(SHEET[:-5]), "damaged"),
    "UTF-16": (by_hand(others={"xl/one.xml": SHEET.encode("utf-16")}), "damaged"),
    "an odd row": (by_hand(SHEET.replace("r='3'", "r='three'")), "damaged"),
    "an odd cell": (by_hand(SHEET.replace("r='B2'", "r='2B'")), "damaged"),
    "an odd number of a sheet": (changed(WORKBOOK, 'sheetId="7"', 'sheetId="seven"'), "damaged"),
    "a part twice": (twice(), "damaged"),
    "cut off": (by_hand()[:-30], "damaged"),
}


@pytest.mark.parametrize(("source", "why"), REFUSED.values(), ids=REFUSED)
def test_it_is_said_why_there_is_no_marked_copy(source: bytes, why: str) -> None:
    with pytest.raises(CannotMark, match=why) as refused:
        mark(source, [finding("Cases", "B2")])
    assert str(refused.value.reason).startswith("The workbook cannot be marked: ")


@pytest.mark.parametrize(
    "bomb",
    [
        lambda: {"xl/one.xml": b"<a>" + b" " * (300 << 20)},
        lambda: {"xl/styles.xml": '<styleSheet xmlns="x">' + '<xf numFmtId="0"/>' * 1_000_001 + "</styleSheet>"},
        lambda: {f"xl/media/{number}": b"" for number in range(10_001)},
    ],
    ids=["a sheet of 300 MB", "a million formats", "ten thousand parts"],
)
def test_a_bomb_costs_little(bomb: Callable[[], dict[str, bytes | str]]) -> None:
    others = bomb()
    members = by_hand(others=others)
    if "xl/styles.xml" in others:
        kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles"
        links = parts(members)["xl/_rels/workbook.xml.rels"].decode()
        link = f'<Relationship Id="st" Type="{kind}" Target="styles.xml"/></Relationships>'
        members = by_hand(others={**others, "xl/_rels/workbook.xml.rels": links.replace("</Relationships>", link)})
    start = time.process_time()
    with pytest.raises(CannotMark, match="too large"):
        mark(members, [finding("Cases", "B2")])
    assert time.process_time() - start < 10


@pytest.mark.parametrize("source", [written_by_xlsxwriter, written_by_openpyxl, by_hand])
def test_any_damage_gives_a_sentence_or_a_copy(source: Callable[[], bytes]) -> None:
    """Bytes of the parts and of the archive itself are changed, 400 times for each."""
    chance, sound = random.Random(4), source()  # noqa: S311 - the same damages each time
    members = parts(sound)
    findings = [finding("Cases", "B2"), finding("Cases", "E9")]
    for number in range(400):
        if number % 2:
            name = chance.choice([name for name in members if name.endswith(("xml", "rels", "vml"))])
            damaged = bytearray(members[name])
            _damage(damaged, chance)
            broken = packed({**members, name: bytes(damaged)})
        else:
            damaged = bytearray(sound)
            _damage(damaged, chance)
            broken = bytes(damaged)
        try:
            mark(broken, findings)
        except CannotMark:
            continue


def _damage(data: bytearray, chance: random.Random) -> None:
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(data))
        data[at : at + chance.randint(0, 3)] = bytes(chance.randrange(256) for _ in range(chance.randint(0, 3)))
