"""The types of many waits, of one provider and mixed. Checked by mypy, never executed."""

from typing import TYPE_CHECKING, assert_type

from tilldone import Job, Outcome, WaitError, aio, as_completed, edenai, vessl, wait_all
from tilldone_clients.edenai.models import UniversalAIAsyncResponse
from tilldone_clients.vessl.models import AsyncRequestOutput
from tilldone_clients.vessl.types import Unset

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

One = UniversalAIAsyncResponse
Either = UniversalAIAsyncResponse | AsyncRequestOutput


def of_one_provider(job: Job[One]) -> None:
    for outcome in as_completed([job], timeout=1):
        assert_type(outcome, Outcome[One])
        assert_type(outcome.job, Job[One])
        assert_type(outcome.result, One | None)
        assert_type(outcome.error, WaitError | None)
        assert_type(outcome.unwrap(), One)
    assert_type(wait_all([job], timeout=1), list[Outcome[One]])


async def of_one_provider_async(job: Job[One]) -> None:
    async for outcome in aio.as_completed([job], timeout=1):
        assert_type(outcome, Outcome[One])
    assert_type(await aio.wait_all([job], timeout=1), list[Outcome[One]])


async def of_two_mixed() -> None:
    speech = edenai.job(edenai.connect(), "1")
    request = vessl.job(vessl.connect(), "2")
    jobs: list[Job[Either]] = [speech, request]
    outcomes: Iterator[Outcome[Either]] = as_completed(jobs, timeout=1)
    arriving: AsyncIterator[Outcome[Either]] = aio.as_completed(jobs, timeout=1)
    assert_type(wait_all(jobs, timeout=1)[0].unwrap(), Either)
    assert_type((await aio.wait_all(jobs, timeout=1))[0].unwrap(), Either)
    assert_type(next(outcomes).unwrap(), Either)
    assert_type((await anext(arriving)).result, Either | None)
    if isinstance(result := next(outcomes).unwrap(), AsyncRequestOutput):
        assert_type(result.raw_output, str | Unset | None)
