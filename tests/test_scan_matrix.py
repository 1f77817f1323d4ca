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
from contextlib import closing, suppress
from pathlib import Path
from unicodedata import normalize
from urllib.parse import quote

import pyarrow as pa
import pytest
from pyarrow import parquet

from pfds.release.last_look import Forbidden, look_for_leaks
from pfds.release.protected import UNSPACED, Names, Origin, words
from pfds.release.scan.report import PrivateReport
from pfds.release.versions import GateRefused

# A name in each of ten scripts, and one that differs from it in a letter of each word.
NAMES = {
    "Zorvan Quistrél": "Zorban Quiztrél",
    "Wanjirũ Kĩng'orima": "Wanhirũ Kĩnh'orima",
    "آرمان‌دخت زروانی": "آرمین‌دخت زروابی",
    "Жорван Квистрел": "Жордан Квиктрел",
    "Ζορβάν Κουιστρέλης": "Ζορδάν Κουικτρέλης",
    "Զորվան Քուիստրել": "Զորդան Քուիկտրել",
    "ზორვან კვისტრელი": "ზორდან კვიკტრელი",
    "זורוואן קוויסטרל": "זורדאן קוויקטרל",
    "ज़ोरवन क्विस्त्रेल": "ज़ोरबन क्विष्ट्रेल",
    "王小明华": "王小朋华",
    "김철수한": "김찰수한",
}
LATIN = "Zorvan Quistrél"
SHORT = ("王小明", "Li", "Z.Q.", "김수")
Spelling = Callable[[str], bytes]


def found(folder: Path, *names: str, values: tuple[str, ...] = (), ids: tuple[str, ...] = ()) -> dict[str, set[str]]:
    """What the last look refuses in each file of a folder; it does so without saying what it found."""
    nobody = Origin("names", "nam-exm-1", "name")
    sought = Names(frozenset(map(words, names)), frozenset(), dict.fromkeys(names, nobody))
    none = frozenset[str]()
    report = folder.parent / f"{folder.name}.json"
    forbidden = Forbidden(sought, frozenset(ids), none, none, dict.fromkeys(values, nobody))
    try:
        look_for_leaks(folder, forbidden, None, PrivateReport(report))
    except GateRefused as refusal:
        assert not any(part in words(str(refusal)) for name in names for part in words(name) if len(part) > 2)
        seen: dict[str, set[str]] = {}
        for place in json.loads(report.read_text("utf-8"))["places"]:
            if not place["verdict"].startswith("word"):
                seen.setdefault(place["path"], set()).add(place.get("value", "nobody can tell"))
        return seen
    return {}


def refused(folder: Path, *names: str, values: tuple[str, ...] = (), ids: tuple[str, ...] = ()) -> bool:
    """Whether the last look refuses a folder."""
    return bool(found(folder, *names, values=values, ids=ids))


def as_found(name: str) -> str:
    """A name as a private report has it."""
    return ("" if UNSPACED.search(" ".join(words(name))) else " ").join(words(name))


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
ENCODINGS = (*("utf-8", "utf-16-le", "utf-16-be", "cp1251", "cp1252", "cp1256", "koi8-r", "iso8859-5", "iso8859-6"),)
UNSPACED_ENCODINGS = ("gb18030", "big5", "shift_jis", "euc_kr")


def planted(folder: Path, made: dict[str, Callable[[str], bytes]]) -> dict[str, set[str]]:
    """Writes a file for each way to write each name, and one for its twin; returns which file has which name."""
    holds = {}
    for number, (name, twin) in enumerate(NAMES.items()):
        for kind, make in enumerate(made.values()):
            (folder / f"{kind}-{number}").write_bytes(make(name))
            (folder / f"{kind}-{number}-twin").write_bytes(make(twin))
            holds[f"{kind}-{number}"] = {as_found(name)}
    return holds


def test_a_name_is_found_in_every_spelling_and_its_twin_in_none(tmp_path: Path) -> None:
    folder = tmp_path / "release"
    folder.mkdir()
    holds = planted(folder, SPELLINGS)
    assert len(holds) == len(SPELLINGS) * len(NAMES)
    assert found(folder, *NAMES) == holds


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


OVERWRITTEN = "zip, overwritten member"
"""An archive that is refused, whatever it holds."""


def test_a_name_is_found_in_every_layer_and_its_twin_in_none(tmp_path: Path) -> None:
    folder = tmp_path / "release"
    folder.mkdir()
    holds = planted(folder, {layer: make for layer, make in LAYERS.items() if layer != OVERWRITTEN})
    assert found(folder, *NAMES) == holds
    (folder / "x.zip").write_bytes(overwritten("nobody"))
    assert "x.zip" in found(folder, *NAMES)


