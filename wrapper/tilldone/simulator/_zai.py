"""Z.AI's wire: agents. All trouble with a job is a 200 that says `failed`, unknown ids included."""

from __future__ import annotations

import json
import secrets
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, cast

from tilldone.simulator._bodies import Fault, is_url
from tilldone.simulator._canned_response import CannedResponse
from tilldone.simulator._provider import SimulatedProvider, Words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from starlette.requests import Request

    from tilldone.simulator._provider import SimulatedJob

_AGENT_ID = "vidu_template_agent"


class ZAI(SimulatedProvider):
    """POST /v1/agents/async-result {agent_id, async_id}."""

    name = "zai"
    base_path = "/api"
    key_header = "authorization"
    key_scheme = "Bearer "
    poll_method = "POST"
    poll_path = "/v1/agents/async-result"
    submit_paths = MappingProxyType({"invoke": "/v1/agents"})
    id_field = "async_id"
    rejection = (200, "1113", "Insufficient balance or no resource package. Please recharge.")
    words = Words(pending="pending", running="pending", done="success", failed="failed")
    failure = ("1200", "The video could not be made.")
    absence = "The task does not exist."

    def sample(self, job: SimulatedJob, /) -> object:
        return [
            {
                "index": 0,
                "finish_reason": "stop",
                "message": [
                    {
                        "role": "assistant",
                        "content": [{"type": "video_url", "video_url": f"{job.files_url}/hug.mp4"}],
                    }
                ],
            }
        ]

    def new_id(self) -> str:
        return str(secrets.randbelow(9 * 10**18) + 10**18)

    def fields(self, job: SimulatedJob, word: str, /) -> dict[str, object]:
        return {"status": word, "agent_id": _agent_id(job), "async_id": job.id}

    def done_fields(self, _job: SimulatedJob, result: object, /) -> dict[str, object]:
        return {"choices": result}

    def failed_fields(self, code: str | int, message: str, /) -> dict[str, object]:
        return {"error": {"code": code, "message": message}}

    def error(self, status: int, message: str, /) -> dict[str, object]:
        return {"error": {"code": str(status), "message": message}}

    def named(self, job: SimulatedJob, /) -> dict[str, object]:
        return self.fields(job, self.words.pending)

    def refused(
        self, job: SimulatedJob, code: str | int | None, message: str | None, /
    ) -> CannedResponse:
        status, usual_code, usual = self.rejection
        told = {"id": self.new_id(), "agent_id": _agent_id(job), "status": self.words.failed}
        failure = self.failed_fields(code or usual_code, message or usual)
        return CannedResponse.json({**told, **failure}, status=status)

    def invalid(self, body: Mapping[str, object], faults: Sequence[Fault], /) -> CannedResponse:
        asked = body.get("agent_id")
        agent_id = asked if isinstance(asked, str) else ""
        told = {"agent_id": agent_id, "status": self.words.failed}
        return CannedResponse.json({**told, **self.failed_fields("400", str(faults[0]))})

    def limits(self, body: Mapping[str, object], /) -> Sequence[Fault]:
        # Their form is known by now, but for that of an image's address.
        messages = cast("Sequence[Mapping[str, Any]]", body["messages"])
        return [
            Fault(("messages", n, "content", m, "image_url"), "Input should be a valid URL", "url")
            for n, message in enumerate(messages)
            for m, part in enumerate(message["content"])
            if part["type"] == "image_url" and not is_url(part["image_url"])
        ]

    async def find(
        self, request: Request, jobs: Mapping[str, SimulatedJob], /
    ) -> SimulatedJob | None:
        agent_id, async_id = await _asked(request)
        job = jobs.get(async_id)
        return job if job and _agent_id(job) == agent_id else None

    async def unknown_job(self, request: Request, /) -> CannedResponse:
        agent_id, async_id = await _asked(request)
        if not agent_id or not async_id:
            missing = "async_id" if agent_id else "agent_id"
            return self._failed(agent_id, async_id, f"{missing} is required")
        return self._failed(agent_id, async_id, self.absence)

    def not_found(self, job: SimulatedJob, /) -> CannedResponse:
        return self._failed(_agent_id(job), job.id, self.absence)

    def _failed(self, agent_id: str, async_id: str, message: str) -> CannedResponse:
        told = {"agent_id": agent_id, "async_id": async_id, "status": self.words.failed}
        return CannedResponse.json(told | self.failed_fields("400", message))


def _agent_id(job: SimulatedJob) -> str:
    asked = job.request.get("agent_id")
    return asked if isinstance(asked, str) and asked else _AGENT_ID


async def _asked(request: Request) -> tuple[str, str]:
    """Read which agent and task a poll asks for; what it does not say is empty."""
    try:
        body: object = json.loads(await request.body())
    except ValueError:
        return "", ""
    if not isinstance(body, dict):
        return "", ""
    said = cast("dict[str, object]", body)
    agent_id, async_id = said.get("agent_id"), said.get("async_id")
    return (
        agent_id if isinstance(agent_id, str) else "",
        async_id if isinstance(async_id, str) else "",
    )
