"""A part of `make reproducible`."""

from pathlib import Path

from identical import LOCALES, ZONES, built, drawn
from small_store import dataset


def test_the_circumstances_are_all_there() -> None:
    twenty = list(drawn(20))
    assert len({under.hash_seed for under in twenty}) == 20
    assert {(under.zone, under.locale) for under in twenty} == {(zone, locale) for zone in ZONES for locale in LOCALES}
    assert {(under.zone, under.processors) for under in twenty} == {(zone, count) for zone in ZONES for count in (1, 2)}


def test_the_same_bytes_under_other_circumstances(tmp_path: Path) -> None:
    data = dataset(tmp_path / "data")
    first, second = list(drawn(9, seed=11))[4:6]
    assert built(data, tmp_path / "store", first, "--only-tables") == built(
        data, tmp_path / "store", second, "--only-tables"
    )
