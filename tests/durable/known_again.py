"""A program that submits to a provider which knows a submission again by its header."""

import os

from tests.durable.desk import KEY, Desk

from tilldone import JobRequest, Origin, Phase, Provider, durable

ECHO = Provider(
    name="echo",
    request=lambda name: {"method": "GET", "url": f"/jobs/{name}"},
    parse=dict[str, object],
    phases={"processing": Phase.RUNNING, "success": Phase.SUCCEEDED},
    submitted="public_id",
    idempotency_header="Idempotency-Key",
)


def client(desk: Desk) -> Origin:
    return Origin(desk.url, headers={"authorization": KEY})


def wanted(desk: Desk, what: str) -> JobRequest[dict[str, object]]:
    asked = {"method": "POST", "url": "/jobs", "json": {"input": {"text": what}}}
    return ECHO.submission(client(desk), "make", asked)


if __name__ == "__main__":
    desk = Desk(int(os.environ["TILLDONE_EDENAI_BASE_URL"].rpartition(":")[2]))
    durable.configure(providers=["echo"], clients={"echo": lambda: client(desk)})
    durable.submit(wanted(desk, "known"), key="known", timeout=3600).snapshot()
    durable.work()
