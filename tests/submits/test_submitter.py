"""The core of a submission, by property: for any script of faults, a job is never bought twice."""

import pickle
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.submits.world import BODY, KEY, SECRET, answer, renders, request_to

from tilldone import Failure, Origin, SubmitError, SubmitRejected, SubmitUncertain
from tilldone._core.actions import Send, Sleep
from tilldone._core.job import take_answer
from tilldone._core.rate_limit import RateLimit
from tilldone._core.response import Response, TransportError
from tilldone._core.submission import Submitted, Submitter

ORIGIN = Origin("http://localhost:1", headers={"Authorization": f"Bearer {KEY}"})

Event = Response | TransportError

UNSENT = TransportError("ConnectError: refused", unsent=True)
BROKEN = TransportError("ReadError: reset")
BUSY = answer(429, {"error": {"code": "busy"}})
MADE = answer(200, {"render": {"id": "r1"}})

# What leaves a doubt, what is a final no, and what says that no job exists and one may come.
DOUBTS: Mapping[str, Event] = {
    "broken": BROKEN,
    # Many an API answers so when it has made something, and says where it is.
    **{str(code): answer(code) for code in (300, 302, 303, 304)},
    "408": answer(408),
    "499": answer(499),
    "500": answer(500, {"error": "no"}),
    "503": answer(503, headers={"retry-after": "1"}),
    "599": answer(599, b"<html>"),
    "names_no_job": answer(200, {"render": {}}),
    "blank_id": answer(200, {"render": {"id": " "}}),
    "id_that_no_path_holds": answer(200, {"render": {"id": ".."}}),
    "not_json": answer(201, b"<html>"),
    "no_object": answer(202, ["r1"]),
    "no_content": answer(204, b""),
    "done_and_names_no_job": answer(200, {"status": "ready"}),
}
REFUSALS: Mapping[str, Event] = {
    **{
        str(code): answer(code, {"error": "no"})
        for code in (301, 307, 308, 400, 401, 402, 404, 409)
    },
    "422": answer(422, {"detail": [{"input": BODY}]}),
    "425": answer(425),
    "within_a_200": answer(200, {"status": "broken", "error": {"code": "1113"}}),
}

# When it begins on its own clock (s): only differences count.
START = 1024.0

_refusals, _doubts = st.sampled_from([*REFUSALS.values()]), st.sampled_from([*DOUBTS.values()])
_hints = st.integers(0, 5000).map(lambda s: answer(429, headers={"retry-after": str(s)}))
_laters = st.just(UNSENT) | st.just(BUSY) | _hints
_events = _laters | _doubts | _refusals | st.just(MADE)
_steps = st.lists(st.tuples(_events, st.floats(0, 40)), max_size=20)


class Play:
    """One submission, driven through a script; after the script nothing connects any more."""

    def __init__(
        self,
        script: list[tuple[Event, float]],
        *,
        timeout: float = 60.0,
        **fields: Any,  # noqa: ANN401 # any field of a provider
    ) -> None:
        self.events: list[Event] = []
        self.sent_at: list[float] = []
        self.pauses: list[float] = []
        request = request_to(ORIGIN, **fields)
        submitter = Submitter(request, timeout=timeout)
        now = 0.0
        steps = iter(script)
        for _ in range(10_000):
            action = submitter.next_action(START + now)
            match action:
                case Send():
                    event, latency = next(steps, (UNSENT, 0.0))
                    if latency > action.timeout:
                        event, latency = BROKEN, action.timeout
                    self.events.append(event)
                    self.sent_at.append(now)
                    now += latency
                    submitter.receive(event, START + now)
                case Sleep():
                    self.pauses.append(action.seconds)
                    now += action.seconds
                case Submitted():
                    self.end, self.over_at = action, now
                    return
        raise AssertionError("it never ends")


@given(_steps, st.floats(0, 200))
def test_what_may_have_been_written_is_never_sent_again(
    script: list[tuple[Event, float]], timeout: float
) -> None:
    play = Play(script, timeout=timeout)
    for event in play.events[:-1]:
        assert event == UNSENT or (isinstance(event, Response) and event.status_code == 429)


@given(_steps, st.floats(0, 200))
def test_the_end_says_what_is_certain(script: list[tuple[Event, float]], timeout: float) -> None:
    play = Play(script, timeout=timeout)
    last = play.events[-1] if play.events else UNSENT
    error = play.end.error
    if last == MADE:
        assert (play.end.unwrap().id, error) == ("r1", None)
    elif last in DOUBTS.values():
        assert type(error) is SubmitUncertain
        assert "may exist and cost money" in str(error)
    elif last in REFUSALS.values():
        assert type(error) is SubmitRejected
        assert "no job exists" in str(error)
    else:
        assert type(error) is SubmitError
        assert "no job exists" in str(error)
        assert ("nothing could be sent" in str(error)) == all(e == UNSENT for e in play.events)


