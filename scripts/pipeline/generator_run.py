"""The program that `generator` starts: openapi-python-client, imported once for many clients.

Its one argument is a JSON array with the arguments of each run. It prints, as a JSON array, what
went wrong with each of them, or null.
"""

from __future__ import annotations

import io
import json
import sys
import traceback
from contextlib import redirect_stderr, redirect_stdout
from typing import TYPE_CHECKING

from openapi_python_client.cli import app

if TYPE_CHECKING:
    from collections.abc import Sequence


def failure_of(arguments: Sequence[str]) -> str | None:
    """Run the generator's command line; gives its words if it failed."""
    said = io.StringIO()
    try:
        with redirect_stdout(said), redirect_stderr(said):
            app(arguments)
    except SystemExit as end:
        return (said.getvalue().strip() or f"exit {end.code}") if end.code else None
    except Exception as crash:  # noqa: BLE001 # reported, and the other clients are tried
        # One line that says why, not the way there.
        return traceback.format_exception_only(crash)[-1].strip()
    return None


if __name__ == "__main__":
    print(json.dumps([failure_of(arguments) for arguments in json.loads(sys.argv[1])]))
