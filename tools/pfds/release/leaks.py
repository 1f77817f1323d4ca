"""The last look before publication: nothing that was kept back may stand in any file of a release."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from itertools import islice
from unicodedata import category, normalize
from urllib.parse import unquote

from pfds.release.protected import HEAD, UNSPACED, Names, Words

_ESCAPED = re.compile("(?:%[0-9A-Fa-f]{2})+")
_NOT_WORD = re.compile(r"[\W_]")
_LINES_AT_ONCE = 4096
_LONGEST_ENDING = 3


def leaks(path: str, blocks: Iterable[bytes], names: Names, ids: Collection[str]) -> Iterator[str]:
    """Places (path and line) at which a protected name or an identifier kept back stands, once each.

    ``blocks`` are the bytes of the file, in parts that end where a line ends.

    A name is found whatever its case and diacritics, inside addresses too, across the end of a line, and, if it
    has several words, with other endings; but not inside a longer word. In scripts that put no space between
    words it is found anywhere.
    """
    seek_ids, seek_names = _IdSeeker(ids), NameSeeker(names)
    before, number = list[str](), 1
    for block in blocks:
        text = block.decode("utf-8", errors="replace")
        found = set(seek_ids.lines(text))
        if names.protected:
            found |= set(seek_names.lines(text, before))
        yield from (f"{path}, line {number + line - 1}" for line in sorted(found))
        number += text.count("\n")


class _IdSeeker:
    """Finds identifiers that stand by themselves, not as part of a longer one."""

    def __init__(self, ids: Collection[str]) -> None:
        self.ids = frozenset(ids)
        prefixes = "|".join(sorted({key.split("-", 1)[0] for key in self.ids}))
        self.form = re.compile(rf"\b(?:{prefixes})-[a-z0-9]+-[a-z0-9-]+", re.IGNORECASE)

    def lines(self, text: str) -> Iterator[int]:
        """Numbers of the lines (1 = first) that hold one of the identifiers."""
        number, counted = 1, 0
        for match in self.form.finditer(text) if self.ids else ():
            key = match[0].lower()
            if key in self.ids or key.rstrip("-") in self.ids:
                number += text.count("\n", counted, match.start())
                counted = match.start()
                yield number


class NameSeeker:
    """Finds names as runs of folded words."""

    def __init__(self, names: Names) -> None:
        self.published = names.published
        self.unspaced = unspaced_names(names)
        self.longest = max(map(len, names.protected), default=0)
        self.by_head: dict[str, list[Words]] = {}
        for name in sorted(names.protected):
            self.by_head.setdefault(name[0][:HEAD], []).append(name)

    def lines(self, text: str, before: list[str] | None = None) -> Iterator[int]:
        """Numbers of the lines (1 = first) on which one of the names ends.

        ``before`` are the last words of the text before this one; they are replaced with those of this one.
        """
        if not self.longest:
            return
        words = [] if before is None else before
        lines = iter(_ESCAPED.sub(_unescaped, text).translate(_FOLDED).split("\n"))
        number = 1
        while chunk := list(islice(lines, _LINES_AT_ONCE)):
            run = words + " ".join(chunk).split()
            if self._ends(run):
                yield from self._each_line(list(words), chunk, number)
            words[:] = self._last(run)
            number += len(chunk)

    def _each_line(self, before: list[str], chunk: Iterable[str], number: int) -> Iterator[int]:
        for place, line in enumerate(chunk, start=number):
            run = before + line.split()
            if any(end > len(before) for end in self._ends(run)):
                yield place
            before = self._last(run)

    def _last(self, run: list[str]) -> list[str]:
        """The words that a name can begin with which goes on after them."""
        return run[max(0, len(run) - self.longest + 1) :]

    def _ends(self, run: list[str]) -> list[int]:
        """Positions in a run of words just after each name."""
        heads = self.by_head
        joined = "".join(run) if self.unspaced else ""
        ends = [len(run)] if any(name in joined for name in self.unspaced) else []
        ends += [
            start + len(name)
            for start, word in enumerate(run)
            if word[:HEAD] in heads
            for name in heads[word[:HEAD]]
            if self._is_form_of(tuple(run[start : start + len(name)]), name)
        ]
        return ends

    def _is_form_of(self, found: Words, name: Words) -> bool:
        if found == name:
            return True
        return (
            len(found) == len(name) > 1
            and all(differs_in_ending(word, base) for word, base in zip(found, name, strict=True))
            and found not in self.published
        )


class _Folded(dict[int, str]):
    """Folds a text by `str.translate` as `fold` does, character by character, and leaves its lines."""

    def __missing__(self, code: int) -> str:
        bare = "".join(char for char in normalize("NFKD", chr(code)) if category(char) != "Mn")
        self[code] = "\n" if code == ord("\n") else _NOT_WORD.sub(" ", bare.casefold())
        return self[code]


_FOLDED = _Folded()


def _unescaped(match: re.Match[str]) -> str:
    return unquote(match[0], errors="replace").replace("\n", " ")


def unspaced_names(names: Names) -> list[str]:
    """Protected names in scripts without spaces, save those that are part of a published name."""
    published = {form for form in map("".join, names.published) if UNSPACED.search(form)}
    protected = {form for form in map("".join, names.protected) if UNSPACED.search(form)}
    return sorted(form for form in protected if not any(form in other for other in published))


def differs_in_ending(word: str, base: str) -> bool:
    """Whether a word is the base or differs from it in its ending only, as in the cases of Russian."""
    if word == base:
        return True
    return len(base) > HEAD and word.startswith(base[:-1]) and len(word) <= len(base) + _LONGEST_ENDING
