"""How the cells of a workbook look. What a colour says, words, lines or letters say as well."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

TEXT = "@"
"""The number format under which a spreadsheet program keeps what is typed as it was typed."""
_INK, _PALE_INK, _DARK, _MIDDLE, _LIGHT, _GREY = "#1F2933", "#52606D", "#1F4E79", "#5B7F9E", "#EAF1F8", "#F2F2F2"
_RIGHT_TO_LEFT = 2
_THIN = 1
_MISSING, _TWICE, _UNKNOWN = "#F6D5D1", "#FFF2B3", "#FCE0CC"


@dataclass(frozen=True, slots=True)
class Formats:
    """The formats of one workbook, made once."""

    text: Any
    label: Any
    required_label: Any
    hint: Any
    title: Any
    heading: Any
    body: Any
    link: Any
    example: Any
    missing: Any
    twice: Any
    unknown: Any


def formats(book: Any, direction: str) -> Formats:
    """Formats for a workbook that is read in a direction, `ltr` or `rtl`."""
    read = {"reading_order": _RIGHT_TO_LEFT} if direction == "rtl" else {}

    def made(**options: Any) -> Any:
        return book.add_format({"font_color": _INK, "valign": "top", **options})

    heading = {"bold": True, "font_color": "#FFFFFF", "text_wrap": True, "valign": "vcenter", "border": 1, **read}
    return Formats(
        text=made(num_format=TEXT),
        label=made(**heading, bg_color=_MIDDLE),
        required_label=made(**heading, bg_color=_DARK),
        hint=made(italic=True, font_color=_PALE_INK, font_size=9, text_wrap=True, bg_color=_LIGHT, bottom=1, **read),
        title=made(bold=True, font_size=18, font_color=_DARK, **read),
        heading=made(bold=True, font_size=13, font_color=_DARK, bottom=1, bottom_color=_MIDDLE, **read),
        body=made(text_wrap=True, **read),
        link=made(text_wrap=True, underline=1, font_color="#0B5394", **read),
        example=made(num_format=TEXT, text_wrap=True, bg_color=_GREY, border=1, border_color="#BFBFBF"),
        missing=book.add_format({"bg_color": _MISSING, "border": _THIN, "border_color": "#C0392B"}),
        twice=book.add_format({"bold": True, "bg_color": _TWICE, "border": _THIN, "border_color": "#B7950B"}),
        unknown=book.add_format(
            {"italic": True, "underline": 1, "bg_color": _UNKNOWN, "border": _THIN, "border_color": "#BA4A00"}
        ),
    )
