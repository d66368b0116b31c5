"""The command line: `tilldone`, also `python -m tilldone`. Needs the extra `cli`.

Results are JSON on stdout; progress, for people, goes to stderr and only to a terminal. Keys come
from the environment alone: an argument would show in the process list and in shell histories.
"""

import sys

from tilldone.cli._streams import prepare

__all__ = ["main"]


def main() -> None:
    """Run the command line and exit with its code."""
    prepare()
    # Python's own exit code for what goes wrong here would be 1: "the job failed".
    try:
        from tilldone.cli._commands import run
    except ModuleNotFoundError as error:
        package = (error.name or "").partition(".")[0]
        if package not in {"click", "rich"}:
            raise
        told = f"tilldone: the command line needs {package}; pip install 'tilldone[cli]'\n"
        sys.stderr.write(told)
        raise SystemExit(2) from None
    raise SystemExit(run())
