"""Answers that a server is known to send, or may well send, fit their model.

Each is a finished job's, since one that can't be read then is lost. Where a shape comes from a
recording, a client or a page other than the spec, the overlay says which.
"""

from __future__ import annotations

import copy
import datetime as dt
import pickle
from typing import TYPE_CHECKING, Protocol, Self

import pytest

from tilldone_clients.edenai.models import UniversalAIAsyncResponse, UniversalAIAsyncResponseError
from tilldone_clients.vessl.models import AsyncRequestOutput
from tilldone_clients.vessl.types import UNSET
from tilldone_clients.viddyscribe.models import JobResults, JobResultsOutput
from tilldone_clients.videodb.models import (
    AsyncResponse,
    AsyncResponseEnvelope,
    AsyncResponseStatus,
)
from tilldone_clients.zai.models import (
    AgentError,
    CommonAgentResultRequest,
    CommonAgentResultResponse,
    CommonAgentResultResponseStatus,
)

if TYPE_CHECKING:
    from collections.abc import Mapping


class Model(Protocol):
    """What all generated models have in common."""

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, object], /) -> Self: ...
    def to_dict(self) -> dict[str, object]: ...
    def __getitem__(self, key: str, /) -> object: ...


EDENAI: dict[str, object] = {
    "status": "success",
    "cost": "0.015",
    "provider": "openai",
    "feature": "audio",
    "subfeature": "speech_to_text_async",
    "public_id": "abc123-def456",
    "created_at": "2025-09-30T08:00:00+00:00",
    "output": {"text": "hi"},
    "error": None,
    "original_response": None,
    "model": None,
}
MESSAGE: dict[str, object] = {
    "role": "assistant",
    "content": [{"type": "video_url", "video_url": "https://x.test/v.mp4"}],
}
ZAI: dict[str, object] = {"status": "success", "agent_id": "vidu_template_agent", "async_id": "1"}

ANSWERS = [
    pytest.param(
        AsyncResponse, {"success": True, "status": "done", "data": {"id": 1}}, id="videodb"
    ),
    pytest.param(AsyncResponse, {"status": "processing", "data": None}, id="videodb, null data"),
    pytest.param(
        AsyncResponse,
        {"status": "complete", "response": {"success": True, "data": {"id": 1}}},
        id="videodb, envelope",
    ),
    pytest.param(
        AsyncResponse,
        {
            "status": "complete",
            "response": {
                "success": False,
                "status": "failed",
                "data": None,
                "message": "Download failed.",
                "error_code": None,
            },
        },
        id="videodb, failure in the envelope",
    ),
    pytest.param(AsyncResponse, {"status": "in progress", "response": "N/A"}, id="videodb, N/A"),
    pytest.param(
        AsyncResponse,
        {"success": False, "status": "failed", "message": "no", "error_code": "X", "data": None},
        id="videodb, failure",
    ),
    pytest.param(AsyncResponse, {"success": False, "message": "no"}, id="videodb, no status"),
    pytest.param(
        AsyncRequestOutput,
        {"status": "completed", "status_code": 200, "raw_output": "null", "output": None},
        id="vessl, null output",
    ),
    pytest.param(
        AsyncRequestOutput,
        {"status": "completed", "status_code": 204, "raw_output": ""},
        id="vessl, no output",
    ),
    pytest.param(
        AsyncRequestOutput,
        {"status": "failed", "status_code": None, "raw_output": None, "fail_reason": "internal"},
        id="vessl, internal error",
    ),
    pytest.param(
        JobResults,
        {
            "job_id": "task_1",
            "status": "done",
            "media_id": "not-a-uuid",
            "created_at": None,
            "updated_at": None,
            "video_signed_url": None,
            "audio_signed_url": None,
            "output": None,
            "error": None,
            "message": None,
        },
        id="viddyscribe, nulls",
    ),
    pytest.param(
        JobResults,
        {
            "status": "done",
            "result_url": "https://x.test/r",
            "output": {"format": "vtt", "content": "WEBVTT"},
        },
        id="viddyscribe, older and text",
    ),
    pytest.param(
        JobResults,
        {
            "status": "done",
            "output": {
                "segments": [{"id": "1", "start_time": 0.5, "end_time": 3, "description": "A"}]
            },
        },
        id="viddyscribe, segments",
    ),
    pytest.param(
        JobResults,
        {
            "status": "done",
            "output": {
                "language": "en-US",
                "ad_type": "extended_ad",
                "items": [{"start": "00:00:01.000", "end": 2.5, "text": "A"}],
            },
        },
        id="viddyscribe, items",
    ),
    pytest.param(UniversalAIAsyncResponse, EDENAI, id="edenai"),
    pytest.param(UniversalAIAsyncResponse, {**EDENAI, "cost": 0.015}, id="edenai, numeric cost"),
    pytest.param(
        UniversalAIAsyncResponse,
        {**EDENAI, "status": "fail", "error": "no"},
        id="edenai, text error",
    ),
    pytest.param(
        UniversalAIAsyncResponse,
        {**EDENAI, "status": "fail", "error": {"type": "T", "message": "no", "code": 7}},
        id="edenai, error",
    ),
    pytest.param(
        UniversalAIAsyncResponse,
        {key: value for key, value in EDENAI.items() if value is not None and key != "output"},
        id="edenai, only what is required",
    ),
    pytest.param(
        CommonAgentResultResponse,
        {**ZAI, "choices": [{"index": 0, "finish_reason": "stop", "message": [MESSAGE]}]},
        id="zai",
    ),
    pytest.param(
        CommonAgentResultResponse, {**ZAI, "choices": [{"message": MESSAGE}]}, id="zai, one message"
    ),
    pytest.param(
        CommonAgentResultResponse,
        {
            **ZAI,
            "choices": [
                {
                    "finish_reason": None,
                    "messages": [
                        {
                            "content": [
                                {
                                    "type": "file_url",
                                    "file_url": "https://x.test",
                                    "tag_cn": "x",
                                    "tag_en": ["y"],
                                }
                            ]
                        }
                    ],
                }
            ],
            "usage": {"total_tokens": 5, "cached": 1},
        },
        id="zai, messages",
    ),
    pytest.param(
        CommonAgentResultResponse,
        {
            **ZAI,
            "choices": [
                {"message": {"content": "text"}},
                {"message": {"content": None}},
                {"message": {"content": {"type": "text", "text": "t"}}},
                {"message": None},
            ],
        },
        id="zai, other contents",
    ),
    pytest.param(
        CommonAgentResultResponse,
        {**ZAI, "choices": None, "error": None, "usage": None},
        id="zai, nulls",
    ),
    pytest.param(
        CommonAgentResultResponse,
        {
            **ZAI,
            "status": "failed",
            "error": {"code": "400", "message": "custom_variables is required"},
        },
        id="zai, recorded failure",
    ),
    pytest.param(
        CommonAgentResultResponse,
        {**ZAI, "status": "failed", "error": {"code": 400, "message": None}},
        id="zai, numeric code",
    ),
]


