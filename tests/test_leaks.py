"""The last look before publication finds names and identifiers however they are written, and nothing else."""

import pytest

from pfds.release.leaks import leaks
from pfds.release.protected import Names, words


def found(text: str, *names: str, published: tuple[str, ...] = (), ids: tuple[str, ...] = ()) -> list[str]:
    sought = Names(frozenset(map(words, names)), frozenset(map(words, published)))
    return list(leaks("data/events.csv", [text.encode("utf-8")], sought, ids))


HELD = [
    ("Zorvan Quistrel", "Then Zorvan Quistrel spoke."),
    ("Zorvan Quistrel", "ZORVAN QUISTREL"),
    ("Zorvan Quistrel", "https://news.example/zorvan-quistrel_free"),
    ("Zorvan Quistrel", '"Zorvan","Quistrel"'),
    ("Zorvan Quistrel", "Zorvan Quistrel's brother"),
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
    ("Zorvan Quistrel", "Quistrel Zorvan"),
    ("Quistrel", "Quistrelite"),
    ("Li", "Lima, Oli, li2"),
    ("Rosa", "prosaic"),
    ("Anna Li", "Anna Lima"),
    ("Z.Q.", "the q of z"),
    ("王小明", "昨天王小红被捕"),
]


@pytest.mark.parametrize(("name", "text"), HELD)
def test_a_protected_name_is_found(name: str, text: str) -> None:
    assert found(text, name) == ["data/events.csv, line 1"]


@pytest.mark.parametrize(("name", "text"), FREE)
def test_other_words_are_let_pass(name: str, text: str) -> None:
    assert found(text, name) == []


def test_the_line_is_told_and_only_that() -> None:
    text = "id,title\r\n1,Nothing\r\n2,Zorvan Quistrel\r\n3,Nothing\r\n4,Again Zorvan Quistrel\r\n"
    assert found(text, "Zorvan Quistrel", "Somebody Else Entirely") == [
        "data/events.csv, line 3",
        "data/events.csv, line 5",
    ]


def test_a_name_is_found_across_the_end_of_a_line() -> None:
    assert found("the reporter Zorvan\nQuistrel spoke", "Zorvan Quistrel") == ["data/events.csv, line 2"]


def test_a_name_is_found_across_the_end_of_a_block_of_lines() -> None:
    text = "\n" * 4095 + "Zorvan\nQuistrel"
    assert found(text, "Zorvan Quistrel") == ["data/events.csv, line 4097"]


def test_a_published_name_is_not_taken_for_the_inflected_form_of_another() -> None:
    assert found("Zorvana Quistrela won", "Zorvan Quistrel", published=("Zorvana Quistrela",)) == []


def test_an_identifier_is_found_by_itself() -> None:
    ids = ("per-exm-1", "evt-exm-9")
    assert found("per-exm-1", ids=ids)
    assert found("see (EVT-EXM-9), https://data.example/per-exm-1/x.html", ids=ids)
    assert found("x\ny\nper-exm-1.", ids=ids) == ["data/events.csv, line 3"]


def test_an_identifier_is_not_found_within_a_longer_one() -> None:
    assert found("per-exm-11 per-exm-1-a super-exm-1", ids=("per-exm-1",)) == []


def test_nothing_is_found_where_nothing_is_sought() -> None:
    assert found("Zorvan Quistrel per-exm-1") == []
