"""Public tables laid into a folder as a release holds them, without the gates: also what a check would refuse."""

import dataclasses
from datetime import date
from pathlib import Path

import pyarrow as pa

from exm import world
from kloop import STANDARD, Tables
from pfds.editions.about import About
from pfds.editions.public import Public
from pfds.editions.tables import write_table

ABOUT = About("2025.3.0", STANDARD.version, date(2025, 3, 12), "Records, “quoted”", "Harbour Watch", "CC-BY-4.0")


def laid(folder: Path, tables: Tables, version: str = ABOUT.version) -> Public:
    """The `data/` and `parquet/` of these records; tables that are not given are empty."""
    rows = {}
    about = dataclasses.replace(ABOUT, version=version)
    for name, table in STANDARD.released.tables.items():
        text = text_of(name, tables.get(name, [])).sort_by(table.primary_key)
        rows[name] = write_table(STANDARD, about, table, text.to_batches(), folder).rows
    return Public(STANDARD.released, about, folder, rows)


def odd_world() -> Tables:
    """The small dataset with texts that programs take for something else, in many scripts, with gaps and old dates."""
    tables = world()
    event, other = tables["events"]
    event |= {
        "title": "=1+1",
        "description": 'One, "two"\nthree\r\nfour; \t five',
        "event_date": "1899-12-31/1900-02-28",
    }
    event |= {"latitude": "-0.00000012345678", "longitude": "12.345678901234567", "locality": "東京 😀"}
    other |= {"title": "@SUM(A1)", "description": "حرية الصحافة — ١٢٣", "event_date": "1900-03-01"}
    tables["cases"][0] |= {"title": "+49 30 1234", "case_number": "001", "summary": "-1"}
    tables["sources"][0] |= {"title": "NA", "url": "https://example.org/?a=1&b=2#c", "author": "null"}
    tables["sources"][1] |= {"title": "_x0041_ <b>&amp;</b> 1e5", "author": "O’Ңзүө"}
    tables["sentences"][0] |= {"amount": "0.1", "currency": "KGS", "note": "{=1+1}"}
    return tables


def text_of(table: str, rows: list[dict[str, str]]) -> pa.Table:
    """The records as columns of text, one for each field; what a record does not have is null."""
    return pa.table(
        {
            field.name: pa.array([row.get(field.name) for row in rows], pa.string())
            for field in STANDARD.tables[table].fields
        }
    )