@given(_steps, st.floats(0, 200))
def test_a_submission_keeps_its_deadline_and_heeds_retry_after(
    script: list[tuple[Event, float]], timeout: float
) -> None:
    play = Play(script, timeout=timeout)
    assert play.over_at <= timeout + 1e-6
    assert all(at < timeout for at in play.sent_at)
    after = [*zip(play.events, play.sent_at[1:], strict=False)]
    for (event, following), sent, (_, latency) in zip(
        after, play.sent_at, [*script, (UNSENT, 0.0)], strict=False
    ):
        if isinstance(event, Response) and "retry-after" in event.headers:
            assert following >= sent + latency + float(event.headers["retry-after"]) - 1e-6


@given(st.floats(0.1, 200))
def test_the_last_sending_comes_near_the_deadline_not_long_before(timeout: float) -> None:
    play = Play([], timeout=timeout)
    assert timeout - play.sent_at[-1] <= 1.0 + 1e-6


@given(_steps, st.floats(0, 200))
def test_a_provider_that_knows_a_submission_again_is_asked_again(
    script: list[tuple[Event, float]], timeout: float
) -> None:
    play = Play(script, timeout=timeout, idempotency_header="Idempotency-Key")
    final = [*REFUSALS.values(), MADE]
    assert all(event not in final for event in play.events[:-1])
    doubted = any(event in DOUBTS.values() for event in play.events)
    if play.end.error is not None and doubted:
        # Not even a final no tells what became of the sending before it.
        assert type(play.end.error) is SubmitUncertain


@pytest.mark.parametrize("name", [*DOUBTS])
def test_a_doubt_is_one_after_exactly_one_sending(name: str) -> None:
    event = DOUBTS[name]
    play = Play([(event, 1.0)])
    assert (len(play.events), play.over_at) == (1, 1.0)
    error = play.end.error
    assert isinstance(error, SubmitUncertain)
    told = event.status_code if isinstance(event, Response) else None
    assert (error.status_code, error.request) == (told, play.end.request)


@pytest.mark.parametrize("name", [*REFUSALS])
def test_a_final_no_is_one_and_carries_the_answer(name: str) -> None:
    event = REFUSALS[name]
    assert isinstance(event, Response)
    error = Play([(event, 0.0)]).end.error
    assert isinstance(error, SubmitRejected)
    assert (error.status_code, f"HTTP {event.status_code}" in str(error)) == (
        event.status_code,
        True,
    )


def test_a_final_429_is_a_no_and_another_is_not() -> None:
    def is_final(_code: int, body: Any) -> bool:  # noqa: ANN401 # any JSON
        return bool(body["error"] == "plan_limit_exceeded")

    final = Play([(answer(429, {"error": "plan_limit_exceeded"}), 0.0)], is_final=is_final)
    assert isinstance(final.end.error, SubmitRejected)
    passing = Play([(answer(429, {"error": "rate"}), 0.0), (MADE, 0.0)], is_final=is_final)
    assert passing.end.unwrap().id == "r1"


def test_a_retry_after_beyond_the_deadline_ends_at_once() -> None:
    play = Play([(answer(429, headers={"retry-after": "90"}), 0.5)])
    assert play.over_at == 0.5
    assert "HTTP 429, which asks for 90 s" in str(play.end.error)


def test_an_answer_that_is_over_already_is_carried_once() -> None:
    job = Play([(answer(200, {"render": {"id": "r1"}, "status": "ready"}), 0.0)]).end.unwrap()
    told = take_answer(job)
    assert told is not None
    assert (told.status_code, take_answer(job)) == (200, None)
    job = Play([(answer(200, {"render": {"id": "r1"}, "status": "queued"}), 0.0)]).end.unwrap()
    assert take_answer(job) is None


@pytest.mark.parametrize(
    ("submitted", "body", "named"),
    [
        ("id", {"id": 7}, {"id": "7"}),
        ("jobs.1.id", {"jobs": [{}, {"id": "b"}]}, {"id": "b"}),
        (lambda body: body["url"].rpartition("/")[2], {"url": "https://x/c"}, {"id": "c"}),
        (lambda _: None, {"id": "d"}, {}),
        ("id", {"id": True}, {}),
    ],
)
def test_the_id_is_read_where_the_provider_says(
    submitted: Any,  # noqa: ANN401 # a path or a function
    body: object,
    named: dict[str, str],
) -> None:
    end = Play([(answer(201, body), 0.0)], submitted=submitted).end
    assert ({"id": end.job.id} if end.job else {}) == named


def test_extras_come_from_the_answer_or_with_the_request() -> None:
    def asked(id: str, team: str) -> dict[str, Any]:
        return {"method": "get", "url": f"/{team}/{id}"}

    told = answer(200, {"id": "r1", "team": "blue"})
    fields: dict[str, Any] = {"extras": ("team",), "request": asked}
    end = Play([(told, 0.0)], submitted=lambda body: dict(body), **fields).end
    assert '"team":"blue"' in end.unwrap().ref
    end = Play([(told, 0.0)], submitted=lambda body: body["id"], **fields).end
    assert isinstance(end.error, SubmitUncertain)
    with pytest.raises(TypeError, match=r"^renders: a job's extras are team; got \[\]"):
        request_to(ORIGIN, submitted="id", **fields)


