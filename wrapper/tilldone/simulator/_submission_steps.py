"""Steps that only submissions are told: a job was made, or none was, in the provider's own way."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from tilldone.simulator._canned_response import CannedResponse, encoded
from tilldone.simulator._provider import SAMPLE, Step

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tilldone.simulator._provider import SimulatedJob


def accepted(
    *,
    duration: float | None = None,
    fail: bool = False,
    script: Sequence[Step] | None = None,
    result: object = SAMPLE,
    id: str | None = None,
    at_once: bool = False,
    **fields: object,
) -> Step:
    """Make a job, and name it as the provider does.

    `duration` (seconds), `fail`, `script`, `result` and `id` are those of `Simulator.submit`; a
    job without either takes as long as the simulator's jobs do. With `at_once` it has ended
    already, and the answer says how. `fields` are added to the answer, or replace what it holds:
    where a declared provider finds the id by a function, they are all of it.
    """
    encoded(fields, name="fields")
    encoded(None if result is SAMPLE else result, name="result")
    if at_once and (script is not None or duration is not None):
        raise ValueError("at_once: the job has ended already; it takes no script and no duration")
    how = {
        "duration": 0.0 if at_once else duration,
        "fail": fail,
        "script": script,
        "result": result,
        "id": id,
    }

    def say(job: SimulatedJob) -> CannedResponse:
        provider = job.provider
        if at_once and fail:
            told = provider.at_once(job, provider.failed(job, None, None, fields))
        elif at_once:
            told = provider.at_once(job, provider.done(job, SAMPLE, fields))
        else:
            told = provider.accepted(job, fields)
        return CannedResponse.json(told, status=provider.submit_status)

    return Step("accepted", say, polls=False, job=MappingProxyType(how))


def refused(code: str | int | None = None, message: str | None = None) -> Step:
    """Make no job, for good, in the provider's way: no credits, or a used-up plan, if not told.

    At Z.AI and VideoDB that is a failure inside an HTTP 200.
    """
    encoded([code, message], name="refusal")
    return Step("refused", lambda job: job.provider.refused(job, code, message), polls=False)


def unnamed() -> Step:
    """Make a job and leave out its name: as VideoDB may, where it is to call back."""

    def say(job: SimulatedJob) -> CannedResponse:
        provider = job.provider
        return CannedResponse.json(provider.unnamed(job), status=provider.submit_status)

    return Step("unnamed", say, polls=False, job={})
