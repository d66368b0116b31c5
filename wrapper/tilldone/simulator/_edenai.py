"""Eden AI's wire: universal-ai, version 3."""

from __future__ import annotations

import uuid
from types import MappingProxyType
from typing import TYPE_CHECKING, cast

from tilldone.simulator._bodies import Fault, is_url
from tilldone.simulator._canned_response import CannedResponse
from tilldone.simulator._edenai_samples import sample_of
from tilldone.simulator._provider import SimulatedProvider, Words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tilldone.simulator._provider import SimulatedJob

_MODEL = "audio/speech_to_text_async/deepgram"
_MOST_FALLBACKS = 3
_LONGEST_URL = 2083
_MOST_ITEMS = 1000
_LAST_PAGE = 10**9
_FILTERS = ("feature", "subfeature", "status")
_ITEM = ("public_id", "status", "feature", "subfeature", "provider", "model", "created_at")


class EdenAI(SimulatedProvider):
    """GET /v3/universal-ai/async/{id}. No word for "queued", and `fail`, not `failed`."""

    name = "edenai"
    key_header = "authorization"
    key_scheme = "Bearer "
    poll_path = "/v3/universal-ai/async/{id:path}"
    list_path = "/v3/universal-ai/async"
    submit_paths = MappingProxyType({"create": "/v3/universal-ai/async"})
    submit_status = 202
    id_field = "public_id"
    words = Words(pending="processing", running="processing", done="success", failed="fail")
    failure = ("provider_error", "The provider could not read the file.")
    rejection = (402, "", "Insufficient credits")

    def sample(self, job: SimulatedJob, /) -> object:
        return sample_of(_parts(job.request.get("model"))[1], job.files_url)

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

    def named(self, job: SimulatedJob, /) -> dict[str, object]:
        return self.fields(job, self.words.pending)

    def refused(
        self, _job: SimulatedJob, code: str | int | None, message: str | None, /
    ) -> CannedResponse:
        status, _, usual = self.rejection
        return CannedResponse.json({"error": message or code or usual}, status=status)

    def invalid(self, _body: Mapping[str, object], faults: Sequence[Fault], /) -> CannedResponse:
        return _unprocessable("body", faults)

    def limits(self, body: Mapping[str, object], /) -> Sequence[Fault]:
        faults: list[Fault] = []
        fallbacks, webhook = body.get("fallbacks"), body.get("webhook_receiver")
        if isinstance(fallbacks, list) and len(cast("list[object]", fallbacks)) > _MOST_FALLBACKS:
            told = f"List should have at most {_MOST_FALLBACKS} items"
            faults.append(Fault(("fallbacks",), told, "too_long"))
        if isinstance(webhook, str) and not (is_url(webhook) and len(webhook) <= _LONGEST_URL):
            faults.append(
                Fault(("webhook_receiver",), "Input should be a valid URL", "url_parsing")
            )
        return faults

    def list_jobs(
        self, query: Mapping[str, str], jobs: Sequence[SimulatedJob], /
    ) -> CannedResponse:
        page, limit = query.get("page", "1"), query.get("limit", "100")
        faults = [
            Fault((name,), f"Input should be an integer from 1 to {most}", "int_parsing")
            for name, text, most in (("page", page, _LAST_PAGE), ("limit", limit, _MOST_ITEMS))
            if not (text.isdecimal() and 1 <= int(text) <= most)
        ]
        if faults:
            return _unprocessable("query", faults)
        items = [
            {name: said[name] for name in _ITEM}
            for said in (self.fields(job, job.status()) for job in jobs)
            if all(query.get(name, said[name]) == said[name] for name in _FILTERS)
        ]
        first = (int(page) - 1) * int(limit)
        return CannedResponse.json(
            {
                "items": items[first : first + int(limit)],
                "total": len(items),
                "page": int(page),
                "limit": int(limit),
                "total_pages": -(-len(items) // int(limit)),
            }
        )


def _unprocessable(part: str, faults: Sequence[Fault]) -> CannedResponse:
    told = [{"loc": [part, *each.loc], "msg": each.msg, "type": each.type} for each in faults]
    return CannedResponse.json({"detail": told}, status=422)


def _parts(model: object) -> tuple[str, str, str, str | None]:
    """Take feature/subfeature/provider[/model] apart; what is not of that form is the sample's."""
    named = model if isinstance(model, str) and model.count("/") >= 2 else _MODEL
    feature, subfeature, provider, *rest = named.split("/", 3)
    return feature, subfeature, provider, rest[0] if rest else None
