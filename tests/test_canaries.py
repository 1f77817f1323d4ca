"""A part of `make canaries`: a small release full of canaries, and canaries that the search must find."""

import base64
import gzip
import io
import json
import zipfile
from pathlib import Path
from random import Random

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from canaries.layers import layers
from canaries.search import Search
from canaries.season import Season
from canaries.words import ALPHABETS, LETTERS, PART, Canaries


def canary(script: str = "Cyrl") -> str:
    return Canaries(Random(1)).word(script)  # noqa: S311 - test data, not secrets


def found(name: str, data: bytes, word: str) -> tuple[bool, bool]:
    whole, partly = Search({word}).found(layers(name, data))
    return word in whole, word in partly


def test_nothing_leaks_and_nothing_public_is_missing(tmp_path: Path) -> None:
    tally = Season(20251105, tmp_path, editions=False, records=4, short=1).played()
    assert tally.leaked == []
    assert tally.missing == []
    assert tally.pairs > 200_000


@pytest.mark.long
def test_nothing_that_was_kept_back_is_given_back(tmp_path: Path) -> None:
    tally = Season(31, tmp_path, editions=False, records=4, short=2).played()
    assert tally.refusals
    assert tally.leaked == []
    assert tally.missing == []


@pytest.mark.parametrize("script", ALPHABETS)
def test_a_canary_is_found_in_every_script_whole_or_cut_off(script: str) -> None:
    word = canary(script)
    assert len(word) == LETTERS
    assert found("a.csv", f"a,{word},b".encode(), word) == (True, True)
    assert found("a.csv", f"a,x{word.upper()}x,b".encode(), word) == (True, True)
    assert found("a.csv", f"a,{word[:PART]}…".encode(), word) == (False, True)
    assert found("a.csv", f"…{word[-PART:]} b".encode(), word) == (False, True)
    assert found("a.csv", f"a,{word[1 : PART + 1]},b".encode(), word) == (False, False)


def test_a_canary_is_found_in_every_layer() -> None:
    word = canary()
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(f"{word}.txt", "nothing")
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("inner.zip", archive.getvalue())
    for name, data in {
        "a.json": json.dumps({"a": word}).encode(),
        "a.html": "".join(f"&#{ord(letter)};" for letter in word).encode(),
        "a.md": "".join(f"%{byte:02X}" for byte in word.encode()).encode(),
        "a.sqlite": word.encode("utf-16-le"),
        "a.zip": inner.getvalue(),
        f"{word}.csv": b"",
    }.items():
        if name != "a.sqlite":
            assert found(name, data, word) == (True, True), name


def test_a_canary_is_found_in_a_dictionary_that_no_row_uses() -> None:
    word, file = canary(), io.BytesIO()
    column = pa.DictionaryArray.from_arrays(pa.array([0, 0], pa.int32()), pa.array(["shown", word]))
    pq.write_table(pa.table({"a": column}), file, compression="zstd", store_schema=False)
    assert word not in str(pq.read_table(io.BytesIO(file.getvalue())).to_pydict())
    assert found("a.parquet", file.getvalue(), word) == (True, True)


def test_what_is_no_canary_is_not_found() -> None:
    word = canary("Latn")
    for data in (gzip.compress(b"nothing"), base64.b64encode(bytes(range(256))), b"a natural sentence, 12,345"):
        assert found("a.txt", data, word) == (False, False)
