"""Why a workbook is not read, or not to its end; said by the process that reads it, worded by the one that asks."""

from __future__ import annotations

from typing import Final

OTHER: Final = "other"
TABLE_OF_TEXT: Final = "text"
WEB_PAGE: Final = "web-page"
PASSWORD: Final = "password"  # noqa: S105 - a reason, not a password
OLD_FORM: Final = "old-form"
NO_WORKBOOK: Final = "no-workbook"
DAMAGED: Final = "damaged"
TWICE: Final = "twice"
ENTITIES: Final = "entities"

TOO_MUCH: Final = "too-much"
MEMORY: Final = "memory"
TIME: Final = "time"


class RefusedError(Exception):
    """A workbook that is not read further.

    ``reason`` is one of the words above. Where it is `too-much`, ``subject`` says what there is too much of,
    ``limit`` how much is read, and ``found`` how much there is at least.
    """

    def __init__(self, reason: str, subject: str = "", limit: int = 0, found: int = 0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.subject = subject
        self.limit = limit
        self.found = found
