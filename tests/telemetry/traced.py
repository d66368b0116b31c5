"""A program that waits under an OpenTelemetry SDK and tells its spans: run as a process by tests.

python -m tests.telemetry.traced WAY PROVIDER URL TOKEN ID ...
"""

import inspect
import json
import sys
from collections.abc import Sequence
from contextlib import suppress
from types import SimpleNamespace
from typing import Any

import aiohttp
import anyio
import httpx
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from tests.waits.harness import HUNG, QUICK, connect, name_job

import tilldone
from tilldone import Job, WaitError, aio

PATIENCE: dict[str, Any] = {"timeout": HUNG, "polling": QUICK}


def traced_http() -> None:
    """Trace what sends the polls, as the instrumentations of httpx and aiohttp do."""
    tracer = trace.get_tracer("http")

    def around(owner: Any, name: str) -> None:  # noqa: ANN401 # a class of another's
        send = getattr(owner, name)

        def sync(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 # whatever it takes
            with tracer.start_as_current_span("http"):
                return send(*args, **kwargs)

        async def asynchronous(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 # as above
            with tracer.start_as_current_span("http"):
                return await send(*args, **kwargs)

        setattr(owner, name, asynchronous if inspect.iscoroutinefunction(send) else sync)

    around(httpx.HTTPTransport, "handle_request")
    around(httpx.AsyncHTTPTransport, "handle_async_request")
    trace_sessions(tracer)


def trace_sessions(tracer: trace.Tracer) -> None:
    """Have every session of aiohttp's traced."""
    begin = aiohttp.ClientSession.__init__

    async def started(_session: object, context: SimpleNamespace, _told: object) -> None:
        context.span = tracer.start_span("http")

    async def ended(_session: object, context: SimpleNamespace, _told: object) -> None:
        context.span.end()

    config = aiohttp.TraceConfig()
    config.on_request_start.append(started)
    config.on_request_end.append(ended)
    config.on_request_exception.append(ended)

    def traced(self: aiohttp.ClientSession, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 # as above
        begin(self, *args, trace_configs=[config], **kwargs)

    setattr(aiohttp.ClientSession, "__init__", traced)  # noqa: B010 # else no method


def mine(*_: object) -> None:
    """Stand for the caller's own code, which has spans of its own."""
    trace.get_tracer("mine").start_span("mine").end()


def go(way: str, jobs: Sequence[Job[Any]]) -> None:
    match way:
        case "sync":
            tilldone.wait(jobs[0], on_snapshot=mine, **PATIENCE)
        case "asyncio" | "trio":
            anyio.run(lambda: aio.wait(jobs[0], on_snapshot=mine, **PATIENCE), backend=way)
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
        case "many_asyncio" | "many_trio":
            anyio.run(lambda: aio.wait_all(jobs, **PATIENCE), backend=way.removeprefix("many_"))


def told(span: ReadableSpan) -> dict[str, Any]:
    return {
        "name": span.name,
        "attributes": dict(span.attributes or {}),
        "status": span.status.status_code.name,
        "events": [[event.name, dict(event.attributes or {})] for event in span.events],
        "inside": span.parent is not None,
        "id": span.context.span_id if span.context else None,
        "parent": span.parent.span_id if span.parent else None,
        "scope": span.instrumentation_scope.name if span.instrumentation_scope else None,
        "ended": span.end_time is not None,
    }


def main() -> None:
    way, provider, url, token, *ids = sys.argv[1:]
    exporter = InMemorySpanExporter()
    spans = TracerProvider()
    spans.add_span_processor(SimpleSpanProcessor(exporter))
    trace.set_tracer_provider(spans)
    traced_http()
    client = connect(provider, url, token)
    with (
        trace.get_tracer("application").start_as_current_span("application"),
        suppress(WaitError),
    ):
        go(way, [name_job(provider, client, each) for each in ids])
    found = [told(span) for span in exporter.get_finished_spans()]
    print(json.dumps(found))


if __name__ == "__main__":
    main()
