"""Acme's renders: a provider of one's own, in its own distribution."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from tilldone import Failure, Job, Origin, Phase, Provider


@dataclass(frozen=True)
class Render:
    """A film that was rendered."""

    id: str
    url: str
    frames: int


def poll(id: str) -> dict[str, Any]:
    """Ask how a render stands."""
    return {"method": "GET", "url": f"/renders/{quote(id, safe='')}"}


def parse(body: Mapping[str, Any]) -> Render:
    """Read a finished render."""
    render = body["render"]
    return Render(id=str(render["id"]), url=str(render["url"]), frames=int(render["frames"]))


def connect(*, base_url: str | None = None) -> Origin:
    """Say where the API is, with the key from `ACME_KEY`."""
    key = os.environ.get("ACME_KEY", "")
    if not key:
        raise ValueError("ACME_KEY: no API key; set it")
    return Origin(
        base_url or os.environ.get("ACME_URL", "https://renders.acme.example"),
        headers={"X-Acme-Key": key},
        secrets=["X-Acme-Key"],
    )


PROVIDER = Provider(
    name="renders",
    request=poll,
    parse=parse,
    status="render.state",
    phases={
        "waiting": Phase.PENDING,
        "drawing": Phase.RUNNING,
        "ready": Phase.SUCCEEDED,
        "broken": Phase.FAILED,
    },
    failure=lambda body: Failure(code=body["render"]["why"], message=body["render"].get("told")),
    connect=connect,
    key_variable="ACME_KEY",
    docs_url="https://docs.acme.example/renders",
)


def job(client: Origin, id: str) -> Job[Render]:
    """Name a render by its id."""
    return PROVIDER.job(client, id)
