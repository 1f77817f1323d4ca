"""Languages that people are spoken to in, and the texts of each; what is not translated is said in English."""

from __future__ import annotations

import gettext
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

from pfds.standard.phrase import Count, Phrase

NAMES: Final = MappingProxyType(
    {
        "en": "English",
        "ru": "Русский",
        "ky": "Кыргызча",
        "es": "Español",
        "fr": "Français",
        "ar": "العربية",
    }
)
"""Languages of the toolkit, each by its own name; English is the one that all others are translated from."""

_RIGHT_TO_LEFT: Final = frozenset({"ar"})
_PHRASE: Final = "phrase"
_PACKAGED = Path(__file__).resolve().parents[1] / "_data" / "datapackage" / "locale"
_CHECKOUT = Path(__file__).resolve().parents[3] / "datapackage" / "locale"


@dataclass(frozen=True, slots=True, eq=False)
class Language:
    """One language by its BCP 47 tag, and its texts."""

    code: str
    _texts: gettext.NullTranslations

    @property
    def name(self) -> str:
        """What the language calls itself."""
        return NAMES[self.code]

    @property
    def direction(self) -> str:
        """`ltr` or `rtl`."""
        return "rtl" if self.code in _RIGHT_TO_LEFT else "ltr"

    def text(self, context: str, english: str) -> str:
        """A text of the standard; its ``context`` says what it is, as `messages.texts` gives it."""
        return self._texts.pgettext(context, english) if english else ""

    def say(self, phrase: str) -> str:
        """A phrase of the toolkit; text that is no phrase stays as it is."""
        if not isinstance(phrase, Phrase):
            return phrase
        words = {name: self.say(word) if isinstance(word, str) else word for name, word in phrase.words.items()}
        if isinstance(phrase, Count):
            template = self._texts.npgettext(_PHRASE, phrase.singular, phrase.template, phrase.n)
        else:
            template = self._texts.pgettext(_PHRASE, phrase.template)
        return template.format_map(words) if words else template


@cache
def load_language(code: str) -> Language:
    """A language of `NAMES`; KeyError if it is not one of them."""
    if code not in NAMES:
        raise KeyError(code)
    folder = _PACKAGED if _PACKAGED.is_dir() else _CHECKOUT
    return Language(code, gettext.translation("pfds", folder, [code], fallback=True))


def all_languages() -> tuple[Language, ...]:
    """All languages, English first."""
    return tuple(load_language(code) for code in NAMES)
