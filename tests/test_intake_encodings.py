"""Text in other encodings: read if its mark or an option names the encoding, and told what it looks like if not."""

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from command import KLOOP, pfds
from pfds.intake.decoding import UNKNOWN_BYTES, DecodedStream
from pfds.intake.known_encodings import ENCODINGS, Encoding, find_encoding, likely_encoding
from pfds.intake.stream import HashedStream
from pfds.intake.submission import open_document, open_submission
from pfds.intake.tables import TextTable
from pfds.standard.findings import Severity
from reading import Held, held, stream_of
from tiny_standard import STANDARD, brief, column, facts

SENTENCES = {
    "windows-1251": "Журналистка задержана у здания суда в Бишкеке, её адвоката не пустили.",
    "koi8-r": "Журналистка задержана у здания суда в Бишкеке, её адвоката не пустили.",
    "cp866": "Журналистка задержана у здания суда в Бишкеке, её адвоката не пустили.",
    "mac-cyrillic": "Журналистка задержана у здания суда в Бишкеке, её адвоката не пустили.",
    "koi8-u": "Журналіста затримали у Києві, його адвоката не пустили.",
    "windows-1252": "El periodista fue detenido en la Ciudad de México, según su abogado, señaló la organización.",
    "windows-1254": "Gazeteci İstanbul'da gözaltına alındı, avukatı şüpheli olduğunu öğrendi.",
    "windows-1256": "اعتقال صحفي في القاهرة ثم الإفراج عنه",
    "gb18030": "记者在北京被拘留，后获释",
    "cp932": "記者が東京で拘束された",
    "euc-jp": "記者が東京で拘束された",
    "cp949": "기자가 서울에서 체포되었다",
}


def named(name: str) -> Encoding:
    found = find_encoding(name)
    assert found is not None
    return found


def read(tmp_path: Path, data: bytes, encoding: str | None = None, name: str = "cases.csv") -> Held:
    path = tmp_path / name
    path.write_bytes(data)
    return held(open_submission([path], STANDARD, named(encoding) if encoding else None), STANDARD)


def only_table(submission: Held) -> TextTable:
    (found,) = submission.tables
    return found


@pytest.mark.parametrize("encoding", SENTENCES)
def test_text_in_an_encoding_that_is_named(tmp_path: Path, encoding: str) -> None:
    text = SENTENCES[encoding]
    data = f'case_id,title\r\ncas-1,"{text}\r\n{text}"\r\n\r\ncas-2,{text.replace(",", "")}\r\n'
    sent = data.encode(named(encoding).codec)
    submission = read(tmp_path, sent, encoding)
    assert submission.findings == ()
    found = only_table(submission)
    assert column(found, "title") == [f"{text}\r\n{text}", text.replace(",", "")]
    assert found.lines.tolist() == [2, 5]
    assert submission.files[0].sha256 == hashlib.sha256(sent).hexdigest()


@pytest.mark.parametrize("encoding", [name for name in SENTENCES if name != "koi8-r"])
def test_text_in_an_encoding_that_is_not_named_is_told_what_it_looks_like(tmp_path: Path, encoding: str) -> None:
    data = "case_id,title\n" + f"cas-1,{SENTENCES[encoding]}\n".replace(", ", " ")
    (finding,) = read(tmp_path, data.encode(named(encoding).codec)).findings
    assert brief(finding) == ("encoding-invalid", None, 1, 2, None)
    words = f"It looks like {named(encoding).words}: check it with --encoding {encoding}, or save it as “CSV UTF-8”."
    assert facts(finding) >= {"encoding": "UTF-8", "suggestion": words}.items()


@pytest.mark.parametrize("name", ["cases.jsonl", "all.json"])
def test_json_in_another_encoding(tmp_path: Path, name: str) -> None:
    record = {"case_id": "cas-1", "title": SENTENCES["windows-1251"]}
    text = json.dumps({"cases": [record]} if name == "all.json" else record, ensure_ascii=False)
    data = text.encode("cp1251")
    submission = read(tmp_path, data, "cp1251", name)
    assert submission.findings == ()
    assert column(only_table(submission), "title") == [SENTENCES["windows-1251"]]
    assert submission.files[0].sha256 == hashlib.sha256(data).hexdigest()
    (finding,) = read(tmp_path, data, None, name).findings
    assert (finding.rule, finding.origin.line) == ("encoding-invalid", 1)
    if name == "all.json":
        assert "--encoding windows-1251" in str(finding.facts["suggestion"])


