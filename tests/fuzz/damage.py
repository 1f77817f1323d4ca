"""Damage to files: seeded, so that the same seed gives the same bytes."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Mapping
from random import Random
from types import MappingProxyType
from typing import Any, Final

from fuzz.sound import File, arrow_table, as_arrow, as_parquet, odd_columns, sound_files
from workbooks import zipped

MOST_BYTES: Final = 1 << 18
_NUMBERS: Final = (0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0xFFFFFFFE, 1 << 20)
_TOKENS: Final = (
    *(b'"', b'""', b'"""', b"'", b",", b";", b"\t", b"|", b"\n", b"\r", b"\r\n", b"\n\n\n", b"\x00", b"\x0b", b"\x0c"),
    *(b"\x1a", b"\x1b[2J", b"\x1b]0;t\x07", b"\x7f", b"\xc2\x85", b"\xe2\x80\xa8", b"\xe2\x80\xae", b"\xe2\x81\xa6"),
    *(
        b"\xef\xbb\xbf",
        b"\xff\xfe",
        b"\xfe\xff",
        b"\xff",
        b"\xc0\xaf",
        b"\xed\xa0\x80",
        b"\xf4\x90\x80\x80",
        b"\xe2\x80",
    ),
    *(b"e\xcc\x81", b"\xd9\xa1\xd9\xa2", b"\xd1\x8b", b"\xe4\xb8\xad", b"\xf0\x9f\x92\xa9", b"\xe2\x80\x8b"),
    *(b"NaN", b"Infinity", b"-Infinity", b"1e400", b"-0", b"1E+99999999", b"0x1F", b"1_000", b"9" * 40, b"9" * 5000),
    *(b"0." + b"1" * 400, b"007", b"1,5", b"true", b"TRUE", b"null", b"None", b"NA", b"#REF!", b"=1+1", b"@x", b"+1"),
    *(b"2025-02-30", b"0000-00-00", b"9999-12-31", b"2025-XX", b"2025/..", b"../2025", b"[2025..", b"2025-01-01~/.."),
    *(b"[2024,2025]", b"31.12.2024", b"45363", b"P1Y", b"P", b"-1", b"1e3", b"../../etc/passwd", b"/etc/passwd"),
    *(b"file:///etc/passwd", b"http://127.0.0.1:9/", b"{}", b"[]", b"{", b"}", b"[", b"]", b":", b"\\", b"\\u0000"),
    *(b"\\ud800", b"\\udc00", b'{"a":1,"a":2}', b"[" * 3000, b'{"a":' * 2000, b"{suggestion}", b"{0}", b"%s", b"$1"),
    *(b"<!DOCTYPE a>", b"<!--", b"]]>", b"<![CDATA[", b"&amp;", b"&x;", b"&#0;", b"&#x110000;", b"<a>" * 500, b"/>"),
    *(b"<row r='0'/>", b't="s"', b't="e"', b't="d"', b"XFD1048576", b"<f>1</f>", b"PK\x03\x04", b"PK\x01\x02"),
    *(b"PK\x05\x06", b"PAR1", b"ARROW1", b"a" * 300, b"x" * 70_000, b"evt-exm-1", b"per-exm-1", b"cases", b"meta"),
)
_VALUES: Final[tuple[Any, ...]] = (
    *(None, True, False, 0, -1, 1.5, 1e300, 10**400, float("nan"), float("inf"), "", " ", "x" * 5000, "\x00", "\ud800"),
    *(
        [],
        {},
        [[]],
        {"a": {}},
        [None],
        [1, "a", {}],
        "2025-02-30",
        "2025-XX-XX",
        "per-exm-1",
        "\u202e",
        "\x1b[2J",
        "٢٠٢٥",
    ),
)


def damaged(target: str, chance: Random) -> File:
    """A sound file of a form, damaged in some way."""
    file = chance.choice(sound_files(target))
    return damaged_file(target, file, chance)