@pytest.mark.parametrize(("model", "answer"), ANSWERS)
class TestAnswer:
    def test_it_fits_its_model_and_nothing_of_it_is_lost(
        self, model: type[Model], answer: dict[str, object]
    ) -> None:
        assert model.from_dict(answer).to_dict() == answer

    def test_more_than_is_known_is_kept(
        self, model: type[Model], answer: dict[str, object]
    ) -> None:
        assert model.from_dict({**answer, "new": [1]})["new"] == [1]

    def test_an_unknown_status_is_kept(self, model: type[Model], answer: dict[str, object]) -> None:
        parsed = model.from_dict({**answer, "status": "cooling down"})
        assert parsed.to_dict()["status"] == "cooling down"

    def test_it_survives_a_pickle_and_a_copy(
        self, model: type[Model], answer: dict[str, object]
    ) -> None:
        parsed = model.from_dict(answer)
        for again in (pickle.loads(pickle.dumps(parsed)), copy.deepcopy(parsed)):
            assert again == parsed
            assert again.to_dict() == parsed.to_dict()


def test_what_has_a_shape_is_typed_to_the_last_field() -> None:
    envelope = AsyncResponse.from_dict({"response": {"success": True, "data": {"id": 1}}}).response
    assert isinstance(envelope, AsyncResponseEnvelope)
    assert envelope.data
    assert envelope.data["id"] == 1

    output = JobResults.from_dict(
        {"status": "done", "output": {"items": [{"start": 1, "text": "A"}]}}
    ).output
    assert isinstance(output, JobResultsOutput)
    assert output.items
    assert output.items[0].text == "A"

    error = UniversalAIAsyncResponse.from_dict({**EDENAI, "error": {"message": "no"}}).error
    assert isinstance(error, UniversalAIAsyncResponseError)
    assert error.message == "no"

    result = CommonAgentResultResponse.from_dict({**ZAI, "choices": [{"message": [MESSAGE]}]})
    assert result.choices
    assert result.choices[0].message
    assert result.choices[0].message[0].content
    assert result.choices[0].message[0].content[0].video_url == "https://x.test/v.mp4"

    failure = CommonAgentResultResponse.from_dict({**ZAI, "error": {"code": "1113"}}).error
    assert isinstance(failure, AgentError)
    assert failure.code == "1113"


def test_an_absent_output_and_a_null_one_are_told_apart() -> None:
    assert AsyncRequestOutput.from_dict({"status": "completed", "output": None}).output is None
    assert AsyncRequestOutput.from_dict({"status": "completed"}).output is UNSET


@pytest.mark.parametrize(
    "date", ["2025-09-30T08:00:00Z", "Tue, 30 Sep 2025 08:00:00 GMT", "2025-09-30 08:00:00+00:00"]
)
def test_dates_of_any_form_are_dates(date: str) -> None:
    expected = dt.datetime(2025, 9, 30, 8, tzinfo=dt.UTC)
    assert UniversalAIAsyncResponse.from_dict({**EDENAI, "created_at": date}).created_at == expected
    results = JobResults.from_dict({"status": "done", "created_at": date, "updated_at": date})
    assert results.created_at == results.updated_at == expected


def test_a_date_that_is_none_does_not_pass_for_one() -> None:
    with pytest.raises(ValueError, match="gestern"):
        UniversalAIAsyncResponse.from_dict({**EDENAI, "created_at": "gestern"})


def test_a_job_of_zai_is_asked_for_by_both_of_its_ids() -> None:
    request = CommonAgentResultRequest(agent_id="a", async_id="b")
    assert request.to_dict() == {"agent_id": "a", "async_id": "b"}
    variables = {"template": "french_kiss"}
    more = {**request.to_dict(), "conversation_id": "c", "custom_variables": variables}
    assert CommonAgentResultRequest.from_dict(more).to_dict() == more


def test_the_words_of_all_sources_are_listed() -> None:
    by_the_spec = {"processing", "done", "failed"}
    by_the_note, by_the_clients = {"pending", "completed"}, {"in progress", "complete", "success"}
    assert set(AsyncResponseStatus) == by_the_spec | by_the_note | by_the_clients
    assert set(CommonAgentResultResponseStatus) == {"pending", "success", "failed"}
