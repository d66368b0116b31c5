"""An application that waits for many jobs until Ctrl-C; see test_leaving.py, which runs it.

Its arguments are the backend, the base URL, the key and the ids; a `-` among those makes them come
from a generator, which blocks where it stands. It says `polling` once polls are
under way, and at its end, as JSON, what it saw of the interruption and what was left behind.
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
polling = Polling(schedule=lambda _: 0.05)
said = threading.Event()


def tell(_outcome: object) -> None:
    if not said.is_set():
        said.set()
        print("polling", flush=True)


async def wait_async() -> None:
    async for outcome in aio.as_completed(jobs, timeout=None, polling=polling, rate=1000):
        tell(outcome)


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
        for outcome in tilldone.as_completed(jobs, timeout=None, polling=polling, rate=1000):
            tell(outcome)
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
