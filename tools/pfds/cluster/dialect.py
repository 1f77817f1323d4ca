"""Our SQL, which is that of DuckDB, in the words of Spark; recursive expressions become steps."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

import sqlglot
from sqlglot import exp


@dataclass(frozen=True, slots=True)
class Step:
    """A common table expression, to be known as ``name``.

    ``first`` gives its first rows; ``next``, if it is recursive, further rows from those of its ``frontier``.
    """

    name: str
    columns: tuple[str, ...]
    first: str
    next: str | None = None

    @property
    def frontier(self) -> str:
        """Name of the rows that the last step found."""
        return f"{self.name}_frontier"

    @property
    def further(self) -> str:
        """Name of the rows that the next step gives, known ones among them."""
        return f"{self.name}_further"


@dataclass(frozen=True, slots=True)
class Statement:
    """The expressions to compute one by one in this order, and the statement that reads them."""

    steps: tuple[Step, ...]
    select: str


@cache
def translated(select: str) -> str:
    """A statement that has nothing recursive, for Spark."""
    return str(sqlglot.transpile(select, read="duckdb", write="spark")[0])


def is_compound(select: str) -> bool:
    """Whether a statement combines rows, rather than only picking columns of one relation."""
    return sqlglot.parse_one(select, read="duckdb").find(exp.Join, exp.Union, exp.Subquery, exp.In) is not None


@cache
def taken_apart(select: str, prefix: str) -> Statement:
    """A statement for Spark, with its expressions apart if any is recursive; their names begin with ``prefix``.

    Spark knows recursion with UNION ALL only, which does not end where records point to one another in a circle.
    """
    tree = sqlglot.parse_one(select, read="duckdb")
    with_ = tree.args.get("with_")
    if with_ is None or not with_.args.get("recursive"):
        return Statement((), tree.sql("spark"))
    expressions = list(with_.expressions)
    tree.set("with_", None)
    names = {cte.alias for cte in expressions}
    for node in (tree, *expressions):
        _rename(node, names, prefix)
    return Statement(tuple(_step(cte, prefix) for cte in expressions), tree.sql("spark"))


def _rename(tree: exp.Expression, names: set[str], prefix: str) -> None:
    for table in list(tree.find_all(exp.Table)):
        if table.name in names:
            alias = table.alias_or_name
            table.set("this", exp.to_identifier(prefix + table.name))
            table.set("alias", exp.TableAlias(this=exp.to_identifier(alias)))


def _step(cte: exp.CTE, prefix: str) -> Step:
    name = prefix + cte.alias
    columns = tuple(column.name for column in cte.args["alias"].columns)
    body = cte.this
    if not any(table.name == name for table in body.find_all(exp.Table)):
        return Step(name, columns, body.sql("spark"))
    if not isinstance(body, exp.Union) or not body.args.get("distinct"):
        raise ValueError(f"{cte.alias} is recursive in a way that is not known: write first rows UNION further rows.")
    step = Step(name, columns, body.this.sql("spark"))
    for table in body.expression.find_all(exp.Table):
        if table.name == name:
            table.set("this", exp.to_identifier(step.frontier))
    return replace(step, next=body.expression.sql("spark"))
