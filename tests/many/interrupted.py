"""An application that waits for many jobs until Ctrl-C; see test_leaving.py, which runs it.

Its arguments are the backend, the base URL, the key and the ids; a `-` among those makes them come
from a generator, which blocks where it stands. It says `polling` once an outcome has come and it
waits for the next, and at its end, as JSON, what it saw of the interruption and what was left
behind.
"""

import json
import sys
import threading
import time
from collections.abc import AsyncIterator, Iterator
from typing import Any

import anyio
import psutil

import tilldone
from tilldone import Polling, aio, edenai

backend, url, token, *ids = sys.argv[1:]
client = edenai.connect(token, base_url=url)


def fed() -> Iterator[Any]:
    for each in ids:
        while each == "-":
            time.sleep(1)
        yield edenai.job(client, each)


async def fed_async() -> AsyncIterator[Any]:
    for each in ids:
        if each == "-":
            await anyio.sleep_forever()
        yield edenai.job(client, each)


jobs: Any = [edenai.job(client, each) for each in ids]
if "-" in ids:
    jobs = fed() if backend == "sync" else fed_async()
taken = threading.Event()
said = threading.Event()


def pause(_elapsed: float) -> float:
    """Say it between two polls, from the engine's thread or its task, whichever it has."""
    if taken.is_set() and not said.is_set() and waits():
        said.set()
        print("polling", flush=True)
    return 0.05


def waits() -> bool:
    """Whether the main thread is in the wait, where an interruption is the wait's to meet."""
    frame = sys._current_frames()[threading.main_thread().ident or 0].f_back
    while frame is not None and not frame.f_code.co_filename.endswith("many.py"):
        frame = frame.f_back
    # In one thread, the engine goes on only while its consumer waits.
    return frame is not None or backend != "sync"


polling = Polling(schedule=pause)


async def wait_async() -> None:
    async for _ in aio.as_completed(jobs, timeout=None, polling=polling, rate=1000):
        taken.set()


def notes_of(error: BaseException | None) -> list[str]:
    found: list[str] = []
    while error is not None:
        found += getattr(error, "__notes__", [])
        for inner in getattr(error, "exceptions", ()):
            found += notes_of(inner)
        error = error.__cause__ or error.__context__
    return found


try:
    if backend == "sync":
        for _ in tilldone.as_completed(jobs, timeout=None, polling=polling, rate=1000):
            taken.set()
    else:
        anyio.run(wait_async, backend=backend)
except BaseException as error:  # noqa: BLE001 # whichever it is, it is told
    print(
        json.dumps(
            {
                "kinds": [type(error).__name__],
                "notes": notes_of(error),
                "threads": [each.name for each in threading.enumerate()],
                "sockets": len(psutil.Process().net_connections()),
            }
        )
    )
