"""ViddyScribe's wire."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING

from tilldone.simulator._provider import SimulatedProvider, Words, alphanumerics

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

    from tilldone.simulator._canned_response import CannedResponse
    from tilldone.simulator._provider import SimulatedJob

_MEDIA_ID = "550e8400-e29b-41d4-a716-446655440000"
_CODES = {400: "invalid_input", 401: "unauthorized", 404: "not_found"}


class ViddyScribe(SimulatedProvider):
    """GET /enterprise/api/get_results?job_id={id}."""

    name = "viddyscribe"
    key_header = "x-api-key"
    poll_path = "/enterprise/api/get_results"
    submit_paths = MappingProxyType(
        {
            f"generate_{kind}": f"/enterprise/api/generate_ad_{kind}"
            for kind in ("text", "video", "audio")
        }
    )
    takes_forms = True
    id_field = "job_id"
    rejection = (429, "plan_limit_exceeded", "The plan's limit is reached")
    words = Words(pending="queued", running="processing", done="done", failed="failed")
    failure = (
        "standard_ad_not_enough_gaps",
        "There are too few silent gaps for standard descriptions.",
    )
    absence = "Job not found or access denied"

    def sample(self, _job: SimulatedJob, /) -> object:
        return {
            "format": "vtt",
            "content": "WEBVTT\n\n1\n00:00:05.000 --> 00:00:07.000\nA ferry leaves the harbour\n",
        }

    def new_id(self) -> str:
        return f"task_{alphanumerics(12)}"

    def fields(self, job: SimulatedJob, word: str, /) -> dict[str, object]:
        return {
            "job_id": job.id,
            "status": word,
            "media_id": _MEDIA_ID,
            "created_at": _written(job.created),
            "updated_at": _written(datetime.now(UTC)),
        }

    def done_fields(self, job: SimulatedJob, result: object, /) -> dict[str, object]:
        return {
            "video_signed_url": f"{job.files_url}/described.mp4?X-Goog-Expires=900",
            "audio_signed_url": f"{job.files_url}/described.wav?X-Goog-Expires=900",
            "output": result,
        }

    def failed_fields(self, code: str | int, message: str, /) -> dict[str, object]:
        return {"error": code, "message": message}

    def refused(
        self, job: SimulatedJob, code: str | int | None, message: str | None, /
    ) -> CannedResponse:
        refused = super().refused(job, code, message)
        # Its other words for a 429 are no last ones.
        return refused if code in (None, self.rejection[1]) else replace(refused, status=403)

    def error(self, status: int, message: str, /) -> dict[str, object]:
        return {"error": _CODES.get(status, f"http_{status}"), "message": message}

    def named(self, job: SimulatedJob, /) -> dict[str, object]:
        return {"job_id": job.id, "status": self.words.pending, "media_id": _MEDIA_ID}

    async def find(
        self, request: Request, jobs: Mapping[str, SimulatedJob], /
    ) -> SimulatedJob | None:
        return jobs.get(request.query_params.get("job_id", ""))

    async def unknown_job(self, request: Request, /) -> CannedResponse:
        if not request.query_params.get("job_id"):
            return self.refusal(400, "job_id is required")
        return await super().unknown_job(request)


def _written(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
