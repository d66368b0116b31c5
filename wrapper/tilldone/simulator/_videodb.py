"""VideoDB's wire. The failure fields and `data` while running follow its own Python client."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, ClassVar

from tilldone.simulator._provider import Provider, Words

if TYPE_CHECKING:
    from tilldone.simulator._jobs import Job


class VideoDB(Provider):
    """GET /async-response/{id}."""

    name = "videodb"
    key_header = "x-access-token"
    poll_path = "/async-response/{id:path}"
    submit_paths = ("/collection/{collection_id}/upload",)
    words = Words(pending="processing", running="processing", done="done", failed="failed")
    sample: ClassVar[object] = {
        "id": "m-z-0197b2f4-7c1e-7d10-9a55-3f2a6f5d1c01",
        "collection_id": "c-4f1d2a60-0b3e-4d7f-8b51-a9e2f1c0d3e4",
        "name": "Harbour at dawn",
        "length": 63.4,
        "stream_url": "https://stream.videodb.io/v3/published/manifests/harbour.m3u8",
        "player_url": "https://console.videodb.io/player?url=harbour.m3u8",
    }
    failure = ("DOWNLOAD_FAILED", "Download failed.")
    absence = "Response not found"

    def new_id(self) -> str:
        return f"job-{uuid.uuid4()}"

    def fields(self, _job: Job, word: str, /) -> dict[str, object]:
        return {"success": True, "status": word, "data": {}}

    def done_fields(self, result: object, /) -> dict[str, object]:
        return {"data": result}

    def failed_fields(self, code: str | int, message: str, /) -> dict[str, object]:
        return {"success": False, "message": message, "error_code": code}

    def error(self, status: int, message: str, /) -> dict[str, object]:
        return {"success": False, "message": message, "error_code": f"HTTP_{status}"}

    def accepted(self, job: Job, base_url: str, /) -> dict[str, object]:
        output_url = f"{base_url}/async-response/{job.id}"
        return self.fields(job, self.words.pending) | {
            "data": {"id": job.id, "output_url": output_url}
        }
