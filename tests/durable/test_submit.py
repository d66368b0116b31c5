"""Durable submissions: once for each key, and what each end of one looks like."""

import copy
import math
import pickle
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from threading import Event
from typing import Any

import anyio
import httpx
import psycopg
import pytest
from psycopg import sql
from tests.durable.conftest import Fresh
from tests.durable.desk import KEY, Desk, serving_desk
from tests.durable.world import LONG, LOST, record_each_poll, session, sleep_through, until

from tilldone import (
    JobRequest,
    JobTimeout,
    Origin,
    Polling,
    SubmitRejected,
    SubmitUncertain,
    durable,
    edenai,
)
from tilldone.durable import WaitCancelled
from tilldone.durable._store import WaitStore
from tilldone.durable._submissions import SubmissionStore

SECRET = "a castle that nobody may read of"


@pytest.fixture(scope="module")
def opened() -> Iterator[Desk]:
    with serving_desk() as opened:
        yield opened


@pytest.fixture
def desk(opened: Desk) -> Desk:
    opened.usual()
    return opened


@pytest.fixture(scope="module", autouse=True)
def at_work(opened: Desk, fresh: Fresh) -> Iterator[str]:
    """This process does all the work, on either database."""
    database = fresh()
    with session(database, clients={"edenai": opened.client}, providers=["edenai"]):
        yield database


def ended(key: str) -> list[durable.Ended]:
    return [each for each in durable.ended() if each.key == key]


@contextmanager
def holding(store: type, method: str, *, done: bool) -> Iterator[None]:
    """Hold up whoever calls this method meanwhile: once it has done its work, or before."""
    work, go_on = getattr(store, method), Event()

    def held(*given: Any, **how: Any) -> Any:  # noqa: ANN401 # what it takes and gives
        if done:
            told = work(*given, **how)
            go_on.wait(LOST)
            return told
        go_on.wait(LOST)
        return work(*given, **how)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(store, method, held)
        try:
            yield
        finally:
            go_on.set()


def submit(desk: Desk, wanted: str, **how: Any) -> durable.Handle[Any]:  # noqa: ANN401 # what submit takes
    told: dict[str, Any] = {"key": wanted, "timeout": LONG} | how
    return durable.submit(desk.request(wanted), **told)


def test_a_key_is_sent_once_and_waited_for(desk: Desk) -> None:
    handle = submit(desk, "one")
    assert handle.result(timeout=LOST).output == {"text": "one"}
    assert (handle.job.id, handle.done()) == ("one", True)
    for again in (submit(desk, "one"), submit(desk, "one", resubmit=True, timeout=1)):
        assert again.result(timeout=LOST).output == {"text": "one"}
    found = durable.attach(key="one")
    assert (found.job.ref, found.snapshot().body["public_id"]) == (handle.job.ref, "one")
    # The wait for its job is a wait as any other.
    assert durable.start(handle.job, timeout=1).result(timeout=LOST).output == {"text": "one"}
    assert (desk.bought["one"], desk.polls["one"]) == (1, 2)


def test_it_is_submitted_from_async_code(desk: Desk) -> None:
    async def submitted() -> object:
        handle = await durable.submit_async(desk.request("async"), key="async", timeout=LONG)
        return (await handle.result_async(timeout=LOST)).output

    for backend in ("asyncio", "trio"):
        assert anyio.run(submitted, backend=backend) == {"text": "async"}
    assert desk.bought["async"] == 1


def test_an_answer_that_ends_the_job_saves_its_polls(desk: Desk) -> None:
    desk.at_once = True
    handle = submit(desk, "at once")
    assert handle.result(timeout=LOST).output == {"text": "at once"}
    assert (handle.snapshot().polls, desk.polls["at once"]) == (0, 0)


def test_another_request_has_another_key(desk: Desk) -> None:
    submit(desk, "first", key="same").result(timeout=LOST)
    with pytest.raises(
        ValueError, match=r"key: 'same' is that of another request: its body differs"
    ):
        submit(desk, "second", key="same")
    other = Desk(1)
    with pytest.raises(ValueError, match=r"its host is 'http://127.0.0.1:\d+', not 'http://127"):
        submit(other, "first", key="same")
    request = desk.request("first")
    renamed = edenai.PROVIDER.submission(
        desk.client(),
        "other",
        request._submission.asked,  # type: ignore[union-attr] # it is there
    )
    with pytest.raises(ValueError, match="its operation is 'create', not 'other'"):
        durable.submit(renamed, key="same", timeout=LONG)
    assert desk.bought["second"] == 0


