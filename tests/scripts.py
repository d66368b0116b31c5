"""The maintainers' scripts, run in this process: to import what they use takes most of their time.

As people start them, they are run by tests/specs/test_regenerate.py.
"""

from __future__ import annotations

import importlib.util
import io
import os
import subprocess
from contextlib import redirect_stderr, redirect_stdout
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path


def run_script(script: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a checkout's script with the pipeline of this one; gives what its process would."""
    spec = importlib.util.spec_from_file_location(f"{script.stem}_of_a_checkout", script)
    assert spec is not None
    assert spec.loader is not None
    module: Any = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    said, complained = io.StringIO(), io.StringIO()
    umask = os.umask(0o022)
    try:
        with redirect_stdout(said), redirect_stderr(complained):
            code = module.main(arguments)
    except SystemExit as end:
        code = end.code
    finally:
        os.umask(umask)
    return subprocess.CompletedProcess(
        [str(script), *arguments], code, said.getvalue(), complained.getvalue()
    )
