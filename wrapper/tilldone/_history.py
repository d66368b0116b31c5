"""How long jobs took, remembered from wait to wait and from process to process.

    polling = Polling(history=History("durations.sqlite3"))

The core gives durations and is given a forecast; the I/O that this takes happens here and in
`_history_file.py`, at the beginning and the end of a wait. None of it harms one: what cannot be
read or written is logged, and then remembered in this process alone.

Durations are kept by the hash of what kind of job took them: no id, no payload, no key, no host.
"""

import logging
import math
import os
import sys
import time
from collections.abc import Iterable
from functools import partial
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, final
from weakref import finalize

from tilldone._core.arguments import expect
from tilldone._core.forecast import KEPT, Forecast, forecast_of
from tilldone._log import logger

if TYPE_CHECKING:
    from tilldone._history_file import HistoryFile

__all__ = ["History", "data_folder", "shared_history"]


# How many kinds are remembered, how often a file is written at most, and how often read (s).
_KINDS = 256
_BETWEEN = 1.0
_STALE = 30.0


@final
class History:
    """Remembers how long jobs took, so that later ones are polled when they are likely to end.

    Jobs are told apart by their provider, the operation that made them and what their provider
    declares as their `kind`, such as a model. Below eight of a kind the schedule alone holds. May
    be shared by waits, threads and event loops.

    Args:
        path: a file that keeps it, shared by all processes that name it; it is made where there is
            none, and its folder too. None remembers for as long as the process lives.
        at_worst: how many times as late as by the schedule a job may be noticed where the history
            is wrong, from 1 to 50. The higher, the fewer polls are spent while jobs of a kind never
            end: at 40, a quarter less than by the schedule. At 1.2 a wrong history costs 1.25 times
            the polls, too, at most.

    Raises:
        TypeError, ValueError: an argument is wrong; it is named. What is wrong with the file is
            logged, and raises nothing.
    """

    def __init__(
        self, path: "str | os.PathLike[str] | None" = None, *, at_worst: float = 1.2
    ) -> None:
        expect("at_worst", at_worst, (int, float), "a number")
        if not 1 <= at_worst <= 50:
            raise ValueError(f"at_worst: {at_worst} is not from 1 to 50")
        expect("path", path or "", (str, os.PathLike), "a path or None")
        self._at_worst = float(at_worst)
        self._file = None if path is None else _file_at(Path(path).expanduser().absolute())
        self._durations: dict[str, tuple[float, ...]] = {}
        self._forecasts: dict[str, Forecast | None] = {}
        self._read_at = -math.inf
        self._lock, self._process = Lock(), os.getpid()
        if self._file is not None:
            finalize(self, self._file.write)

    def __repr__(self) -> str:
        place = "" if self._file is None else f"{str(self._file.path)!r}, "
        return f"History({place}at_worst={self._at_worst:g})"

    def __reduce__(self) -> tuple[object, ...]:
        path = None if self._file is None else str(self._file.path)
        return partial(History, path, at_worst=self._at_worst), ()

    @property
    def at_worst(self) -> float:
        """How many times as late as by the schedule a job may be noticed."""
        return self._at_worst

    def forecast(self, kind: str) -> Forecast | None:
        """Give when a job of this kind may end, None where too few are known."""
        key = _key(kind)
        with self._locked():
            self._refresh()
            if key not in self._forecasts:
                self._forecasts[key] = forecast_of(self._durations.get(key, ()))
            return self._forecasts[key]

    def learn(self, kind: str, seconds: float) -> None:
        """Remember how long a job of this kind took; what cannot be a duration is left out."""
        if not 0 < seconds < math.inf:
            return
        key = _key(kind)
        with self._locked():
            self._remember([(key, seconds)])
            if self._file is not None:
                self._file.add(key, seconds)
                self._file.write(between=_BETWEEN)

    def _locked(self) -> Lock:
        if os.getpid() != self._process:
            # A thread that held it may not exist after a fork.
            self._lock, self._process = Lock(), os.getpid()
        return self._lock

    def _refresh(self) -> None:
        now = time.monotonic()
        if self._file is None or now - self._read_at < _STALE:
            return
        self._read_at = now
        unwritten = list(self._file.pending)
        kept = self._file.read()
        if kept is not None:
            self._durations.clear()
            self._forecasts.clear()
            self._remember([*kept, *unwritten])

    def _remember(self, durations: Iterable[tuple[str, float]]) -> None:
        for key, seconds in durations:
            # Taken out and put in again, so that the first one is the one to be forgotten.
            before = self._durations.pop(key, ())
            self._durations[key] = (*before, seconds)[-KEPT:]
            self._forecasts.pop(key, None)
        while len(self._durations) > _KINDS:
            oldest = next(iter(self._durations))
            del self._durations[oldest]
            self._forecasts.pop(oldest, None)


def _file_at(path: Path) -> "HistoryFile":
    # SQLite costs a tenth of a start, and few waits have a history in a file.
    from tilldone._history_file import HistoryFile

    return HistoryFile(path, kinds=_KINDS)


def _key(kind: str) -> str:
    return sha256(kind.encode("utf-8", errors="surrogatepass")).hexdigest()[:32]


def data_folder() -> Path:
    """Give the folder where this user's applications keep their data on this system."""
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA")
        return Path(base or Path.home() / "AppData" / "Local") / "tilldone"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "tilldone"
    base = os.environ.get("XDG_DATA_HOME")
    return Path(base or Path.home() / ".local" / "share") / "tilldone"


def shared_history() -> History:
    """Give the history that the command line and durable waits of this user share.

    Nobody has asked for its file, so that what is wrong with it is not worth a warning.
    """
    try:
        history = History(data_folder() / "history.sqlite3")
    except RuntimeError as error:
        logger.info("history: %s; durations are remembered in this process alone", error)
        return History()
    file = history._file  # pyright: ignore[reportPrivateUsage] # the inside of its own module
    if file is not None:
        file.level = logging.INFO
    return history