def damaged_file(target: str, file: File, chance: Random) -> File:
    """One certain file, damaged in some way."""
    ways = _WAYS.get(target, (in_bytes,))
    data = chance.choice(ways)(file, chance)
    return File(file.name, data[:MOST_BYTES])


def in_bytes(file: File, chance: Random) -> bytes:
    """Bytes changed, taken out, put in, repeated, moved or cut off."""
    data = bytearray(file.data)
    for _ in range(chance.choice((1, 1, 1, 2, 3, 8))):
        chance.choice(_STROKES)(data, chance)
    return bytes(data)


def at_the_end(file: File, chance: Random) -> bytes:
    """The same near the end, where Parquet, Arrow and zip files say what they hold."""
    size = min(len(file.data), chance.choice((8, 64, 600, 4000)))
    tail = in_bytes(File(file.name, file.data[-size:]), chance)
    return file.data[:-size] + tail


def in_lines(file: File, chance: Random) -> bytes:
    """Lines and cells taken out, repeated, exchanged or made of something else."""
    lines = [line.split(b",") for line in file.data.split(b"\n")]
    for _ in range(chance.choice((1, 2, 4))):
        line = chance.choice(lines)
        place = chance.randrange(len(line)) if line else 0
        match chance.randrange(7):
            case 0:
                del line[place : place + 1]
            case 1:
                line.insert(place, chance.choice(_TOKENS))
            case 2:
                line[place : place + 1] = [chance.choice(_TOKENS)]
            case 3:
                line[place:place] = line[place : place + 1] * chance.choice((1, 5, 500))
            case 4:
                lines.insert(chance.randrange(len(lines)), list(chance.choice(lines)))
            case 5:
                lines.remove(line)
                lines = lines or [[b""]]
            case _:
                line[place : place + 1] = [b'"' + chance.choice(_TOKENS) + b'"']
    return chance.choice((b"\n", b"\n", b"\r\n", b"\r")).join(
        chance.choice((b",", b",", b",", b";")).join(line) if chance.random() < 0.02 else b",".join(line)
        for line in lines
    )


def in_encoding(file: File, chance: Random) -> bytes:
    """The text in another encoding."""
    text = file.data.decode("utf-8").replace("e", chance.choice(("é", "ы", "e")), 3)
    return text.encode(chance.choice(("utf-16", "utf-16-le", "utf-32", "cp1252", "cp1251", "utf-8-sig")), "replace")


def in_document(file: File, chance: Random) -> bytes:
    """Values of a JSON document, or of one line of JSON Lines, given way to others."""
    if file.name.endswith(".jsonl"):
        lines = file.data.decode().splitlines()
        place = chance.randrange(len(lines))
        lines[place] = _written(_other(json.loads(lines[place]), chance), chance)
        return "\n".join(lines).encode("utf-8", "surrogatepass")
    return _written(_other(json.loads(file.data), chance), chance).encode("utf-8", "surrogatepass")


def _other(content: Any, chance: Random) -> Any:
    """The content with a value, or a key, exchanged somewhere."""
    if isinstance(content, dict) and content and chance.random() < 0.9:
        key = chance.choice(list(content))
        if chance.random() < 0.1:
            return {**content, chance.choice(("", "\x00", "a" * 500, "cases", "meta", "persons")): content[key]}
        return {**content, key: _other(content[key], chance)}
    if isinstance(content, list) and content and chance.random() < 0.9:
        place = chance.randrange(len(content))
        return [*content[:place], _other(content[place], chance), *content[place + chance.randrange(2) :]]
    return chance.choice(_VALUES)


def _written(content: Any, chance: Random) -> str:
    text = json.dumps(content, ensure_ascii=chance.random() < 0.5)
    if chance.random() < 0.1:  # a key twice
        text = text.replace("{", '{"title": 1, "title": 2, ', 1)
    return text


