"""The list of jobs chooses whom to poll first; whatever it says, and however it fails, no wait ends
by it, and none later than without it."""

import heapq
import json
import math
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from itertools import count
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from attrs import evolve
from tests import httpd
from tests.many.crowd import BRISK, Backend
from tests.waits.harness import HUNG, Bench

from tilldone import Listing, Phase, Polling, Provider, edenai
from tilldone._core.poller import Poller
from tilldone._core.response import Response, TransportError
from tilldone._core.scheduler import PageDispatch, Scheduler
from tilldone.simulator.steps import body
from tilldone_clients.edenai.api.universal_ai import list_async_jobs
from tilldone_clients.edenai.models import UniversalAIAsyncJobList

UNLISTED: Provider[Any] = evolve(edenai.PROVIDER, listing=None)
TRIP = 0.1
PAGE = 100

Paged = Callable[["World", int], Response | TransportError | Exception]


def answer(body: object, *, code: int = 200) -> Response:
    return Response(code, {}, json.dumps(body).encode(), 0.0)


@dataclass
class World:
    """A host, its jobs and its list, driven by a virtual clock."""

    durations: dict[str, float]
    paged: Paged = lambda world, number: world.page(number)
    provider: Provider[Any] = edenai.PROVIDER
    rate: float = 4.0
    unlisted: frozenset[str] = frozenset()
    now: float = 0.0
    late: dict[str, float] = field(default_factory=dict[str, float])
    polls: Counter[str] = field(default_factory=Counter[str])
    pages: list[float] = field(default_factory=list[float])
    sent: list[str] = field(default_factory=list[str])

    def status(self, job_id: str) -> str:
        return "success" if self.durations[job_id] <= self.now else "processing"

    def page(self, number: int, status: Callable[[str], str] | None = None) -> Response:
        said = status or self.status
        shown = [each for each in self.durations if each not in self.unlisted]
        items = [
            {"public_id": each, "status": said(each)}
            for each in shown[(number - 1) * PAGE : number * PAGE]
        ]
        return answer({"items": items, "total_pages": math.ceil(len(shown) / PAGE)})

    def run(self) -> "World":
        dice = random.Random(7)
        client = edenai.connect("k")
        scheduler: Scheduler[Any] = Scheduler()
        for job_id in self.durations:
            poller = Poller(
                self.provider.job(client, job_id),
                timeout=math.inf,
                polling=Polling(),
                now=0.0,
                spread=dice.random,
            )
            scheduler.add(poller, host="h", rate=self.rate, now=0.0, client=client)
        flying: list[tuple[float, int, Callable[[], None]]] = []
        order = count()
        while scheduler.running:
            while (dispatch := scheduler.next_dispatch(self.now)) is not None:
                heapq.heappush(
                    flying, (self.now + TRIP, next(order), self._send(scheduler, dispatch))
                )
            pause = scheduler.pause(self.now, room=True)
            self.now = min(self.now + pause, flying[0][0] if flying else math.inf)
            while flying and flying[0][0] <= self.now:
                heapq.heappop(flying)[2]()
        return self

    def _send(self, scheduler: Scheduler[Any], dispatch: Any) -> Callable[[], None]:  # noqa: ANN401 # of two kinds
        if isinstance(dispatch, PageDispatch):
            self.pages.append(self.now)
            self.sent.append(f"page {dispatch.page.number}")
            event = self.paged(self, dispatch.page.number)
            return lambda: scheduler.receive_page(dispatch, event, self.now)
        job_id = dispatch.scheduled.poller.job.id
        self.polls[job_id] += 1
        self.sent.append(job_id)
        said = answer({"public_id": job_id, "status": self.status(job_id)})

        def receive() -> None:
            if scheduler.receive(dispatch.scheduled, said, self.now):
                assert dispatch.scheduled.poller.last.phase is Phase.SUCCEEDED
                self.late[job_id] = self.now - self.durations[job_id]

        return receive

    def requests(self) -> int:
        return sum(self.polls.values()) + len(self.pages)

    def lateness(self, share: float = 0.5) -> float:
        return sorted(self.late.values())[int(len(self.late) * share)]


def jobs(number: int, *, median: float = 200.0) -> dict[str, float]:
    dice = random.Random(number)
    return {f"job-{n}": dice.lognormvariate(math.log(median), 0.8) for n in range(number)}


@pytest.fixture(scope="module")
def alone() -> World:
    """Without a list."""
    return World(jobs(300), provider=UNLISTED).run()


