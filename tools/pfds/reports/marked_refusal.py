"""Why no marked copy of a workbook can be made, as a sentence for the person who sent it."""

from __future__ import annotations

from pfds.standard.phrase import Phrase


class CannotMark(Exception):
    """A workbook that is not copied with marks; ``reason`` is a sentence that repeats nothing of its content."""

    def __init__(self, reason: Phrase) -> None:
        super().__init__(str(reason))
        self.reason = reason


def damaged() -> CannotMark:
    """For a workbook whose parts are broken or contradict one another."""
    return CannotMark(
        Phrase(
            "The workbook cannot be marked: the file is damaged."
            " Open it, save it as an Excel workbook (.xlsx) under a new name, and check that one."
        )
    )


def not_xlsx() -> CannotMark:
    """For bytes that are no package at all, or one of another kind."""
    return CannotMark(
        Phrase(
            "The workbook cannot be marked: it is not an ordinary .xlsx file, or it has a password."
            " Save it as an Excel workbook (.xlsx) without a password, and check that one."
        )
    )


def with_macros() -> CannotMark:
    """For a workbook that holds programs."""
    return CannotMark(
        Phrase(
            "The workbook cannot be marked: it holds macros."
            " Save it as an Excel workbook (.xlsx), which holds none, and check that one."
        )
    )


def strict_form() -> CannotMark:
    """For the Strict variant of Office Open XML."""
    return CannotMark(
        Phrase(
            "The workbook cannot be marked: it is a “Strict Open XML” workbook."
            " Save it as an “Excel Workbook (.xlsx)”, and check that one."
        )
    )


def shared_workbook() -> CannotMark:
    """For a workbook that several people edit at once, with a log of their changes."""
    return CannotMark(
        Phrase(
            "The workbook cannot be marked: it is shared and keeps a log of changes."
            " Stop sharing it, save it, and check it again."
        )
    )


def too_large() -> CannotMark:
    """For a workbook that is larger than what is marked within bounded memory and time."""
    return CannotMark(Phrase("The workbook cannot be marked: it is too large. Divide it, and check the parts."))
