"""Write the ISO codelists: country, currency, language and script.

The codes come from pycountry (ISO 3166-1, 4217, 639 and 15924), the English and
Russian labels from the CLDR data in Babel. The result depends on the versions of
these two packages and on nothing else.

Usage: python tools/iso_codelists.py [FOLDER]    (default: schema/codelists)
"""

import csv
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pycountry
from babel import Locale

HEADER = "code,label_en,label_ru,definition_en,parent,since,deprecated,replaced_by,aliases"
EN, RU = Locale("en"), Locale("ru")

NO_CURRENCY = {"XTS", "XXX"}  # testing, no currency
NO_LANGUAGE = {"mis", "mul", "und", "zxx"}  # uncoded, several, undetermined, none
NO_SCRIPT = {"Qaaa", "Qabx", "Zinh", "Zxxx", "Zyyy", "Zzzz"}  # private, inherited, none, unknown
AMBIGUOUS = {"congo", "som", "won"}  # names that people also use for another country or currency
MISSPELT = {"Kyrgystani Som": "Kyrgyzstani Som"}  # CLDR label and its correction
USAGE_RU = {"BLR": "Белоруссия", "KGZ": "Киргизия", "MDA": "Молдавия", "TKM": "Туркмения"}
OWN_RU = {"KGZ": "Кыргызстан"}  # what the country calls itself in Russian


@dataclass(frozen=True, slots=True)
class Code:
    """One code with its labels, its definition and other spellings of it."""

    code: str
    label_en: str
    label_ru: str
    definition: str
    spellings: tuple[str, ...]


def countries() -> Iterable[Code]:
    """ISO 3166-1 alpha-3 codes, and XKX, the one addition."""
    for item in pycountry.countries:
        label = EN.territories.get(item.alpha_2, item.name)
        names = (getattr(item, key, "") for key in ("name", "official_name", "common_name"))
        yield Code(
            item.alpha_3,
            label,
            OWN_RU.get(item.alpha_3, RU.territories.get(item.alpha_2, "")),
            f"ISO 3166-1 alpha-3 code for {label}.",
            (item.alpha_2, *names, USAGE_RU.get(item.alpha_3, "")),
        )
    definition = "User-assigned alpha-3 code for Kosovo, which ISO 3166-1 does not list."
    yield Code("XKX", EN.territories["XK"], RU.territories["XK"], definition, ("XK",))


def currencies() -> Iterable[Code]:
    """Active ISO 4217 alphabetic codes."""
    for item in pycountry.currencies:
        if item.alpha_3 not in NO_CURRENCY:
            label = _label(EN.currencies, item.alpha_3, item.name)
            russian = RU.currencies.get(item.alpha_3, "")
            definition = f"ISO 4217 alphabetic code for {label}."
            yield Code(item.alpha_3, label, russian, definition, (item.name,))


def languages() -> Iterable[Code]:
    """ISO 639 alpha-2 codes, and alpha-3 codes of the other languages CLDR names."""
    for item in pycountry.languages:
        short = getattr(item, "alpha_2", "")
        code = short or item.alpha_3
        if code not in NO_LANGUAGE and (short or code in EN.languages):
            label = _label(EN.languages, code, item.name)
            definition = f"BCP 47 primary language subtag for {label}."
            spellings = (item.alpha_3, getattr(item, "bibliographic", ""), item.name)
            yield Code(code, label, RU.languages.get(code, ""), definition, spellings)


def scripts() -> Iterable[Code]:
    """ISO 15924 four-letter codes."""
    for item in pycountry.scripts:
        if item.alpha_4 not in NO_SCRIPT:
            label = _label(EN.scripts, item.alpha_4, item.name)
            definition = f"ISO 15924 code for {item.name}."
            yield Code(item.alpha_4, label, RU.scripts.get(item.alpha_4, ""), definition, ())


def write(path: Path, codes: Iterable[Code]) -> None:
    """Write one codelist, sorted by code; a spelling shared by two codes is left out."""
    rows = sorted(codes, key=lambda row: row.code)
    taken = Counter(key for row in rows for key in {s.casefold() for s in _all_spellings(row)})
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(HEADER.split(","))
        for row in rows:
            aliases = {s.casefold(): s for s in row.spellings if taken[s.casefold()] == 1}
            for key in ("", row.code.casefold(), row.label_en.casefold(), *AMBIGUOUS):
                aliases.pop(key, None)
            labels = (row.label_en, row.label_ru, row.definition)
            writer.writerow((row.code, *labels, "", "0.1.0", "", "", "|".join(aliases.values())))


def _label(names: Mapping[str, str], code: str, iso_name: str) -> str:
    label = names.get(code, iso_name)
    return MISSPELT.get(label, label)


def _all_spellings(row: Code) -> tuple[str, ...]:
    return (row.code, row.label_en, *row.spellings)


if __name__ == "__main__":
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "schema/codelists")
    write(folder / "country.csv", countries())
    write(folder / "currency.csv", currencies())
    write(folder / "language.csv", languages())
    write(folder / "script.csv", scripts())
