"""The operations of the five in the box, submitted and waited for at the simulator."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from tests.submits.test_five import OPERATIONS, prepared
from tests.submits.world import BACKENDS, Ways
from tests.waits.harness import PROVIDERS

from tilldone import JobFailed, JobRequest, JobTimeout, Polling, SubmitRejected, SubmitUncertain
from tilldone._core.registry import provider_named
from tilldone.simulator import Simulator, Step
from tilldone.simulator._known import PROVIDERS as SIMULATED
from tilldone.testing import (
    ManualClock,
    accepted,
    done,
    empty,
    failed,
    html,
    refused,
    reset,
    reset_in_body,
    retry_after,
    running,
    status,
    truncated,
    unnamed,
)

KEY = "key-for-tests"
NAMES = [operation for operation, *_ in OPERATIONS]
RESULTS = {
    "edenai": "UniversalAIAsyncResponse",
    "vessl": "AsyncRequestOutput",
    "viddyscribe": "JobResults",
    "videodb": "AsyncResponse",
    "zai": "CommonAgentResultResponse",
}
# One operation of each provider.
ONE_EACH = sorted({name.partition(".")[0]: name for name in reversed(NAMES)}.values())

every_operation = pytest.mark.parametrize("operation", NAMES)


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    with Simulator(tokens=dict.fromkeys(PROVIDERS, KEY)) as simulator:
        yield simulator


@pytest.fixture
def clock() -> Iterator[ManualClock]:
    with ManualClock() as clock:
        yield clock


def at(simulator: Simulator, operation: str, *script: Step) -> JobRequest[Any]:
    """Prepare the operation there, where its submissions are told this."""
    provider, _, name = operation.partition(".")
    simulator.script_submissions(provider, script, operation=name)
    return prepared(operation, simulator.url(provider))


def made(simulator: Simulator) -> list[str | None]:
    """The jobs that the submissions made, one after the other."""
    return [record.job_id for record in simulator.submissions()]


@every_operation
def test_there_and_back(
    simulator: Simulator, clock: ManualClock, ways: Ways, operation: str
) -> None:
    script = [running(), status(502), reset(), done()]
    busy = retry_after(40, status(429))
    request = at(simulator, operation, busy, accepted(script=script))
    result = ways.run(request, timeout=600)
    assert type(result).__name__ == RESULTS[request.provider]
    nothing, job_id = made(simulator)
    assert nothing is None
    assert job_id is not None
    assert len(simulator.polls(job_id)) == 4
    # By a clock that only pauses move on.
    assert clock.now() >= 40
    with pytest.raises(JobFailed) as caught:
        ways.run(at(simulator, operation, accepted(script=[running(), failed()])), timeout=600)
    code, message = SIMULATED[request.provider].failure
    assert (caught.value.code, caught.value.message) == (str(code), message)


@pytest.mark.parametrize("operation", ONE_EACH)
def test_one_deadline_holds_over_both(
    simulator: Simulator, clock: ManualClock, ways: Ways, operation: str
) -> None:
    busy = retry_after(50, status(429))
    request = at(simulator, operation, busy, accepted(script=[running()]))
    with pytest.raises(JobTimeout):
        ways.run(request, timeout=60, polling=Polling(schedule=lambda _: 1.0))
    assert 60 <= clock.now() < 62
    assert len(made(simulator)) == 2


@pytest.mark.parametrize("operation", ["edenai.create", "zai.invoke", "videodb.index_scenes"])
def test_a_job_that_is_over_at_once_is_not_polled(
    simulator: Simulator, clock: ManualClock, ways: Ways, operation: str
) -> None:
    result = ways.run(at(simulator, operation, accepted(at_once=True)), timeout=600)
    assert type(result).__name__ == RESULTS[operation.partition(".")[0]]
    (job_id,) = made(simulator)
    if operation == "videodb.index_scenes":
        # What it answers with is the result, in the place of the job's name.
        assert result.data.to_dict()["id"] != job_id
    with pytest.raises((JobFailed, SubmitRejected)):
        ways.run(at(simulator, operation, accepted(at_once=True, fail=True)), timeout=600)
    assert [simulator.polls(str(each)) for each in made(simulator)] == [[], []]


@every_operation
def test_a_final_no_is_one(simulator: Simulator, ways: Ways, operation: str) -> None:
    with pytest.raises(SubmitRejected) as caught:
        ways.run(at(simulator, operation, refused("E7", "Not on a Sunday")), timeout=20)
    assert "Not on a Sunday" in str(caught.value.body)
    assert made(simulator) == [None]


DOUBTS = [
    *(unnamed(), reset(), reset_in_body(), truncated()),
    *(status(500), status(503), html(502), empty(), status(408)),
]


# Every pair of step and operation, and of step and world.
@pytest.mark.parametrize(
    ("step", "operation", "world"),
    [
        pytest.param(step, operation, BACKENDS[(i + j) % 3], id=f"{operation}-{step.name}")
        for i, step in enumerate(DOUBTS)
        for j, operation in enumerate(ONE_EACH)
    ],
)
@pytest.mark.together("step", "world")
def test_a_doubt_is_one_after_exactly_one_sending(
    simulator: Simulator,
    caplog: pytest.LogCaptureFixture,
    step: Step,
    operation: str,
    world: str,
) -> None:
    caplog.set_level(logging.DEBUG)
    request = at(simulator, operation, step)
    with pytest.raises(SubmitUncertain, match="the job may exist and cost money") as caught:
        Ways(world).run(request, timeout=20)
    (record,) = simulator.submissions()
    # Where the provider took it before all went wrong, the doubt is a job.
    assert (record.job_id is not None) is (step.job is not None)
    told = [repr(request), repr(caught.value), str(caught.value), caplog.text]
    body = record.body
    assert isinstance(body, dict)
    secrets = [KEY, *(text for text in texts(body) if len(text) > 8)]
    assert [secret for secret in secrets if any(secret in each for each in told)] == []


def texts(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for each in value.values():
            yield from texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from texts(each)
    elif isinstance(value, str):
        yield value


def test_every_provider_s_operations_go_there_and_back() -> None:
    declared = {
        f"{name}.{operation.__name__}"
        for name in PROVIDERS
        for operation in provider_named(name).operations
    }
    assert declared == set(NAMES)
