"""How much one input may hold, and how much of it a report shows."""

from __future__ import annotations

from typing import Final

MAX_META_BYTES: Final = 16 << 20
MAX_JSON_BYTES: Final = 1 << 29
"""Of one JSON document, which is read whole; a submission that is larger is sent as JSON Lines or CSV."""
MAX_RECORD_BYTES: Final = 16 << 20
"""Of one CSV record; every cell of the longest table filled to its limit takes less than 2 MB."""

MAX_RECORD_VALUES: Final = 200_000
"""Commas and opening brackets in one JSON value, each of which may take 100 bytes of memory; no sound record has as
many, even in its texts."""
MAX_MISFIT_RECORDS: Final = 120_000
"""JSON records of a file of which not even the fields and their types are right; what follows them is not read, for
each takes some microseconds."""
MAX_UNKNOWN_TABLES: Final = 100
"""Names of a JSON document that are no tables."""

MAX_HEADER_BYTES: Final = 1 << 20
"""Of the record with the names of columns, which must be known before anything else is."""
MOST_PIECE_LINES: Final = 1 << 17
"""In one piece of CSV text, which takes much memory for each line; lines of more than 32 bytes never reach it."""

MAX_COLUMNS: Final = 2_000
MOST_ROWS_WITHOUT_BYTES: Final = 1 << 20
"""Records of a piece of typed columns that take less than a bit each, as a trillion empty cells do."""

MAX_GARBLED_ROWS: Final = 1_000
"""Rows with bytes that are not UTF-8; with more, the file is not UTF-8 at all."""

MOST_LISTED_ROWS: Final = 1_000
"""Rows with too few or too many cells that are listed one by one, of each piece of text; all are counted."""

MAX_ARCHIVE_ENTRIES: Final = 10_000
MAX_ARCHIVE_DIRECTORY_BYTES: Final = 4 << 20
"""Of the list of members in an archive, which is read whole."""
MAX_MEMBER_NAME: Final = 255
"""Bytes in the name of a file, as on most disks."""
MAX_EXPANDED_BYTES: Final = 32 << 30
"""Of all that is read from one archive, which takes minutes: ten times the largest package that was measured."""
MAX_EXPANSION: Final = 200
"""Times that a member of an archive may be larger than what it takes there; tables are packed to a tenth or so."""
ALWAYS_EXPANDED: Final = 64 << 20
"""Bytes up to which a member may be packed as tightly as it likes."""
MAX_TEXT_EXPANSION: Final = 40
"""Times that the text of typed columns may be larger than their file; tables are packed to a tenth or so."""
MAX_HELD_BYTES: Final = 64 << 20
"""Of a member that must be held whole, because it is not read from its beginning to its end."""

MAX_ARCHIVE_MEMORY: Final = 128 << 20
"""Bytes that the process that reads an archive may take, besides those that it begins with."""
MAX_COLUMNAR_MEMORY: Final = 320 << 20
"""Bytes that the process that reads Parquet and Arrow files may take, besides those that it begins with."""
MAX_ANSWER_SECONDS: Final = 60
"""Of waiting for one piece from a process that reads archives or typed columns."""
MAX_PROCESS_SECONDS: Final = 6 * 3600
"""Of work of such a process: as much as the largest sound files need."""

SHOWN_NAME: Final = 100
SHOWN_VALUE: Final = 200

MAX_WORKBOOK_BYTES: Final = 128 << 20
MAX_WORKBOOK_UNPACKED: Final = 1 << 30
"""Of all parts of a workbook, which takes a minute or two to read; what is larger is sent as CSV or Parquet."""
MAX_WORKBOOK_TEXT: Final = 256 << 20
"""Bytes of text in all cells of a workbook."""
MAX_WORKBOOK_CELLS: Final = 10_000_000
MAX_CELL_CHARACTERS: Final = 1_000_000
"""Excel itself keeps 32,767."""
MAX_WORKBOOK_MEMORY: Final = 1 << 30
"""Bytes of address space of the process that reads a workbook."""
MAX_WORKBOOK_SECONDS: Final = 300