def test_with_a_list_results_are_there_sooner_and_cost_less(alone: World) -> None:
    listed = World(jobs(300)).run()
    assert listed.late.keys() == alone.late.keys() == listed.durations.keys()
    assert listed.lateness() < alone.lateness() / 2
    assert listed.lateness(0.99) < alone.lateness(0.99) / 2
    assert listed.requests() < 0.6 * alone.requests()


def test_what_the_list_calls_finished_goes_before_all_else() -> None:
    durations = {f"job-{n}": 3.0 for n in range(150)} | {"job-70": 0.0}
    sent = World(durations).run().sent
    first = sent.index("page 1")
    assert sent[first : first + 3] == ["page 1", "job-70", "page 2"]


def _raise(error: Exception) -> Paged:
    return lambda _world, _number: error


FAULTS: dict[str, Paged] = {
    "forbidden": lambda *_: answer({"detail": "no"}, code=403),
    "not found": lambda *_: answer({"details": "Not Found"}, code=404),
    "a server error": lambda *_: answer("oops", code=500),
    "no answer": lambda *_: TransportError("reset"),
    "not JSON": lambda *_: Response(200, {}, b"<html>", 0.0),
    "no object": lambda *_: answer([]),
    "no items": lambda *_: answer({"results": []}),
    "items that are none": lambda *_: answer({"items": [None, 7, {"public_id": 7}, {}]}),
    "an empty list": lambda *_: answer({"items": [], "total_pages": 0}),
    "too long": lambda *_: Response(200, {}, b"{", 0.0, flaw="too long"),
    "a request that cannot be built": _raise(LookupError("no such page")),
    "unknown words": lambda world, number: world.page(number, lambda _: "dreaming"),
    "others' jobs": lambda *_: answer(
        {"items": [{"public_id": f"x{n}", "status": "success"} for n in range(PAGE)]}
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_list_that_fails_makes_nobody_later(fault: str, alone: World) -> None:
    world = World(jobs(300), paged=FAULTS[fault]).run()
    assert world.late.keys() == alone.late.keys()
    assert world.pages
    assert len(world.pages) < 0.06 * world.requests()
    assert world.lateness() < 1.2 * alone.lateness()
    assert world.lateness(0.99) < 1.2 * alone.lateness(0.99)


def test_a_list_that_is_refused_is_asked_once() -> None:
    assert len(World(jobs(100), paged=FAULTS["forbidden"]).run().pages) == 1


def test_a_list_that_calls_finished_jobs_unfinished_is_found_out(alone: World) -> None:
    world = World(
        jobs(300), paged=lambda world, number: world.page(number, lambda _: "processing")
    ).run()
    assert world.late.keys() == alone.late.keys()
    assert world.lateness() < 1.5 * alone.lateness()
    # Soon after the first jobs have ended.
    assert max(world.pages) < sorted(world.durations.values())[30] + 30


def test_a_list_that_calls_unfinished_jobs_finished_costs_each_of_them_a_poll() -> None:
    world = World(
        jobs(300), paged=lambda world, number: world.page(number, lambda _: "success")
    ).run()
    assert len(world.late) == 300
    assert world.lateness() < 1.3 * World(jobs(300), provider=UNLISTED).run().lateness()


def test_a_job_that_the_list_does_not_show_is_polled_itself() -> None:
    durations = jobs(300)
    hidden = frozenset([*durations][::30])
    world = World(durations, unlisted=hidden).run()
    assert len(world.late) == 300
    assert sorted(world.late[each] for each in hidden)[5] < 60
    assert world.lateness() < 15


def test_few_jobs_are_polled_without_asking_for_a_list() -> None:
    assert World(jobs(3), rate=0.5).run().pages == []
    # Nor where there is no rate to keep.
    assert World(jobs(200), rate=math.inf).run().pages == []


def test_what_a_listing_may_not_be_is_said_when_it_is_declared() -> None:
    with pytest.raises(TypeError, match="Listing: request: expected a function, got str"):
        Listing(request="/jobs")  # type: ignore[arg-type] # the mistake
    with pytest.raises(ValueError, match=r"Listing: items: 'a\.\.b' is not a dotted path"):
        Listing(request=lambda page: {"url": f"/{page}"}, items="a..b")
    with pytest.raises(TypeError, match="listing"):
        evolve(edenai.PROVIDER, listing={"items": "items"})  # type: ignore[arg-type] # the mistake


def test_the_simulator_lists_eden_ais_jobs(bench: Bench) -> None:
    made = [bench.simulator.submit("edenai", duration=d) for d in (0.0, 600.0, 600.0)]
    failing = bench.simulator.submit("edenai", duration=0.0, fail=True)
    bench.simulator.submit("edenai", script=[body("[" * 100_000)])
    with bench.client("edenai") as client:
        first = list_async_jobs.sync(client=client, limit=1000)
        paged = list_async_jobs.sync(client=client, page=2, limit=1)
        assert isinstance(first, UniversalAIAsyncJobList)
    shown = {item.public_id: item.status for item in first.items}
    statuses = [str(shown[each]) for each in [*made, failing]]
    assert statuses == ["success", "processing", "processing", "fail"]
    assert isinstance(paged, UniversalAIAsyncJobList)
    assert (len(paged.items), paged.page, paged.total_pages) == (1, 2, paged.total)
    # It takes no poll from a script.
    assert not any(bench.simulator.polls(each) for each in made)


@dataclass
class Host:
    """Eden AI's two routes over real HTTP, with jobs that all end at a moment."""

    ends: float
    listing: str
    polls: list[str] = field(default_factory=list[str])
    pages: list[str] = field(default_factory=list[str])
    stuck: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def serving(self) -> Iterator[str]:
        host = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                url = urlsplit(self.path)
                code, said = host.said(url.path, parse_qs(url.query))
                self.send_response(code)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(said)))
                self.end_headers()
                self.wfile.write(said)

            def log_message(self, format: str, *args: object) -> None: ...

        with httpd.running(Handler) as url:
            yield url

    def said(self, path: str, query: dict[str, list[str]]) -> tuple[int, bytes]:
        status = "success" if time.monotonic() >= self.ends else "processing"
        asked = path.removeprefix("/v3/universal-ai/async")
        if asked:
            self.polls.append(asked)
            body: dict[str, object] = {
                "public_id": asked[1:],
                "status": status,
                "provider": "p",
                "feature": "f",
                "subfeature": "s",
                "cost": "0.1",
                "created_at": "2026-01-01T00:00:00Z",
            }
            return 200, json.dumps(body).encode()
        self.pages.append(query["page"][0])
        assert query["limit"] == ["1000"]
        if self.listing == "stuck":
            self.stuck.wait(HUNG)
            self.stuck.set()
        if self.listing == "hanging":
            threading.Event().wait(1.0)
        if self.listing == "refused":
            return 403, b'{"detail": "no"}'
        if self.listing == "spoilt":
            return 200, b"{"
        items = [{"public_id": str(n), "status": status} for n in range(60)]
        return 200, json.dumps({"items": items, "total_pages": 1}).encode()


