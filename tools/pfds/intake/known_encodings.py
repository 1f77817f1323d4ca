"""The encodings that text can be read in when their name is given, and which of them some bytes look like."""

from __future__ import annotations

from dataclasses import dataclass
from encodings import normalize_encoding
from encodings.aliases import aliases
from types import MappingProxyType
from typing import Final

from pfds.standard.phrase import Phrase
from pfds.standard.suggestions import nearest


@dataclass(frozen=True, slots=True)
class Encoding:
    """An encoding: its name on the command line, its name in words, and the codec of Python that reads it."""

    name: str
    words: str
    codec: str

    @property
    def is_utf_8(self) -> bool:
        """Whether text needs no decoding."""
        return self.codec == "utf_8"


def _encodings() -> dict[str, Encoding]:
    named = [("utf-8", "utf_8"), ("utf-16", "utf_16"), ("utf-16le", "utf_16_le"), ("utf-16be", "utf_16_be")]
    named += [("windows-874", "cp874"), *((f"windows-{page}", f"cp{page}") for page in range(1250, 1259))]
    named += [(f"iso-8859-{part}", f"iso8859_{part}") for part in range(1, 17) if part != 12]
    named += [("koi8-r", "koi8_r"), ("koi8-u", "koi8_u"), ("koi8-t", "koi8_t"), ("kz-1048", "kz1048")]
    named += [(f"cp{page}", f"cp{page}") for page in (437, 720, 737, 775, 850, 852, 855, 857, 862, 864, 866)]
    named += [(f"mac-{script}", f"mac_{script}") for script in ("cyrillic", "greek", "latin2", "roman", "turkish")]
    named += [("gb18030", "gb18030"), ("gbk", "gbk"), ("big5", "big5"), ("big5-hkscs", "big5hkscs")]
    named += [("shift_jis", "shift_jis"), ("cp932", "cp932"), ("euc-jp", "euc_jp"), ("iso-2022-jp", "iso2022_jp")]
    named += [("euc-kr", "euc_kr"), ("cp949", "cp949"), ("tis-620", "tis_620")]
    return {name: Encoding(name, _words(name), codec) for name, codec in named}


def _words(name: str) -> str:
    head, _, rest = name.partition("-")
    if head == "mac":
        return f"Mac {rest.capitalize()}"
    return _SPELT.get(head, head.upper()) + name[len(head) :].upper()


_SPELT: Final = {"windows": "Windows", "shift_jis": "Shift_JIS", "big5": "Big5"}
ENCODINGS: Final = MappingProxyType(_encodings())
"""By name, every encoding that can be given."""

_BY_CODEC: Final = MappingProxyType({"latin_1": ENCODINGS["iso-8859-1"]} | {e.codec: e for e in ENCODINGS.values()})
_TOLD_OTHERWISE: Final = frozenset({"utf-8", "utf-16", "utf-16le", "utf-16be"})
_SAMPLE: Final = 1 << 16
_SURE_ENOUGH: Final = 0.08
"""Where a letter or two are all that there is to judge by, the guess is surer than this in no encoding."""


def find_encoding(name: str) -> Encoding | None:
    """The encoding of a name or alias, however it is spelt."""
    known = ENCODINGS.get(name.strip().lower())
    codec = normalize_encoding(name.strip()).lower()
    return known or _BY_CODEC.get(aliases.get(codec, codec)) or ENCODINGS.get(codec.replace("_", "-"))


def similar_encoding(name: str) -> str | None:
    """The name that may have been meant by one that is not known."""
    return nearest(name, ENCODINGS)


def likely_encoding(data: bytes) -> Encoding | None:
    """The encoding that text which is not UTF-8 looks most like; a guess, so that it is only ever suggested."""
    from chardet import EncodingEra, detect  # noqa: PLC0415 - takes a tenth of a second that sound files need not wait

    common = EncodingEra.MODERN_WEB | EncodingEra.LEGACY_MAC | EncodingEra.DOS
    guess = detect(_telling(data), encoding_era=common)
    found = find_encoding(guess["encoding"] or "") if guess["confidence"] >= _SURE_ENOUGH else None
    return None if found is None or found.name in _TOLD_OTHERWISE else found


def looks_like(data: bytes, save: str) -> str:
    """What to do with text that is not UTF-8, in a sentence that ends with ``save``: how to save it."""
    found = likely_encoding(data)
    return _advice(found, save) if found else Phrase("It does not look like UTF-8: {save}", save=save)


def suggestion(data: bytes, save: str) -> str:
    """The same, if most that is not ASCII is not UTF-8 either and looks like something known; otherwise nothing."""
    text = _telling(data).decode("utf-8", "replace")
    broken = text.count("\ufffd")
    sound = sum(not character.isascii() for character in text) - broken
    found = likely_encoding(data) if broken > sound else None
    return _advice(found, save) if found else ""


def _advice(found: Encoding, save: str) -> str:
    return Phrase(
        "It looks like {encoding}: check it with --encoding {name}, or {save}",
        encoding=found.words,
        name=found.name,
        save=save,
    )


def _telling(data: bytes) -> bytes:
    """The first lines that are not ASCII."""
    return b"\n".join(line for line in data.split(b"\n") if not line.isascii())[:_SAMPLE]
