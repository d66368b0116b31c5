"""VideoDB's wire. The failure fields and `data` while running follow its own Python client."""

from __future__ import annotations

import uuid
from types import MappingProxyType
from typing import TYPE_CHECKING

from tilldone.simulator._provider import SimulatedProvider, Words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tilldone.simulator._provider import SimulatedJob


class VideoDB(SimulatedProvider):
    """GET /async-response/{id}."""

    name = "videodb"
    key_header = "x-access-token"
    poll_path = "/async-response/{id:path}"
    submit_paths = MappingProxyType(
        {
            "upload": "/collection/{collection_id:path}/upload",
            "index_scenes": "/video/{video_id:path}/index/scene/",
        }
    )
    # Inside a 200, as all that its own clients take for a failure.
    rejection = (200, "QUOTA_EXCEEDED", "Not enough credits.")
    words = Words(pending="processing", running="processing", done="done", failed="failed")
    failure = ("DOWNLOAD_FAILED", "Download failed.")
    absence = "Response not found"

    def sample(self, job: SimulatedJob, /) -> object:
        return {
            "id": "m-z-0197b2f4-7c1e-7d10-9a55-3f2a6f5d1c01",
            "collection_id": "c-4f1d2a60-0b3e-4d7f-8b51-a9e2f1c0d3e4",
            "name": "Harbour at dawn",
            "length": 63.4,
            "stream_url": f"{job.files_url}/harbour.m3u8",
            "player_url": f"{job.files_url}/player.html?url=harbour.m3u8",
        }

    def new_id(self) -> str:
        return f"job-{uuid.uuid4()}"

    def fields(self, _job: SimulatedJob, word: str, /) -> dict[str, object]:
        return {"success": True, "status": word, "data": {}}

    def done_fields(self, _job: SimulatedJob, result: object, /) -> dict[str, object]:
        return {"data": result}

    def failed_fields(self, code: str | int, message: str, /) -> dict[str, object]:
        return {"success": False, "message": message, "error_code": code}

    def error(self, status: int, message: str, /) -> dict[str, object]:
        return {"success": False, "message": message, "error_code": f"HTTP_{status}"}

    def named(self, job: SimulatedJob, /) -> dict[str, object]:
        output_url = f"{job.base_url}/async-response/{job.id}"
        told = {
            **self.fields(job, self.words.pending),
            "data": {"id": job.id, "output_url": output_url},
        }
        # Where it is to call back, its own clients do not poll.
        return {**told, "request_type": "async"} if job.request.get("callback_url") else told

    def unnamed(self, _job: SimulatedJob, /) -> dict[str, object]:
        return {"success": True, "request_type": "async"}

    def at_once(self, _job: SimulatedJob, ended: Mapping[str, object], /) -> dict[str, object]:
        return {**ended, "request_type": "sync"}
