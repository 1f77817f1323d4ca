"""What a name of the standard means: a rule, table, field, codelist or code, as text."""

from __future__ import annotations

from collections.abc import Iterator

from pfds.checks.explanations import example, expected
from pfds.publish.rule_text import FAILS, FIX, PASSES, WEIGHT, WHY, rule_sections
from pfds.reports.trial import Trial, trial
from pfds.reports.wording import Wording, wording
from pfds.standard.language import NAMES, Language
from pfds.standard.model import Code, Codelist, Field, Rule, Standard, Table
from pfds.standard.phrase import Count, Phrase
from pfds.standard.suggestions import nearest


class UnknownName(Exception):
    """A name that the standard does not have; ``similar`` is one that it has, if any is near."""

    def __init__(self, name: str, similar: str | None) -> None:
        super().__init__(name)
        self.similar = similar


def explain(standard: Standard, name: str, language: Language) -> str:
    """Everything that bears this name, in full: rule, table, field (`events.event_date`), codelist, code
    (`event_type:arrest`). Raises UnknownName."""
    words = wording(standard, language, show_values=True)
    found = [line for block in _explanations(words, name) for line in (*block, "")]
    if not found:
        raise UnknownName(name, nearest(name, tuple(_names(standard))))
    return "\n".join(found).rstrip()


def catalogue(standard: Standard, language: Language) -> str:
    """All tables, codelists and rules, a line each."""
    words = wording(standard, language, show_values=True)
    spoken, say = words.standard, words.say
    lines = [say(Phrase("Press Freedom Data Standard {version}", version=standard.version)), "", say(Phrase("Tables"))]
    lines += [f"  {table.name:<24}{table.description}" for table in spoken.tables.values()]
    lines += ["", say(Phrase("Codelists"))]
    lines += [
        f"  {codelist.name:<24}{say(Count('{n} code', '{n} codes', len(codelist.codes)))}"
        for codelist in spoken.codelists.values()
    ]
    lines += ["", say(Phrase("Rules"))]
    lines += [f"  {rule.severity.value:<9}{rule.name:<40}{rule.title}" for rule in spoken.rules.values()]
    return "\n".join([*lines, "", say(Phrase("`pfds explain NAME` tells more about any of them."))])


def _explanations(words: Wording, name: str) -> Iterator[Iterator[str]]:
    standard = words.standard
    if name in standard.rules:
        yield _rule(words, standard.rules[name])
    if name in standard.tables:
        yield _table(words, standard.tables[name])
    for table in standard.tables.values():
        for field in table.by_name.values():
            if name in (field.name, f"{table.name}.{field.name}"):
                yield _field(words, table, field)
    for codelist in standard.codelists.values():
        if name == codelist.name:
            yield _codelist(words, codelist)
        for code in codelist.codes.values():
            if name in (code.code, f"{codelist.name}:{code.code}"):
                yield _code(words, codelist, code)


def _names(standard: Standard) -> Iterator[str]:
    yield from standard.rules
    yield from standard.tables
    yield from standard.codelists
    for table in standard.tables.values():
        yield from table.by_name
        yield from (f"{table.name}.{name}" for name in table.by_name)
    for codelist in standard.codelists.values():
        yield from codelist.codes
        yield from (f"{codelist.name}:{code}" for code in codelist.codes)


def _rule(words: Wording, rule: Rule) -> Iterator[str]:
    yield f"{rule.name}: {rule.title}  ({rule.severity.value}: {words.say(WEIGHT[rule.severity])})"
    for heading, text in rule_sections(rule):
        yield from _section(words.say(heading), text)
    if rule.sql:
        yield from _section("SQL", rule.sql)


def _section(heading: str, text: str) -> Iterator[str]:
    """A short text beside its heading, a long one below it."""
    first, *more = text.splitlines()
    if not more:
        yield f"  {heading}: {first}"
        return
    yield f"  {heading}:"
    yield from (f"    {line}" for line in (first, *more))


def _table(words: Wording, table: Table) -> Iterator[str]:
    kind = Phrase("table, required") if table.required else Phrase("table")
    yield f"{table.name}: {table.plural}  ({words.say(kind)})"
    yield f"  {table.description}"
    needed = words.say(Phrase("required"))
    for field in table.fields:
        yield f"  {field.name:<32}{needed if field.required else '':<{len(needed) + 2}}{field.description}"


def _field(words: Wording, table: Table, field: Field) -> Iterator[str]:
    kind = Phrase("field, required") if field.required else Phrase("field")
    yield f"{table.name}.{field.name}: {field.title}  ({words.say(kind)})"
    yield f"  {field.description}"
    if field.codelist:
        line = Phrase(
            "A code of the list {codelist}, for example: {example}", codelist=field.codelist, example=example(field)
        )
    else:
        line = Phrase("Write {expected}, for example: {example}", expected=expected(field), example=example(field))
    yield "  " + words.say(line)
    if field.reference:
        yield "  " + words.say(Phrase("Points to: {field}", field=f"{field.reference.table}.{field.reference.field}"))
    yield from _tried(words, trial(words.standard, table, field))
    yield "  " + words.say(
        Phrase("Disclosure: {disclosure}. Since {version}.", disclosure=field.disclosure, version=field.since)
    )


def _tried(words: Wording, tried: Trial) -> Iterator[str]:
    rule = words.standard.rules[tried.finding.rule]
    yield from _section(words.say(PASSES), tried.passes)
    yield from _section(words.say(FAILS), f"{tried.fails}  ({rule.name}: {words.message(tried.finding)})")
    yield from _section(words.say(WHY), rule.why)
    yield from _section(words.say(FIX), words.fix(tried.finding))


def _codelist(words: Wording, codelist: Codelist) -> Iterator[str]:
    yield f"{codelist.name}: {words.say(Count('codelist of {n} code', 'codelist of {n} codes', len(codelist.codes)))}"
    for code in codelist.codes.values():
        yield f"  {code.code:<32}{_label(words, code)}: {code.definition}"


def _code(words: Wording, codelist: Codelist, code: Code) -> Iterator[str]:
    yield f"{codelist.name}:{code.code}: {_label(words, code)}  ({words.say(Phrase('code'))})"
    yield f"  {code.definition}"
    others = ((language, label) for language, label in code.labels.items() if language != words.language.code)
    yield from (f"  {NAMES.get(language, language)}: {label}" for language, label in others)
    owners = [
        (table, field)
        for table in words.standard.tables.values()
        for field in table.fields
        if field.codelist == codelist.name
    ]
    if owners:
        yield "  " + words.say(
            Phrase("Used in: {fields}", fields=", ".join(f"{table.name}.{field.name}" for table, field in owners))
        )
        yield from _tried(words, trial(words.standard, *owners[0], code.code))


def _label(words: Wording, code: Code) -> str:
    return code.labels.get(words.language.code) or code.labels["en"]
