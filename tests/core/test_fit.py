"""A result holds in each field what it declares, or says where it does not."""

from typing import Protocol

import pytest

from tilldone._core.fit import mismatch
from tilldone_clients.edenai.models import UniversalAIAsyncResponse
from tilldone_clients.vessl.models import AsyncRequestOutput
from tilldone_clients.viddyscribe.models import JobResults
from tilldone_clients.videodb.models import AsyncResponse
from tilldone_clients.zai.models import CommonAgentResultResponse


class Model(Protocol):
    def from_dict(self, src_dict: dict[str, object]) -> object: ...


EDENAI = {
    "status": "success",
    "cost": "0.015",
    "provider": "deepgram",
    "feature": "audio",
    "subfeature": "speech_to_text_async",
    "public_id": "abc",
    "created_at": "2026-01-01T00:00:00Z",
}


@pytest.mark.parametrize(
    ("model", "body"),
    [
        (UniversalAIAsyncResponse, EDENAI),
        (UniversalAIAsyncResponse, {**EDENAI, "cost": 0.015, "error": "text", "output": [1, None]}),
        (AsyncRequestOutput, {"status": "completed", "output": None}),
        (AsyncRequestOutput, {"status": "completed", "output": False, "status_code": 200}),
        (AsyncResponse, {"status": "done", "data": {"any": ["thing"]}}),
        (AsyncResponse, {"status": "done", "data": None, "response": "N/A"}),
        (JobResults, {"status": "done", "output": {"format": "vtt", "content": "WEBVTT"}}),
        (JobResults, {"status": "done", "output": {"segments": [{"start_time": 1}]}}),
        (CommonAgentResultResponse, {"status": "success", "choices": [{"message": {}}]}),
    ],
)
def test_what_fits(model: Model, body: dict[str, object]) -> None:
    assert mismatch(model.from_dict(body)) is None


@pytest.mark.parametrize(
    ("model", "body", "where"),
    [
        (UniversalAIAsyncResponse, {**EDENAI, "cost": ["0.015"]}, "cost: list where float or str"),
        (UniversalAIAsyncResponse, {**EDENAI, "provider": None}, "provider: null where str"),
        (AsyncRequestOutput, {"status": "completed", "status_code": True}, "status_code: bool"),
        (AsyncResponse, {"status": "done", "data": "N/A"}, "data: str where AsyncResponseData"),
        (JobResults, {"status": "done", "output": {"segments": "x"}}, "output.segments: str"),
        (
            JobResults,
            {"status": "done", "output": {"segments": [{}, {"description": 5}]}},
            "output.segments.1.description: int where str",
        ),
        (
            CommonAgentResultResponse,
            {"status": "success", "choices": [{"message": [{"content": 5}]}]},
            "choices.0.message.0.content: int where",
        ),
    ],
)
def test_what_does_not_fit_is_named(model: Model, body: dict[str, object], where: str) -> None:
    found = mismatch(model.from_dict(body))
    assert found is not None
    assert found.startswith(where)
