"""All mutants of a module: where each is, what it changes, and the code that it makes."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import CodeType
from typing import Final

from mutants.operators import Edit, Slot, edits

PACKAGE: Final = Path(__file__).parents[2] / "tools" / "pfds"
_Function = ast.FunctionDef | ast.AsyncFunctionDef
_BODIES: Final = ("body", "orelse", "finalbody", "handlers")
_UNTOUCHED: Final = frozenset({"annotation", "returns", "cause", "format_spec", "ctx"})


@dataclass(frozen=True, slots=True, eq=False)
class Mutant:
    """One edit. ``path`` is of the module, within the package; ``within`` the names of the classes and the outermost
    function that it is in; it is ``at_import`` if the module must be executed anew to show it; ``lines`` are those of
    its statement."""

    path: str
    within: tuple[str, ...]
    at_import: bool
    lines: range
    change: str
    edit: Edit
    tree: ast.Module

    @property
    def file(self) -> Path:
        """The module's file."""
        return PACKAGE / self.path

    @property
    def module(self) -> str:
        """The module's name."""
        return "pfds." + self.path.removesuffix(".py").replace("/", ".")

    @property
    def key(self) -> tuple[str, str, str]:
        """What stays the same while other code changes; the quotes of texts depend on the version of Python."""
        return (self.path, ".".join(self.within), self.change.replace('"', "'"))

    @property
    def told(self) -> str:
        """File, line, place and change."""
        return f"tools/pfds/{self.path}:{self.lines.start}, {'.'.join(self.within) or 'the module'}\n{self.change}"

    def code(self) -> CodeType:
        """The module with the edit, compiled."""
        back = self.edit.make()
        try:
            return compile(ast.fix_missing_locations(self.tree), str(self.file), "exec")
        finally:
            back.make()


@dataclass(frozen=True, slots=True)
class _Around:
    """What a node stands in: names, the outermost function's body, the statement whose heading tells the change."""

    within: tuple[str, ...] = ()
    at_import: bool = True
    statement: ast.AST | None = None


def mutants(path: str, source: str | None = None) -> list[Mutant]:
    """All mutants of the module at a path within the package, in the order of its text."""
    tree = ast.parse((PACKAGE / path).read_text("utf-8") if source is None else source)
    found: dict[tuple[object, ...], Mutant] = {}
    for edit, around in _walk(tree, Slot(tree, "body", None), _Around()):
        if around.statement is None:
            continue
        mutant = _mutant(path, tree, edit, around, around.statement)
        if mutant:
            found.setdefault((mutant.within, mutant.lines, mutant.change), mutant)
    return sorted(found.values(), key=lambda mutant: mutant.lines.start)


def _mutant(path: str, tree: ast.Module, edit: Edit, around: _Around, statement: ast.AST) -> Mutant | None:
    before, back = _heading(statement), edit.make()
    try:
        after = _heading(statement) if _is_there(statement, edit, back) else _instead(statement)
    finally:
        back.make()
    if before == after:
        return None
    change = "\n".join([*(f"- {line}" for line in before.splitlines()), *(f"+ {line}" for line in after.splitlines())])
    return Mutant(path, around.within, around.at_import, _lines(statement), change, edit, tree)


def _is_there(statement: ast.AST, edit: Edit, back: Edit) -> bool:
    was, now = ([item for item in (made.value,) if isinstance(item, list)] for made in (back, edit))
    return not any(item is statement for among in was for item in among) or any(
        item is statement for among in now for item in among
    )


def _instead(statement: ast.AST) -> str:
    """What stands in place of a statement that is gone: of a `with`, its body."""
    return "if True:" if isinstance(statement, ast.With) else "pass"


def _walk(node: ast.AST, slot: Slot, around: _Around) -> Iterator[tuple[Edit, _Around]]:
    """Every edit of a node and the nodes in it."""
    if isinstance(node, ast.Import | ast.ImportFrom) or _is_docstring(node) or _makes_a_dataclass(node):
        return
    if isinstance(node, ast.stmt | ast.ExceptHandler):
        around = _Around(around.within, around.at_import, node)
    yield from ((edit, around) for edit in edits(node, slot))
    named = isinstance(node, _Function | ast.ClassDef) and around.at_import
    for name, value in ast.iter_fields(node):
        if name in _UNTOUCHED:
            continue
        inner = around
        if named and name in _BODIES:
            within = (*around.within, node.name)  # type: ignore[attr-defined]
            inner = _Around(within, not isinstance(node, _Function), around.statement)
        if isinstance(value, list):
            for index, item in enumerate(value):
                if isinstance(item, ast.AST):
                    yield from _walk(item, Slot(node, name, index), inner)
        elif isinstance(value, ast.AST):
            yield from _walk(value, Slot(node, name, None), inner)


def _is_docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def _makes_a_dataclass(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "dataclass"


def _heading(statement: ast.AST) -> str:
    """A statement in one line if that is possible; of a compound one only what stands before its body.

    A changed body of an exception handler is told, for that it raises again is an edit of the handler.
    """
    if isinstance(statement, ast.ExceptHandler):
        raises = len(statement.body) == 1 and ast.unparse(statement.body[0]) == "raise"
        shown = copy.copy(statement)
        shown.body = [ast.Raise(None, None)] if raises else [ast.Pass()]
        return ast.unparse(shown).strip().removesuffix("pass").strip()
    fields = [name for name in _BODIES if getattr(statement, name, None)]
    if not fields or not isinstance(statement, ast.stmt):
        return ast.unparse(statement)
    shown_statement = copy.copy(statement)
    for name in fields:
        setattr(shown_statement, name, [ast.Pass()] if name == "body" else [])
    if isinstance(statement, ast.Try):
        shown_statement.finalbody = [ast.Pass()]  # type: ignore[attr-defined]
    return ast.unparse(shown_statement).partition("\n    pass")[0]


def _lines(statement: ast.AST) -> range:
    """Lines that are executed whenever the statement's own part is."""
    body = getattr(statement, "body", None)
    first: int = statement.lineno  # type: ignore[attr-defined]
    decorators = getattr(statement, "decorator_list", [])
    first = min([first, *(item.lineno for item in decorators)])
    end = body[0].lineno if isinstance(body, list) else statement.end_lineno + 1  # type: ignore[attr-defined]
    return range(first, max(end, first + 1))
