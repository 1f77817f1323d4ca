"""Write the ISO codelists: country, currency, language and script.

The codes come from pycountry (ISO 3166-1, 4217, 639 and 15924), the labels from
the CLDR data in Babel. The number of a code is the one it has in
schema/codelists, since numbers never change; a new code gets its ISO number
if it has one, else the highest number plus one. A code that ISO has
given up stays as schema/codelists has it: mark it there as deprecated.

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

OTHERS = {language: Locale(language) for language in ("ru", "ky", "es", "fr", "ar")}
LABELS = ("label_en", *(f"label_{language}" for language in OTHERS))
HEADER = ("code", "number", *LABELS, "definition_en", "parent", "since", "deprecated", "replaced_by", "aliases")
EN = Locale("en")
PUBLISHED = Path(__file__).parents[1] / "schema" / "codelists"

XKX = 983  # CLDR's number for it, of those that ISO 3166-1 leaves to users
NO_CURRENCY = {"XTS", "XXX"}  # testing, no currency
NO_LANGUAGE = {"mis", "mul", "und", "zxx"}  # uncoded, several, undetermined, none
NO_SCRIPT = {"Qaaa", "Qabx", "Zinh", "Zxxx", "Zyyy", "Zzzz"}  # private, inherited, none, unknown
AMBIGUOUS = {"congo", "som", "won"}  # names that people also use for another country or currency
MISSPELT = {"Kyrgystani Som": "Kyrgyzstani Som"}  # CLDR label and its correction
USAGE_RU = {"BLR": "Белоруссия", "KGZ": "Киргизия", "MDA": "Молдавия", "TKM": "Туркмения"}
OWN = {("ru", "KGZ"): "Кыргызстан"}  # what the country calls itself in the language


@dataclass(frozen=True, slots=True)
class Code:
    """One code with its labels, its definition, other spellings of it, and its number in ISO (0 if it has none)."""

    code: str
    label: str
    others: Mapping[str, str]
    definition: str
    spellings: tuple[str, ...]
    number: int = 0


def countries() -> Iterable[Code]:
    """ISO 3166-1 alpha-3 codes, and XKX, the one addition."""
    for item in pycountry.countries:
        label = EN.territories.get(item.alpha_2, item.name)
        names = (getattr(item, key, "") for key in ("name", "official_name", "common_name"))
        yield Code(
            item.alpha_3,
            label,
            {key: OWN.get((key, item.alpha_3), name) for key, name in _others("territories", item.alpha_2).items()},
            f"ISO 3166-1 alpha-3 code for {label}.",
            (item.alpha_2, *names, USAGE_RU.get(item.alpha_3, "")),
            int(item.numeric),
        )
    definition = "User-assigned alpha-3 code for Kosovo, which ISO 3166-1 does not list."
    yield Code("XKX", EN.territories["XK"], _others("territories", "XK"), definition, ("XK",), XKX)


def currencies() -> Iterable[Code]:
    """Active ISO 4217 alphabetic codes."""
    for item in pycountry.currencies:
        if item.alpha_3 not in NO_CURRENCY:
            label = _label(EN.currencies, item.alpha_3, item.name)
            definition = f"ISO 4217 alphabetic code for {label}."
            yield Code(
                item.alpha_3, label, _others("currencies", item.alpha_3), definition, (item.name,), int(item.numeric)
            )


def languages() -> Iterable[Code]:
    """ISO 639 alpha-2 codes, and alpha-3 codes of the other languages CLDR names."""
    for item in pycountry.languages:
        short = getattr(item, "alpha_2", "")
        code = short or item.alpha_3
        if code not in NO_LANGUAGE and (short or code in EN.languages):
            label = _label(EN.languages, code, item.name)
            definition = f"BCP 47 primary language subtag for {label}."
            spellings = (item.alpha_3, getattr(item, "bibliographic", ""), item.name)
            yield Code(code, label, _others("languages", code), definition, spellings)


def scripts() -> Iterable[Code]:
    """ISO 15924 four-letter codes."""
    for item in pycountry.scripts:
        if item.alpha_4 not in NO_SCRIPT:
            label = _label(EN.scripts, item.alpha_4, item.name)
            definition = f"ISO 15924 code for {item.name}."
            yield Code(item.alpha_4, label, _others("scripts", item.alpha_4), definition, (), int(item.numeric))


def write(path: Path, codes: Iterable[Code]) -> None:
    """Write one codelist, sorted by code; a spelling or a label shared by two codes is left out."""
    rows = sorted(codes, key=lambda row: row.code)
    before = _published(path.name)
    numbers = _numbers(rows, before)
    taken = Counter(key for row in rows for key in {s.casefold() for s in _all_spellings(row)})
    named = Counter((key, name.casefold()) for row in rows for key, name in row.others.items())
    lines = dict(before)
    for row in rows:
        aliases = {s.casefold(): s for s in row.spellings if taken[s.casefold()] == 1}
        for key in ("", row.code.casefold(), row.label.casefold(), *AMBIGUOUS):
            aliases.pop(key, None)
        others = (row.others.get(key, "") for key in OTHERS)
        alone = (name if named[key, name.casefold()] == 1 else "" for key, name in zip(OTHERS, others, strict=True))
        labels = (row.label, *alone, row.definition)
        end = ("", "0.1.0", "", "", "|".join(aliases.values()))
        lines[row.code] = [row.code, str(numbers[row.code]), *labels, *end]
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows((HEADER, *(lines[code] for code in sorted(lines))))


def _published(name: str) -> dict[str, list[str]]:
    """The lines of a list as `schema/codelists` has it, by code."""
    with (PUBLISHED / name).open(encoding="utf-8", newline="") as file:
        return {line[0]: line for line in list(csv.reader(file))[1:]}


def _numbers(rows: Iterable[Code], before: Mapping[str, list[str]]) -> dict[str, int]:
    """The number of each code: the one it has, else that of ISO if it is free, else the next."""
    numbers = {code: int(line[HEADER.index("number")]) for code, line in before.items()}
    for row in rows:
        if row.code not in numbers:
            free = row.number and row.number not in numbers.values()
            numbers[row.code] = row.number if free else max(numbers.values(), default=0) + 1
    return numbers


def _others(kind: str, code: str) -> dict[str, str]:
    """Labels in the other languages, of those that CLDR has a name in."""
    named = {language: getattr(locale, kind).get(code, "") for language, locale in OTHERS.items()}
    return {language: name for language, name in named.items() if name}


def _label(names: Mapping[str, str], code: str, iso_name: str) -> str:
    label = names.get(code, iso_name)
    return MISSPELT.get(label, label)


def _all_spellings(row: Code) -> tuple[str, ...]:
    return (row.code, row.label, *row.spellings)


if __name__ == "__main__":
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "schema/codelists")
    write(folder / "country.csv", countries())
    write(folder / "currency.csv", currencies())
    write(folder / "language.csv", languages())
    write(folder / "script.csv", scripts())
