"""The sheet that says what a submission is: the keys of its metadata, and their values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from pfds.publish.template_formats import Formats
from pfds.publish.template_plan import MARK, Plan

NAME: Final = "meta"
_WIDTHS: Final = (20, 40, 80)


def write_meta(book: Any, plan: Plan, look: Formats, meta: Mapping[str, object] | None) -> None:
    """A row for each key. Without metadata the version of the standard is stated, and hints say what to write."""
    page = book.add_worksheet(NAME)
    for column, width in enumerate(_WIDTHS):
        page.set_column(column, column, width)
    page.write_string(0, 0, "key", look.heading)
    page.write_string(0, 1, "value", look.heading)
    stated = {"standard": plan.standard.version} if meta is None else meta
    for row, (name, key) in enumerate(plan.standard.metadata.items(), 1):
        page.write_string(row, 0, name, look.body)
        values = stated.get(name, "")
        for column, value in enumerate(values if isinstance(values, list) else [values], 1):
            page.write_string(row, column, str(value), look.body)
        if meta is None:
            page.write_string(row, 2, f"{MARK} {key.description}", look.body)
