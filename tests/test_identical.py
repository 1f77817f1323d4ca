"""A part of `make reproducible`."""

import sys
from pathlib import Path

import pytest

from command import run
from identical import LOCALES, ZONES, Circumstances, built, compiled_locales, drawn
from programs import needs_locales
from small_store import dataset


def test_the_circumstances_are_all_there() -> None:
    twenty = list(drawn(20))
    assert len({under.hash_seed for under in twenty}) == 20
    assert {(under.zone, under.locale) for under in twenty} == {(zone, locale) for zone in ZONES for locale in LOCALES}
    assert {(under.zone, under.processors) for under in twenty} == {(zone, count) for zone in ZONES for count in (1, 2)}


@needs_locales
def test_the_same_bytes_under_other_circumstances(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOCPATH", compiled_locales(tmp_path / "locales")["LOCPATH"])
    data = dataset(tmp_path / "data")
    first, second = list(drawn(9, seed=11))[4:6]
    assert decimal_point(second) == ","
    assert built(data, tmp_path / "store", first, "--only-tables") == built(
        data, tmp_path / "store", second, "--only-tables"
    )


def decimal_point(under: Circumstances) -> str:
    """That of a program which asks the system."""
    code = "import locale; locale.setlocale(locale.LC_ALL, ''); print(locale.localeconv()['decimal_point'])"
    return run(sys.executable, "-c", code, env=under.environment).out.strip()
