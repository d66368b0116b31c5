"""The program that `generator` starts: openapi-python-client, imported once for many clients.

Its one argument is a JSON array with the `document`, `config` and `client` of each run. It prints,
as a JSON array, what the generator could not take of each document: headings, each with its detail.
"""

from __future__ import annotations

import io
import json
import sys
import traceback
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING

from openapi_python_client import generate
from openapi_python_client.config import Config, ConfigFile, MetaType

if TYPE_CHECKING:
    from collections.abc import Mapping


def failures_of(asked: Mapping[str, str]) -> list[tuple[str, str]]:
    """Run the generator; gives all that it complains of."""
    try:
        with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
            config = Config.from_sources(
                ConfigFile.load_from_path(Path(asked["config"])),
                MetaType.NONE,
                Path(asked["document"]),
                "utf-8",
                overwrite=False,
                output_path=Path(asked["client"]),
            )
            return [(error.header, error.detail or "") for error in generate(config=config)]
    except Exception as crash:  # noqa: BLE001 # reported, and the other clients are tried
        # One line that says why, not the way there.
        return [("", traceback.format_exception_only(crash)[-1].strip())]


if __name__ == "__main__":
    print(json.dumps([failures_of(asked) for asked in json.loads(sys.argv[1])]))
