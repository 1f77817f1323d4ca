"""The fixed words of the report as a page, by the names that its template calls them by."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from pfds.standard.findings import Severity
from pfds.standard.phrase import Phrase

WORDS: Final[Mapping[str, Phrase]] = MappingProxyType(
    {
        "page": Phrase("Report of a check"),
        "skip": Phrase("Go to the problems"),
        "values": Phrase("CONTAINS VALUES FROM YOUR FILE"),
        "values_about": Phrase(
            "This page was made on this computer and sent nowhere. It repeats content of cells: keep it as safe as your"
            " data. A copy without them is made with --hide-values."
        ),
        "redacted": Phrase("REDACTED"),
        "redacted_about": Phrase(
            "This page was made on this computer and sent nowhere. It repeats no content of cells, but identifiers of"
            " records, names of files, and the kinds of problems."
        ),
        "files": Phrase("What was checked"),
        "file": Phrase("File"),
        "fingerprint": Phrase("SHA-256 (first 12 digits)"),
        "table": Phrase("Table"),
        "records": Phrase("Records"),
        "counts": Phrase("Problems by table"),
        "whole": Phrase("The submission as a whole"),
        "total": Phrase("Total"),
        "since": Phrase("Since the last check"),
        "problem": Phrase("Problem"),
        "new": Phrase("New"),
        "fixed": Phrase("Fixed"),
        "same": Phrase("The same"),
        "problems": Phrase("Problems"),
        "no_problems": Phrase("No problem was found."),
        "saw": Phrase("What we saw"),
        "suggestion": Phrase("Suggestion"),
        "count": Phrase("Places"),
        "first_places": Phrase("First places"),
        "likewise": Phrase("The others are fixed likewise."),
        "here": Phrase("the problem is in this cell"),
        "row": Phrase("Row"),
        "limits": Phrase("What this check does not do"),
        "limit_truth": Phrase("It does not know whether the facts are true."),
        "limit_consent": Phrase("It does not know whether the sources and the persons agree to publication."),
        "limit_risk": Phrase("It does not know who would be in danger if a record became known."),
        "limit_complete": Phrase("It does not know what is missing: an empty cell that may be empty is no problem."),
        "skipped": Phrase("Rules that could not be judged"),
        "help": Phrase("Getting help"),
        "help_about": Phrase(
            "To ask for help, send a copy made with --hide-values, never your data. The command pfds explain and the"
            " name of a rule, which stands in square brackets, tells what the rule means and why it matters."
        ),
        "toolkit": Phrase("Toolkit"),
        "standard": Phrase("Standard"),
        "language": Phrase("Language"),
        "as_of": Phrase("Judged as of"),
    }
)
SYMBOLS: Final[Mapping[Severity, str]] = MappingProxyType(
    {Severity.ERROR: "✖", Severity.WARNING: "▲", Severity.INFO: "●"}
)
