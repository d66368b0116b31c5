"""Which of the two worlds the running code is in."""

import sys

__all__ = ["on_trio"]


def on_trio() -> bool:
    """Say whether trio runs this code; asyncio's loop may be running too, as trio's host."""
    trio = sys.modules.get("trio")
    return trio is not None and trio.lowlevel.in_trio_task()
