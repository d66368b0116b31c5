"""A world without I/O: a clock that is moved by hand, and a provider that answers from a script.

The same `Desk` stands behind the drivers, as an httpx transport, and behind a bare `Poller`.
"""

import json
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain, repeat
from typing import Any

import httpx

from tilldone import Job, Snapshot, WaitError, edenai
from tilldone._core.actions import Poll, Sleep, Stop
from tilldone._core.poller import Poller
from tilldone._core.polling import Polling
from tilldone._core.response import Response, TransportError
from tilldone._http.exchange import ResponseReader, no_answer, transport_error
from tilldone._http.mask import Mask
from tilldone.testing import ManualClock

_NONE = Mask([])
KEY = "key-for-a-world-without-io"


@dataclass(frozen=True)
class Reply:
    """What a poll is told, after how long (s); the poll may have been given up by then."""

    status: int = 200
    body: object = None
    headers: dict[str, str] = field(default_factory=dict)
    latency: float = 0.0
    broken: bool = False

    @property
    def content(self) -> bytes:
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


def says(status: str, **more: object) -> Reply:
    """Response with a whole Eden AI body."""
    body = {
        "status": status,
        "cost": "0.1",
        "provider": "p",
        "feature": "audio",
        "subfeature": "s",
        "public_id": "j",
        "created_at": "2026-01-01T00:00:00Z",
        **more,
    }
    return Reply(body=body)


RUNNING = says("processing")
DONE = says("success", output={"text": "done"})


@dataclass
class Visit:
    """One poll, as the desk saw it (s on the world's clock)."""

    began: float
    ended: float
    limit: float
    reply: Reply
    cut: bool


class Desk:
    """A provider without a network: one reply a poll, the last one for ever."""

    def __init__(
        self, clock: ManualClock, replies: Iterable[Reply | Callable[[float], Reply]]
    ) -> None:
        scripted = list(replies)
        self._clock = clock
        self._replies: Iterator[Reply | Callable[[float], Reply]] = chain(
            scripted, repeat(scripted[-1])
        )
        self.visits: list[Visit] = []

    @property
    def times(self) -> list[float]:
        return [visit.began for visit in self.visits]

    def visit(self, limit: float) -> Visit:
        began = self._clock.now()
        following = next(self._replies)
        reply = following if isinstance(following, Reply) else following(began)
        cut = reply.latency > limit
        self._clock.advance(min(reply.latency, limit))
        self.visits.append(Visit(began, self._clock.now(), limit, reply, cut))
        return self.visits[-1]

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Response as the transport of an httpx client."""
        visit = self.visit(request.extensions["timeout"]["read"])
        if visit.cut:
            raise httpx.ReadTimeout("cut", request=request)
        if visit.reply.broken:
            raise httpx.ConnectError("refused", request=request)
        reply = visit.reply
        return httpx.Response(reply.status, headers=reply.headers, content=reply.content)

    def job(self, id: str = "j") -> Job[Any]:
        """Name a job of Eden AI that is polled here."""
        transport = httpx.MockTransport(self)
        return edenai.job(edenai.connect(KEY, httpx_args={"transport": transport}), id)


@dataclass
class Ending:
    """How a wait went: what it gave or raised, and when it was over."""

    result: object
    error: WaitError | None
    at: float
    snapshots: list[Snapshot[Any]]

    @property
    def gist(self) -> tuple[object, ...]:
        """Give what two drivers of one poller must agree in."""
        seen = [(s.phase, s.status, s.polls, s.elapsed, s.next_poll) for s in self.snapshots]
        return self.result, type(self.error), str(self.error), self.at, seen


def drive(
    desk: Desk, clock: ManualClock, *, timeout: float, polling: Polling, ahead: float = 0.0
) -> Ending:
    """Steer by a bare poller; the desk's clock moves only by its sleeps and the desk's latency.

    The poller's own clock is so much `ahead` of the desk's (s).
    """
    job = desk.job()
    poller = Poller(job, timeout=timeout, polling=polling, now=ahead + clock.now())
    snapshots: list[Snapshot[Any]] = []
    while not isinstance(action := poller.next_action(ahead + clock.now()), Stop):
        if isinstance(action, Sleep):
            clock.advance(action.seconds)
            continue
        snapshot = poller.receive(_event(desk, action, job), ahead + clock.now())
        if snapshot is not None:
            snapshots.append(snapshot)
    outcome = poller.outcome()
    return Ending(outcome.result, outcome.error, clock.now(), snapshots)


def _event(desk: Desk, poll: Poll, job: Job[Any]) -> Response | TransportError:
    visit = desk.visit(poll.timeout)
    if visit.cut:
        return no_answer(poll)
    if visit.reply.broken:
        return transport_error(httpx.ConnectError("refused"), poll, _NONE)
    headers = httpx.Headers(visit.reply.headers)
    reader = ResponseReader(
        visit.reply.status, headers, max_body=Polling().max_body, mask=_NONE, whole=True
    )
    reader.feed(visit.reply.content)
    return reader.response()


def answer(
    status: int = 200, body: object = None, headers: dict[str, str] | None = None
) -> Response:
    """Make an answer that was received whole, and now."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Response(
        status_code=status,
        headers=httpx.Headers(headers or {}),
        content=content,
        received=time.time(),
    )
