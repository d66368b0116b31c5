"""What is sent for many jobs is what httpx would send for each, and no poll outlives its time."""

import asyncio
import time
from collections.abc import Mapping
from typing import Any

import httpx
import pytest
from multidict import CIMultiDict

from tilldone import Origin, Phase, Provider
from tilldone._core.job import target_of
from tilldone._http.aiohttp_transport import Limit
from tilldone._http.request import RequestBuilder
from tilldone._http.settings import ClientSettings, settings_of
from tilldone_clients.edenai import AuthenticatedClient

PLAIN = "/jobs/550e-8400_~x.1"
PATHS = [
    *(PLAIN, "/a/b/c", "/", "/jobs/", "/jobs/x?full=1", "/jobs/x#end", "jobs/x"),
    *(
        "/jobs/../x",
        "/jobs/./x",
        "/jobs/..",
        "/.x/y",
        "/jobs//x",
        "/a b",
        "/ä",
        "/100%",
        "/%2e%2e/x",
        "/x:y",
    ),
]


def built(settings: ClientSettings, arguments: Mapping[str, Any]) -> tuple[object, ...]:
    """Build a request after another one that is plain, as for a second job of a provider."""
    asked = {"first": {"method": arguments["method"], "url": PLAIN}, "second": arguments}
    provider = Provider(
        name="any", request=asked.__getitem__, phases={"done": Phase.SUCCEEDED}, parse=dict
    )
    origin = Origin("http://127.0.0.1:9")
    with httpx.Client(**settings.arguments) as client:
        builder = RequestBuilder(client, settings, CIMultiDict[str], str)
        builder.prepared(target_of(provider.job(origin, "first")))
        request = builder.prepared(target_of(provider.job(origin, "second")))
        return request.method, request.url, sorted(request.headers.items()), request.content


def expected(settings: ClientSettings, arguments: Mapping[str, Any]) -> tuple[object, ...]:
    with httpx.Client(**settings.arguments) as client:
        request = client.build_request(**arguments)
        request.headers["Accept-Encoding"] = "gzip"
        headers = CIMultiDict(request.headers.multi_items())
        return request.method, str(request.url), sorted(headers.items()), request.read()


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("base", ["http://127.0.0.1:9", "https://h.example/v1/", "https://h//"])
def test_what_is_sent_for_a_second_job_is_what_httpx_builds(base: str, path: str) -> None:
    settings = settings_of(Origin(base, headers={"X-Api-Key": "some-long-key"}))
    for method in ("get", "POST"):
        arguments = {"method": method, "url": path}
        assert built(settings, arguments) == expected(settings, arguments)


@pytest.mark.parametrize(
    "more", [{"headers": {"X-Job": "2"}}, {"params": {"a": "b"}}, {"json": {}}]
)
def test_what_one_job_alone_asks_for_is_sent_for_it(more: Mapping[str, Any]) -> None:
    settings = settings_of(Origin("http://127.0.0.1:9"))
    arguments = {"method": "post", "url": PLAIN, **more}
    assert built(settings, arguments) == expected(settings, arguments)


def test_a_cookie_is_sent_where_it_belongs() -> None:
    client = AuthenticatedClient(base_url="http://127.0.0.1:9", token="some-long-key")
    client.get_httpx_client().cookies.set("session", "1", domain="127.0.0.1", path="/jobs")
    settings = settings_of(client)
    assert settings.plain
    for path in ("/jobs/x", "/others/x"):
        arguments = {"method": "get", "url": path}
        assert built(settings, arguments) == expected(settings, arguments)


def test_a_parameter_of_the_client_is_sent_for_every_job() -> None:
    client = AuthenticatedClient(
        base_url="http://127.0.0.1:9",
        token="some-long-key",
        httpx_args={"params": {"tenant": "7"}},
    )
    arguments = {"method": "get", "url": "/jobs/x"}
    assert built(settings_of(client), arguments) == expected(settings_of(client), arguments)


def test_a_poll_that_swallows_the_end_of_its_time_is_told_once_more() -> None:
    told = 0

    async def stubborn() -> None:
        nonlocal told
        while told < 2:
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                told += 1
        await asyncio.Event().wait()

    async def run() -> int:
        with Limit([]).of(0.01):
            await stubborn()
        task = asyncio.current_task()
        assert task is not None
        return task.cancelling()

    assert asyncio.run(run()) == 0
    assert told == 2


def test_one_limit_minds_one_poll_after_another() -> None:
    async def run() -> list[str]:
        idle: list[Limit] = []
        limit = Limit(idle)
        ended: list[str] = []
        for seconds in (3600.0, 0.01, 3600.0, 0.01):
            with limit.of(seconds):
                await (asyncio.sleep(0.02) if seconds > 1 else asyncio.Event().wait())
                ended.append("in time")
            if idle.pop() is not limit:
                raise AssertionError("it is idle after its poll")
            ended.append("over")
        limit.close()
        return ended

    assert asyncio.run(run()) == ["in time", "over", "over", "in time", "over", "over"]


def test_whoever_cancels_a_poll_meanwhile_is_heard() -> None:
    async def polled(limit: Limit) -> None:
        task = asyncio.current_task()
        assert task is not None
        # At the same turn of the loop as its time is over.
        loop = asyncio.get_running_loop()
        loop.call_later(0.005, time.sleep, 0.05)
        loop.call_later(0.01, task.cancel)
        with limit.of(0.01):
            await asyncio.Event().wait()
        raise AssertionError("it went on")

    async def run() -> bool:
        task = asyncio.create_task(polled(Limit([])))
        await asyncio.wait([task])
        return task.cancelled()

    assert asyncio.run(run())
