#!/usr/bin/env python3
"""Wait for six jobs at five simulated providers side by side, and show what comes of them.

Started by scripts/demo. No key is read and nothing leaves this machine.
Exit: 0 all went as planned, 1 something did not, 130 interrupted.
"""

from __future__ import annotations

import asyncio
import sys
import time
from io import TextIOWrapper
from typing import TYPE_CHECKING

from rich.console import Console

from showcase.board import progress
from showcase.plan import PLAN, Errand
from showcase.report import show_failure, show_result, show_surprise
from tilldone import JobFailed, WaitError, aio
from tilldone.simulator import Simulator

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tilldone import Job, Snapshot

_PATIENCE = 15.0


def main(plan: Sequence[Errand] = PLAN) -> int:
    """Run the demo; returns its exit code."""
    if isinstance(sys.stdout, TextIOWrapper):
        # An old terminal or a bare C locale lacks some of the signs.
        sys.stdout.reconfigure(errors="replace")
    console = Console(highlight=False)
    try:
        return asyncio.run(_demo(plan, console))
    except KeyboardInterrupt:
        console.print("[dim]interrupted; the simulated jobs are gone[/dim]")
        return 130


async def _demo(plan: Sequence[Errand], console: Console) -> int:
    began = time.monotonic()
    console.print(
        "[bold]tilldone[/bold]  one wait() for the long jobs of five APIs\n"
        "[dim]Simulated providers on this machine: no keys, no network.[/dim]\n"
    )
    with Simulator() as simulator:
        jobs = [await errand.submit(simulator, errand.headers) for errand in plan]
        with progress(jobs, console) as saw:
            ends = await asyncio.gather(*(_end(job, saw) for job in jobs))
    surprises = 0
    for errand, job, end in zip(plan, jobs, ends, strict=True):
        console.print()
        if not isinstance(end, errand.ends):
            surprises += 1
            show_surprise(console, job, end, planned=errand.ends)
        elif isinstance(end, JobFailed):
            show_failure(console, end)
        else:
            show_result(console, job, end)
    verdict = f"{len(jobs) - surprises} of {len(jobs)} jobs ended as planned"
    took = f"[dim]in {time.monotonic() - began:.1f} s[/dim]"
    console.print(f"\n[bold {'red' if surprises else 'green'}]{verdict}[/] {took}")
    return 1 if surprises else 0


async def _end(job: Job[object], saw: Callable[[Snapshot[object]], None]) -> object:
    """Wait for a job; give its typed result, or the error that the wait ended with."""
    try:
        return await aio.wait(job, timeout=_PATIENCE, on_snapshot=saw)
    except WaitError as error:
        return error


if __name__ == "__main__":
    sys.exit(main())
