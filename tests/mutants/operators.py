"""What is changed to make a mutant: one edit of the syntax tree at a time.

Not changed are annotations, docstrings, imports, `from` of a `raise`, format specifications, and what is said to
`dataclass` about frozen and slots: none of them decides what a release holds or says.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from mutants.sql import changed_sql

_COMPARED: Final[dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
_COMPUTED: Final[dict[type[ast.operator], type[ast.operator]]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.Pow: ast.Mult,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
    ast.BitXor: ast.BitOr,
}
_FUNCTIONS: Final = {"any": "all", "all": "any", "min": "max", "max": "min"}
_METHODS: Final = {
    "is_file": "exists",
    "is_dir": "exists",
    "exists": "is_dir",
    "lexists": "exists",
    "startswith": "endswith",
    "endswith": "startswith",
    "partition": "rpartition",
    "rpartition": "partition",
    "fullmatch": "match",
    "search": "match",
    "glob": "rglob",
    "rglob": "glob",
}
_MADE_OF_ONE: Final = {"sorted", "set", "frozenset", "list", "tuple", "dict", "str", "int", "bool", "bytes", "reversed"}
_WITHOUT: Final = {"resolve", "absolute", "strip", "lower", "upper", "casefold"}
_DELETED: Final = (ast.Raise, ast.Continue, ast.Break, ast.Delete, ast.AugAssign)


@dataclass(frozen=True, slots=True)
class Edit:
    """A new value of one field of a node."""

    node: ast.AST
    field: str
    value: Any

    def make(self) -> Edit:
        """Makes it; returns the edit that takes it back."""
        back = Edit(self.node, self.field, getattr(self.node, self.field))
        setattr(self.node, self.field, self.value)
        return back


@dataclass(frozen=True, slots=True)
class Slot:
    """Where a node stands: a field of its parent, and its place there if that is a list."""

    parent: ast.AST
    field: str
    index: int | None

    def filled(self, *nodes: ast.AST) -> Edit:
        """Other nodes in its place; several or none only in a list."""
        if self.index is None:
            (value,) = nodes
            return Edit(self.parent, self.field, value)
        among = list(getattr(self.parent, self.field))
        among[self.index : self.index + 1] = nodes
        return Edit(self.parent, self.field, among)


def edits(node: ast.AST, slot: Slot) -> Iterator[Edit]:
    """All edits of a node itself; those of the nodes in it are theirs."""
    for kind, found in _EDITS.items():
        if isinstance(node, kind):
            yield from found(node, slot)


def _compare(node: ast.Compare, _: Slot) -> Iterator[Edit]:
    for number, operator in enumerate(node.ops):
        for other in _COMPARED[type(operator)]:
            yield Edit(node, "ops", [*node.ops[:number], other(), *node.ops[number + 1 :]])


def _bool_op(node: ast.BoolOp, slot: Slot) -> Iterator[Edit]:
    yield Edit(node, "op", ast.And() if isinstance(node.op, ast.Or) else ast.Or())
    for number in range(len(node.values)):
        left = [*node.values[:number], *node.values[number + 1 :]]
        yield slot.filled(left[0]) if len(left) == 1 else Edit(node, "values", left)


def _unary(node: ast.UnaryOp, slot: Slot) -> Iterator[Edit]:
    if isinstance(node.op, ast.Not | ast.USub):
        yield slot.filled(node.operand)


def _binary(node: ast.BinOp, slot: Slot) -> Iterator[Edit]:
    if isinstance(node.op, ast.Div):
        yield slot.filled(node.left)
    else:
        yield Edit(node, "op", _COMPUTED[type(node.op)]())


def _constant(node: ast.Constant, slot: Slot) -> Iterator[Edit]:
    value = node.value
    if isinstance(value, bool):
        yield slot.filled(ast.Constant(not value))
    elif isinstance(value, int | float):
        yield slot.filled(ast.Constant(value + 1))
    elif isinstance(value, str):
        if not isinstance(slot.parent, ast.JoinedStr):
            yield slot.filled(ast.Constant("" if value else "XX"))
        yield from (slot.filled(ast.Constant(other)) for other in changed_sql(value))
    elif isinstance(value, bytes):
        yield slot.filled(ast.Constant(b"" if value else b"XX"))


def _joined(_: ast.JoinedStr, slot: Slot) -> Iterator[Edit]:
    yield slot.filled(ast.Constant(""))


def _decided(node: ast.If | ast.While | ast.IfExp, _: Slot) -> Iterator[Edit]:
    if not _is_negated_elsewhere(node.test):
        yield Edit(node, "test", ast.UnaryOp(ast.Not(), node.test))


def _chosen(node: ast.comprehension, _: Slot) -> Iterator[Edit]:
    for number, test in enumerate(node.ifs):
        left = [*node.ifs[:number], *node.ifs[number + 1 :]]
        yield Edit(node, "ifs", left)
        if not _is_negated_elsewhere(test):
            yield Edit(node, "ifs", [ast.UnaryOp(ast.Not(), test), *left])


def _is_negated_elsewhere(test: ast.expr) -> bool:
    """Whether an edit of the node itself says the contrary already."""
    return (isinstance(test, ast.Compare) and len(test.ops) == 1) or isinstance(test, ast.UnaryOp)


def _call(node: ast.Call, slot: Slot) -> Iterator[Edit]:
    called = node.func.id if isinstance(node.func, ast.Name) else ""
    method = node.func.attr if isinstance(node.func, ast.Attribute) else ""
    if called in _FUNCTIONS:
        yield Edit(node, "func", ast.Name(_FUNCTIONS[called], ast.Load()))
    if called in _MADE_OF_ONE and len(node.args) == 1 and not isinstance(node.args[0], ast.GeneratorExp):
        yield slot.filled(node.args[0])
    if isinstance(node.func, ast.Attribute) and method in _METHODS:
        yield Edit(node.func, "attr", _METHODS[method])
    if isinstance(node.func, ast.Attribute) and method in _WITHOUT and not node.args:
        yield slot.filled(node.func.value)
    for number in range(len(node.args) - 1):
        one, two = node.args[number : number + 2]
        if not isinstance(one, ast.Starred) and not isinstance(two, ast.Starred):
            yield Edit(node, "args", [*node.args[:number], two, one, *node.args[number + 2 :]])
    if len(node.args) > 1:
        yield Edit(node, "args", node.args[:-1])
    for number in range(len(node.keywords)):
        yield Edit(node, "keywords", [*node.keywords[:number], *node.keywords[number + 1 :]])


def _display(node: ast.List | ast.Set | ast.Tuple, _: Slot) -> Iterator[Edit]:
    if isinstance(getattr(node, "ctx", None), ast.Store) or len(node.elts) < 2:
        return
    for number in range(len(node.elts)):
        yield Edit(node, "elts", [*node.elts[:number], *node.elts[number + 1 :]])


def _entries(node: ast.Dict, slot: Slot) -> Iterator[Edit]:
    for number in range(len(node.keys)):
        without = ast.Dict(
            [*node.keys[:number], *node.keys[number + 1 :]], [*node.values[:number], *node.values[number + 1 :]]
        )
        yield slot.filled(without)


def _given_back(node: ast.Return | ast.Yield | ast.Lambda, slot: Slot) -> Iterator[Edit]:
    field = "body" if isinstance(node, ast.Lambda) else "value"
    value = getattr(node, field)
    if value is None and isinstance(node, ast.Return):
        yield slot.filled(ast.Pass())
    elif value is not None and not (isinstance(value, ast.Constant) and value.value is None):
        yield Edit(node, field, ast.Constant(None))


def _statement(node: ast.stmt, slot: Slot) -> Iterator[Edit]:
    is_call = isinstance(node, ast.Expr) and not isinstance(node.value, ast.Constant)
    is_kept = isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Attribute | ast.Subscript)
    if is_call or is_kept or isinstance(node, _DELETED):
        yield slot.filled(ast.Pass())


def _with(node: ast.With, slot: Slot) -> Iterator[Edit]:
    for number, item in enumerate(node.items):
        left = [*node.items[:number], *node.items[number + 1 :]]
        if item.optional_vars is None:
            yield Edit(node, "items", left) if left else slot.filled(*node.body)


def _handler(node: ast.ExceptHandler, _: Slot) -> Iterator[Edit]:
    if not (len(node.body) == 1 and isinstance(node.body[0], ast.Raise) and node.body[0].exc is None):
        yield Edit(node, "body", [ast.Raise(None, None)])


def _decorated(node: ast.FunctionDef | ast.ClassDef, _: Slot) -> Iterator[Edit]:
    for number in range(len(node.decorator_list)):
        yield Edit(node, "decorator_list", [*node.decorator_list[:number], *node.decorator_list[number + 1 :]])


_EDITS: Final[dict[Any, Callable[[Any, Slot], Iterator[Edit]]]] = {
    ast.Compare: _compare,
    ast.BoolOp: _bool_op,
    ast.UnaryOp: _unary,
    ast.BinOp: _binary,
    ast.Constant: _constant,
    ast.JoinedStr: _joined,
    ast.If | ast.While | ast.IfExp: _decided,
    ast.comprehension: _chosen,
    ast.Call: _call,
    ast.List | ast.Set | ast.Tuple: _display,
    ast.Dict: _entries,
    ast.Return | ast.Yield | ast.Lambda: _given_back,
    ast.stmt: _statement,
    ast.With: _with,
    ast.ExceptHandler: _handler,
    ast.FunctionDef | ast.ClassDef: _decorated,
}
