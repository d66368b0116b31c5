"""VESSL Serve's wire. Its pages do not say what its errors look like: `message` is a guess."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from tilldone.simulator._canned_response import CannedResponse, encoded
from tilldone.simulator._provider import SimulatedProvider, Words, alphanumerics

if TYPE_CHECKING:
    from tilldone.simulator._provider import SimulatedJob


class Vessl(SimulatedProvider):
    """GET {base_url}/async/{id}/output, the base URL having a path of its own."""

    name = "vessl"
    base_path = "/api/v1/services/demo"
    key_header = "authorization"
    key_scheme = "Bearer "
    poll_path = "/async/{id:path}/output"
    submit_paths = MappingProxyType({"create": "/async"})
    submit_status = 201
    words = Words(pending="pending", running="in_progress", done="completed", failed="failed")
    rejection = (403, 403, "The token may not use this service")
    failure = (500, "The service answered with status code 500.")

    def sample(self, _job: SimulatedJob, /) -> object:
        return {"text": "Hello!"}

    def new_id(self) -> str:
        return alphanumerics(12)

    def fields(self, _job: SimulatedJob, word: str, /) -> dict[str, object]:
        return {"status": word}

    def done_fields(self, _job: SimulatedJob, result: object, /) -> dict[str, object]:
        return {"status_code": 200, **_output(result)}

    def failed_fields(self, code: str | int, message: str, /) -> dict[str, object]:
        return {"status_code": code, **_output({"error": message}), "fail_reason": message}

    def error(self, _status: int, message: str, /) -> dict[str, object]:
        return {"message": message}

    def named(self, job: SimulatedJob, /) -> dict[str, object]:
        return {"id": job.id}

    def refused(
        self, _job: SimulatedJob, _code: str | int | None, message: str | None, /
    ) -> CannedResponse:
        status, _, usual = self.rejection
        return self.refusal(status, message or usual)


def _output(value: object) -> dict[str, object]:
    return {"raw_output": encoded(value).decode(), "output": value}
