"""Eden AI's wire: universal-ai, version 3."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from tilldone.simulator._provider import SimulatedProvider, Words

if TYPE_CHECKING:
    from tilldone.simulator._jobs import SimulatedJob

_MODEL = "audio/speech_to_text_async/deepgram"


class EdenAI(SimulatedProvider):
    """GET /v3/universal-ai/async/{id}. No word for "queued", and `fail`, not `failed`."""

    name = "edenai"
    key_header = "authorization"
    key_scheme = "Bearer "
    poll_path = "/v3/universal-ai/async/{id:path}"
    submit_paths = ("/v3/universal-ai/async",)
    submit_status = 202
    words = Words(pending="processing", running="processing", done="success", failed="fail")
    failure = ("provider_error", "The provider could not read the file.")

    def sample(self, _files_url: str, /) -> object:
        return {
            "text": "Good morning from the harbour.",
            "diarization": {"total_speakers": 1, "entries": []},
        }

    def new_id(self) -> str:
        return str(uuid.uuid4())

    def fields(self, job: SimulatedJob, word: str, /) -> dict[str, object]:
        feature, subfeature, provider, model = _parts(job.request.get("model"))
        return {
            "status": word,
            "cost": "0.0150",
            "provider": provider,
            "feature": feature,
            "subfeature": subfeature,
            "output": None,
            "error": None,
            "original_response": None,
            "public_id": job.id,
            "model": model,
            "created_at": job.created.isoformat(),
        }

    def done_fields(self, _job: SimulatedJob, result: object, /) -> dict[str, object]:
        return {"output": result}

    def failed_fields(self, code: str | int, message: str, /) -> dict[str, object]:
        return {"error": {"type": code, "message": message}}

    def error(self, status: int, message: str, /) -> dict[str, object]:
        # It writes `detail` where its framework answers, `details` where its own code does.
        match status:
            case 401:
                return {"detail": message}
            case 404:
                return {"details": message}
            case _:
                return {"error": {"type": f"http_{status}", "message": message}}

    def accepted(self, job: SimulatedJob, _base_url: str, /) -> dict[str, object]:
        return self.fields(job, self.words.pending)


def _parts(model: object) -> tuple[str, str, str, str | None]:
    """Take feature/subfeature/provider[/model] apart; what is not of that form is the sample's."""
    named = model if isinstance(model, str) and model.count("/") >= 2 else _MODEL
    feature, subfeature, provider, *rest = named.split("/", 3)
    return feature, subfeature, provider, rest[0] if rest else None
