"""What an answer means, and how long it asks to be left alone."""

import json
import math
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from tests.core.world import answer

from tilldone import Phase, edenai, vessl, viddyscribe, videodb, zai
from tilldone._core.provider import Provider
from tilldone._core.response import (
    NotFound,
    Readable,
    Rejected,
    TooDeep,
    Transient,
    judge,
    phase_of,
    retry_after,
)

ALL: list[Provider[object]] = [
    videodb.PROVIDER,
    vessl.PROVIDER,
    viddyscribe.PROVIDER,
    edenai.PROVIDER,
    zai.PROVIDER,
]
providers = pytest.mark.parametrize("provider", ALL, ids=lambda provider: provider.name)

json_values = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["status", "error", "success", "response", "code", "message", "data"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)


@providers
@given(code=st.integers(100, 999), content=st.binary(max_size=60) | json_values)
def test_every_answer_has_a_meaning(provider: Provider[object], code: int, content: object) -> None:
    verdict = judge(provider, answer(code, content))

    match verdict:
        case Readable(status=status, body=body):
            assert 200 <= code < 300
            assert isinstance(body, dict)
            assert status or verdict.phase is Phase.FAILED
        case Transient(reason):
            assert code < 300 or code in {408, 425, 429} or code >= 500
            assert str(code) in reason
        case NotFound():
            assert code == 404
        case Rejected(status_code=refused):
            assert refused == code


@providers
def test_every_listed_word_is_read_whatever_its_case(provider: Provider[object]) -> None:
    for word, phase in provider.phases.items():
        for said in (word, word.upper(), f" {word.title()}\n"):
            verdict = judge(provider, answer(body={"status": said}))

            assert verdict == Readable(phase, said, {"status": said})


def test_a_word_is_read_whatever_case_it_was_declared_in() -> None:
    shouting = evolve(edenai.PROVIDER, name="shouting", phases={"DONE ": Phase.SUCCEEDED})
    for said in ("DONE", "Done", " done\n"):
        assert phase_of(shouting, said) is Phase.SUCCEEDED


@providers
def test_an_unlisted_word_is_no_end(provider: Provider[object]) -> None:
    verdict = judge(provider, answer(body={"status": "rendering"}))

    assert verdict == Readable(Phase.UNKNOWN, "rendering", {"status": "rendering"})


def test_the_word_is_read_where_the_provider_declares_it() -> None:
    nested = evolve(edenai.PROVIDER, status="job.state")
    for body in ({"status": "success"}, {"job": "success"}, {"job": {"state": 7}}, {"job": None}):
        assert isinstance(judge(nested, answer(body=body)), Transient)
    found = judge(nested, answer(body={"job": {"state": "success"}}))
    assert isinstance(found, Readable)
    assert (found.phase, found.status) == (Phase.SUCCEEDED, "success")


@providers
def test_3xx_and_4xx_are_final_but_for_the_ones_that_pass(provider: Provider[object]) -> None:
    body = {"why": "no"}
    verdicts = {code: judge(provider, answer(code, body)) for code in range(300, 500)}

    for code in (408, 425, 429):
        assert isinstance(verdicts.pop(code), Transient), code
    assert isinstance(verdicts.pop(404), NotFound)
    assert verdicts == {code: Rejected(code, body) for code in verdicts}


@given(st.text() | st.floats().map(str) | st.integers().map(str) | st.dates().map(str))
def test_any_retry_after_is_between_nothing_and_an_hour(hint: str) -> None:
    headers = {"retry-after": hint} if hint.isascii() and hint.isprintable() else {}

    assert 0 <= retry_after(answer(headers=headers)) <= 3600


@pytest.mark.parametrize(
    ("hint", "seconds"),
    [
        ("7", 7),
        (" 7 ", 7),
        ("0", 0),
        ("2.5", 2.5),
        ("3600", 3600),
        ("3601", 3600),
        ("9" * 400, 3600),
        ("3, 5", 5),
        ("3, soon", 0),
        ("-5", 0),
        ("", 0),
        ("soon", 0),
        ("1e3", 0),
        ("nan", 0),
        ("inf", 0),
        ("0x10", 0),
        ("Fri, 31 Dec 1999 23:59:59 GMT", 0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 3600),
        ("Fri, 99 Foo 2026 99:99:99 GMT", 0),
    ],
)
def test_retry_after_is_read_as_seconds_or_date_or_not_at_all(hint: str, seconds: float) -> None:
    assert retry_after(answer(headers={"retry-after": hint})) == seconds


def test_a_date_counts_from_the_servers_own_clock() -> None:
    wrong = datetime(2001, 1, 1, tzinfo=UTC)
    headers = {
        "date": format_datetime(wrong, usegmt=True),
        "retry-after": format_datetime(wrong + timedelta(seconds=90), usegmt=True),
    }

    assert retry_after(answer(headers=headers)) == 90


def test_a_date_without_a_server_clock_counts_from_ours() -> None:
    then = datetime.now(UTC) + timedelta(seconds=90)
    hint = retry_after(answer(headers={"retry-after": format_datetime(then, usegmt=True)}))

    assert math.isclose(hint, 90, abs_tol=5)


def deep(status: str, levels: int = 200_000, text: str = "") -> str:
    """Give an answer nested so deeply before its status, with text in it that looks like more."""
    misleading = json.dumps(f'"]}} \\ {text}')
    return (
        f'{{"output": {levels * """{"a": ["""}{misleading}{levels * "]}"}, "status": "{status}"}}'
    )


@pytest.mark.parametrize(
    ("status", "phase"), [("success", Phase.SUCCEEDED), ("fail", Phase.FAILED)]
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_an_end_is_seen_however_deeply_the_answer_is_nested(
    status: str, phase: Phase, encoding: str
) -> None:
    verdict = judge(edenai.PROVIDER, answer(200, deep(status).encode(encoding)))
    assert isinstance(verdict, TooDeep)
    assert verdict.phase is phase
    assert verdict.reason == ("an unreadable answer (HTTP 200, nested more deeply than 200 levels)")


@pytest.mark.parametrize(
    "told",
    [deep("processing"), deep("success", text="7" * 5_000_000)],
    ids=["no end", "too long to be looked through"],
)
def test_any_other_of_such_a_depth_is_a_fault(told: str) -> None:
    assert judge(edenai.PROVIDER, answer(200, told.encode())) == Transient(
        "an unreadable answer (HTTP 200, nested more deeply than 200 levels)"
    )


@pytest.mark.parametrize("end", ["", '"', '"\\', "]", "}}", "7"])
def test_what_is_no_json_is_none_however_deep_it_is(end: str) -> None:
    told = deep("success").removesuffix("}") + end
    verdict = judge(edenai.PROVIDER, answer(200, told.encode()))
    assert isinstance(verdict, Transient)
    assert "not JSON" in verdict.reason


def test_a_refusal_of_such_a_depth_is_told_with_its_text() -> None:
    told = deep("success")
    assert judge(edenai.PROVIDER, answer(402, told.encode())) == Rejected(402, told)
