"""openapi-python-client, for several clients at a time.

Importing it takes longer than writing a client, so one process writes all that it is asked for.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from . import toolchain
from .errors import PipelineError

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Order", "generate"]

_NAME = "openapi_python_client"
_PROGRAM = Path(__file__).with_name("generator_run.py")


@dataclass(frozen=True, kw_only=True)
class Order:
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


def generate(orders: Sequence[Order], *, scratch: Path) -> list[PipelineError | None]:
    """Write a client for each order; gives what went wrong with it, if anything.

    Where the generator does not get through, that is one error for all of them.
    """
    asked = json.dumps([order.arguments for order in orders])
    try:
        said = toolchain.run_python(
            (str(_PROGRAM), asked),
            cwd=scratch,
            name=_NAME,
            place=", ".join(order.place for order in orders),
        )
    except PipelineError as error:
        return [error] * len(orders)
    return [
        None if reason is None else PipelineError(order.place, f"{_NAME} failed: {reason}")
        for order, reason in zip(orders, json.loads(said), strict=True)
    ]
