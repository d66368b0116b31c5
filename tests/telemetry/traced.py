"""A program that waits under an OpenTelemetry SDK and tells its spans: run as a process by tests.

python -m tests.telemetry.traced WAY PROVIDER URL TOKEN ID ...
"""

import json
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import anyio
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from tests.waits.harness import QUICK, connect, name_job

import tilldone
from tilldone import Job, WaitError, aio

PATIENCE: dict[str, Any] = {"timeout": 10.0, "polling": QUICK}


def go(way: str, jobs: Sequence[Job[Any]]) -> None:
    match way:
        case "sync":
            tilldone.wait(jobs[0], **PATIENCE)
        case "asyncio" | "trio":
            anyio.run(lambda: aio.wait(jobs[0], **PATIENCE), backend=way)
        case "late":
            tilldone.wait(jobs[0], timeout=0.1, polling=QUICK)
        case "check":
            tilldone.check(jobs[0])
        case "many":
            tilldone.wait_all(jobs, **PATIENCE)
        case "left":
            for _ in tilldone.watch(jobs[0], **PATIENCE):
                break
        case "left_many":
            for _ in tilldone.as_completed(jobs, **PATIENCE):
                break


def told(span: ReadableSpan) -> dict[str, Any]:
    return {
        "name": span.name,
        "attributes": dict(span.attributes or {}),
        "status": span.status.status_code.name,
        "events": [[event.name, dict(event.attributes or {})] for event in span.events],
        "inside": span.parent is not None,
        "scope": span.instrumentation_scope.name if span.instrumentation_scope else None,
        "ended": span.end_time is not None,
    }


def main() -> None:
    way, provider, url, token, *ids = sys.argv[1:]
    exporter = InMemorySpanExporter()
    spans = TracerProvider()
    spans.add_span_processor(SimpleSpanProcessor(exporter))
    trace.set_tracer_provider(spans)
    client = connect(provider, url, token)
    with (
        trace.get_tracer("application").start_as_current_span("application"),
        suppress(WaitError),
    ):
        go(way, [name_job(provider, client, each) for each in ids])
    found = [told(span) for span in exporter.get_finished_spans()]
    print(json.dumps([span for span in found if span["name"] != "application"]))


if __name__ == "__main__":
    main()
