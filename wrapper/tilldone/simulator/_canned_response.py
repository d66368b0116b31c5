"""What is said to a poll: an HTTP answer as a value, checked when it is made."""

from __future__ import annotations

import http
import json
import re
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from tilldone._core.arguments import HTTP_TOKEN

if TYPE_CHECKING:
    from collections.abc import Mapping

_HEADER_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")
BODILESS = frozenset({204, 304})
"""Statuses whose answers HTTP gives no body."""


@dataclass(frozen=True, slots=True)
class CannedResponse:
    """Status, headers and body of one HTTP answer."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        if not 200 <= self.status <= 599:
            raise ValueError(f"status must be between 200 and 599, not {self.status!r}")
        if self.body and self.status in BODILESS:
            raise ValueError(f"an answer with status {self.status} has no body in HTTP")
        for name, value in self.headers.items():
            if not HTTP_TOKEN.fullmatch(name) or not _HEADER_VALUE.fullmatch(value):
                raise ValueError(f"not a header that HTTP can carry: {name!r}: {value!r}")

    @classmethod
    def json(cls, body: object, *, status: int = 200) -> CannedResponse:
        """Say `body` as JSON."""
        return cls(status, encoded(body), {"content-type": "application/json"})

    def with_headers(self, headers: Mapping[str, str]) -> CannedResponse:
        """Say the same with `headers` added, or put in the place of their namesakes."""
        lowered = {name.lower(): value for name, value in headers.items()}
        return replace(self, headers={**self.headers, **lowered})

    def head(self) -> bytes:
        """Give the status line and the headers as bytes, without the empty line that ends them."""
        lines = [f"HTTP/1.1 {self.status} {phrase(self.status)}"]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        return "".join(f"{line}\r\n" for line in lines).encode("latin-1")


def encoded(body: object, *, name: str = "body") -> bytes:
    """Encode a JSON value; what JSON cannot hold is a ValueError that names the argument."""
    try:
        return json.dumps(body, allow_nan=False, separators=(",", ":")).encode()
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name} is not a JSON value: {error}") from error


def phrase(status: int) -> str:
    """Name a status; those that the standard library does not know (520) have no name."""
    try:
        return http.HTTPStatus(status).phrase
    except ValueError:
        return ""
