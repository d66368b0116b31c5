"""How a generated client polls a job: the names that a provider module needs of it.

Read from its source. Nothing that was just generated from a stranger's spec is imported for it.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .errors import PipelineError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["JobOperation", "read_client"]


@dataclass(frozen=True, kw_only=True)
class JobOperation:
    """The operation that polls, what it must be given, and the class that it answers with."""

    tag: str
    operation: str
    parameters: tuple[str, ...]
    body: str | None
    body_fields: tuple[str, ...]
    result: str


def read_client(client: Path) -> JobOperation:
    """Find the names in the client of a spec with one operation."""
    (endpoint,) = (path for path in client.glob("api/*/*.py") if path.name != "__init__.py")
    functions = {
        node.name: node for node in _parse(endpoint).body if isinstance(node, ast.FunctionDef)
    }
    builder = functions["_get_kwargs"].args
    kinds = {argument.arg: argument.annotation for argument in (*builder.args, *builder.kwonlyargs)}
    optional = {
        argument.arg
        for argument, default in zip(builder.kwonlyargs, builder.kw_defaults, strict=True)
        if default is not None
    }
    optional |= {
        argument.arg for argument in builder.args[len(builder.args) - len(builder.defaults) :]
    }
    body = kinds.pop("body", None)
    model = body.id if isinstance(body, ast.Name) else None
    return JobOperation(
        tag=endpoint.parent.name,
        operation=endpoint.stem,
        parameters=tuple(name for name in kinds if name not in optional),
        body=model,
        body_fields=_required_fields(client, model) if model else (),
        result=_result(functions["_parse_response"], place=client.name),
    )


def _parse(module: Path) -> ast.Module:
    return ast.parse(module.read_bytes())


def _result(parser: ast.FunctionDef, *, place: str) -> str:
    for node in ast.walk(parser):
        match node:
            case ast.Assign(
                targets=[ast.Name(id="response_200")],
                value=ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="from_dict")),
            ):
                return name
            case _:
                pass
    raise PipelineError(place, "the answer to a poll, the JSON of a 200, is not an object")


def _required_fields(client: Path, model: str) -> tuple[str, ...]:
    for module in client.glob("models/*.py"):
        for node in _parse(module).body:
            if isinstance(node, ast.ClassDef) and node.name == model:
                return tuple(
                    field.target.id
                    for field in node.body
                    if isinstance(field, ast.AnnAssign)
                    and isinstance(field.target, ast.Name)
                    and field.value is None
                )
    raise PipelineError(client.name, f"no class {model} among the models")
