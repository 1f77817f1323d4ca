"""One run of pytest in which every test is run once, and then, in forked children, those that execute a mutant."""

from __future__ import annotations

import gc
import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import inspect
import os
import shutil
import sys
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType, FrameType, FunctionType
from typing import Any, Final

import pytest

from mutants.child import Fate, fate, killed
from mutants.sites import Mutant

SELECTED: Final = ("-m", "not long and not cluster")
_QUIET: Final = ("-o", "addopts=", "-p", "no:terminal", "-p", "no:cacheprovider", "-p", "no:xdist", "--capture=sys")


class FailsUnchanged(Exception):
    """Tests that fail although nothing was changed; the text names them."""


@dataclass(slots=True)
class Trials:
    """A plugin of pytest: hands each mutant and its fate to ``told``."""

    mutants: Sequence[Mutant]
    told: Callable[[Mutant, Fate], None]
    room: Path
    items: Sequence[pytest.Item] = ()
    executed: dict[str, set[tuple[str, int]]] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)
    is_child: bool = False
    is_control: bool = False
    broken: Exception | None = None

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Instead of the tests: every test once, then the mutants."""
        self.items = session.items
        try:
            self._all_once()
            self._control()
            gc.collect()
            gc.freeze()  # or every child would copy the memory of what it looks through
            for mutant in self.mutants:
                self.told(mutant, self._fate(mutant))
        except Exception as problem:
            self.broken = problem
        return True

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Notes what fails; in a child that is the end."""
        if report.failed:
            if self.is_child:
                if self.is_control:
                    os.write(2, f"{report.nodeid}\n{report.longreprtext}\n".encode())
                killed()
            self.failed.append(f"{report.nodeid} ({report.when})")

    def _all_once(self) -> None:
        items = self.items
        files = {str(mutant.file) for mutant in self.mutants}
        for item, following in zip(items, [*items[1:], *items[:1]], strict=True):
            began, seen = time.process_time(), set[tuple[str, int]]()
            with _Traced(files, seen):
                _run(item, following)
            self.executed[item.nodeid] = seen
            self.seconds[item.nodeid] = time.process_time() - began
        if self.failed:
            raise FailsUnchanged("These tests fail although nothing was changed: " + ", ".join(self.failed))

    def _control(self) -> None:
        """A child in which nothing is changed must survive all tests, or none of its deaths means anything."""
        self.is_control = True
        found = self._tried(lambda: None, self.items)
        self.is_control = False
        if found != Fate.SURVIVED:
            raise FailsUnchanged(f"{found}: the tests fail in a forked child although nothing was changed.")

    def _fate(self, mutant: Mutant) -> Fate:
        lines = {(str(mutant.file), line) for line in mutant.lines}
        covering = [item for item in self.items if self.executed[item.nodeid] & lines]
        if not covering:
            return Fate.UNTESTED
        covering.sort(key=lambda item: (round(self.seconds[item.nodeid], 2), item.nodeid))
        return self._tried(lambda: _apply(mutant), covering)

    def _tried(self, change: Callable[[], None], items: Sequence[pytest.Item]) -> Fate:
        def trial() -> None:
            self.is_child = True
            change()
            last = next((item for item in self.items if item is not items[-1]), None)
            try:
                for item, following in zip(items, [*items[1:], last], strict=True):
                    _run(item, following)
            except BaseException:  # a mutant may break even what tells of a failing test
                killed()

        before = _folders(self.room)
        try:
            return fate(trial, self.room, 4 + 3 * sum(self.seconds[item.nodeid] for item in items))
        finally:
            for folder in _folders(self.room) - before:
                shutil.rmtree(folder, ignore_errors=True)


def run_session(tests: Iterable[str], trials: Trials) -> None:
    """Runs it. Raises FailsUnchanged and BrokenHarness."""
    options = [*_QUIET, f"--basetemp={trials.room / 'tests'}", *SELECTED, *tests]
    code = pytest.main(options, plugins=[trials])
    if trials.broken:
        raise trials.broken
    if code != pytest.ExitCode.OK:
        raise FailsUnchanged(f"pytest ended with {code}.")


def fate_at_import(mutant: Mutant, tests: Sequence[str], room: Path, seconds: float) -> Fate:
    """What becomes of a mutant for which the module has to be executed anew, in a process that never imported it."""
    if mutant.module in sys.modules:
        raise FailsUnchanged(f"{mutant.module} is imported already.")
    own = [test for test in tests if mutant.file.stem in Path(test).stem]
    options = [*_QUIET, "-x", f"--basetemp={room / 'tests'}", *SELECTED]

    def trial() -> None:
        sys.meta_path.insert(0, _Changed(mutant.module, mutant.file, mutant.code()))
        for some in (own, [test for test in tests if test not in own]):
            if some and pytest.main([*options, *some]) not in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
                killed()

    return fate(trial, room, seconds)


class _Changed(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds one module, and loads other code for it."""

    def __init__(self, name: str, file: Path, code: CodeType) -> None:
        self._name, self._file, self._code = name, file, code

    def find_spec(self, name: str, *_: Any) -> importlib.machinery.ModuleSpec | None:
        if name != self._name:
            return None
        return importlib.util.spec_from_file_location(name, self._file, loader=self)

    def exec_module(self, module: Any) -> None:
        exec(self._code, vars(module))  # noqa: S102 - our own code, mutated


def _apply(mutant: Mutant) -> None:
    """Gives the function, wherever it was imported to, the code of the mutant."""
    found: Any = importlib.import_module(mutant.module)
    for name in mutant.within:
        found = vars(found)[name]
    found = getattr(found, "fget", None) or getattr(found, "__func__", found)
    function = inspect.unwrap(found)
    if not isinstance(function, FunctionType) or Path(function.__code__.co_filename) != mutant.file:
        raise TypeError(f"{mutant.told} is in no function of the module.")
    function.__code__ = _inner(mutant.code(), mutant.within)


def _inner(code: CodeType, names: tuple[str, ...]) -> CodeType:
    for name in names:
        code = next(item for item in code.co_consts if isinstance(item, CodeType) and item.co_name == name)
    return code


@dataclass(slots=True)
class _Traced:
    """While it lasts, the lines of some files that are executed are noted, in all threads that begin meanwhile."""

    files: set[str]
    seen: set[tuple[str, int]]

    def __enter__(self) -> None:
        threading.settrace(self._called)
        sys.settrace(self._called)

    def __exit__(self, *_: object) -> None:
        sys.settrace(None)
        threading.settrace(None)

    def _called(self, frame: FrameType, *_: object) -> Any:
        return self._line if frame.f_code.co_filename in self.files else None

    def _line(self, frame: FrameType, *_: object) -> Any:
        self.seen.add((frame.f_code.co_filename, frame.f_lineno))
        return self._line


def _run(item: pytest.Item, following: pytest.Item | None) -> None:
    """Runs a test and takes down its fixtures, but those that another one uses as well."""
    item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)


def _folders(room: Path) -> set[Path]:
    return {path for folder in (room, room / "tests") if folder.is_dir() for path in folder.iterdir()}
