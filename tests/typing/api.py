"""The types that applications are promised. Checked by type checkers, never executed."""

from collections.abc import AsyncGenerator, Generator
from datetime import timedelta
from pathlib import Path
from typing import Any, assert_type

from tilldone import (
    UNSET,
    DownloadFailed,
    Job,
    JobFailed,
    JobNotFound,
    JobRequest,
    JobTimeout,
    Outcome,
    Phase,
    Polling,
    PollRejected,
    PollUnavailable,
    Snapshot,
    SubmitError,
    SubmitRejected,
    Submitted,
    SubmitUncertain,
    UnreadableResponse,
    Unset,
    WaitError,
    aio,
    as_completed,
    check,
    download,
    edenai,
    run,
    submit,
    submit_all,
    vessl,
    viddyscribe,
    videodb,
    wait,
    wait_all,
    watch,
    zai,
)
from tilldone_clients.edenai.models import UniversalAIAsyncResponse
from tilldone_clients.vessl.models import AsyncRequestOutput
from tilldone_clients.viddyscribe.models import JobResults
from tilldone_clients.videodb.models import AsyncResponse, UploadBody
from tilldone_clients.zai.models import CommonAgentResultResponse


async def of_names(
    edenai_client: edenai.Client,
    vessl_client: vessl.Client,
    viddyscribe_client: viddyscribe.Client,
    videodb_client: videodb.Client,
    zai_client: zai.Client,
) -> None:
    """Applications annotate with the modules' own names."""
    assert_type(await aio.wait(edenai.job(edenai_client, "1"), timeout=1), edenai.Result)
    assert_type(await aio.wait(vessl.job(vessl_client, "1"), timeout=1), vessl.Result)
    assert_type(
        await aio.wait(viddyscribe.job(viddyscribe_client, "1"), timeout=1), viddyscribe.Result
    )
    assert_type(await aio.wait(videodb.job(videodb_client, "1"), timeout=1), videodb.Result)
    of_zai = zai.job(zai_client, "1", agent_id="vidu_template_agent")
    assert_type(await aio.wait(of_zai, timeout=1), zai.Result)
    with edenai_client as entered:
        assert_type(entered, edenai.Client)


def of_absence(done: vessl.Result) -> None:
    assert_type(done.fail_reason, str | Unset)
    assert_type(UNSET, Unset)


async def of_submissions(request: JobRequest[AsyncResponse], body: UploadBody) -> None:
    assert_type(videodb.upload(videodb.connect(), body), JobRequest[AsyncResponse])
    prepared = videodb.PROVIDER.prepare(None, "index_scenes", {}, video_id="1")
    assert_type(prepared, JobRequest[AsyncResponse])
    assert_type(submit(request), Job[AsyncResponse])
    assert_type(run(request, timeout=1), AsyncResponse)
    assert_type(submit_all([request]), list[Submitted[AsyncResponse]])
    assert_type(submit_all([request])[0].unwrap(), Job[AsyncResponse])
    assert_type(await aio.submit(request), Job[AsyncResponse])
    assert_type(await aio.run(request, timeout=timedelta(minutes=1)), AsyncResponse)
    assert_type(await aio.submit_all([request]), list[Submitted[AsyncResponse]])
    try:
        run(request, timeout=1)
    except SubmitRejected as error:
        assert_type(error.status_code, int)
    except SubmitUncertain as error:
        assert_type(error.status_code, int | None)
        assert_type(error.request, JobRequest[object])
    except SubmitError as error:
        assert_type(error.request.operation, str)


