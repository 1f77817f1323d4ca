"""A name is found in exactly those cells whose folded text holds the folded name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from unicodedata import category, combining, normalize

import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pfds.checks.mentions import NameMatcher
from pfds.standard.folding import FOLDED, fold

CODE_POINTS = [code for code in range(0x110000) if not 0xD800 <= code < 0xE000]
# Characters that stretch, vanish, part words or change case oddly.
ODD = (
    "ßẞſσςΣİıIiŉǰΐᾳᾼꮿᏏᏼﬁﬀ１ａＡ가각힣½⅓ﷺ…⑴℀№™Ŀ¨´ʼ’'-_—.²٣३Ⅷ\n\r\x00\u2028"
    "\u0301\u0345\u302e\u0903\u094d\u200b\u200c\u200d\u00ad\ufeff"
)
WORDS = ["anna", "Ana", "al", "Аль", "Хасан", "Ёлкин", "محمد", "王", "王伟", "STRASSE", "Straße", "O’Neil", "1", "2"]
PARTS = st.sampled_from([*WORDS, *ODD, " ", " ", "-", "a", "b", "s"])
TEXTS = st.one_of(st.lists(PARTS, max_size=8).map("".join), st.text(max_size=12))


def slow_fold(text: str) -> str:
    """The definition, applied to the whole text."""
    bare = "".join(char for char in normalize("NFKD", text) if category(char) != "Mn")
    words = re.sub(r"[\W_]+", " ", bare.casefold()).strip()
    return f" {words} "


def slow_find(names: Iterable[tuple[str, str]], cells: Sequence[str | None]) -> list[tuple[int, str]]:
    """The definition, applied to each pair of a name and a cell."""
    sought = [(name_id, slow_fold(name)) for name_id, name in names if slow_fold(name).strip()]
    texts = [(place, slow_fold(cell)) for place, cell in enumerate(cells) if cell is not None]
    return sorted({(place, name_id) for place, text in texts for name_id, name in sought if name in text})


def find(names: Iterable[tuple[str, str]], cells: pa.StringArray | pa.ChunkedArray) -> list[tuple[int, str]]:
    found = NameMatcher(names).find(cells)
    assert found.schema == pa.schema([("cell", pa.int64()), ("name_id", pa.string())])
    return list(zip(found["cell"].to_pylist(), found["name_id"].to_pylist(), strict=True))


def is_in(name: str, cell: str) -> bool:
    return find([("n", name)], pa.array([cell], pa.string())) == [(0, "n")]


@given(TEXTS)
def test_folding_by_characters_equals_the_definition(text: str) -> None:
    assert fold(text) == slow_fold(text)


def test_no_character_that_normalization_moves_folds_to_letters() -> None:
    assert {FOLDED[code] for code in CODE_POINTS if combining(chr(code))} <= {"", " "}


def test_characters_that_hold_letters_and_spaces_come_apart_into_such_as_do_not() -> None:
    several = [char for char in map(chr, CODE_POINTS) if len(normalize("NFKD", char).casefold()) > 1]
    mixed = [char for char in several if FOLDED[ord(char)].strip() and " " in FOLDED[ord(char)]]
    assert "½" in mixed
    parts = {FOLDED[ord(part)] for char in mixed for part in normalize("NFKD", char)}
    assert {part for part in parts if part != " " and " " in part} == set()


@settings(deadline=None)
@given(st.lists(TEXTS, max_size=4), st.lists(st.none() | TEXTS, max_size=6))
@example(["a b"], ["a", "b"])
@example(["½"], ["1½", "1 2", "½½", "1 1 2"])
@example(["σ", "ς"], ["Σ", "ΑΣ"])
def test_the_same_pairs_as_by_definition(names: list[str], cells: list[str | None]) -> None:
    pairs = [(f"n-{place}", name) for place, name in enumerate(names)]
    assert find(pairs, pa.array(cells, pa.string())) == slow_find(pairs, cells)


@settings(deadline=None)
@given(TEXTS, TEXTS, st.lists(TEXTS, min_size=1, max_size=3))
def test_a_name_is_found_between_any_texts(before: str, after: str, names: list[str]) -> None:
    pairs = [(f"n-{place}", name) for place, name in enumerate(names)]
    cells = [f"{before} {name} {after}" for name in names] + [f"{before}{name}{after}" for name in names]
    assert find(pairs, pa.array(cells, pa.string())) == slow_find(pairs, cells)


def test_every_character_inside_and_beside_a_word() -> None:
    chars = [chr(code) for code in CODE_POINTS if code < 0x3400 or 0xA000 <= code < 0xAC40 or 0xF900 <= code < 0x1F200]
    cells = [f"ab{char}cd" for char in chars]
    pairs = [(name, name) for name in ("abcd", "ab", "cd", "ab cd", "abs", "abss cd", "ab 1", "2cd", "abicd", "acd")]
    assert find(pairs, pa.array(cells, pa.string())) == slow_find(pairs, cells)


@pytest.mark.parametrize(
    ("name", "holds", "holds_not"),
    [
        pytest.param("Anna", "Anna", "Annas", id="whole cell"),
        pytest.param("Anna", "Anna came", "Joanna came", id="start"),
        pytest.param("Anna", "with Anna", "with Annabel", id="end"),
        pytest.param("Anna", "ANNA!", "A N N A", id="case"),
        pytest.param("Li", "Li, journalist", "Lin, journalist", id="one short word"),
        pytest.param("Eno", "eno", "one", id="same letters in another order"),
        pytest.param("Anna Petrova", "(Anna—Petrova)", "Petrova Anna", id="order of words"),
        pytest.param("Anna Petrova", "Anna\n\nPetrova", "Anna K. Petrova", id="words between"),
        pytest.param("Аль-Хасан", "АЛЬ ХАСАН", "Альхасан", id="hyphen"),
        pytest.param("O’Neil", "O'NEIL", "ONeil", id="apostrophe"),
        pytest.param("Weiß", "WEISS", "Weis", id="sharp s"),
        pytest.param("GROẞ", "gross", "gros", id="capital sharp s"),
        pytest.param("Νίκος", "ΝΙΚΟΣ", "ΝΙΚΟ", id="final sigma"),
        pytest.param("İpek", "ipek", "ıpek", id="Turkish dotted and dotless i"),
        pytest.param("Ꮿ", "ꮿ", "ꮾ", id="Cherokee"),
        pytest.param("ﬁnn", "FINN", "fnn", id="ligature"),
        pytest.param("Ａｎｎａ１", "anna1", "anna 1", id="full width"),
        pytest.param("김철수", normalize("NFD", "김철수"), "김철", id="Hangul"),
        pytest.param("王伟", "记者 王伟。", "记者王伟。", id="Han, which puts no spaces"),
        pytest.param("Ёлкин", "Елкин", "Еълкин", id="diacritic of one letter"),
        pytest.param("Jose", "Jose\u0301", "Jos\u200de", id="combining mark and zero-width joiner"),
        pytest.param("Jose", "J\u0301\u0323ose", "J\u302eose", id="mark that takes a place"),
        pytest.param("مُحَمَّد", "محمد", "محمود", id="vowel signs"),
        pytest.param("Jo Ann", "Jo\u200bAnn", "Jo\u0345Ann", id="zero-width space"),
        pytest.param("Ali Reza", "Ali\u200cReza", "AliReza", id="zero-width non-joiner"),
        pytest.param("1 2", "½", "12", id="character that holds two words"),
        pytest.param("A1", "a¹", "a11", id="digits"),
        pytest.param("a b c d e f g h i j", "A B C D E F G H I J", "A B C D E F G H I K", id="many words"),
        pytest.param("a_b", "a%b", "axb", id="wildcards"),
    ],
)
def test_what_holds_a_name_and_what_does_not(name: str, holds: str, holds_not: str) -> None:
    assert is_in(name, holds)
    assert not is_in(name, holds_not)


@pytest.mark.parametrize("name", ["", " ", "—", "\u0301", "\u200b"])
def test_a_name_without_letters_is_never_found(name: str) -> None:
    assert find([("n", name)], pa.array(["", " ", "—", "\u0301", "a"])) == []


def test_names_that_overlap_or_hold_another_are_all_found() -> None:
    names = [("n-3", "b c"), ("n-1", "a b"), ("n-2", "b"), ("n-4", "a b c d"), ("n-5", "B")]
    assert find(names, pa.array(["a b c"])) == [(0, "n-1"), (0, "n-2"), (0, "n-3"), (0, "n-5")]


def test_each_pair_is_there_once_even_if_the_name_stands_twice_or_has_two_forms() -> None:
    assert find([("n", "Anna"), ("n", "ANNA"), ("n", "Ana")], pa.array(["anna Anna ana"])) == [(0, "n")]


def test_no_name_reaches_across_cells() -> None:
    assert find([("n", "Anna Petrova")], pa.array(["Anna", "Petrova", "", None, "Anna"])) == []


def test_a_name_longer_than_its_key_does_not_reach_across_cells() -> None:
    assert find([("n", "a b c d e f g h i")], pa.array(["a b c d e f g h", "i"])) == []


def test_no_names_and_no_cells() -> None:
    assert find([], pa.array(["Anna"])) == []
    assert find([("n", "Anna")], pa.array([], pa.string())) == []
    assert find([("n", "Anna")], pa.nulls(3, pa.string())) == []
    assert find([("n", "Anna")], pa.chunked_array([], pa.string())) == []


def test_cells_are_numbered_through_slices_and_chunks() -> None:
    part = pa.array(["Anna", None, "½ Anna", "", "anna"])
    cells = pa.chunked_array([part[2:], part[:0], part[1:3]])
    assert find([("n", "Anna")], cells) == [(0, "n"), (2, "n"), (4, "n")]


def test_columns_longer_than_a_batch_and_a_cell_longer_than_a_batch() -> None:
    filler = "слово ½ word ﷺ " * 20
    cells = [f"{filler}{place % 7}x{place % 11}y" for place in range(1500)]
    cells[700] = f"Anna {filler * 1500} 1x1y"
    names = [("n-1", "1x1y"), ("n-2", "Anna"), ("n-3", "2 word")]
    assert find(names, pa.array(cells)) == slow_find(names, cells)


def test_many_empty_cells() -> None:
    cells = pa.concat_arrays([pa.nulls(300_000, pa.string()), pa.array(["Anna"])])
    assert find([("n", "Anna")], cells) == [(300_000, "n")]
