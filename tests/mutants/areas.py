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


_DISCLOSURE: Final = {
    "conditions": Area(("release/conditions.py",), ("test_conditions.py",)),
    "decisions": Area(("release/coarser.py", "release/redactions.py"), ("test_coarser.py", "test_decisions.py")),
    "defaults": Area(("release/by_default.py",), ("test_by_default.py",)),
    "hanging": Area(("release/hanging.py",), ("test_hanging.py",)),
    "mending": Area(("release/mending.py",), ("test_mending.py",)),
    "disclosure": Area(("release/disclose.py", "release/kept_back.py"), ("test_disclose.py", "test_kept_back.py")),
    "names": Area(
        ("release/protected.py", "release/diff_secrets.py"), ("test_protected_names.py", "test_diff_secrets.py")
    ),
    "guards": Area(("release/ledger.py", "release/uniqueness.py"), ("test_ledger.py", "test_uniqueness.py")),
    "terms": Area(("release/terms.py", "release/stated.py", "release/gates.py"), ("test_release_terms.py",)),
    "projection": Area(("release/dataset.py", "release/projection.py"), ("test_dataset.py", "test_projecting.py")),
    "claims": Area(
        ("checks/gathered.py", "checks/claim_values.py", "intake/metadata.py"),
        ("test_gathered.py", "test_claim_values.py", "test_metadata.py"),
    ),
}
"""What is disclosed, and what the files of a submission give together; small areas, so that each has few tests."""

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
    **_DISCLOSURE,
}