def test_a_declaration_that_fails_leaves_a_doubt_and_loses_nothing() -> None:
    play = Play([(answer(200, {"job": 1}), 0.0)], submitted=lambda body: body["id"])
    assert isinstance(play.end.error, SubmitUncertain)
    assert (play.end.error.body, "KeyError" in str(play.end.error)) == ({"job": 1}, True)


@pytest.mark.parametrize("failure", [lambda body: Failure(body["code"]), lambda _: None])
@pytest.mark.parametrize(
    ("status", "kind"),
    [(400, SubmitRejected), (500, SubmitUncertain), (200, SubmitRejected)],
)
def test_a_failure_that_is_no_text_changes_no_verdict(
    failure: Any,  # noqa: ANN401 # whatever someone may write
    status: int,
    kind: type[SubmitError],
) -> None:
    told = answer(status, {"status": "broken", "code": 1113})
    assert type(Play([(told, 0.0)], failure=failure).end.error) is kind


def test_the_rate_of_a_host_holds_for_all_its_submissions() -> None:
    limit = RateLimit()
    limit.tighten(2.0)
    first, second = (Submitter(request_to(ORIGIN), timeout=1.0, limit=limit) for _ in range(2))
    assert isinstance(first.next_action(0.0), Send)
    assert second.next_action(0.0) == Sleep(0.5)
    first.receive(answer(503, headers={"retry-after": "30"}), 0.1)
    # Its own time begins when the rate lets it go; what the host asks for counts against it.
    held = second.next_action(0.5)
    assert isinstance(held, Submitted)
    assert type(held.error) is SubmitError


def test_no_error_and_no_request_shows_or_stores_a_key_or_a_body() -> None:
    quoting = answer(400, {"error": {"code": "bad", "message": f"what is {SECRET!r}?"}})
    for script in ([(quoting, 0.0)], [(DOUBTS["500"], 0.0)], [(UNSENT, 30.0)] * 3):
        error = Play([*script]).end.error
        assert error is not None
        stored = pickle.dumps(error)
        revived = pickle.loads(stored)
        assert (type(revived), str(revived)) == (type(error), str(error))
        assert (repr(revived.request), vars(revived).keys()) == (
            repr(error.request),
            vars(error).keys(),
        )
        # What the provider quotes in its answer is the answer's own.
        kept = b"" if script[0][0] == quoting else stored
        for shown in (str(error), repr(error), repr(error.request), str(kept)):
            assert SECRET not in shown
            assert KEY not in shown
    rejected = Play([(quoting, 0.0)]).end.error
    assert "HTTP 400: bad: what is '***'?" in str(rejected)


def test_a_body_that_python_cannot_read_costs_no_answer() -> None:
    made = {"method": "post", "url": "/renders", "content": 100_000 * "["}
    request = renders().submission(ORIGIN, "create", made)
    submitter = Submitter(request, timeout=60.0)
    assert isinstance(submitter.next_action(0.0), Send)
    submitter.receive(answer(500, {"error": "no"}), 0.1)
    assert submitter.end is not None
    assert isinstance(submitter.end.error, SubmitUncertain)
    assert submitter.end.error.body == {"error": "no"}


def test_a_request_out_of_a_pickle_cannot_be_submitted() -> None:
    stored = pickle.loads(pickle.dumps(request_to(ORIGIN)))
    assert (stored.provider, stored.operation) == ("renders", "create")
    with pytest.raises(ValueError, match=r"^request: .* came out|never holds the client"):
        Submitter(stored, timeout=1.0)


@pytest.mark.parametrize(
    ("fields", "kind", "says"),
    [
        ({"submitted": 7}, TypeError, "submitted: expected a dotted path or a function"),
        ({"submitted": "a..b"}, ValueError, "submitted: 'a..b' is not a dotted path"),
        ({"idempotency_header": "a b"}, ValueError, "idempotency_header: 'a b' is not the name"),
        ({"idempotency_header": 7}, TypeError, "idempotency_header: expected text, got int"),
    ],
)
def test_a_wrong_declaration_is_refused_and_named(
    fields: dict[str, Any], kind: type[Exception], says: str
) -> None:
    with pytest.raises(kind, match=f"^Provider: {says}"):
        request_to(ORIGIN, **fields)


def test_what_is_no_request_is_refused() -> None:
    with pytest.raises(TypeError, match="declare Provider\\(submitted="):
        request_to(ORIGIN, submitted=None)
    made: Any = {"json": {}}
    with pytest.raises(TypeError, match=r"^request: its arguments name no method"):
        renders().submission(ORIGIN, "create", made)
