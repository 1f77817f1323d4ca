"""Inputs that once broke the toolkit, or a library it could have used: each a file named for what it was."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from fuzz.sound import File

CORPUS: Final = Path(__file__).parent / "corpus"
_DIVIDER: Final = "--"


def keep(corpus: Path, what: str, file: File) -> None:
    """Store a file; what it broke and a piece of its hash come first in its name, then the name it must be read by."""
    corpus.mkdir(parents=True, exist_ok=True)
    words = re.sub("[^a-z0-9]+", "-", what.casefold()).strip("-")[:60]
    digest = hashlib.sha256(file.data).hexdigest()[:8]
    (corpus / f"{words}-{digest}{_DIVIDER}{file.name}").write_bytes(file.data)


def kept(corpus: Path) -> Iterator[tuple[str, File]]:
    """What each file was, and the file under the name by which it is read."""
    for path in sorted(corpus.iterdir()):
        what, _, name = path.name.partition(_DIVIDER)
        if name:
            yield what, File(name, path.read_bytes())