def in_parts(file: File, chance: Random) -> bytes:
    """Members of an archive damaged, taken out or renamed, in an archive that is sound itself."""
    with zipfile.ZipFile(io.BytesIO(file.data)) as archive:
        parts: dict[str, bytes | str] = {name: archive.read(name) for name in archive.namelist()}
    name = chance.choice(list(parts))
    data = parts[name]
    match chance.randrange(6):
        case 0:
            del parts[name]
        case 1:
            del parts[name]
            parts[chance.choice(_NAMES).format(name)] = data
        case _:
            parts[name] = in_bytes(File(name, data if isinstance(data, bytes) else data.encode()), chance)
    return zipped(parts)


_NAMES: Final = (
    *(
        "../{}",
        "/{}",
        "a/b/{}",
        "{}/",
        "{}.zip",
        "C:\\{}",
        "{}\\x",
        "./{}",
        "Cases.csv",
        "EVENTS.CSV",
        "e\u0301.csv",
    ),
    *(
        "é.csv",
        "x" * 300 + ".csv",
        "\x1b[2J.csv",
        "\u202ecsv.exe",
        "events.csv",
        "events.csv/a.csv",
        "meta.json",
        ".csv",
    ),
)


def of_odd_types(file: File, chance: Random) -> bytes:
    """A table with a column of a type that no field has."""
    table, form = file.name.rsplit(".", 1)
    odd = odd_columns(arrow_table(table), chance.randrange)
    if form == "arrow":
        return as_arrow(odd)
    try:
        return as_parquet(odd)
    except (NotImplementedError, ValueError):  # types that Parquet does not have
        return as_arrow(odd)


def _flip(data: bytearray, chance: Random) -> None:
    if data:
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)


def _take_out(data: bytearray, chance: Random) -> None:
    place = chance.randrange(len(data) + 1)
    del data[place : place + chance.choice((1, 1, 4, 30, 500))]


def _put_in(data: bytearray, chance: Random) -> None:
    place = chance.randrange(len(data) + 1)
    data[place:place] = chance.choice(_TOKENS)


def _write_over(data: bytearray, chance: Random) -> None:
    token = chance.choice(_TOKENS)[:64]
    place = chance.randrange(len(data) + 1)
    data[place : place + len(token)] = token


def _write_number(data: bytearray, chance: Random) -> None:
    size = chance.choice((1, 2, 4, 8))
    place = chance.randrange(len(data) + 1)
    number = chance.choice(_NUMBERS) & ((1 << 8 * size) - 1)
    data[place : place + size] = number.to_bytes(size, "little")


def _repeat(data: bytearray, chance: Random) -> None:
    place = chance.randrange(len(data) + 1)
    piece = data[place : place + chance.choice((1, 2, 10, 100))]
    if piece:
        data[place:place] = bytes(piece) * min(chance.choice((1, 3, 100, 5000)), MOST_BYTES // len(piece))
    del data[MOST_BYTES:]


def _move(data: bytearray, chance: Random) -> None:
    place, size = chance.randrange(len(data) + 1), chance.choice((1, 8, 200))
    piece = data[place : place + size]
    del data[place : place + size]
    other = chance.randrange(len(data) + 1)
    data[other:other] = piece


def _cut(data: bytearray, chance: Random) -> None:
    del data[chance.randrange(len(data) + 1) :]


_STROKES: Final[tuple[Callable[[bytearray, Random], None], ...]] = (
    *(_flip, _flip, _take_out, _put_in, _put_in, _write_over, _write_number, _repeat, _move, _cut),
)
_WAYS: Final[Mapping[str, tuple[Callable[[File, Random], bytes], ...]]] = MappingProxyType(
    {
        "csv": (in_bytes, in_lines, in_lines, in_lines, in_encoding),
        "jsonl": (in_bytes, in_lines, in_document, in_document, in_encoding),
        "json": (in_bytes, in_document, in_document, in_encoding),
        "parquet": (in_bytes, at_the_end, at_the_end, of_odd_types),
        "arrow": (in_bytes, at_the_end, in_bytes, of_odd_types),
        "xlsx": (in_bytes, in_parts, in_parts, in_parts),
        "ods": (in_bytes, in_parts, in_parts, in_parts),
        "zip": (in_bytes, at_the_end, in_parts, in_parts),
    }
)
