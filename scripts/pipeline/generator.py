"""openapi-python-client, for several clients at a time.

Importing it takes longer than writing a client, so one process writes all that it is asked for.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from . import toolchain
from .errors import PipelineError

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["GenerateRequest", "generate"]

_NAME = "openapi_python_client"
_NOISE = ("Generating ", "Warning(s) encountered", "If you believe this was a mistake")
_OBJECT = re.compile(r"<[\w.]+ object at 0x[0-9a-f]+>")
_PROGRAM = Path(__file__).with_name("generator_run.py")


@dataclass(frozen=True, kw_only=True)
class GenerateRequest:
    """A client to write: from which OpenAPI document, by which configuration, to what directory.

    `place` names the spec in errors.
    """

    place: str
    document: Path
    config: Path
    client: Path

    @property
    def arguments(self) -> list[str]:
        """What the generator's command line is told."""
        paths = {"--path": self.document, "--config": self.config, "--output-path": self.client}
        options = [word for option, path in paths.items() for word in (option, str(path))]
        return ["generate", *options, "--meta", "none", "--fail-on-warning"]


def generate(requests: Sequence[GenerateRequest], *, scratch: Path) -> list[PipelineError | None]:
    """Write a client for each request; gives what went wrong with it, if anything.

    Where the generator does not get through, that is one error for all of them.
    """
    asked = json.dumps([request.arguments for request in requests])
    try:
        said = toolchain.run_python(
            (str(_PROGRAM), asked),
            cwd=scratch,
            name=_NAME,
            place=", ".join(request.place for request in requests),
        )
    except PipelineError as error:
        return [error] * len(requests)
    return [
        None if reason is None else PipelineError(request.place, f"{_NAME} failed: {_told(reason)}")
        for request, reason in zip(requests, json.loads(said), strict=True)
    ]


def _told(reason: str) -> str:
    """Give what the generator says without what it shows: whole schemas, and objects' addresses."""
    lines: list[str] = []
    shows = False
    for line in reason.splitlines():
        shows = shows or line == "{"
        if line.strip() and not shows and not line.startswith(_NOISE):
            lines.append(_OBJECT.sub("a schema", line.strip()))
        shows = shows and line != "}"
    return "\n".join(lines) or reason
