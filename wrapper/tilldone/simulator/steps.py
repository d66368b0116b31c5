"""Steps: what a scripted job says to one poll after the other, and how badly it says it.

    script = [running(times=2), reset(), retry_after(1, status(429)), done()]
    simulator.submit("edenai", script=script)
    simulator.script_submissions("edenai", [status(429), accepted(script=script)])

Each poll takes one step (`running` and `pending` may ask for several polls), and the last step
repeats for ever. A script is a sequence, so `[reset()] * 3` is three resets. Submissions take
theirs in the same way. `accepted` makes a job, and so does what breaks off or never comes: to the
client that leaves a doubt. What says how a job stands is for polls alone.

Every duration is in seconds. What HTTP or JSON cannot carry is a `ValueError` where the step is
made, not a surprise in the server.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tilldone.simulator._canned_response import BODILESS, CannedResponse, encoded
from tilldone.simulator._faults import (
    bad_gzip,
    chunked,
    close_delimited,
    drip,
    drip_body,
    drip_headers,
    endless_body,
    gzip_bomb,
    hang,
    reset,
    reset_in_body,
    reset_in_headers,
    slow,
    truncated,
)
from tilldone.simulator._provider import SAMPLE, Step
from tilldone.simulator._step import said
from tilldone.simulator._submission_steps import accepted, refused, unnamed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tilldone.simulator._provider import SimulatedJob

__all__ = [
    "SAMPLE",
    "Step",
    "accepted",
    "bad_gzip",
    "body",
    "chunked",
    "close_delimited",
    "done",
    "drip",
    "drip_body",
    "drip_headers",
    "empty",
    "endless_body",
    "failed",
    "gzip_bomb",
    "hang",
    "html",
    "missing_status",
    "not_found",
    "not_utf8",
    "pending",
    "redirect",
    "refused",
    "reset",
    "reset_in_body",
    "reset_in_headers",
    "retry_after",
    "running",
    "slow",
    "status",
    "truncated",
    "unknown",
    "unnamed",
]

# Phases, in the provider's own words


def pending(times: int = 1) -> Step:
    """Say that the job is queued, to `times` polls; where there is no such word, that it runs."""
    return Step(
        "pending",
        lambda job: _body(job, job.provider.words.pending),
        times=_at_least_one(times),
        submissions=False,
    )


def running(times: int = 1) -> Step:
    """Say that the job runs, to `times` polls."""
    return Step(
        "running",
        lambda job: _body(job, job.provider.words.running),
        times=_at_least_one(times),
        submissions=False,
    )


def done(result: object = SAMPLE, **fields: object) -> Step:
    """Say that the job is done.

    `result` goes where the provider puts results: `data` (VideoDB), `output` (VESSL, ViddyScribe,
    Eden AI), `choices` (Z.AI). Without one, it is the result that the job was submitted with. Of
    a provider of one's own it is the body itself, a dict; the status is put where it belongs.
    `fields` are added to the body, or replace what it holds: `done(status="completed")`.
    """
    encoded(None if result is SAMPLE else result, name="result")
    encoded(fields, name="fields")

    def say(job: SimulatedJob) -> CannedResponse:
        return CannedResponse.json(job.provider.done(job, result, fields))

    return Step("done", say, submissions=False)


def failed(code: str | int | None = None, message: str | None = None, **fields: object) -> Step:
    """Say that the job failed, with the provider's usual code and message where none is given.

    `fields` are added to the body, or replace what it holds.
    """
    encoded([code, message, fields], name="failure")

    def say(job: SimulatedJob) -> CannedResponse:
        return CannedResponse.json(job.provider.failed(job, code, message, fields))

    return Step("failed", say, submissions=False)


def unknown(word: str) -> Step:
    """Say a status word that no specification lists."""
    return Step(f"unknown({word})", lambda job: _body(job, word), submissions=False)


def missing_status() -> Step:
    """Say all that a running job says, but its status."""
    return Step(
        "missing_status",
        lambda job: CannedResponse.json(job.provider.without_status(job)),
        submissions=False,
    )


def not_found() -> Step:
    """Say that there is no such job, in the provider's way."""
    return Step("not_found", lambda job: job.provider.not_found(job), submissions=False)


# Any answer at all


def body(raw: object, *, status: int = 200, headers: Mapping[str, str] | None = None) -> Step:
    """Say `raw`: bytes as they are, text as UTF-8, anything else as JSON.

    The content type is `application/json` unless `headers` says otherwise.
    """
    answer = said(raw, code=status).with_headers(headers or {})
    return Step(f"body({status})", lambda _: answer)


def status(code: int, *, body: object = None, headers: Mapping[str, str] | None = None) -> Step:
    """Answer with an HTTP status; without a `body`, with an error in the provider's shape."""
    added = headers or {}
    given = said(b"" if body is None else body, code=code).with_headers(added)

    def say(job: SimulatedJob) -> CannedResponse:
        if body is not None or code in BODILESS:
            return given
        return job.provider.refusal(code).with_headers(added)

    return Step(f"status({code})", say)


def redirect(location: str, code: int = 302) -> Step:
    """Point elsewhere, where no client with a key in its headers should follow."""
    if not 300 <= code <= 399:
        raise ValueError(f"code of a redirect must be between 300 and 399, not {code!r}")
    answer = CannedResponse(code, headers={"location": location})
    return Step(f"redirect({code})", lambda _: answer)


def html(code: int = 200) -> Step:
    """Answer with a web page, as proxies and gateways do."""
    page = b"<!doctype html><html><head><title>Gateway</title></head><body>Sorry.</body></html>"
    answer = CannedResponse(code, page, {"content-type": "text/html; charset=utf-8"})
    return Step(f"html({code})", lambda _: answer)


def empty() -> Step:
    """Answer 200, JSON by its content type, with no body."""
    return Step("empty", lambda _: said(b""))


def not_utf8() -> Step:
    """Say that the job runs, in JSON with a byte in it that is not UTF-8."""

    def say(job: SimulatedJob) -> CannedResponse:
        told = encoded({**job.provider.begun(job), "note": ""})
        return said(told.removesuffix(b'"}') + b'caf\xe9"}')

    return Step("not_utf8", say, submissions=False)


def retry_after(value: str | float, then: Step) -> Step:
    """Add `Retry-After` to another step's answer: seconds, or text (an HTTP date) as it is."""
    headers = {"retry-after": str(value)}
    CannedResponse(headers=headers)

    def say(job: SimulatedJob) -> CannedResponse:
        return then.say(job).with_headers(headers)

    return replace(then, name=f"retry_after({value}) {then.name}", say=say)


def _body(job: SimulatedJob, word: str) -> CannedResponse:
    return CannedResponse.json(job.provider.body(job, word, {}))


def _at_least_one(times: int) -> int:
    if times < 1:
        raise ValueError(f"times must be at least 1, not {times!r}")
    return times
