"""The command line: `tilldone`, also `python -m tilldone`. Needs the extra `cli`.

Results are JSON on stdout; progress, for people, goes to stderr and only to a terminal. Keys come
from the environment alone: an argument would show in the process list and in shell histories.
"""

__all__ = ["main"]


def main() -> None:
    """Run the command line and exit with its code."""
    try:
        from tilldone.cli._commands import run
    except ModuleNotFoundError as error:
        if error.name not in {"click", "rich"}:
            raise
        raise SystemExit(
            f"tilldone: the command line needs {error.name}; pip install 'tilldone[cli]'"
        ) from error
    raise SystemExit(run())