def test_a_refusal_is_kept_until_the_caller_decides_otherwise(desk: Desk) -> None:
    desk.answers.append((422, {"detail": "no such model"}))
    handle = submit(desk, "refused")
    for _ in range(2):
        with pytest.raises(SubmitRejected, match=r"HTTP 422.*no job exists") as caught:
            submit(desk, "refused").result(timeout=LOST)
        assert (caught.value.status_code, caught.value.body) == (422, {"detail": "no such model"})
    assert handle.done()
    with pytest.raises(SubmitRejected):
        _ = handle.job
    [listed] = ended("refused")
    assert (listed.id, listed.outcome) == ("", "SubmitRejected")
    assert "HTTP 422" in str(listed.error)
    assert desk.bought["refused"] == 1
    assert submit(desk, "refused", resubmit=True).result(timeout=LOST).status == "success"
    # Whoever asks by the key is given what the last decision led to.
    assert durable.attach(key="refused").snapshot().status == "success"
    assert desk.bought["refused"] == 2


@pytest.mark.parametrize("status", [500, 503, 303, 200])
def test_a_doubt_is_kept_until_the_caller_decides_otherwise(desk: Desk, status: int) -> None:
    doubt = f"doubt of {status}"
    desk.answers.append((status, {"error": "what?"}))
    for _ in range(2):
        with pytest.raises(SubmitUncertain, match="may exist and cost money") as caught:
            submit(desk, doubt).result(timeout=LOST)
        assert (caught.value.status_code, caught.value.body) == (status, {"error": "what?"})
        assert caught.value.request.operation == "create"
    assert desk.bought[doubt] == 1
    assert submit(desk, doubt, resubmit=True).result(timeout=LOST).output == {"text": doubt}
    assert desk.bought[doubt] == 2


def test_a_refusal_for_now_is_tried_on(desk: Desk) -> None:
    desk.answers += [(429, {}), (429, {})]
    assert submit(desk, "busy").result(timeout=LOST).output == {"text": "busy"}
    assert desk.bought["busy"] == 3