async def of_videodb() -> None:
    client = videodb.connect()
    assert_type(client, videodb.Client)
    job = videodb.job(client, "1")
    assert_type(job, Job[AsyncResponse])
    assert_type(videodb.resume(client, job.ref), Job[AsyncResponse])
    assert_type(wait(job, timeout=1), AsyncResponse)
    assert_type(watch(job, timeout=1), Generator[Snapshot[AsyncResponse], None, None])
    assert_type(check(job), Snapshot[AsyncResponse])
    assert_type(check(job).response, AsyncResponse)
    assert_type(await aio.wait(job, timeout=1), AsyncResponse)
    assert_type(aio.watch(job, timeout=1), AsyncGenerator[Snapshot[AsyncResponse], None])
    assert_type(await aio.check(job), Snapshot[AsyncResponse])


async def of_vessl() -> None:
    client = vessl.connect(base_url="https://example.com/api/v1/services/demo")
    assert_type(client, vessl.Client)
    job = vessl.job(client, "1")
    assert_type(job, Job[AsyncRequestOutput])
    assert_type(vessl.resume(client, job.ref), Job[AsyncRequestOutput])
    assert_type(wait(job, timeout=1), AsyncRequestOutput)
    assert_type(watch(job, timeout=1), Generator[Snapshot[AsyncRequestOutput], None, None])
    assert_type(check(job), Snapshot[AsyncRequestOutput])
    assert_type(check(job).response, AsyncRequestOutput)
    assert_type(await aio.wait(job, timeout=1), AsyncRequestOutput)
    assert_type(aio.watch(job, timeout=1), AsyncGenerator[Snapshot[AsyncRequestOutput], None])
    assert_type(await aio.check(job), Snapshot[AsyncRequestOutput])


async def of_viddyscribe() -> None:
    client = viddyscribe.connect()
    assert_type(client, viddyscribe.Client)
    job = viddyscribe.job(client, "1")
    assert_type(job, Job[JobResults])
    assert_type(viddyscribe.resume(client, job.ref), Job[JobResults])
    assert_type(wait(job, timeout=1), JobResults)
    assert_type(watch(job, timeout=1), Generator[Snapshot[JobResults], None, None])
    assert_type(check(job), Snapshot[JobResults])
    assert_type(check(job).response, JobResults)
    assert_type(await aio.wait(job, timeout=1), JobResults)
    assert_type(aio.watch(job, timeout=1), AsyncGenerator[Snapshot[JobResults], None])
    assert_type(await aio.check(job), Snapshot[JobResults])


async def of_edenai() -> None:
    client = edenai.connect()
    assert_type(client, edenai.Client)
    job = edenai.job(client, "1")
    assert_type(job, Job[UniversalAIAsyncResponse])
    assert_type(edenai.resume(client, job.ref), Job[UniversalAIAsyncResponse])
    assert_type(wait(job, timeout=1), UniversalAIAsyncResponse)
    assert_type(watch(job, timeout=1), Generator[Snapshot[UniversalAIAsyncResponse], None, None])
    assert_type(check(job), Snapshot[UniversalAIAsyncResponse])
    assert_type(check(job).response, UniversalAIAsyncResponse)
    assert_type(await aio.wait(job, timeout=1), UniversalAIAsyncResponse)
    assert_type(aio.watch(job, timeout=1), AsyncGenerator[Snapshot[UniversalAIAsyncResponse], None])
    assert_type(await aio.check(job), Snapshot[UniversalAIAsyncResponse])


async def of_zai() -> None:
    client = zai.connect()
    assert_type(client, zai.Client)
    job = zai.job(client, "1", agent_id="vidu_template_agent")
    assert_type(job, Job[CommonAgentResultResponse])
    assert_type(zai.resume(client, job.ref), Job[CommonAgentResultResponse])
    assert_type(wait(job, timeout=1), CommonAgentResultResponse)
    assert_type(watch(job, timeout=1), Generator[Snapshot[CommonAgentResultResponse], None, None])
    assert_type(check(job), Snapshot[CommonAgentResultResponse])
    assert_type(check(job).response, CommonAgentResultResponse)
    assert_type(await aio.wait(job, timeout=1), CommonAgentResultResponse)
    assert_type(
        aio.watch(job, timeout=1), AsyncGenerator[Snapshot[CommonAgentResultResponse], None]
    )
    assert_type(await aio.check(job), Snapshot[CommonAgentResultResponse])


