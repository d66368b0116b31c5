#!/usr/bin/env python3
"""Make seven jobs at five simulated providers, wait for them, and show what comes of each.

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
from showcase.plan import PLAN, PlannedJob, connect_arguments, set_up
from showcase.report import show_doubt, show_failure, show_result, show_surprise
from tilldone import JobFailed, SubmitUncertain, WaitError, aio
from tilldone.simulator import Simulator

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tilldone import Snapshot, Submitted

_PATIENCE = 60.0


def main(plan: Sequence[PlannedJob] = PLAN) -> int:
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


async def _demo(plan: Sequence[PlannedJob], console: Console) -> int:
    began = time.monotonic()
    console.print(
        "[bold]tilldone[/bold]  submit and wait: the long jobs of five APIs\n"
        "[dim]Simulated providers on this machine: no keys, no network.[/dim]\n"
    )
    with Simulator() as simulator:
        set_up(simulator)
        requests = [planned.prepare(connect_arguments(simulator, planned)) for planned in plan]
        submitted = await aio.submit_all(requests, timeout=_PATIENCE)
        jobs = [each.job for each in submitted if each.job is not None]
        with progress(jobs, console) as saw:
            ends = await asyncio.gather(*(_end(each, saw) for each in submitted))
    surprises = 0
    for planned, end in zip(plan, ends, strict=True):
        console.print()
        if not isinstance(end, planned.ends):
            surprises += 1
            show_surprise(console, planned.provider, end, planned=planned.ends)
        elif isinstance(end, JobFailed):
            show_failure(console, end)
        elif isinstance(end, SubmitUncertain):
            show_doubt(console, end)
        else:
            show_result(console, planned.provider, end)
    verdict = f"{len(plan) - surprises} of {len(plan)} jobs ended as planned"
    took = f"[dim]in {time.monotonic() - began:.1f} s[/dim]"
    console.print(f"\n[bold {'red' if surprises else 'green'}]{verdict}[/] {took}")
    return 1 if surprises else 0


async def _end(made: Submitted[object], saw: Callable[[Snapshot[object]], None]) -> object:
    """Wait for a job; give its typed result, or the error that it or its submission ended with."""
    if made.job is None:
        return made.error
    try:
        return await aio.wait(made.job, timeout=_PATIENCE, on_snapshot=saw)
    except WaitError as error:
        return error


if __name__ == "__main__":
    sys.exit(main())