def test_a_document_on_standard_input() -> None:
    text = '{"cases": [{"case_id": "cas-1", "title": "Ж"}]}'
    submission = held(open_document(text.encode("koi8-r"), "-", STANDARD, named("koi8-r")), STANDARD)
    assert (submission.findings, column(only_table(submission), "title")) == ((), ["Ж"])


def test_a_byte_that_does_not_fit_damages_only_its_row(tmp_path: Path) -> None:
    submission = read(tmp_path, b"case_id,title\ncas-1,\xc6\ncas-2,a\x98\ncas-3,\xe6\n", "windows-1251")
    (finding,) = submission.findings
    assert brief(finding) == ("encoding-invalid", None, 2, 3, None)
    assert dict(finding.facts) == {"encoding": "Windows-1251", "problem": UNKNOWN_BYTES, "suggestion": ""}
    found = only_table(submission)
    assert column(found, "title")[::2] == ["Ж", "ж"]
    assert found.damaged.tolist() == [False, True, False]


@pytest.mark.parametrize("data", [b"cas-1,\x81", b"cas-1,\x81\n", b"cas-1,a\x82\xa0\x81 b\n", b"cas-1,\xfd\xfd\n"])
def test_sequences_of_bytes_that_break_off(tmp_path: Path, data: bytes) -> None:
    submission = read(tmp_path, b"case_id,title\n" + data, "shift_jis")
    assert [(found.rule, found.row) for found in submission.findings] == [("encoding-invalid", 1)]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_utf_16_with_its_mark_is_read_and_told(tmp_path: Path, encoding: str, separator: str) -> None:
    data = f"\ufeffcase_id{separator}title\r\ncas-1{separator}Ж 😀\r\n".encode(encoding)
    submission = read(tmp_path, data)
    other = [] if separator == "," else [("csv-separator-other", Severity.INFO)]
    told = [(found.rule, found.severity) for found in submission.findings]
    assert told == [("encoding-other", Severity.INFO), *other]
    assert dict(submission.findings[0].facts) == {"encoding": "UTF-16"}
    assert column(only_table(submission), "title") == ["Ж 😀"]
    assert submission.files[0].sha256 == hashlib.sha256(data).hexdigest()


def test_utf_16_with_its_mark_but_without_a_header(tmp_path: Path) -> None:
    assert [found.rule for found in read(tmp_path, "\ufeffa,b\n".encode("utf-16-le")).findings] == ["header-missing"]


@pytest.mark.parametrize("name", ["cases.jsonl", "all.json"])
def test_json_in_utf_16_is_not_read_without_being_asked_for(tmp_path: Path, name: str) -> None:
    record = '{"case_id": "cas-1", "title": "a"}'
    data = (record if name == "cases.jsonl" else f'{{"cases": [{record}]}}').encode("utf-16")
    assert [found.rule for found in read(tmp_path, data, None, name).findings] == ["encoding-invalid"]
    assert read(tmp_path, data, "utf-16", name).findings == ()


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize(
    ("encoding", "codec"), [("utf-16", "utf-16-le"), ("utf-16le", "utf-16-le"), ("utf-16be", "utf-16-be")]
)
def test_utf_16_that_is_named(tmp_path: Path, mark: str, encoding: str, codec: str) -> None:
    submission = read(tmp_path, f"{mark}case_id,title\ncas-1,Ж\n".encode(codec), encoding)
    assert submission.findings == ()
    assert column(only_table(submission), "title") == ["Ж"]


