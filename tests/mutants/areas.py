"""What is mutated, and the tests that must notice: of each area, modules of the toolkit and files of tests.

The tests of an area are its quick ones: whole commands, which are tested elsewhere, take seconds for each mutant. Only
what happens in this process counts: a test that starts the command as a program sees no mutant.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Area:
    """Paths of modules within the package, and names of files in tests/."""

    modules: tuple[str, ...]
    tests: tuple[str, ...]


AREAS: Final = {
    "store": Area(
        modules=tuple(
            f"release/{name}.py"
            for name in (
                "index",
                "chain",
                "store",
                "disk",
                "manifest",
                "keys",
                "sign",
                "verify",
                "verify_store",
                "versions",
                "tombstones",
                "withdraw",
                "whole",
                "change_class",
                "passing",
            )
        ),
        tests=tuple(
            f"test_{name}.py"
            for name in (
                "index",
                "chain",
                "store",
                "disk",
                "manifest",
                "keys",
                "signatures",
                "verify_parts",
                "verify_store",
                "versions",
                "tombstones",
                "withdrawal",
                "change_class",
                "passing",
            )
        ),
    ),
}
