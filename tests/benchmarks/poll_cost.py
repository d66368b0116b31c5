"""What a poll costs: CPU per poll of `wait`, sync and async, against bare `client.get().json()`.

python tests/benchmarks/poll_cost.py
"""

import asyncio
import ssl
from collections.abc import Callable, Sequence
from functools import partial

import httpx
from _harness import KEY, alternating, cpu_of, ids, median, parser, report, serving

from tilldone import Polling, aio, edenai, wait
from tilldone_clients.edenai import AuthenticatedClient

AT_ONCE = Polling(schedule=lambda _: 0.0, jitter=0.0)
HEADERS = {"Authorization": f"Bearer {KEY}"}

# Loading the certificates takes longer than a hundred polls, and is no part of one.
CONTEXT = ssl.create_default_context()


def url_of(base: str, job_id: str) -> str:
    """Give what a poll of a job asks for."""
    return f"{base}/v3/universal-ai/async/{job_id}"


def bare(base: str, polls: int) -> None:
    """Poll by httpx alone."""
    (job_id,) = ids(1, polls=polls)
    with httpx.Client(headers=HEADERS, verify=CONTEXT) as client:
        while client.get(url_of(base, job_id)).json()["status"] != "success":
            pass


def bare_async(base: str, polls: int) -> None:
    """Poll by httpx alone, on asyncio."""

    async def run() -> None:
        (job_id,) = ids(1, polls=polls)
        async with httpx.AsyncClient(headers=HEADERS, verify=CONTEXT) as client:
            while (await client.get(url_of(base, job_id))).json()["status"] != "success":
                pass

    asyncio.run(run())


def ours(client: AuthenticatedClient, polls: int) -> None:
    """Wait for a job."""
    (job_id,) = ids(1, polls=polls)
    wait(edenai.job(client, job_id), timeout=None, polling=AT_ONCE)


def ours_async(client: AuthenticatedClient, polls: int) -> None:
    """Wait for a job, on asyncio."""
    (job_id,) = ids(1, polls=polls)
    asyncio.run(aio.wait(edenai.job(client, job_id), timeout=None, polling=AT_ONCE))


def main() -> None:
    """Measure and print."""
    options = parser(__doc__, rounds=25)
    options.add_argument("--polls", type=int, default=200, help="polls a turn (%(default)s)")
    asked = options.parse_args()
    with serving() as base:
        client = edenai.connect(KEY, base_url=base)
        contenders: dict[str, Callable[[], object]] = {
            "`client.get(url).json()`": partial(bare, base, asked.polls),
            "`wait(job)`": partial(ours, client, asked.polls),
            "`await client.get(url)`, `.json()`": partial(bare_async, base, asked.polls),
            "`await aio.wait(job)`": partial(ours_async, client, asked.polls),
        }
        for run in contenders.values():
            run()  # once, so that nobody pays for the imports
        measured = {name: partial(cpu_of, run) for name, run in contenders.items()}
        found = alternating(measured, rounds=asked.rounds)
    names = list(found)
    report(
        "CPU per poll",
        ["way to poll", "CPU, ms a poll", "against httpx"],
        [
            [
                name,
                f"{median(found[name]) / asked.polls * 1e3:.3f}",
                f"{against(found[name], found[names[row // 2 * 2]]):.2f}x",
            ]
            for row, name in enumerate(names)
        ],
        f"{asked.polls} polls on one connection, {asked.rounds} rounds; medians, the ratio's of "
        "those within a round. Goal: at most 1.10x.",
    )


def against(ours: Sequence[float], others: Sequence[float]) -> float:
    """Compare turns that followed each other: a busy moment of the machine hits both."""
    return median([one / other for one, other in zip(ours, others, strict=True)])


if __name__ == "__main__":
    main()
