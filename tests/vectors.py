"""The conformance vectors of structure: the cases, and their input written as files in each format that holds it."""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow import parquet

from pfds.standard.load import load_standard

FOLDER = Path(__file__).parents[1] / "schema" / "vectors"
STANDARD = load_standard()
META = "meta.json"

Record = dict[str, Any]
Tables = dict[str, list[Record]]
Place = tuple[str, str | None, int | None, str | None]


@dataclass(frozen=True, slots=True)
class Case:
    """One case of the topic that its file is named after; ``content`` has the form of structure.schema.json."""

    topic: str
    name: str
    content: Mapping[str, Any]

    @property
    def forms(self) -> tuple[str, ...]:
        """Formats in which the same input can be written."""
        if "files" in self.content:
            return ("files",)
        return ("document",) if "document" in self.content else tuple(_WRITERS)

    @property
    def places(self) -> list[Place]:
        """Rule, table, row and field of every finding expected."""
        return sorted((place(found) for found in self.content.get("findings", ())), key=str)


def place(finding: Mapping[str, Any]) -> Place:
    """Rule, table, row and field of a finding, expected or reported."""
    return finding["rule"], finding.get("table"), finding.get("row"), finding.get("field")


@cache
def cases() -> tuple[Case, ...]:
    """Every case, by topic and in the order of its file."""
    return tuple(
        Case(path.stem, content["name"], content)
        for path in sorted((FOLDER / "structure").glob("*.json"))
        for content in json.loads(path.read_text("utf-8"))["cases"]
    )


@cache
def _base() -> Any:
    return json.loads((FOLDER / "base.json").read_text("utf-8"))


def tables_of(case: Case) -> Tables:
    """Records of a case by table, those of the base included; a field that is left out is absent."""
    tables: Tables = {} if case.content.get("base") is False else dict(_base()["tables"])
    for name, records in case.content.get("records", {}).items():
        tables.pop(name, None)
        if records is not None:
            tables[name] = [_whole(name, record) for record in records]
    return {name: tables[name] for name in STANDARD.tables if name in tables}


def _whole(table: str, record: Record) -> Record:
    laid = {**_base()["templates"][table], **record}
    return {name: value for name, value in laid.items() if value is not None}


def content_bytes(content: Any) -> bytes:
    """Bytes of a file: text, base64, something repeated, or a list of these."""
    if isinstance(content, str):
        return content.encode("utf-8")
    if isinstance(content, list):
        return b"".join(content_bytes(piece) for piece in content)
    if "base64" in content:
        return base64.b64decode(content["base64"], validate=True)
    return content_bytes(content["repeat"]) * int(content["times"])


def lay(case: Case, form: str, folder: Path) -> list[Path]:
    """Write the input of a case into an empty folder; the paths to validate."""
    if form == "document":
        document = folder / "submission.json"
        document.write_bytes(content_bytes(case.content["document"]))
        return [document]
    if form != "files":
        return _WRITERS[form](case, folder)
    for name, content in case.content["files"].items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content_bytes(content))
    for name, records in tables_of(case).items():
        if not any(Path(file).stem == name for file in case.content["files"]):
            _write_csv_table(folder, name, records)
    return [folder / path for path in case.content.get("paths", ["."])]


def columns(table: str, records: Sequence[Record]) -> list[str]:
    """Every field of the standard in its order, then the other keys in the order in which they appear."""
    fields = [field.name for field in STANDARD.tables[table].fields]
    return list(dict.fromkeys([*fields, *(name for record in records for name in record)]))


def write_csv_tables(tables: Tables, folder: Path) -> None:
    """One CSV file for each table, with a column for every field."""
    for name, records in tables.items():
        _write_csv_table(folder, name, records)


def _write_csv_table(folder: Path, table: str, records: Sequence[Record]) -> None:
    names = columns(table, records)
    rows = [names, *([_cell_text(record.get(name)) or "" for name in names] for record in records)]
    text = "".join(",".join(map(_quoted, row)) + "\n" for row in rows)
    (folder / f"{table}.csv").write_bytes(text.encode("utf-8"))


def _cell_text(value: Any) -> str | None:
    """A value of JSON as the text of a cell."""
    return value if value is None or isinstance(value, str) else json.dumps(value)


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if set(text) & set('",\r\n') else text


def _write_parquet_table(folder: Path, table: str, records: Sequence[Record]) -> None:
    cells = {name: _column([record.get(name) for record in records]) for name in columns(table, records)}
    parquet.write_table(pa.table(cells), folder / f"{table}.parquet")


def _column(values: Sequence[Any]) -> pa.Array:
    """A column of the type that all values have; of text if they have several."""
    kinds = {type(value) for value in values if value is not None}
    kind = {bool: pa.bool_(), int: pa.int64(), float: pa.float64()}.get(kinds.pop()) if len(kinds) == 1 else None
    if kind is None or any(isinstance(value, int) and abs(value) >= 1 << 63 for value in values):
        return pa.array([_cell_text(value) for value in values], pa.string())
    return pa.array(values, kind)


def _write_csv(case: Case, folder: Path) -> list[Path]:
    _write_meta(case, folder)
    write_csv_tables(tables_of(case), folder)
    return [folder]


def _write_parquet(case: Case, folder: Path) -> list[Path]:
    _write_meta(case, folder)
    for name, records in tables_of(case).items():
        _write_parquet_table(folder, name, records)
    return [folder]


def _write_meta(case: Case, folder: Path) -> None:
    if "meta" in case.content:
        (folder / META).write_text(json.dumps(case.content["meta"]), "utf-8")


def document_of(case: Case) -> dict[str, Any]:
    """The records of a case, and its metadata, as one document."""
    return {**({"meta": case.content["meta"]} if "meta" in case.content else {}), **tables_of(case)}


def _write_json(case: Case, folder: Path) -> list[Path]:
    path = folder / "submission.json"
    path.write_text(json.dumps(document_of(case), ensure_ascii=False), "utf-8")
    return [path]


_WRITERS = {"csv": _write_csv, "json": _write_json, "parquet": _write_parquet}
