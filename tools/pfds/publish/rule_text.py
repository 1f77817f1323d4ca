"""What a rule means, as people read it: in the terminal and on a page of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from pfds.standard.examples import failing, passing
from pfds.standard.findings import Severity
from pfds.standard.language import Language, load_language
from pfds.standard.messages import in_language
from pfds.standard.model import Rule, Standard
from pfds.standard.phrase import Phrase

WEIGHT = MappingProxyType(
    {
        Severity.ERROR: Phrase("Must be fixed"),
        Severity.WARNING: Phrase("Should be checked"),
        Severity.INFO: Phrase("For information"),
    }
)
WHAT, WHY = Phrase("What it means"), Phrase("Why it matters")
FAILS, PASSES, FIX = Phrase("An example that fails"), Phrase("An example that passes"), Phrase("How to fix it")
_INDEX = "README.md"


def rule_sections(rule: Rule) -> Iterator[tuple[Phrase, str]]:
    """Heading and text of each part; the words are those of the rule, which may be of any language."""
    yield WHAT, general(rule.message)
    yield WHY, rule.why
    yield FAILS, failing(rule)
    yield PASSES, passing(rule)
    yield FIX, general(rule.fix)


def general(sentence: str) -> str:
    """A sentence with its open places, as it reads without a finding: <codelist> for any codelist."""
    return re.sub(r"\{(\w+)\}", r"<\1>", sentence.replace(" {suggestion}", ""))


def rule_pages(standard: Standard) -> Mapping[str, str]:
    """A page in Markdown for each rule, and one that lists them, by file name."""
    english = load_language("en")
    spoken = in_language(standard, english)
    pages = {f"{rule.name}.md": _page(rule, english) for rule in spoken.rules.values()}
    listed = [
        f"| [{rule.name}]({rule.name}.md) | {rule.severity.value} | {rule.title} |" for rule in spoken.rules.values()
    ]
    head = f"# Rules of the standard {standard.version}\n\n`pfds explain NAME` says the same in the terminal.\n"
    return {_INDEX: "\n".join([head, "| rule | severity | what it is about |", "|---|---|---|", *listed, ""]), **pages}


def _page(rule: Rule, language: Language) -> str:
    parts = [f"# {rule.title}\n\n`{rule.name}` · {language.say(WEIGHT[rule.severity])}"]
    for heading, text in rule_sections(rule):
        shown = f"```text\n{text}\n```" if heading in (FAILS, PASSES) else text
        parts.append(f"## {language.say(heading)}\n\n{shown}")
    if rule.sql:
        parts.append(f"## As SQL\n\n```sql\n{rule.sql}\n```")
    return "\n\n".join(parts) + "\n"
