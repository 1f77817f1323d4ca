"""Identifiers kept back, of which a large release has hundreds of thousands: found in text and in bytes."""

from __future__ import annotations

import hashlib
from base64 import b64encode

import pytest

from pfds.release.protected import Names
from pfds.release.scan.identifiers import Identifiers
from pfds.release.scan.place import Place
from pfds.release.scan.raw import RawSeeker
from pfds.release.scan.seeker import TextSeeker
from pfds.release.scan.walk import Walk

SOUGHT = "per-exm-12"
KNOWN = Identifiers([SOUGHT, "per-exm-1", "evt-exm-long-one"])


@pytest.mark.parametrize(
    "text",
    [
        SOUGHT,
        "PER-EXM-12",
        "(per-exm-12)",
        "x\nper-exm-12,y",
        "имя per-exm-12 тут",
        "per-exm-12--",
        "foo/per-exm-12.html",
    ],
)
def test_an_identifier_is_found_in_text_with_its_end(text: str) -> None:
    ((found, end),) = KNOWN.within(text)
    assert found == SOUGHT
    assert text[:end].lower().endswith(SOUGHT)


@pytest.mark.parametrize(
    "text",
    ["per-exm-123", "xper-exm-12", "per-exm-12a", "per-exm-12-3", "evt-per-exm-12", "per exm 12", "имяper-exm-12", ""],
)
def test_a_part_of_something_longer_is_no_identifier(text: str) -> None:
    assert not list(KNOWN.within(text))


def test_letters_that_are_ascii_in_another_case_are_read_as_such() -> None:
    known = Identifiers(["src-klm-1"])
    assert [each for each, _ in known.within("\u017frc-\u212alm-1")] == ["src-klm-1"]


@pytest.mark.parametrize("encoding", ["ascii", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("before", [b"", b"\0", b"\x20\x20", b"\xff\0\0"])
def test_an_identifier_is_found_in_bytes_where_it_begins(encoding: str, before: bytes) -> None:
    data = before + SOUGHT.upper().encode(encoding) + b"\0\0"
    assert list(KNOWN.in_bytes(data)) == [(SOUGHT, len(before) + (encoding == "utf-16-be"))]


@pytest.mark.parametrize("encoding", ["ascii", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("text", ["per-exm-123", "xper-exm-12"])
def test_a_part_of_something_longer_in_bytes_is_none(encoding: str, text: str) -> None:
    assert not list(KNOWN.in_bytes(b"\0\0" + text.encode(encoding) + b"\0\0"))


def test_letters_far_apart_are_no_identifier() -> None:
    assert not list(KNOWN.in_bytes(b"xx".join(bytes([letter]) for letter in SOUGHT.encode())))


def test_nothing_is_found_where_nothing_is_sought() -> None:
    assert not list(Identifiers([]).within(SOUGHT))
    assert not list(Identifiers([]).in_bytes(SOUGHT.encode()))


@pytest.mark.parametrize("algorithm", ["md5", "sha1", "sha256"])
@pytest.mark.parametrize("spelled", [SOUGHT, SOUGHT.upper()])
def test_its_hash_is_found(algorithm: str, spelled: str) -> None:
    digest = hashlib.new(algorithm, spelled.encode()).hexdigest()
    assert _seen(f"x {digest} y") == [SOUGHT]
    assert not _seen(f"x {hashlib.new(algorithm, b'per-exm-13').hexdigest()} y")


def test_it_is_found_in_base64() -> None:
    assert SOUGHT in _seen(f"x {b64encode(f'about {SOUGHT}, they said'.encode()).decode()} y")


def test_many_are_told_apart() -> None:
    many = [f"clm-exm-{number:06}" for number in range(50_000)]
    raw = _raw(many)
    digests = b"".join(hashlib.sha256(each.encode()).digest()[:8] for each in ("clm-exm-000007", "clm-exm-050000"))
    assert [(place, sought.value) for place, sought in raw.hashes.among(digests)] == [(0, "clm-exm-000007")]
    assert [seen.sought.value for seen in raw.seen(b"\0clm-exm-049999\0clm-exm-050000\0")] == ["clm-exm-049999"]


def _raw(identifiers: list[str]) -> RawSeeker:
    return RawSeeker(TextSeeker(Names(frozenset(), frozenset()), identifiers), ())


def _seen(text: str) -> list[str]:
    seeker = TextSeeker(Names(frozenset(), frozenset()), [SOUGHT])
    found = Walk(seeker, RawSeeker(seeker, ())).texts.within(text, Place("x"))
    return [each.sought.value for each in found if each.sought]
