"""Words of the toolkit that can be said in other languages.

`make messages` collects the first argument of every `Phrase(…)` and both forms of every `Count(…)` for translation.
"""

from __future__ import annotations

from typing import Any


class Phrase(str):
    """An English sentence that remembers the template and the words that it was made of.

    ``Phrase("Did you mean “{word}”?", word="arrest")`` is the text `Did you mean “arrest”?`, and can be said in another
    language later. A word may be a phrase itself.
    """

    __slots__ = ("template", "words")

    template: str
    words: dict[str, Any]

    def __new__(cls, template: str, /, **words: str | int) -> Phrase:
        text = super().__new__(cls, template.format_map(words) if words else template)
        text.template = template
        text.words = words
        return text

    def __reduce__(self) -> tuple[Any, ...]:
        return _phrase, (self.template, self.words)


class Count(Phrase):
    """A phrase that depends on how many there are: ``Count("{n} place", "{n} places", 21)``."""

    __slots__ = ("n", "singular")

    singular: str
    n: int

    def __new__(cls, one: str, many: str, n: int, /, **words: str | int) -> Count:
        text: Count = super().__new__(cls, one if n == 1 else many, n=f"{n:,}", **words)  # type: ignore[assignment]
        text.template, text.singular, text.n = many, one, n
        return text

    def __reduce__(self) -> tuple[Any, ...]:
        return _count, (self.singular, self.template, self.n, self.words)


def _phrase(template: str, words: dict[str, Any]) -> Phrase:
    return Phrase(template, **words)


def _count(one: str, many: str, n: int, words: dict[str, Any]) -> Count:
    return Count(one, many, n, **{name: word for name, word in words.items() if name != "n"})
