"""How a worker lets go of DBOS at once, whatever DBOS's threads are at.

DBOS tries for ever to reach a database that does not answer, with up to 90 seconds between two
attempts, in threads that Python waits for at its end: Ctrl-C would end nothing until the database
is back. What those threads bring is of no use to anybody once the event loop has ended.

There is no public way to any of it. A DBOS that has none of these parts, or calls them otherwise,
is left as it leaves itself.
"""

import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from threading import Event, Thread
from threading import enumerate as all_threads
from typing import Any

from dbos import DBOSClient

__all__ = ["leaving"]

# How long the last wait that was taken may take to begin (s); without the database it never does.
_LAST_BEGINNING = 1.0


class _Time:
    """Python's `time`, as DBOS uses it about its database, save that its pauses can be ended."""

    def __init__(self) -> None:
        self.over = Event()

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 # whatever that module has
        return getattr(time, name)

    def sleep(self, seconds: float) -> None:
        """Pause, unless DBOS is left."""
        self.over.wait(seconds)


_time = _Time()
_database = sys.modules.get("dbos._sys_db")
if hasattr(_database, "time"):
    _database.time = _time  # type: ignore[union-attr] # it is what that module needs of time


@contextmanager
def leaving(client: DBOSClient) -> Generator[None]:
    """Have DBOS begin nothing more and try nothing more, while it is destroyed; so has its client.

    By itself it ends its event loop first, and last those who take waits from the queues. One that
    has just taken a wait would begin it in a loop that has gone, which Python warns of, or would
    stay there for ever, which DBOS waits for.
    """
    ours: Any = getattr(sys.modules.get("dbos._dbos"), "_dbos_global_instance", None)
    if ours is not None:
        for stop in getattr(ours, "background_thread_stop_events", ()):
            stop.set()
        give_up = time.monotonic() + _LAST_BEGINNING
        for thread in all_threads():
            if thread.name.startswith("queue-worker-"):
                _await_end(thread, give_up)
        # Before attempts fail: that must not be recorded as the end of a wait.
        if (loop := getattr(ours, "_background_event_loop", None)) is not None:
            loop.stop()  # destroy() does it, too late
        # An option that DBOS() does not hand on.
        _set_retrying(ours, "_sys_db_field", retrying=False)
    # The watch over the other workers may be asking by it.
    _set_retrying(client, "_sys_db", retrying=False)
    _time.over.set()
    try:
        yield
    finally:
        _time.over.clear()
        _set_retrying(client, "_sys_db", retrying=True)


def _set_retrying(holder: object, name: str, *, retrying: bool) -> None:
    """Have what asks the database there retry for ever, or raise at once."""
    if (held := getattr(holder, name, None)) is not None:
        held._retry_connection_errors = retrying


def _await_end(thread: Thread, give_up: float) -> None:
    # One that has yet to start is listed as well, and cannot be joined.
    while thread in all_threads() and (left := give_up - time.monotonic()) > 0:
        if thread.is_alive():
            thread.join(left)
        else:
            time.sleep(0.01)