def test_one_deadline_holds_for_both(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    record_each_poll(monkeypatch)
    desk.unfinished = True
    handle = submit(desk, "slow", timeout=timedelta(seconds=LONG))
    until(lambda: desk.polls["slow"])
    sleep_through(monkeypatch, LONG)
    with pytest.raises(JobTimeout):
        handle.result(timeout=LOST)
    [shown] = ended("slow")
    assert shown.deadline is not None
    assert shown.deadline - shown.started == timedelta(seconds=LONG)
    # The deadline is the first one's, whoever comes later.
    with pytest.raises(JobTimeout):
        submit(desk, "slow", timeout=2 * LONG).result(timeout=LOST)


def test_what_is_cancelled_on_its_way_goes_to_its_end(desk: Desk) -> None:
    desk.held = True
    handle = submit(desk, "on its way")
    until(lambda: desk.bought["on its way"])
    handle.cancel()
    desk.held = False
    with pytest.raises(WaitCancelled, match="was cancelled") as caught:
        handle.result(timeout=LOST)
    assert caught.value.job.id == "on its way"
    [listed] = ended("on its way")
    assert (listed.id, listed.ref, listed.outcome) == ("on its way", handle.job.ref, "cancelled")
    time.sleep(0.5)
    assert desk.polls["on its way"] == 0
    # Asked for again, it is waited for; it was bought, and is not again.
    assert submit(desk, "on its way").result(timeout=LOST).status == "success"
    assert desk.bought["on its way"] == 1


def test_what_was_cancelled_on_its_way_is_waited_for_where_it_is_asked_for_again(
    desk: Desk,
) -> None:
    desk.held = True
    first = submit(desk, "after all")
    until(lambda: desk.bought["after all"])
    first.cancel()
    handle = submit(desk, "after all")
    desk.held = False
    assert handle.result(timeout=LOST).status == "success"
    assert desk.bought["after all"] == 1


def test_what_was_cancelled_is_waited_for_again_before_its_worker_has_left_it(desk: Desk) -> None:
    desk.held = True
    handle = submit(desk, "again")
    until(lambda: desk.bought["again"])
    handle.cancel()
    with holding(SubmissionStore, "end_with_job", done=True):
        desk.held = False
        with pytest.raises(WaitCancelled):
            handle.result(timeout=LOST)
        again = submit(desk, "again")
    assert again.result(timeout=LOST).status == "success"
    assert desk.bought["again"] == 1


def test_what_has_made_its_job_is_listed_until_its_wait_is(desk: Desk) -> None:
    desk.unfinished = True
    with holding(WaitStore, "begin", done=False):
        handle = submit(desk, "made")
        until(lambda: desk.answered["made"])
        until(lambda: [each.id for each in durable.waiting() if each.key == "made"] == ["made"])
        [listed] = [each for each in durable.waiting() if each.key == "made"]
        assert (listed.ref, listed.submitting) == (handle.job.ref, False)
        assert not ended("made")
        found = durable.attach(handle.job)
        assert (found.job, found.done()) == (handle.job, False)
        durable.cancel(handle.job)
        assert [each.outcome for each in ended("made")] == ["cancelled"]
    with pytest.raises(WaitCancelled):
        handle.result(timeout=LOST)
    # The wait that was held up begins, and learns only then that it was cancelled.
    until(lambda: "made" not in [each.key for each in durable.waiting()])


def test_a_cancelled_wait_of_a_submission_can_begin_anew(desk: Desk) -> None:
    desk.unfinished = True
    handle = submit(desk, "wait")
    until(lambda: desk.polls["wait"])
    durable.cancel(key="wait")
    with pytest.raises(WaitCancelled):
        handle.result(timeout=LOST)
    desk.unfinished = False
    assert submit(desk, "wait").result(timeout=LOST).status == "success"
    assert desk.bought["wait"] == 1


def test_a_key_is_kept_as_long_as_a_wait_for_its_job(desk: Desk) -> None:
    desk.unfinished = True
    going_on = submit(desk, "going on")
    until(lambda: desk.polls["going on"])
    desk.answers.append((422, {}))
    submit(desk, "refused")
    until(lambda: ended("refused"))
    assert durable.forget(older_than=timedelta(hours=1)) == 0
    # Until the worker has left it, one that has ended is kept.
    until(lambda: durable.forget(older_than=timedelta()) and not ended("refused"))
    with pytest.raises(LookupError, match="no durable submission 'refused'"):
        durable.attach(key="refused")
    assert submit(desk, "going on").job.ref == going_on.job.ref
    desk.unfinished = False
    assert going_on.result(timeout=LOST).status == "success"
    assert durable.forget(older_than=timedelta()) == 1
    with pytest.raises(LookupError, match="forgotten"):
        going_on.result()
    with pytest.raises(LookupError, match=r"submit\(\) one"):
        durable.cancel(key="going on")
    assert desk.bought["going on"] == 1


def test_the_body_is_kept_and_the_key_is_not(desk: Desk, at_work: str) -> None:
    handle = durable.submit(desk.request(SECRET), key="secret", timeout=LONG)
    assert SECRET not in repr(handle)
    handle.result(timeout=LOST)
    kept = everything_in(at_work)
    assert SECRET.encode() in kept
    assert KEY.encode() not in kept
    assert desk.requests[0].count(f"Bearer {KEY}".encode()) == 1


def everything_in(database: str) -> bytes:
    if "://" not in database:
        return b"".join(file.read_bytes() for file in Path(database).parent.iterdir())
    found = b""
    with psycopg.connect(database) as opened:
        named = opened.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'tilldone'")
        for (table,) in named.fetchall():
            command = sql.SQL("COPY {} TO STDOUT").format(sql.Identifier("tilldone", table))
            with opened.cursor().copy(command) as copied:
                found += b"".join(map(bytes, copied))
    return found


def asked(**how: Any) -> JobRequest[Any]:  # noqa: ANN401 # arguments of a request
    client = Origin("http://localhost:1", headers={"Authorization": KEY})
    return edenai.PROVIDER.submission(client, "create", {"method": "post", "url": "/x", **how})


REFUSED = {
    "a stream": (asked(content=iter([b"x"])), "its content is a .*, a stream that cannot be kept"),
    "files": (asked(files={"f": b"x"}), "files= cannot be kept"),
    "a key": (asked(headers={"X-Api-Key": "k"}), "its header 'X-Api-Key' may be a key"),
    "the client's key": (asked(json={"key": KEY}), "it holds the client's key"),
    "its key in the URL": (asked(params={"key": KEY}), "it holds the client's key"),
    "no JSON": (asked(json={"when": object()}), "its json cannot be kept"),
    "no number": (asked(json={"size": math.nan}), "cannot be built: Out of range"),
    "half a character": (asked(json={"text": "\ud800"}), "cannot be built: .*surrogates"),
    "a user's cookies": (asked(cookies={"a": "b"}), "cookies= cannot be kept"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_cannot_be_kept_is_refused(what: str) -> None:
    request, words = REFUSED[what]
    with pytest.raises((TypeError, ValueError), match=f"^request: {words}"):
        durable.submit(request, key="k", timeout=1)


@pytest.mark.parametrize(
    ("key", "words"), [("", "blank"), (" ", "blank"), ("x" * 501, "501"), ("a\0", "printed")]
)
def test_a_key_that_cannot_be_one_is_refused(key: str, words: str) -> None:
    with pytest.raises(ValueError, match=f"^key: .*{words}"):
        durable.submit(asked(), key=key, timeout=1)


def test_a_mistake_is_named() -> None:
    own = Polling(schedule=lambda _: 1.0)
    with pytest.raises(TypeError, match="key: expected text, got int"):
        durable.submit(asked(), key=7, timeout=1)  # type: ignore[arg-type] # the mistake
    with pytest.raises(ValueError, match="timeout: -1 is negative"):
        durable.submit(asked(), key="k", timeout=-1)
    with pytest.raises(ValueError, match="polling: a durable wait goes on in other processes"):
        durable.submit(asked(), key="k", timeout=1, polling=own)
    with pytest.raises(TypeError, match="a job and a key: give one of them"):
        durable.attach("ref", key="k")  # type: ignore[call-overload] # the mistake
    with pytest.raises(TypeError, match="expected a job or its ref, got NoneType"):
        durable.cancel()  # type: ignore[call-overload] # the mistake


PATH = "/v3/universal-ai/async"

ASKED: dict[str, dict[str, Any]] = {
    "bytes": {"content": b"\xff\x00bytes", "headers": {"Content-Type": "application/x"}},
    "text": {"content": '{"input": {"text": "t"}}', "headers": [(b"content-type", b"text/x")]},
    "a form": {"data": {"a": "1", "b": ["2", "3"]}},
    "parameters": {"params": [("a", "1"), ("a", "2")], "json": {"n": 2**70, "list": (1, "ü")}},
}


@pytest.mark.parametrize("what", [*ASKED, "a request of httpx's"])
def test_what_is_sent_is_what_was_asked(desk: Desk, what: str) -> None:
    how = {"method": "post", "url": PATH, **ASKED.get(what, {"json": {"a": 1}})}
    with httpx.Client(base_url=desk.url) as client:
        expected = client.build_request(**how)
    given = how if what in ASKED else expected
    request = edenai.PROVIDER.submission(desk.client(), "create", given)
    desk.answers += [(422, {})]
    with pytest.raises(SubmitRejected):
        durable.submit(request, key=what, timeout=LONG).result(timeout=LOST)
    head, _, content = desk.requests[0].partition(b"\r\n\r\n")
    assert content == expected.content
    assert head.split(b" ")[1] == expected.url.raw_path
    told = f"content-type: {expected.headers['content-type']}".encode().lower()
    assert told in head.lower()


def test_a_handle_says_what_to_take_along_in_its_place(desk: Desk) -> None:
    handle = submit(desk, "pickled")
    assert handle.result(timeout=LOST).output == {"text": "pickled"}
    for kept in (handle, durable.start(handle.job, timeout=LONG)):
        with pytest.raises(TypeError, match=r"^Handle\(.*take the job's ref or the key along"):
            pickle.dumps(kept)
        with pytest.raises(TypeError, match="attach"):
            copy.deepcopy(kept)
