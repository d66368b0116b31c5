"""Whether generated code is what clients are made of, and nothing else.

The specs are strangers' text. The generator is trusted to keep that text inside of strings; this
checks what it wrote, without running it, before anything imports it.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from .errors import PipelineError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["inspect"]

_IMPORTS = {
    *("__future__", "attrs", "collections", "datetime", "dateutil", "enum", "http", "httpx", "io"),
    *("json", "mimetypes", "ssl", "tilldone_clients", "typing", "urllib", "uuid"),
}
_BUILTINS = {
    *("__builtins__", "__import__", "breakpoint", "compile", "delattr", "eval", "exec", "getattr"),
    *("globals", "locals", "open", "setattr", "vars"),
}
_SPECIAL = {
    *("__aenter__", "__aexit__", "__bool__", "__contains__", "__delitem__", "__enter__"),
    *("__exit__", "__getitem__", "__init__", "__new__", "__reduce__", "__repr__", "__setitem__"),
}
_STATEMENTS = (
    *(ast.Import, ast.ImportFrom, ast.Assign, ast.AnnAssign),
    *(ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef),
)


def inspect(client: Path, *, place: str) -> None:
    """Refuse a client that holds what no client needs; `place` names its spec in errors."""
    for module in sorted(client.rglob("*.py")):
        name = module.relative_to(client).as_posix()
        try:
            tree = ast.parse(module.read_bytes())
        except (SyntaxError, ValueError) as error:
            raise PipelineError(place, f"generates invalid Python in {name}: {error}") from error
        for node, what in _strange(tree):
            line = getattr(node, "lineno", 1)
            raise PipelineError(
                place, f"generates code that no client needs: {what} in {name}, line {line}"
            )


def _strange(tree: ast.Module) -> Iterator[tuple[ast.AST, str]]:
    for node in ast.walk(tree):
        match node:
            case ast.Module() | ast.ClassDef():
                for statement in node.body:
                    if not _declares(statement):
                        yield statement, f"the statement {ast.unparse(statement)[:60]!r}"
            case ast.Import(names=names):
                yield from ((node, f"import {n.name}") for n in names if not _known(n.name))
            case ast.ImportFrom(level=0, module=str(name)) if not _known(name):
                yield node, f"import {name}"
            case ast.Name(id=name) if name in _BUILTINS:
                yield node, name
            case ast.Attribute(attr=name) if name.startswith("__") and name not in _SPECIAL:
                yield node, name
            case _:
                pass


def _declares(statement: ast.stmt) -> bool:
    """Whether a statement of a module or a class does no more than to give something a name."""
    match statement:
        case ast.Expr(value=ast.Constant()):
            return True
        case ast.If(test=ast.Name(id="TYPE_CHECKING"), body=body, orelse=[]):
            return all(isinstance(inner, (ast.Import, ast.ImportFrom)) for inner in body)
        case ast.If(
            test=ast.UnaryOp(ast.Not(), ast.Name(id="TYPE_CHECKING")), body=body, orelse=[]
        ):
            return all(ast.unparse(inner).startswith("__getattr__ = late(") for inner in body)
        case _:
            return isinstance(statement, _STATEMENTS)


def _known(module: str) -> bool:
    return module.partition(".")[0] in _IMPORTS
