"""What must hold however a command ended, and whatever it was given."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from fuzz.children import Ended

_DEFECT: Final = re.compile(rb"has a defect: (\w+) at (\S+?):(\d+)")
_UNSEEN: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066\u2067\u061c\u200e\u200f]")
"""Characters that steer a terminal; the toolkit itself puts only U+2068 and U+2069 around what it quotes."""


def broken(arguments: Sequence[str], ended: Ended) -> str | None:
    """The first thing that does not hold, in a few words that are the same for the same defect; or None."""
    return next(_broken(arguments, ended), None)


def _broken(arguments: Sequence[str], ended: Ended) -> Iterator[str]:
    if ended.stopped:
        yield ended.stopped
    if defect := _DEFECT.search(ended.err):
        yield f"a defect: {' at '.join(part.decode() for part in defect.groups())}"
    if b"Traceback (most recent call last)" in ended.out + ended.err:
        yield f"a traceback that ends with {ended.err.strip().splitlines()[-1][:60]!r}"
    if ended.code not in (0, 1, 2, 3):
        yield f"exit code {ended.code}"
    if ended.left:
        yield "files left in the temporary folder"
    try:
        out, err = ended.out.decode("utf-8"), ended.err.decode("utf-8")
    except UnicodeDecodeError:
        yield "what was said is no UTF-8"
        return
    if ended.code == 2 and (ended.out or "Error: " not in err):
        yield "exit code 2 without a sentence, or with a report"
    if ended.code in (0, 1):
        yield from _wrongly_said(arguments, out, err)
    if _UNSEEN.search(err):
        yield "a character on standard error that steers a terminal"


def _wrongly_said(arguments: Sequence[str], out: str, err: str) -> Iterator[str]:
    if arguments[0] != "validate":
        return
    if err:
        yield "something on standard error beside the report"
    form = arguments[arguments.index("--format") + 1] if "--format" in arguments else "text"
    if form in ("json", "sarif"):
        try:
            json.loads(out, parse_constant=_refuse)
        except ValueError:
            yield f"a report in {form} that is none"
    elif form != "csv" and (steers := _UNSEEN.search(out)):
        yield f"U+{ord(steers[0]):04X} in a report in {form}"


def _refuse(name: str) -> Any:
    raise ValueError(name)
