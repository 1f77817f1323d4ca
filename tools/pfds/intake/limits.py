"""How much one input may hold, and how much of it a report shows."""

from __future__ import annotations

from typing import Final

GIB: Final = 1 << 30

MAX_FILE_BYTES: Final = 2 * GIB
MAX_JSON_BYTES: Final = GIB // 2
MAX_RECORD_BYTES: Final = 100 * 1_000_000
MAX_TEXT_BYTES: Final = 2 * GIB - 1
"""Of the text that a compressed file unpacks to."""

MAX_COLUMNS: Final = 2_000
MAX_RECORDS: Final = 50_000_000
MAX_GARBLED_ROWS: Final = 1_000
"""Rows with bytes that are not UTF-8; with more, the file is not UTF-8 at all."""

SHOWN_NAME: Final = 100
SHOWN_VALUE: Final = 200
