"""The last look finds protected values in every layer and every spelling that it promises."""

import base64
import bz2
import gzip
import hashlib
import html
import io
import json
import lzma
import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from unicodedata import normalize
from urllib.parse import quote

import pyarrow as pa
import pytest
from pyarrow import parquet
from test_leaks import FREE, HELD

from pfds.release.last_look import Forbidden, look_for_leaks
from pfds.release.protected import Names, Origin, words
from pfds.release.versions import GateRefused

NAMES = ("Zorvan Quistrél", "آرمان‌دخت زروانی", "Жорван Квистрел", "王小明华", "Wanjirũ Kĩng'ori")
SHORT = ("王小明", "Li", "Z.Q.")
Spelling = Callable[[str], bytes]


def refused(folder: Path, *names: str, values: tuple[str, ...] = (), ids: tuple[str, ...] = ()) -> bool:
    """Whether the last look refuses a folder, and does so without saying what it found."""
    nobody = Origin("names", "nam-exm-1", "name")
    sought = Names(frozenset(map(words, names)), frozenset(), dict.fromkeys(names, nobody))
    none = frozenset[str]()
    try:
        look_for_leaks(folder, Forbidden(sought, frozenset(ids), none, none, dict.fromkeys(values, nobody)))
    except GateRefused as refusal:
        assert not any(part in words(str(refusal)) for name in names for part in words(name) if len(part) > 2)
        return True
    return False


def text(change: Callable[[str], str]) -> Spelling:
    return lambda name: f"before {change(name)} after".encode()


def within(change: Callable[[bytes], bytes]) -> Spelling:
    return lambda name: b"before " + change(name.encode()) + b" after"


def digest(algorithm: str) -> Spelling:
    return within(lambda data: hashlib.new(algorithm, data).hexdigest().encode())


def shifted(places: int, encode: Callable[[bytes], bytes]) -> Spelling:
    return within(lambda data: encode(b"a very long blob "[: 12 + places] + data + b" and more"))


SPELLINGS: dict[str, Spelling] = {
    "plain": text(str),
    "NFD": text(lambda name: normalize("NFD", name)),
    "NFKC": text(lambda name: normalize("NFKC", name)),
    "upper": text(str.upper),
    "lower": text(str.lower),
    "no diacritics": text(lambda name: " ".join(words(name))),
    "slug": text(lambda name: name.replace(" ", "-").lower()),
    "underscores": text(lambda name: name.replace(" ", "_").lower()),
    "without spaces": text(lambda name: name.replace(" ", "")),
    "doubled spaces": text(lambda name: name.replace(" ", "   ")),
    "over two lines": text(lambda name: name.replace(" ", "\n")),
    "last, first": text(lambda name: ", ".join(reversed(name.split(" ")))),
    "zero width spaces": text("\u200b".join),
    "soft hyphens": text("\u00ad".join),
    "bidi controls": text(lambda name: f"\u202e{name}\u202c"),
    "percent": text(quote),
    "percent lower": text(lambda name: quote(name).lower()),
    "percent twice": text(lambda name: quote(quote(name))),
    "JSON": lambda name: json.dumps({"x": name}).encode(),
    "entities dec": text(lambda name: "".join(f"&#{ord(letter)};" for letter in name)),
    "entities hex": text(lambda name: "".join(f"&#x{ord(letter):X};" for letter in name)),
    "named entities": lambda name: name.encode("ascii", "xmlcharrefreplace").replace(b" ", b"&nbsp;"),
    "entities in JSON": lambda name: json.dumps(html.escape(f"&{name}")).encode(),
    "markup": text(lambda name: f"<b>{name[:2]}</b>{name[2:]}"),
    "markup of words": text(lambda name: "".join(f"<tspan>{word}</tspan>" for word in name.split(" "))),
    "hex": within(lambda data: data.hex().encode()),
    "hex upper": within(lambda data: data.hex().upper().encode()),
    **{f"base64 {place}": shifted(place, base64.b64encode) for place in range(3)},
    **{f"base64 url {place}": shifted(place, base64.urlsafe_b64encode) for place in range(3)},
    "base64 in lines": shifted(0, lambda data: base64.encodebytes(b"x" * 90 + data)),
    "base64 upper": within(lambda data: base64.b64encode(data.decode().upper().encode())),
    "base64 of base64": within(lambda data: base64.b64encode(base64.b64encode(b"...." + data))),
    "base64 of UTF-16": lambda name: base64.b64encode(f"xx {name} xx".encode("utf-16-le")),
    "base64 of gzip": within(lambda data: base64.b64encode(gzip.compress(data))),
    "MD5": digest("md5"),
    "SHA-1": digest("sha1"),
    "SHA-256": digest("sha256"),
    "SHA-256 of lower": within(lambda data: hashlib.sha256(data.decode().lower().encode()).hexdigest().encode()),
    "SHA-256 in base64": within(lambda data: base64.b64encode(hashlib.sha256(data).digest())),
    "UTF-16": lambda name: name.encode("utf-16"),
}
ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "cp1251", "cp1252", "cp1256", "koi8-r")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_name_is_found_in_every_spelling(tmp_path: Path, spelling: str, name: str) -> None:
    (tmp_path / "x.txt").write_bytes(SPELLINGS[spelling](name))
    assert refused(tmp_path, name)


