"""What a submission says about itself: only what is sound, once, and of every part that is not, where and why."""

import json
import sys
from typing import Any

import pytest

from kloop import STANDARD
from pfds.intake.json_records import LONE_SURROGATE
from pfds.intake.json_values import Repeated
from pfds.intake.metadata import check_meta, companions, merge_meta, read_meta
from pfds.standard.findings import Finding, Origin

HERE = Origin("meta.json")
SOUND = {
    "standard": "0.1.0",
    "title": "Records",
    "publisher": "Harbour Watch",
    "license": "CC-BY-4.0",
    "as_of": "2025-11-05",
    "companions": ["coverage.csv"],
}
BOM = b"\xef\xbb\xbf"


def told(finding: Finding) -> tuple[Any, ...]:
    """Rule, place, what is wrong, and the name of the key, which only those see who may see values."""
    assert "name" not in finding.facts
    words = finding.facts.get("problem")
    return (finding.rule, finding.origin, words and str(words), finding.values.get("name"))


def read(text: str | bytes) -> tuple[dict[str, object], list[tuple[Any, ...]]]:
    meta, findings = read_meta(text.encode() if isinstance(text, str) else text, "meta.json", STANDARD)
    return dict(meta), [told(finding) for finding in findings]


def misfit(words: str, name: str) -> tuple[Any, ...]:
    return ("metadata-invalid", HERE, words, name)


# Reading


@pytest.mark.parametrize("before", [b"", BOM, b" \n"])
@pytest.mark.parametrize("after", [b"", b"\n \t"])
def test_everything_that_is_sound_is_read(before: bytes, after: bytes) -> None:
    assert read(before + json.dumps(SOUND).encode() + after) == (SOUND, [])


def test_there_may_be_nothing_to_say() -> None:
    assert read("{}") == ({}, [])


@pytest.mark.parametrize(
    ("text", "line", "words", "column"),
    [
        ("{} {}", 1, "there is text after the end of the document", 4),
        ('{"title": "T"}\nx', 2, "there is text after the end of the document", 1),
        ('{"title": "T",\n"as_of" "2025"}', 2, "a colon is missing after a name", 9),
        ("", 1, "the document ends too early", 1),
    ],
)
def test_a_document_that_breaks_is_not_read_in_part(text: str, line: int, words: str, column: int) -> None:
    meta, (finding,) = read_meta(text.encode(), "meta.json", STANDARD)
    assert meta == {}
    assert told(finding) == ("json-invalid", Origin("meta.json", None, line), words, None)
    assert finding.facts["column"] == column


def test_what_is_no_text_is_not_read() -> None:
    meta, (finding,) = read_meta(b'{\n"title": "caf\xe9"}', "meta.json", STANDARD)
    assert (meta, finding.rule, finding.origin) == ({}, "encoding-invalid", Origin("meta.json", None, 2))


# Checking


def test_each_unsound_key_is_told_and_the_others_are_kept() -> None:
    text = (
        '{"tite": "T", "title": "A", "title": "A", "as_of": "2025-02-30", "publisher": "a \\ud800", "license": "MIT"}'
    )
    assert read(text) == (
        {"license": "MIT"},
        [
            ("json-duplicate-key", HERE, None, "title"),
            misfit("there is no such key", "tite"),
            misfit('the key as_of needs another value, for example: "2025-11-05"', "as_of"),
            misfit(f"in the key publisher: {LONE_SURROGATE}", "publisher"),
        ],
    )


@pytest.mark.parametrize("value", [None, 5, "title", ["title"], True])
def test_metadata_that_are_no_object_are_told_as_a_whole(value: object) -> None:
    meta, (finding,) = check_meta(value, HERE, STANDARD)
    assert meta == {}
    assert told(finding) == misfit("they are not an object in curly brackets", "meta")


def test_a_key_that_stands_twice_with_a_wrong_value_is_told_twice_and_kept_never() -> None:
    twice = Repeated({"title": 5})
    twice.keys_repeated = ("title",)
    meta, findings = check_meta(twice, HERE, STANDARD)
    assert meta == {}
    assert [finding.rule for finding in findings] == ["json-duplicate-key", "metadata-invalid"]


def test_a_long_key_is_cut_before_it_is_told() -> None:
    (finding,) = check_meta({"k" * 5000: 1}, HERE, STANDARD)[1]
    assert len(finding.values["name"]) < 500


@pytest.mark.parametrize("key", ["title", "companions"])
def test_a_value_is_refused_however_deep_it_is(key: str) -> None:
    """Those just below the depth that cannot be parsed are parsed, and leave little room to judge them."""
    for depth in range(sys.getrecursionlimit() - 200, sys.getrecursionlimit() + 10):
        meta, findings = read(f'{{"{key}": {"[" * depth}{"]" * depth}}}')
        assert (meta, len(findings)) == ({}, 1)


# Putting together


def test_what_is_said_for_the_first_time_is_added() -> None:
    known: dict[str, object] = {"title": "Records"}
    assert merge_meta(known, {"publisher": "Harbour Watch", "as_of": "2025-11-05"}, "b.json") == []
    assert known == {"title": "Records", "publisher": "Harbour Watch", "as_of": "2025-11-05"}


def test_what_is_said_twice_in_the_same_way_is_no_contradiction() -> None:
    known: dict[str, object] = dict(SOUND)
    assert merge_meta(known, json.loads(json.dumps(SOUND)), "b.json") == []
    assert known == SOUND


def test_of_a_contradiction_the_first_value_counts_and_the_second_file_is_told() -> None:
    known: dict[str, object] = {"title": "Records", "companions": ["a.csv"], "license": "MIT"}
    findings = merge_meta(known, {"companions": ["a.csv", "b.csv"], "license": "MIT", "title": "Others"}, "b.json")
    assert known == {"title": "Records", "companions": ["a.csv"], "license": "MIT"}
    assert [told(finding) for finding in findings] == [
        ("json-duplicate-key", Origin("b.json"), None, "companions"),
        ("json-duplicate-key", Origin("b.json"), None, "title"),
    ]


# Companions


@pytest.mark.parametrize(
    ("meta", "expected"),
    [
        ({"companions": ["a.csv", "b.csv"]}, {"a.csv", "b.csv"}),
        ({"companions": []}, set()),
        ({"title": "a.csv"}, set()),
        ({"companions": "a.csv"}, set()),
    ],
)
def test_companions_are_the_files_that_are_listed(meta: dict[str, object], expected: set[str]) -> None:
    assert companions(meta) == expected
