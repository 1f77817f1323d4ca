"""Versions of releases have one form, and are ordered as numbers."""

import pytest

from pfds.release.versions import is_version, version_key

NO_VERSIONS = ("", "2025", "2025.1", "2025.1.0.0", "2025.01.0", "2025.0.0", "2025.13.0", "2025.1.00", "2025.1.1000000")
MORE = (
    "0999.1.0",
    "20251.1.0",
    " 2025.1.0",
    "2025.1.0\n",
    "2025.1.-1",
    "٢٠٢٥.1.0",
    "2025.1.0-rc1",
    "../2025.1.0",
)


@pytest.mark.parametrize("name", ["1000.1.0", "2025.1.0", "2025.9.10", "2025.12.999999", "2025.10.1", "9999.11.0"])
def test_a_version_has_year_month_and_number(name: str) -> None:
    assert is_version(name)
    assert ".".join(map(str, version_key(name))) == name


@pytest.mark.parametrize("name", NO_VERSIONS + MORE)
def test_nothing_else_is_a_version(name: str) -> None:
    assert not is_version(name)
    with pytest.raises(ValueError, match=r"is not a version of the form YYYY\.M\.N, such as 2025\.11\.0\.$"):
        version_key(name)


def test_versions_are_ordered_as_numbers() -> None:
    ordered = ["2024.12.9", "2025.2.0", "2025.2.9", "2025.2.10", "2025.10.0"]
    assert sorted(sorted(ordered), key=version_key) == ordered