def of_a_job(job: Job[JobResults]) -> None:
    assert_type(job.provider, str)
    assert_type(job.id, str)
    assert_type(job.ref, str)
    of_any_job(job)


def of_any_job(job: Job[object]) -> None:
    assert_type(wait(job, timeout=1), object)


async def of_many(captions: list[Job[JobResults]], mixed: list[Job[object]]) -> None:
    assert_type(as_completed(captions, timeout=1), Generator[Outcome[JobResults], None, None])
    assert_type(wait_all(captions, timeout=1), list[Outcome[JobResults]])
    assert_type(wait_all(mixed, timeout=1, concurrency=10, rate=5), list[Outcome[object]])
    assert_type(await aio.wait_all(captions, timeout=1), list[Outcome[JobResults]])
    async for outcome in aio.as_completed(captions, timeout=1):
        assert_type(outcome, Outcome[JobResults])
        assert_type(outcome.job, Job[JobResults])
        assert_type(outcome.result, JobResults | None)
        assert_type(outcome.error, WaitError | None)
        assert_type(outcome.unwrap(), JobResults)


def of_a_snapshot(snapshot: Snapshot[JobResults]) -> None:
    assert_type(snapshot.job, Job[JobResults])
    assert_type(snapshot.phase, Phase)
    assert_type(snapshot.phase.finished, bool)
    assert_type(snapshot.status, str)
    assert_type(snapshot.body, dict[str, Any])
    assert_type(snapshot.polls, int)
    assert_type(snapshot.elapsed, float)
    assert_type(snapshot.next_poll, float | None)
    assert_type(snapshot.response, JobResults)


async def of_arguments(job: Job[JobResults]) -> None:
    def show(snapshot: Snapshot[JobResults]) -> None:
        assert_type(snapshot.response, JobResults)

    async def show_async(snapshot: Snapshot[JobResults]) -> None:
        assert_type(snapshot.response, JobResults)

    polling = Polling(schedule=lambda elapsed: elapsed / 10, unknown="raise", tolerate=60)
    wait(job, timeout=None)
    wait(job, timeout=timedelta(minutes=10))
    wait(job, timeout=0, polling=polling, on_snapshot=show)
    await aio.wait(job, timeout=2.5, polling=polling, on_snapshot=show_async)


def of_failures(job: Job[JobResults]) -> None:
    try:
        wait(job, timeout=1)
    except JobFailed as failed:
        assert_type(failed.code, str | None)
        assert_type(failed.message, str | None)
        assert_type(failed.response, object)
        assert_type(failed.job, Job[object])
        assert_type(failed.last, Snapshot[object] | None)
    except JobTimeout as late:
        builtin: TimeoutError = late
        raise builtin from None
    except PollRejected as rejected:
        assert_type(rejected.status_code, int)
        assert_type(rejected.body, Any)
    except UnreadableResponse as unreadable:
        assert_type(unreadable.body, Any)
    except (JobNotFound, PollUnavailable) as error:
        assert_type(error.job.ref, str)
    except WaitError as error:
        assert_type(error, WaitError)


async def of_downloads(done: JobResults, job: Job[JobResults]) -> None:
    assert_type(download(done.video_signed_url, "described.mp4"), Path)
    assert_type(download("https://example.com/x", Path("x"), timeout=60, progress=True), Path)
    assert_type(download(lambda result: result.video_signed_url, "x", job=job), Path)
    assert_type(await aio.download(done.audio_signed_url, "x", timeout=timedelta(minutes=1)), Path)
    assert_type(await aio.download(lambda result: result.audio_signed_url, "x", job=job), Path)
    try:
        download(None, "x")
    except DownloadFailed as failed:
        assert_type(failed, DownloadFailed)
