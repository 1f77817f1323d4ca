"""The archives of a release: each is complete by itself, the same bytes each time, and sound to the usual programs."""

import dataclasses
import hashlib
import json
import shutil
import stat
import subprocess
import sys
import zipfile
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from command import BIN, files, run
from kloop import STANDARD
from pfds.editions.archives import archive_paths, write_archives
from public import public

FORMS = ("csv", "parquet")


@pytest.fixture(scope="module")
def packed(kloop_release: Path) -> dict[str, Path]:
    """The archives of the example by form."""
    return {form: kloop_release / path for form, path in archive_paths(public(kloop_release).about).items()}


@pytest.fixture(scope="module")
def unpacked(packed: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """What is in them, unpacked by the usual program."""
    folder = tmp_path_factory.mktemp("unpacked")
    for form, path in packed.items():
        subprocess.run(["unzip", "-q", path, "-d", folder / form], check=True)
    return {form: folder / form for form in packed}


def test_an_archive_is_named_by_its_data_package_version_and_form(packed: dict[str, Path], kloop_release: Path) -> None:
    name = json.loads((kloop_release / "datapackage.json").read_text("utf-8"))["name"]
    assert {form: path.name for form, path in packed.items()} == {
        form: f"{name}-2025.11.0-{form}.zip" for form in FORMS
    }
    assert {path.parent.name for path in packed.values()} == {"archives"}


@pytest.mark.parametrize("form", FORMS)
def test_unzip_finds_it_sound(form: str, packed: dict[str, Path]) -> None:
    done = subprocess.run(["unzip", "-t", packed[form]], capture_output=True, text=True)
    assert (done.returncode, "No errors detected" in done.stdout) == (0, True)


def test_frictionless_accepts_what_is_in_it(unpacked: dict[str, Path]) -> None:
    ran = run(BIN / "frictionless", "validate", "--json", unpacked["csv"] / "datapackage.json")
    report = json.loads(ran.out)
    assert (ran.code, report["valid"]) == (0, True), ran.said
    assert set(STANDARD.released.tables) <= {task["name"] for task in report["tasks"]}


@pytest.mark.parametrize("form", FORMS)
def test_it_holds_what_explains_the_tables(form: str, unpacked: dict[str, Path], kloop_release: Path) -> None:
    found, release = files(unpacked[form]), files(kloop_release)
    own = found.pop("SHA256SUMS")
    assert own != release["SHA256SUMS"]
    assert found == {path: release[path] for path in found}
    documents = {"README.md", "LICENSE.txt", "CITATION.cff", "CHANGELOG.md", "release.json", "tombstones.csv"}
    explaining = {path for path in release if path.startswith(("codebook/", "codelists/", "schema/"))}
    tables = {f"data/{name}.csv" if form == "csv" else f"parquet/{name}.parquet" for name in STANDARD.released.tables}
    descriptor = "datapackage.json" if form == "csv" else "parquet/datapackage.json"
    assert documents | explaining | tables | {descriptor} <= set(found)
    assert not [path for path in found if path.startswith("parquet/" if form == "csv" else "data/")]


@pytest.mark.parametrize("form", FORMS)
def test_its_data_package_names_files_that_are_there(form: str, unpacked: dict[str, Path]) -> None:
    folder = unpacked[form] / ("parquet" if form == "parquet" else "")
    package = json.loads((folder / "datapackage.json").read_text("utf-8"))
    assert package["version"] == "2025.11.0"
    assert {path for resource in package["resources"] if not (folder / (path := resource["path"])).is_file()} == set()


def test_the_parquet_tables_in_it_load(unpacked: dict[str, Path]) -> None:
    for name in STANDARD.released.tables:
        assert pl.read_parquet(unpacked["parquet"] / "parquet" / f"{name}.parquet").height == len(
            pl.read_csv(unpacked["csv"] / "data" / f"{name}.csv", infer_schema=False)
        )


@pytest.mark.parametrize("form", FORMS)
def test_its_sums_are_those_of_its_files(form: str, unpacked: dict[str, Path]) -> None:
    done = subprocess.run(["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd=unpacked[form], capture_output=True)
    assert done.returncode == 0, done.stdout
    listed = {line.split("  ")[1] for line in (unpacked[form] / "SHA256SUMS").read_text("utf-8").splitlines()}
    assert listed | {"SHA256SUMS"} == set(files(unpacked[form]))


@pytest.mark.parametrize("form", FORMS)
def test_names_are_sorted_dates_and_modes_are_fixed_and_parquet_is_only_stored(
    form: str, packed: dict[str, Path]
) -> None:
    with zipfile.ZipFile(packed[form]) as archive:
        members = archive.infolist()
    names = [member.filename for member in members]
    assert names == [*sorted(name for name in names if name != "SHA256SUMS"), "SHA256SUMS"]
    assert {member.date_time for member in members} == {(2025, 11, 5, 0, 0, 0)}
    assert {member.external_attr >> 16 for member in members} == {stat.S_IFREG | 0o644}
    stored = {member.filename for member in members if member.compress_type == zipfile.ZIP_STORED}
    assert stored == {name for name in names if name.endswith(".parquet")}


WRITES = """
import os, sys
from pathlib import Path
from public import public
from pfds.editions.archives import write_archives
os.umask(0o077)
write_archives(public(Path(sys.argv[1])), Path(sys.argv[2]))
"""


def test_the_same_release_gives_the_same_bytes_elsewhere(
    packed: dict[str, Path], kloop_release: Path, tmp_path: Path
) -> None:
    copy = shutil.copytree(kloop_release, tmp_path / "copy", copy_function=shutil.copyfile)
    for path in copy.rglob("*.csv"):
        path.chmod(0o600)
    elsewhere = {"TZ": "Pacific/Auckland", "PYTHONHASHSEED": "7", "PYTHONPATH": str(Path(__file__).parent)}
    ran = run(sys.executable, "-c", WRITES, copy, tmp_path / "out", env=elsewhere)
    assert ran.code == 0, ran.said
    again = files(tmp_path / "out" / "archives")
    assert again == {path.name: path.read_bytes() for path in packed.values()}


def test_all_that_the_descriptor_names_is_packed(kloop_release: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(kloop_release, tmp_path / "release")
    package = json.loads((folder / "datapackage.json").read_text("utf-8"))
    package["resources"].append({"name": "more", "path": ["more/a.csv", "more/b.csv"]})
    (folder / "datapackage.json").write_text(json.dumps(package), "utf-8")
    (folder / "more").mkdir()
    for name in "ab":
        (folder / "more" / f"{name}.csv").write_text("id\r\n", "utf-8")
    write_archives(public(folder), tmp_path)
    with zipfile.ZipFile(tmp_path / archive_paths(public(folder).about)["csv"]) as archive:
        assert hashlib.sha256(archive.read("more/b.csv")).hexdigest() in archive.read("SHA256SUMS").decode()


@pytest.mark.parametrize("missing", ["README.md", "data/events.csv"])
def test_a_release_that_is_not_complete_is_not_packed(missing: str, kloop_release: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(kloop_release, tmp_path / "release")
    (folder / missing).unlink()
    with pytest.raises(FileNotFoundError, match=missing):
        write_archives(public(folder), tmp_path)


def test_an_archive_is_never_written_over_another(kloop_release: Path, tmp_path: Path) -> None:
    write_archives(public(kloop_release), tmp_path)
    with pytest.raises(FileExistsError):
        write_archives(public(kloop_release), tmp_path)


def test_a_release_as_of_a_day_before_the_format_has_its_first_year(kloop_release: Path, tmp_path: Path) -> None:
    release = public(kloop_release)
    old = dataclasses.replace(release, about=dataclasses.replace(release.about, as_of=date(1975, 3, 4)))
    write_archives(old, tmp_path)
    with zipfile.ZipFile(tmp_path / archive_paths(old.about)["csv"]) as archive:
        assert {member.date_time[:3] for member in archive.infolist()} == {(1980, 3, 4)}
