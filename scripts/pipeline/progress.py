"""What a person sees while the pipeline runs: one line for each step."""

from __future__ import annotations

import os
import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import TextIO

__all__ = ["Progress"]


class Progress:
    """Lines of who, what and how long, from several threads; plain unless on a terminal."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._styled = stream.isatty() and "NO_COLOR" not in os.environ
        self._lock = threading.Lock()
        self._started = time.monotonic()

    def step(self, who: str, what: str) -> None:
        """Tell that `who` has finished `what`."""
        elapsed = f"{time.monotonic() - self._started:6.1f} s"
        if self._styled:
            elapsed = f"\x1b[2m{elapsed}\x1b[0m"
        with self._lock:
            print(f"{elapsed}  {who:<12} {what}", file=self._stream, flush=True)
