"""How a generated client polls and makes jobs: the names that a provider module needs of it.

Read from its source. Nothing that was just generated from a stranger's spec is imported for it.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.errors import PipelineError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["JobOperation", "SubmitOperation", "read_client", "read_submit"]

_PLACEHOLDER = re.compile(r"\{[^{}]*\}")


@dataclass(frozen=True, kw_only=True)
class JobOperation:
    """The operation that polls, what it must be given, and the class that it answers with."""

    tag: str
    operation: str
    parameters: tuple[str, ...]
    body: str | None
    body_fields: tuple[str, ...]
    results: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class SubmitOperation:
    """An operation that makes jobs: what it must be given, and the classes that are named in it."""

    tag: str
    operation: str
    parameters: dict[str, str]
    """What it needs beside the body, by name, with the type of each."""
    body: str | None
    """The body's type; None where it takes none."""
    models: tuple[str, ...]


def read_client(client: Path, operation: str) -> JobOperation:
    """Find the names that an operation, such as ``GET /jobs/{id}``, has in a client."""
    endpoint, functions = _endpoint(client, operation)
    needed, body = _arguments(functions["_get_kwargs"])
    model = body.id if isinstance(body, ast.Name) else None
    return JobOperation(
        tag=endpoint.parent.name,
        operation=endpoint.stem,
        parameters=(*needed,),
        body=model,
        body_fields=_required_fields(client, model) if model else (),
        results=_results(functions["_parse_response"], place=client.name),
    )


def read_submit(client: Path, operation: str) -> SubmitOperation:
    """Find the names that an operation which makes jobs has in a client."""
    endpoint, functions = _endpoint(client, operation)
    builder = functions["_get_kwargs"]
    needed, body = _arguments(builder)
    sent_as_json = _sent_as_json(builder)
    if len(sent_as_json) == 1:
        # Of several forms, the one that is JSON.
        body = ast.Name(sent_as_json[0])
    types = {name: ast.unparse(kind) for name, kind in needed.items()}
    named = {
        node.id
        for kind in (*needed.values(), *([body] if body else []))
        for node in ast.walk(kind)
        if isinstance(node, ast.Name)
    }
    return SubmitOperation(
        tag=endpoint.parent.name,
        operation=endpoint.stem,
        parameters=types,
        body=None if body is None else ast.unparse(body).removesuffix(" | Unset"),
        models=tuple(sorted(named & {*_classes(client)})),
    )


def _arguments(builder: ast.FunctionDef) -> tuple[dict[str, ast.expr], ast.expr | None]:
    """Give what a builder must be given, by name, and the type of its body if it takes one."""
    given = builder.args
    kinds = {each.arg: each.annotation or ast.Name("Any") for each in given.args}
    kinds |= {each.arg: each.annotation or ast.Name("Any") for each in given.kwonlyargs}
    defaults = zip(given.kwonlyargs, given.kw_defaults, strict=True)
    optional = {each.arg for each, default in defaults if default is not None}
    optional |= {each.arg for each in given.args[len(given.args) - len(given.defaults) :]}
    body = kinds.pop("body", None)
    return {name: kind for name, kind in kinds.items() if name not in optional}, body


def _sent_as_json(builder: ast.FunctionDef) -> list[str]:
    """Name the classes that a builder of several forms of body sends as JSON."""
    found: list[str] = []
    for node in ast.walk(builder):
        match node:
            case ast.If(
                test=ast.Call(
                    func=ast.Name(id="isinstance"), args=[ast.Name(id="body"), ast.Name(id=model)]
                )
            ) if any(
                isinstance(inner, ast.Constant) and inner.value == "application/json"
                for inner in ast.walk(node)
            ):
                found.append(model)
            case _:
                pass
    return found


def _classes(client: Path) -> Iterator[str]:
    for module in client.glob("models/*.py"):
        yield from (node.name for node in _parse(module).body if isinstance(node, ast.ClassDef))


def _endpoint(client: Path, operation: str) -> tuple[Path, dict[str, ast.FunctionDef]]:
    """Find the module that sends an operation, and its functions by their names."""
    method, _, path = operation.partition(" ")
    asked = method.lower(), _PLACEHOLDER.sub("{}", path)
    for module in sorted(client.glob("api/*/*.py")):
        functions = {
            node.name: node for node in _parse(module).body if isinstance(node, ast.FunctionDef)
        }
        if "_get_kwargs" in functions and _sent_by(functions["_get_kwargs"]) == asked:
            return module, functions
    raise PipelineError(client.name, f"nothing in its client sends {operation}")


def _sent_by(builder: ast.FunctionDef) -> tuple[str, str] | None:
    """Give method and path of the request that a builder makes, without the parameters' names."""
    for node in ast.walk(builder):
        if not isinstance(node, ast.Dict):
            continue
        said = {
            key.value: value
            for key, value in zip(node.keys, node.values, strict=True)
            if isinstance(key, ast.Constant)
        }
        if "method" in said and "url" in said:
            url = said["url"]
            if isinstance(url, ast.Call) and isinstance(url.func, ast.Attribute):
                url = url.func.value  # "/jobs/{id}".format(...)
            return ast.literal_eval(said["method"]), _PLACEHOLDER.sub("{}", ast.literal_eval(url))
    return None


def _parse(module: Path) -> ast.Module:
    return ast.parse(module.read_bytes())


def _results(parser: ast.FunctionDef, *, place: str) -> tuple[str, ...]:
    """Give the classes that a 200 may be read as: one, or several in the order of their union."""
    # A union has a function of its own, with a class for each of its branches.
    union = [
        node
        for node in ast.walk(parser)
        if isinstance(node, ast.FunctionDef) and node.name == "_parse_response_200"
    ]
    found: list[str] = []
    # By their lines: a walk comes to what is nested last.
    nodes = [*ast.walk(union[0] if union else parser)]
    for node in sorted(nodes, key=lambda each: getattr(each, "lineno", 0)):
        match node:
            case ast.Assign(
                targets=[ast.Name(id=target)],
                value=ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="from_dict")),
            ) if union or target == "response_200":
                found.append(name)
            case _:
                pass
    if not found:
        told = "the answer to a poll, the JSON of a 200, is not an object that its spec describes"
        raise PipelineError(place, told)
    return tuple(dict.fromkeys(found))


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