@pytest.mark.parametrize("listing", ["served", "refused", "spoilt", "hanging"])
@pytest.mark.together("backend", "listing")
def test_over_http_every_wait_ends_well_whatever_the_list_does(
    backend: Backend, listing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tilldone._core.host_queue._PROMPT", 0.1)
    host = Host(time.monotonic() + 0.8, listing)
    with host.serving() as url:
        client = edenai.connect("k", base_url=url)
        waited = [edenai.job(client, str(n)) for n in range(30)]
        outcomes = backend.wait_all(waited, timeout=HUNG, polling=BRISK, rate=60.0)
    assert [outcome.error for outcome in outcomes] == [None] * 30
    assert Counter(host.polls).keys() == {f"/{n}" for n in range(30)}
    assert host.pages
    if listing == "refused":
        assert host.pages == ["1"]


def test_no_wait_is_held_up_at_its_end_by_a_list_that_does_not_answer(
    backend: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tilldone._core.host_queue._PROMPT", 0.05)
    # No time of its own puts an end to what asks for the page.
    monkeypatch.setattr("tilldone._drivers.engine._PAGES", Polling(request_timeout=3600.0))
    host = Host(time.monotonic() + 0.8, "stuck")
    with host.serving() as url:
        client = edenai.connect("k", base_url=url)
        waited = [edenai.job(client, str(n)) for n in range(60)]
        outcomes = backend.wait_all(waited, timeout=HUNG, polling=BRISK, rate=60.0)
        ended = not host.stuck.is_set()
        host.stuck.set()
    assert [outcome.error for outcome in outcomes] == [None] * 60
    assert host.pages
    assert ended


def test_the_simulators_list_is_asked_where_polls_are_scarce(
    bench: Bench, backend: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tilldone._core.host_queue._PROMPT", 0.1)
    client = bench.client("edenai")
    waited = [edenai.job(client, bench.simulator.submit("edenai", duration=1.5)) for _ in range(60)]
    outcomes = backend.wait_all(waited, timeout=HUNG, polling=BRISK, rate=60.0)
    assert [outcome.error for outcome in outcomes] == [None] * 60
    assert sum(len(bench.told(job)) for job in waited) < 60 * 4