def archive(data: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("inner.txt", data)
    return file.getvalue()


def zip_of(**more: str) -> Callable[[str], bytes]:
    def make(name: str) -> bytes:
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w") as packed:
            info = zipfile.ZipInfo(name if "name" in more else "inner.txt")
            info.comment = name.encode() if "comment" in more else b""
            packed.writestr(info, b"nothing")
            packed.comment = name.encode() if "whole" in more else b""
        return file.getvalue()

    return make


def overwritten(name: str) -> bytes:
    """An archive in whose bytes a member is left that its directory does not list."""
    first = archive(name.encode())
    with zipfile.ZipFile(io.BytesIO(first)) as packed:
        slack = first[: packed.start_dir]
    return slack + archive(b"nothing")


def table(name: str, **options: object) -> bytes:
    file = io.BytesIO()
    parquet.write_table(pa.table({"x": ["a", f"{name}", "b"]}), file, **options)
    return file.getvalue()


def unused_entry(name: str) -> bytes:
    file = io.BytesIO()
    column = pa.array(["a", name, "b"]).dictionary_encode().filter(pa.array([True, False, True]))
    parquet.write_table(pa.table({"x": column}), file, compression="zstd", write_statistics=False)
    return file.getvalue()


def with_metadata(name: str, *, of_field: bool) -> bytes:
    file = io.BytesIO()
    field = pa.field("x", pa.string(), metadata={"k": name} if of_field else None)
    schema = pa.schema([field], metadata=None if of_field else {"k": name})
    parquet.write_table(pa.table({"x": ["a"]}, schema=schema), file)
    return file.getvalue()


def database(statement: str) -> Callable[[str], bytes]:
    def make(name: str) -> bytes:
        with closing(sqlite3.connect(":memory:")) as made:
            made.execute("CREATE TABLE t (x, y)")
            made.execute(statement.format(name.replace("'", "''")))
            made.commit()
            return made.serialize()

    return make


LAYERS: dict[str, Callable[[str], bytes]] = {
    "gzip": lambda name: gzip.compress(name.encode()),
    "bzip2": lambda name: bz2.compress(name.encode()),
    "xz": lambda name: lzma.compress(name.encode()),
    "zstd": lambda name: pa.compress(name.encode(), "zstd", asbytes=True),
    "zip": lambda name: archive(name.encode()),
    "zip in zip in gzip": lambda name: gzip.compress(archive(archive(name.encode()))),
    "zip, JSON in it": lambda name: archive(json.dumps(name).encode()),
    "zip, name of a member": zip_of(name=""),
    "zip, comment of a member": zip_of(comment=""),
    "zip, comment": zip_of(whole=""),
    "zip, overwritten member": overwritten,
    **{f"Parquet {codec}": lambda name, codec=codec: table(name, compression=codec) for codec in ("zstd", "snappy")},  # type: ignore[misc]
    "Parquet v2": lambda name: table(name, data_page_version="2.0", compression="gzip"),
    "Parquet delta": lambda name: table(
        name, use_dictionary=False, column_encoding={"x": "DELTA_BYTE_ARRAY"}, write_statistics=False
    ),
    "Parquet, unused entry of a dictionary": unused_entry,
    "Parquet, metadata": lambda name: with_metadata(name, of_field=False),
    "Parquet, metadata of a field": lambda name: with_metadata(name, of_field=True),
    "SQLite, cell": database("INSERT INTO t VALUES ('{}', 1)"),
    "SQLite, blob": database("INSERT INTO t VALUES (CAST('{}' AS BLOB), 1)"),
    "SQLite, schema": database("CREATE VIEW v AS SELECT '{}' AS z FROM t"),
}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("layer", LAYERS)
def test_a_name_is_found_in_every_layer(tmp_path: Path, layer: str, name: str) -> None:
    (tmp_path / "x.bin").write_bytes(LAYERS[layer](name))
    assert refused(tmp_path, name)
    (tmp_path / "x.bin").write_bytes(LAYERS[layer]("Somebody Else"))
    if layer != "zip, overwritten member":
        assert not refused(tmp_path, name)


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_found_in_bytes_of_every_encoding(tmp_path: Path, name: str, encoding: str) -> None:
    try:
        data = name.encode(encoding)
    except UnicodeEncodeError:
        return
    with closing(sqlite3.connect(tmp_path / "x.sqlite")) as made:
        made.execute("CREATE TABLE t (x)")
        made.execute("INSERT INTO t VALUES (?)", (b"\x01\x02" + data + b"\x00\x03",))
        made.commit()
    assert refused(tmp_path, name)


@pytest.mark.parametrize("algorithm", ["md5", "sha1", "sha256"])
def test_a_hash_is_found_in_bytes(tmp_path: Path, algorithm: str) -> None:
    (tmp_path / "x.zip").write_bytes(archive(b"x"))
    data = b"\x01" + hashlib.new(algorithm, NAMES[0].encode()).digest()
    (tmp_path / "x.zip").write_bytes(table("x", compression="zstd"))
    assert not refused(tmp_path, NAMES[0])
    file = io.BytesIO()
    parquet.write_table(pa.table({"x": [data]}), file, compression="zstd")
    (tmp_path / "x.zip").write_bytes(file.getvalue())
    assert refused(tmp_path, NAMES[0])


@pytest.mark.parametrize("name", SHORT)
def test_a_short_name_is_found_as_it_is(tmp_path: Path, name: str) -> None:
    (tmp_path / "x.txt").write_text(f"said {name}, who", "utf-8")
    assert refused(tmp_path, name)


@pytest.mark.parametrize(("name", "words_there"), HELD)
def test_what_was_found_before_is_found(tmp_path: Path, name: str, words_there: str) -> None:
    (tmp_path / "x.txt").write_text(words_there, "utf-8")
    assert refused(tmp_path, name)


@pytest.mark.parametrize(
    ("name", "words_there"),
    [*FREE, ("Anna Li", "Ann Ali, Lianna and Annali"), ("Ан", "ah, an end"), ("Zorvan Quistrel", "zorva nquistrel")],
)
def test_other_words_stay_free(tmp_path: Path, name: str, words_there: str) -> None:
    (tmp_path / "x.txt").write_text(words_there, "utf-8")
    (tmp_path / "x.zip").write_bytes(archive(words_there.encode()))
    assert not refused(tmp_path, name)


@pytest.mark.parametrize("there", ["Zоrvаn Quistrеl", "ΖORVAN QUISTREL", "Zorvan Quіstrel"])
def test_letters_that_look_alike_are_found(tmp_path: Path, there: str) -> None:
    assert there.lower() != "zorvan quistrel"
    (tmp_path / "x.txt").write_text(there, "utf-8")
    assert refused(tmp_path, "Zorvan Quistrel")


@pytest.mark.parametrize(
    "there", ["+996 555 123-456", "+996555123456", "(+996) 555.123.456", "ZQ@Mail.Example", "zq%40mail.example"]
)
def test_other_private_values_are_found(tmp_path: Path, there: str) -> None:
    (tmp_path / "x.txt").write_text(f"write to {there}.", "utf-8")
    assert refused(tmp_path, values=("+996 555 123 456", "zq@mail.example"))


@pytest.mark.parametrize("there", ["per-exm-1", "PER-EXM-1.", "x%2Fper%2Dexm%2D1", "&#112;er-exm-1"])
def test_identifiers_are_found_without_their_escapes(tmp_path: Path, there: str) -> None:
    (tmp_path / "x.txt").write_text(there, "utf-8")
    assert refused(tmp_path, ids=("per-exm-1",))
    assert not refused(tmp_path, ids=("per-exm-11", "per-exm"))


@pytest.mark.parametrize(
    "there",
    ["Zorvan K.", "Z. Quistrel", "Zorwan Kvistrel", "Zorvan Quistel", "the accountant's brother", "Quistrel alone"],
    ids=["initial of the last", "initial of the first", "transliteration", "letter dropped", "paraphrase", "part"],
)
def test_what_is_not_promised(tmp_path: Path, there: str) -> None:
    """No one must believe that these are found: docs/disclosure.md lists them."""
    (tmp_path / "x.txt").write_text(there, "utf-8")
    assert not refused(tmp_path, "Zorvan Quistrel")


@pytest.mark.parametrize(
    "data", [b"\x89PNG\r\n\x1a\n\0\0", b"caf\xe9", b"PK\x03\x04 broken", b"PAR1 broken", b"\x1f\x8b\x08 broken"]
)
def test_what_cannot_be_looked_through_is_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "x.bin").write_bytes(data)
    assert refused(tmp_path, "Zorvan Quistrel")
