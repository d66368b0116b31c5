"""A waiting job takes little space, and nothing that was seen of it is lost for that."""

import gc
import json
import math
import tracemalloc
from typing import Any

import httpx
from multidict import CIMultiDict
from tests.many.crowd import Backend, jobs_of, moved_by_pauses
from tests.waits.harness import Bench

from tilldone import JobTimeout, Phase, Polling, edenai
from tilldone._core.job import target_of
from tilldone._core.poller import Poller
from tilldone._core.response import Response
from tilldone._core.scheduler import Dispatch, Scheduler
from tilldone._drivers.instrumentation import Instrumentation
from tilldone._http.request import RequestBuilder
from tilldone._http.settings import settings_of
from tilldone.testing import running

CROWD = 3_000


def unfinished(job_id: str) -> Response:
    body = {
        "cost": "0.0150",
        "provider": "deepgram",
        "feature": "audio",
        "subfeature": "speech_to_text_async",
        "error": None,
        "original_response": None,
        "model": None,
        "public_id": job_id,
        "created_at": "2026-11-21T08:00:00+00:00",
        "status": "processing",
        "output": None,
    }
    headers = {"content-type": "application/json"}
    return Response(200, headers, json.dumps(body).encode(), 0.0)


def test_a_waiting_job_takes_no_more_than_two_kilobytes_beside_its_handle() -> None:
    client = edenai.connect("k", base_url="http://127.0.0.1:9")
    settings = settings_of(client)
    jobs = [edenai.job(client, f"job-{number}") for number in range(CROWD)]
    with httpx.Client(**settings.arguments) as builder:
        requests = RequestBuilder(builder, settings, CIMultiDict[str], str)
        requests.prepared(target_of(jobs[0]))
        gc.collect()
        tracemalloc.start()
        try:
            scheduler: Scheduler[Any] = Scheduler()
            observers: dict[object, Instrumentation] = {}
            for job in jobs:
                observer = observers[job] = Instrumentation(job)
                poller = Poller(job, timeout=3600.0, polling=Polling(), now=0.0, observer=observer)
                scheduler.add(poller, host="h", rate=math.inf, now=0.0, client=client)
                requests.prepared(target_of(job))
            for _ in jobs:
                dispatch = scheduler.next_dispatch(1.0)
                assert isinstance(dispatch, Dispatch)
                answer = unfinished(dispatch.scheduled.poller.job.id)
                assert not scheduler.receive(dispatch.scheduled, answer, 1.0)
                # As a batch asks for it after each poll.
                assert dispatch.scheduled.poller.remaining is None
            gc.collect()
            held, _ = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert held / CROWD < 2048


def test_the_last_that_was_seen_of_a_job_is_all_there_when_its_wait_ends(
    bench: Bench, backend: Backend
) -> None:
    (job,) = jobs_of(bench, 1, running())
    polling = Polling(schedule=lambda _: 5.0, jitter=0.0)
    with moved_by_pauses():
        (outcome,) = backend.wait_all([job], timeout=48.0, polling=polling)
    assert isinstance(outcome.error, JobTimeout)
    last = outcome.error.last
    assert last is not None
    assert outcome.body == last.body
    assert last.body["public_id"] == job.id
    assert (last.job, last.phase, last.status) == (job, Phase.RUNNING, "processing")
    assert (last.polls, last.elapsed) == (10, 48.0)