@pytest.mark.long
@pytest.mark.parametrize("layer", sorted(LAYERS.keys() - {OVERWRITTEN, "zip, name of a member"}))
def test_every_spelling_is_found_in_every_layer(tmp_path: Path, layer: str) -> None:
    folder = tmp_path / "release"
    folder.mkdir()
    texts = {name: spelling for name, spelling in SPELLINGS.items() if name not in ("UTF-16",)}
    holds = planted(folder, {name: inside(spelling, LAYERS[layer]) for name, spelling in texts.items()})
    assert found(folder, *NAMES) == holds


def inside(spelling: Spelling, layer: Callable[[str], bytes]) -> Callable[[str], bytes]:
    return lambda name: layer(spelling(name).decode("utf-8"))


def test_a_name_is_found_in_bytes_of_every_encoding(tmp_path: Path) -> None:
    folder = tmp_path / "release"
    folder.mkdir()
    holds = {}
    for number, name in enumerate(NAMES):
        for encoding in (*ENCODINGS, *(UNSPACED_ENCODINGS if UNSPACED.search(" ".join(words(name))) else ())):
            with suppress(UnicodeEncodeError):
                blob = b"\x01\x02" + name.encode(encoding) + b"\x00\x03"
                (folder / f"{encoding}-{number}").write_bytes(in_a_database(blob))
                holds[f"{encoding}-{number}"] = {as_found(name)}
    assert len(holds) > 40
    assert found(folder, *NAMES) == holds


def in_a_database(blob: bytes) -> bytes:
    with closing(sqlite3.connect(":memory:")) as made:
        made.execute("CREATE TABLE t (x)")
        made.execute("INSERT INTO t VALUES (?)", (blob,))
        made.commit()
        return made.serialize()


@pytest.mark.parametrize("algorithm", ["md5", "sha1", "sha256"])
def test_a_hash_is_found_in_bytes(tmp_path: Path, algorithm: str) -> None:
    (tmp_path / "x.zip").write_bytes(archive(b"x"))
    data = b"\x01" + hashlib.new(algorithm, LATIN.encode()).digest()
    (tmp_path / "x.zip").write_bytes(table("x", compression="zstd"))
    assert not refused(tmp_path, LATIN)
    file = io.BytesIO()
    parquet.write_table(pa.table({"x": [data]}), file, compression="zstd")
    (tmp_path / "x.zip").write_bytes(file.getvalue())
    assert refused(tmp_path, LATIN)


HELD = [
    ("Zorvan Quistrel", "Then Zorvan Quistrel spoke."),
    ("Zorvan Quistrel", "ZORVAN QUISTREL"),
    ("Zorvan Quistrel", "https://news.example/zorvan-quistrel_free"),
    ("Zorvan Quistrel", '"Zorvan","Quistrel"'),
    ("Zorvan Quistrel", "Zorvan Quistrel's brother"),
    ("Zorvan Quistrel", "Quistrel Zorvan"),
    ("Zorvan Quistrel", "QUISTREL, Zorvan"),
    ("Anna Maria Quistrel", "Quistrel Anna Maria"),
    ("Anna Maria Quistrel", "Quistrel, Maria Anna"),
    ("Zorvan Quistrel", "the reporter Zorvan\nQuistrel spoke"),
    ("Çağla Öztürk", "Cagla Ozturk"),
    ("Cagla Ozturk", "Çağla Öztürk"),
    ("Жорван Квистрел", "допросили Жорвана Квистрела"),
    (
        "Жорван Квистрел",
        "https://news.example/%D0%96%D0%BE%D1%80%D0%B2%D0%B0%D0%BD-%D0%9A%D0%B2%D0%B8%D1%81%D1%82%D1%80%D0%B5%D0%BB",
    ),
    ("Йорвен Ёлкин", "йорвен елкин"),
    ("Li", "said Li, who"),
    ("Z.Q.", "the accountant Z. Q. was freed"),
    ("王小明", "昨天王小明被捕"),
    ("김철수", "김철수는 말했다"),
]
FREE = [
    ("Zorvan Quistrel", "Zorvan and Quistrel"),
    ("Quistrel", "Quistrelite"),
    ("Li", "Lima, Oli, li2"),
    ("Rosa", "prosaic"),
    ("Anna Li", "Anna Lima"),
    ("Z.Q.", "the q of z"),
    ("王小明", "昨天王小红被捕"),
]


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


@pytest.mark.parametrize(
    "there",
    ["Zоrvаn Quistrеl", "ΖORVAN QUISTREL", "Zorvan Quіstrel", "ᴢᴏʀᴠan Quıstrel", "Zօrvan Զuistrel", "ꓜorvan Quistrel"],
)
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