def test_utf_8_that_is_named_is_read_as_without_a_name(tmp_path: Path) -> None:
    data = "\ufeffcase_id,title\ncas-1,é\n".encode() + b"cas-2,\xe9\n"
    (finding,) = read(tmp_path, data, "utf-8").findings
    assert facts(finding) >= {"encoding": "UTF-8", "byte": 32, "hex": "E9"}.items()
    assert read(tmp_path, data, "utf-8").findings == read(tmp_path, data).findings


def pieces(stream: DecodedStream | HashedStream, sizes: Iterable[int]) -> bytes:
    return b"".join(stream.read(size) for size in sizes) + stream.read(1 << 20)


@settings(max_examples=100, deadline=None)
@given(
    name=st.sampled_from(sorted(ENCODINGS)),
    text=st.text(max_size=30),
    sizes=st.lists(st.integers(1, 9), max_size=20),
    junk=st.binary(max_size=6),
)
def test_pieces_of_any_size_make_the_whole(name: str, text: str, sizes: list[int], junk: bytes) -> None:
    encoding = ENCODINGS[name]
    data = text.encode(encoding.codec, "ignore")
    sound = DecodedStream(stream_of(data), encoding, by_mark=False)
    assert pieces(sound, sizes).decode().removeprefix("\ufeff") == data.decode(encoding.codec).removeprefix("\ufeff")
    broken = pieces(DecodedStream(stream_of(data + junk), encoding, by_mark=False), sizes)
    assert broken == pieces(DecodedStream(stream_of(data + junk), encoding, by_mark=False), [])


@settings(max_examples=50, deadline=None)
@given(sizes=st.lists(st.integers(1, 9), max_size=20), data=st.binary(max_size=40))
def test_bytes_are_passed_on_where_nothing_is_decoded(sizes: list[int], data: bytes) -> None:
    stream = DecodedStream(stream_of(b"x" + data), None, by_mark=True)
    assert pieces(stream, sizes) == b"x" + data


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("cp1251", "windows-1251"),
        ("Windows_1251", "windows-1251"),
        ("latin1", "iso-8859-1"),
        ("UTF8", "utf-8"),
        ("sjis", "shift_jis"),
        ("ibm866", "cp866"),
        ("maccyrillic", "mac-cyrillic"),
        ("rot13", None),
        ("idna", None),
        ("utf-7", None),
        ("../utf-8", None),
        ("", None),
    ],
)
def test_names_of_encodings(name: str, found: str | None) -> None:
    encoding = find_encoding(name)
    assert (encoding.name if encoding else None) == found


@pytest.mark.parametrize("name", ENCODINGS)
def test_every_encoding_is_found_by_its_name_and_codec(name: str) -> None:
    assert find_encoding(name) == find_encoding(ENCODINGS[name].codec) == ENCODINGS[name]
    assert "a,b\n".encode(ENCODINGS[name].codec)


@pytest.mark.parametrize("data", [b"", b"plain", "é".encode(), bytes(range(256)) * 9, b"\xc6" * 9])
def test_where_nothing_can_be_told_nothing_is_guessed(data: bytes) -> None:
    assert likely_encoding(data) is None


def test_the_option(tmp_path: Path) -> None:
    for encoding in ("utf-8", "gb18030"):
        (tmp_path / encoding).mkdir()
        for path in KLOOP.iterdir():
            text = path.read_text("utf-8").replace("Bishkek", "Бишкек")
            (tmp_path / encoding / path.name).write_bytes(text.encode(encoding if path.suffix == ".csv" else "utf-8"))
    asked = pfds("validate", tmp_path / "gb18030", "--encoding", "GB18030")
    assert asked == pfds("validate", tmp_path / "utf-8")
    silent = pfds("validate", tmp_path / "gb18030")
    assert silent.code == 1
    assert "The text is not UTF-8" in silent.out


def test_an_encoding_that_is_not_known() -> None:
    wrong = pfds("validate", KLOOP, "--encoding", "window-1251")
    assert wrong.code == 2
    assert "window-1251 is not an encoding that can be read. Did you mean “windows-1251”?" in wrong.err
    assert "Known are utf-8, utf-16," in pfds("validate", KLOOP, "--encoding", "zzz").err
