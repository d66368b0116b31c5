"""One OpenTelemetry span for a wait, its polls and faults as events; none without OpenTelemetry."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.forked import ran
from tests.waits.harness import PROVIDERS, Bench

from tilldone.simulator import Simulator, Step
from tilldone.testing import done, failed, html, reset, running, status, unknown

ROOT = Path(__file__).parents[2]
KEY = "canary-key-31337"
RESULT = "canary-result-8088"
IMPORTS = (
    "anyio._backends._trio",
    "opentelemetry.sdk.trace.export",
    "pytest",
    "tilldone.simulator",
)

# A connection that was open before may have been dropped by now: such a poll is sent once more.
TWICE = [reset(), reset()]


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    with Simulator(tokens=dict.fromkeys(PROVIDERS, KEY)) as simulator:
        yield Bench(simulator)


def submit(bench: Bench, *scripts: list[Step], provider: str = "edenai") -> list[str]:
    """Submit a job for each script, and give what names them on a command line."""
    simulator = bench.simulator
    ids = [simulator.submit(provider, script=script, result=RESULT) for script in scripts]
    return [provider, simulator.url(provider), KEY, *ids]


def spans(way: str, asked: list[str]) -> list[dict[str, Any]]:
    """Give the spans of the waits."""
    return [span for span in all_spans(way, asked) if span["scope"] == "tilldone"]


def all_spans(way: str, asked: list[str]) -> list[dict[str, Any]]:
    told = ran(["-m", "tests.telemetry.traced", way, *asked], cwd=ROOT, imports=IMPORTS)
    assert (told.returncode, told.stderr) == (0, "")
    assert KEY not in told.stdout
    assert RESULT not in told.stdout
    found: list[dict[str, Any]] = json.loads(told.stdout)
    assert all(span["ended"] for span in found)
    return found


POLL = ["poll", {"tilldone.phase": "running", "tilldone.status": "processing"}]
LAST = ["poll", {"tilldone.phase": "succeeded", "tilldone.status": "success"}]


@pytest.mark.parametrize("way", ["sync", "asyncio", "trio"])
def test_a_wait_is_one_span_with_its_polls_and_faults(bench: Bench, way: str) -> None:
    script = [running(), status(502), *TWICE, html(), done()]
    asked = submit(bench, script)
    (span,) = spans(way, asked)
    assert (span["name"], span["scope"], span["inside"]) == ("tilldone.wait", "tilldone", True)
    assert span["attributes"] == {
        "tilldone.provider": "edenai",
        "tilldone.job_id": asked[-1],
        "tilldone.outcome": "succeeded",
        "tilldone.polls": 5,
    }
    # What was ridden out is no error of the wait's, and no exception in its span.
    assert span["status"] == "UNSET"
    first, *faults, last = span["events"]
    assert [first, last] == [POLL, LAST]
    assert [name for name, _ in faults] == ["fault"] * 3
    assert faults[0][1] == {"tilldone.fault": "HTTP 502"}


@pytest.mark.parametrize(
    ("way", "script", "outcome", "code"),
    [
        ("sync", [failed("E1", "It broke.")], "failed", "ERROR"),
        ("sync", [status(402)], "PollRejected", "ERROR"),
        ("late", [running()], "JobTimeout", "ERROR"),
        ("left", [running()], "abandoned", "UNSET"),
    ],
)
def test_every_end_ends_the_span(
    bench: Bench, way: str, script: list[Step], outcome: str, code: str
) -> None:
    (span,) = spans(way, submit(bench, script))
    assert span["attributes"]["tilldone.outcome"] == outcome
    assert span["status"] == code


def test_many_waits_are_a_span_each(bench: Bench) -> None:
    asked = submit(bench, [done()], [running(), done()], [failed()])
    found = spans("many", asked)
    assert {span["attributes"]["tilldone.job_id"] for span in found} == set(asked[3:])
    assert sorted(span["attributes"]["tilldone.outcome"] for span in found) == [
        *("failed", "succeeded", "succeeded")
    ]
    assert all(span["inside"] for span in found)


@pytest.mark.parametrize(
    "way", ["sync", "asyncio", "trio", "many", "many_asyncio", "many_trio", "left"]
)
def test_a_poll_is_sent_within_the_span_and_nothing_else_is(bench: Bench, way: str) -> None:
    asked = submit(bench, [running(), done()], [running(), done()])
    found = all_spans(way, asked)
    (application,) = [span["id"] for span in found if span["name"] == "application"]
    waits = {span["id"] for span in found if span["name"] == "tilldone.wait"}
    sent = [span["parent"] for span in found if span["name"] == "http"]
    assert sent
    assert set(sent) == waits
    assert {span["parent"] for span in found if span["name"] == "mine"} <= {application}


def test_leaving_many_ends_their_spans(bench: Bench) -> None:
    found = spans("left_many", submit(bench, [done()], [running()], [running()]))
    assert sorted(span["attributes"]["tilldone.outcome"] for span in found) == [
        *("abandoned", "abandoned", "succeeded")
    ]


def test_a_single_poll_is_no_wait(bench: Bench) -> None:
    assert spans("check", submit(bench, [done()])) == []


WITHOUT = """
import sys

sys.modules["opentelemetry"] = sys.modules["opentelemetry.trace"] = None
from tests.waits.harness import QUICK, connect, name_job
import tilldone

provider, url, token, job_id = sys.argv[1:]
job = name_job(provider, connect(provider, url, token), job_id)
print(tilldone.wait(job, timeout=10, polling=QUICK).status)
"""


def test_without_opentelemetry_nothing_breaks_and_nothing_is_printed(bench: Bench) -> None:
    asked = submit(bench, [unknown("odd"), status(502), done()])
    command = [sys.executable, "-W", "error", "-c", WITHOUT, *asked]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout) == (0, "success\n")
    # A library has no handler of its own: not even a warning shows where nobody asked for it.
    assert ran.stderr == ""


def test_without_an_sdk_a_wait_carries_no_span() -> None:
    asked = "from tilldone._drivers.instrumentation import begun_span; print(begun_span('any', {}))"
    ran = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert ran.stdout == "None\n"
