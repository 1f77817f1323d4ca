"""Schemas drawn from the keywords in use, records drawn for them (clean and dirty), and ways to lay a column out."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from hypothesis import strategies as st

from pfds.intake.columns import HeldColumns
from pfds.intake.tables import TextTable
from pfds.publish.json_schema import record_schema
from pfds.standard.load import load_standard
from pfds.standard.model import Code, Codelist, Field, Standard, Table

Row = dict[str, str | None]

LOADED = load_standard()
_DEFINITIONS = json.loads((Path(__file__).parents[1] / "schema" / "common.schema.json").read_text("utf-8"))["$defs"]
KINDS: Mapping[str, Mapping[str, Any]] = {name: kind for name, kind in _DEFINITIONS.items() if name != "code"}
"""The kinds of value of the standard but codes, which need a codelist."""

SPACES = " \t\n\x0b\x0c\r\x85\xa0\u1680\u2000\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
NEIGHBOURS = "\x00\x1f\x7f\x80\x84\x86\x9f\xa1à\u0301\u167f\u180e\u1fff\u200b\u2027…\u3001\ufefe\uffff"
"""Characters that no pattern of the standard takes for white space, some of the same last bytes as those it does."""
WIDE = "éяמ記…️👩\U00020000\U0010ffff"
MOST = st.sampled_from(SPACES + NEIGHBOURS + WIDE + "aZ09,\"'-=+;")
ANY_CHARACTER = MOST | st.characters(exclude_categories=["Cs"])
CONTROL = st.sampled_from([*map(chr, range(0x20)), "\x7f", "\x85", ",", "a"])
ANY_TEXT = st.text(ANY_CHARACTER, min_size=1, max_size=12)
EDGE_CLASSES = (" ", " \\x09-\\x0D", SPACES.replace("\t\n\x0b\x0c\r", "\\x09-\\x0D"), "é記", "a-c", "\U00020000 ")
FORBIDDEN = (
    *("[\\x00-\\x1F\\x7F]", "[\\x00-\\x08\\x0B\\x0C\\x0E-\\x1F\\x7F]", "[\\x00-\\x08\\x0B-\\x1F]", "[\\x00]"),
    *("[\\x01\\x7F,a-c]", "[\\x00-\\x1F\\x7F-\\x9F]", "[\u200b\ufeff]", "[^a-z ]", "(,|;)"),
)
TRAPS = (
    *(" 5", "5 ", "+5", "-0", "0x1F", "1_000", "1e3", "nan", "NaN", "inf", "1.", ".5", "5.0", "007", "00", "-", "1,5"),
    *("9" * 15, "9" * 16, "9007199254740993", "9" * 19, "9" * 400, "0.1234567890123456789", "0." + "0" * 20 + "1"),
    *("NA", "null", "None", "true", "TRUE", "True", "yes", "false ", "٥", "५", "２", "２０２１-01-01", "²", "\u0301"),
    *("2021-2-3", "2021-02-29", "2020-02-29", "1900-02-29", "2000-02-29", "0000", "0000-01-01", "0001-01-01"),
    *("9999-12-31", "10000-01-01", "2021-13", "2021-00-10", "2021-04-31", "2021-01-00", "2021-01-32", "20210101"),
    *("2021-W01-1", "2021-001", "2021-01-01T00:00", "2021-01-01\n", "2021‐01‐01", "2021-24", "2021-25", "XXXX", ".."),
    *("2021/2020", "2021/..", "../..", "[..2020]", "[2020,2019]", "[2021]", "2021-02-30/2022", "2021-02-XX", "2021~"),
)
ARABIC_DIGITS = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
YEARS = st.sampled_from([1, 4, 100, 400, 1900, 1999, 2000, 2020, 2021, 9999])
DAYS = st.builds("{:04}-{:02}-{:02}".format, YEARS, st.integers(1, 12), st.integers(1, 28))
NEAR_DAYS = st.builds(
    "{:04}-{:02}-{:02}".format,
    YEARS | st.just(0),
    st.integers(0, 13),
    st.sampled_from([0, 1, 28, 29, 30, 31, 32]),
)
"""The turns of months, whether or not there is such a day."""


PATTERNS = st.builds(
    lambda start, atoms, end: start + "".join(atoms) + end,
    st.sampled_from(["^", "^", ""]),
    st.lists(
        st.builds(
            lambda atom, times: atom + times,
            st.sampled_from(
                ["a", "x", "-", "\\.", "я", "記", "[a-z0-9]", "[A-Z]", "[^,]", "[а-яё]", "(ab|c)", "[ -~]"]
            ),
            st.sampled_from(["", "", "?", "*", "+", "{2}", "{1,3}", "{0,40}"]),
        ),
        min_size=1,
        max_size=4,
    ),
    st.sampled_from(["$", "$", ""]),
)


def _field(name: str, keywords: Mapping[str, Any], *, required: bool, codelist: str | None = None) -> Field:
    return Field(
        name=name,
        kind="code" if codelist else keywords["x-kind"],
        title=name,
        description=name,
        required=required,
        examples=("x",),
        disclosure="public",
        since="0.1.0",
        json_type=keywords["type"],
        codelist=codelist,
        pattern=keywords.get("pattern"),
        forbidden=keywords.get("not", {}).get("pattern"),
        format=keywords.get("format"),
        min_length=keywords.get("minLength"),
        max_length=keywords.get("maxLength"),
        minimum=keywords.get("minimum"),
        maximum=keywords.get("maximum"),
    )


@st.composite
def _keywords(draw: st.DrawFn) -> Mapping[str, Any]:
    """A kind of the standard, or one that none of its schemas has yet."""
    form = draw(st.sampled_from(["kind", "frequent kind", "frequent kind", "edges", "edges", "pattern", "number"]))
    if form.endswith("kind"):
        return KINDS[draw(st.sampled_from(sorted(KINDS) if form == "kind" else ["line", "text", "edtf", "date"]))]
    if form == "number":
        low, high = sorted(draw(st.tuples(st.integers(-200, 200), st.integers(-200, 200))))
        bounds = {"minimum": low / 2, "maximum": high / 2}
        return {"x-kind": "number", "type": draw(st.sampled_from(["integer", "number"])), **_some(draw, bounds)}
    low, high = sorted(draw(st.tuples(st.integers(0, 4), st.integers(3, 12))))
    lengths = _some(draw, {"minLength": low, "maxLength": high})
    forbidden = {"not": {"pattern": draw(st.sampled_from(FORBIDDEN))}}
    if form == "pattern":
        return {"x-kind": "line", "type": "string", **_some(draw, {"pattern": draw(PATTERNS), **forbidden}), **lengths}
    edge = draw(st.sampled_from(EDGE_CLASSES))
    pattern = {"pattern": f"^[^{edge}]([^\\x00]*[^{edge}])?$"}
    return {"x-kind": "line", "type": "string", **pattern, **_some(draw, forbidden), **lengths}


def _some(draw: st.DrawFn, keywords: Mapping[str, Any]) -> Mapping[str, Any]:
    return {name: value for name, value in keywords.items() if draw(st.integers(0, 3))}


@st.composite
def standards(draw: st.DrawFn) -> Standard:
    """A standard of one table with an identifier and a few other fields, and one codelist."""
    codes = draw(st.lists(ANY_TEXT | st.sampled_from(["NA", "no", "KG", "other"]), min_size=1, max_size=4, unique=True))
    fields = [_field("row_id", KINDS["case_id"], required=True)]
    for number in range(draw(st.integers(2, 4))):
        name, required = f"field_{number}", draw(st.booleans())
        if draw(st.integers(0, 5)):
            fields.append(_field(name, draw(_keywords()), required=required))
        else:
            fields.append(_field(name, {"type": "string"}, required=required, codelist="drawn"))
    table = Table("rows", "row", "Row", "Rows", "Rows.", True, "0.1.0", "row_id", "row", tuple(fields), {}, {})
    listed = {
        code: Code(code, {"en": code}, code, None, "0.1.0", None, None, (), number)
        for number, code in enumerate(codes, 1)
    }
    return Standard("0.1.0", {}, {"rows": table}, {"drawn": Codelist("drawn", listed)}, (), LOADED.rules)


@cache
def matching(pattern: str) -> st.SearchStrategy[str]:
    """Texts in which the whole is what the pattern describes."""
    return st.from_regex(pattern.removeprefix("^").removesuffix("$"), fullmatch=True)


def clean(standard: Standard, field: Field) -> st.SearchStrategy[str]:
    """Texts for a field that are nearly always without fault."""
    longest = min(field.max_length or 12, 30)
    shortest = min(field.min_length or 1, longest)
    letters = "abcxyzéя記👩 -"
    if field.codelist:
        return st.sampled_from(standard.codes(field))
    if field.format:
        return (
            DAYS | st.sampled_from(["2021", "2020-02", "2021-24", "[2019..2021-03]"])
            if field.format == "edtf"
            else DAYS
        )
    if field.json_type == "boolean":
        return st.sampled_from(["true", "false"])
    if field.json_type != "string":
        low, high = (bound or 0 for bound in (field.minimum, field.maximum))
        numbers = st.integers(int(min(low, high)), int(max(low, high)))
        return numbers.map(str)
    if field.pattern and "[^\\x00]*" not in field.pattern:
        return matching(field.pattern)
    words = st.text(st.sampled_from(letters), min_size=max(shortest - 2, 0), max_size=max(longest - 2, 0))
    return words.map(lambda word: f"é{word}x"[:longest])


def dirty(draw: st.DrawFn, field: Field, text: str) -> str | None:
    """A text that may have any fault, or none, made from one that has none."""

    def place() -> int:
        return draw(st.integers(0, len(text)))

    def size() -> int:
        return draw(st.sampled_from([field.max_length or 500, 100])) + draw(st.integers(-1, 1))

    def pad() -> str:
        return draw(st.sampled_from("aé記👩"))

    def inserted(letters: st.SearchStrategy[str]) -> str:
        at = place()
        return text[:at] + draw(letters) + text[at:]

    def filled() -> str:
        longest = size()
        return (text + pad() * longest)[:longest]

    def filled_bytes() -> str:
        letter = pad()
        return letter * max(size() // len(letter.encode()), 1)

    def near_day() -> str:
        return draw(NEAR_DAYS)

    def edged() -> str:
        return text + draw(st.sampled_from(WIDE + NEIGHBOURS)) + draw(st.sampled_from(SPACES))

    likely = near_day if field.format else edged
    forms: Sequence[Callable[[], str | None]] = (
        *[likely] * 6,
        lambda: text,
        lambda: None,
        lambda: draw(st.sampled_from(TRAPS)),
        near_day,
        lambda: draw(ANY_TEXT),
        lambda: draw(MOST),
        lambda: draw(MOST) + text,
        lambda: text + draw(MOST),
        lambda: inserted(ANY_CHARACTER),
        lambda: inserted(CONTROL),
        lambda: text[: place()],
        lambda: text[place() :],
        filled,
        filled_bytes,
        lambda: text.translate(ARABIC_DIGITS),
        text.upper,
    )
    return draw(st.sampled_from(forms))() or None


@dataclass(frozen=True, slots=True, repr=False)
class Drawn:
    """A standard of one table, some records of it, each only once, and the table: indices of these records."""

    standard: Standard
    records: Sequence[Row]
    order: Sequence[int]

    def _repr_pretty_(self, printer: Any, _cycle: bool) -> None:
        """What is worth seeing of an example that fails; hypothesis asks for it."""
        fields = record_schema(self.standard, self.table)["properties"]
        printer.text(f"{json.dumps(fields)}\n{self.records}\n{self.order}")

    @property
    def table(self) -> Table:
        return self.standard.tables["rows"]

    @property
    def rows(self) -> list[Row]:
        return [self.records[index] for index in self.order]


@st.composite
def drawn_tables(draw: st.DrawFn) -> Drawn:
    """Dirty records, far apart or side by side, among many clean ones."""
    standard = draw(standards())
    table = standard.tables["rows"]
    fields = [*table.fields, *(field for field in table.derived if draw(st.integers(0, 3)) == 0)]
    records: list[Row] = [{field.name: draw(clean(standard, field)) or None for field in fields}]
    for _ in range(draw(st.integers(1, 3))):
        records.append({each.name: dirty(draw, each, records[0][each.name] or "") for each in fields})
    order = [0] * draw(st.sampled_from([0, 0, 1, 9, 40]))
    for index in draw(st.lists(st.integers(1, len(records) - 1), max_size=5)):
        order += [index, *[0] * draw(st.sampled_from([0, 0, 1, 8]))]
    return Drawn(standard, records, order)


def _plain(cells: Sequence[str | None]) -> pa.Array:
    return pa.array(cells, pa.string())


def _sliced(cells: Sequence[str | None]) -> pa.Array:
    return pa.array(["é ", None, "\x00", *cells, " x", ""], pa.string()).slice(3, len(cells))


def _after_ascii(cells: Sequence[str | None]) -> pa.Array:
    return pa.array(["a", *cells], pa.string()).slice(1)


def _all_valid(cells: Sequence[str | None]) -> pa.Array:
    """With a buffer that says which cells are null, also if none is."""
    return pa.array([*cells, None], pa.string()).slice(0, len(cells))


def _null_with_bytes(cells: Sequence[str | None]) -> pa.Array:
    """Null cells that still have bytes: Arrow lets them have any."""
    filled = pa.array([" \x00" if cell is None else cell for cell in cells], pa.string())
    valid = pa.array([cell is not None for cell in cells], pa.bool_())
    return pa.StringArray.from_buffers(len(cells), filled.buffers()[1], filled.buffers()[2], valid.buffers()[1])


LAYOUTS: tuple[Callable[[Sequence[str | None]], pa.Array], ...] = (
    _plain,
    _sliced,
    _after_ascii,
    _all_valid,
    _null_with_bytes,
)


def laid_out(drawn: Drawn, layout: Callable[[Sequence[str | None]], pa.Array]) -> TextTable:
    """The records as a reader would give them, each column laid out in the same way."""
    rows = np.arange(1, len(drawn.order) + 1, dtype=np.int64)
    return TextTable(
        table="rows",
        file="rows.csv",
        columns=HeldColumns(pa.table({name: layout([row[name] for row in drawn.rows]) for name in drawn.records[0]})),
        rows=rows,
        lines=rows + 1,
        damaged=np.zeros(len(rows), np.bool_),
        positions={name: position for position, name in enumerate(drawn.records[0])},
        refused={},
    )


def piece_of(text: TextTable, begin: int, size: int) -> TextTable:
    """Some consecutive records of a table, in the arrays of the whole."""
    end = begin + size
    return replace(
        text,
        columns=HeldColumns(text.cells.slice(begin, size)),
        rows=text.rows[begin:end],
        lines=text.lines[begin:end],
        damaged=text.damaged[begin:end],
    )
