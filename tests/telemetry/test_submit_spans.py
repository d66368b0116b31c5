"""One OpenTelemetry span for a submission, with its sendings as events, and no body in it."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.durable.desk import KEY, Desk, serving_desk

SECRET = "a castle that nobody may read of"

PROGRAM = """
import json, sys
import anyio
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from tests.durable.desk import Desk
import tilldone
from tilldone import SubmitError, aio

kept = InMemorySpanExporter()
provider = TracerProvider()
provider.add_span_processor(SimpleSpanProcessor(kept))
trace.set_tracer_provider(provider)
way, port, wanted = sys.argv[1:]
request = Desk(int(port)).request(wanted)
try:
    if way == "sync":
        tilldone.submit(request, timeout=30)
    else:
        anyio.run(lambda: aio.submit(request, timeout=30), backend=way)
except SubmitError:
    pass
print(json.dumps([
    [each.name, dict(each.attributes), each.status.status_code.name, [e.name for e in each.events]]
    for each in kept.get_finished_spans()
]))
"""


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    with serving_desk() as opened:
        yield opened


def spans(desk: Desk, way: str) -> list[Any]:
    asked = [sys.executable, "-c", PROGRAM, way, str(desk.port), SECRET]
    root = Path(__file__).parents[2]
    ran = subprocess.run(asked, cwd=root, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert SECRET not in ran.stdout
    assert KEY not in ran.stdout
    found: list[Any] = json.loads(ran.stdout)
    return found


ABOUT = {"tilldone.provider": "edenai", "tilldone.operation": "create"}


@pytest.mark.parametrize("way", ["sync", "asyncio", "trio"])
def test_a_submission_is_one_span_with_its_sendings(desk: Desk, way: str) -> None:
    desk.usual()
    desk.answers.append((429, {}))
    (made,) = spans(desk, way)
    about = ABOUT | {"tilldone.outcome": "submitted", "tilldone.sendings": 2}
    assert made == ["tilldone.submit", about, "UNSET", ["sending", "sending"]]


def test_one_without_a_job_is_marked_as_failed(desk: Desk) -> None:
    desk.usual()
    desk.answers.append((500, {}))
    (doubt,) = spans(desk, "sync")
    about = ABOUT | {"tilldone.outcome": "SubmitUncertain", "tilldone.sendings": 1}
    assert doubt == ["tilldone.submit", about, "ERROR", ["sending"]]
