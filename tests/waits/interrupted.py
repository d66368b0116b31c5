"""A program that waits until Ctrl-C, and tells what was left: run as a process by the tests.

python -m tests.waits.interrupted BACKEND PROVIDER URL TOKEN ID
"""

import asyncio
import gc
import json
import sys
import threading
from typing import Any

import psutil
import trio
from tests.waits.harness import connect, name_job

import tilldone
from tilldone import Job, Polling, aio

# One poll, and then a pause that outlasts any test.
POLLING = Polling(schedule=lambda _: 600.0, request_timeout=600.0)


async def wait_async(job: Job[Any]) -> object:
    return await aio.wait(job, timeout=None, polling=POLLING)


def wait(backend: str, job: Job[Any]) -> object:
    match backend:
        case "sync":
            return tilldone.wait(job, timeout=None, polling=POLLING)
        case "asyncio":
            return asyncio.run(wait_async(job))
        case _:
            return trio.run(wait_async, job)


def noted(error: BaseException | None) -> list[tuple[str, str]]:
    """List the notes of an exception, of what it groups and of its contexts, by type."""
    if error is None:
        return []
    found = [(type(error).__name__, note) for note in getattr(error, "__notes__", [])]
    if isinstance(error, BaseExceptionGroup):
        for part in error.exceptions:
            found += noted(part)
    return found + noted(error.__context__)


def interrupted(backend: str, job: Job[Any]) -> list[tuple[str, str]]:
    """Wait until Ctrl-C comes; it and its traceback are gone when this returns."""
    notes: list[tuple[str, str]] = []
    try:
        wait(backend, job)
    # Where trio has tasks of its own at work, such as while connecting, Ctrl-C comes in a group.
    except* KeyboardInterrupt as stop:
        notes += noted(stop)
    return notes


def main() -> None:
    backend, provider, url, token, job_id = sys.argv[1:]
    job = name_job(provider, connect(provider, url, token), job_id)
    print("begun", flush=True)
    notes = interrupted(backend, job)
    gc.collect()
    left = {
        "notes": notes,
        "threads": threading.active_count(),
        "connections": len(psutil.Process().net_connections("tcp")),
    }
    print(json.dumps(left), flush=True)


if __name__ == "__main__":
    main()
