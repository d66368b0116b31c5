"""What newer versions of tilldone have written is shown as such, and left to them."""

import json
from collections.abc import Callable
from functools import partial

import pytest
from sqlalchemy import func, text, update
from tests.durable.world import (
    LOST,
    client,
    eden_job,
    go_on,
    record_each_poll,
    session,
    until,
)

from tilldone import durable, edenai
from tilldone.durable import _session
from tilldone.durable._tables import submissions_table
from tilldone.simulator import Simulator
from tilldone.simulator.steps import done, running
from tilldone_clients.edenai.models import UniversalAIAsyncBody

Rewrite = Callable[[str], str]


def rewrite(table: str, column: str, ref: str, change: Rewrite) -> None:
    """Rewrite what is kept of one wait, as other versions may have written it."""
    found = _session.store().latest("edenai", ref) if "edenai" in ref else None
    assert found is not None
    with _session.store().engine.begin() as connection:
        schema = "tilldone." if connection.dialect.name == "postgresql" else ""
        rows = connection.execute(
            text(f"SELECT {column} FROM {schema}{table} WHERE workflow_uuid = :id"),
            {"id": found.id},
        ).fetchall()
        for (stored,) in rows:
            if stored is None or change(stored) == stored:
                continue
            connection.execute(
                text(f"UPDATE {schema}{table} SET {column} = :new WHERE {column} = :old"),
                {"new": change(stored), "old": stored},
            )


def replacing(old: str, new: str) -> Rewrite:
    # One JSON text within another.
    return lambda stored: stored.replace(json.dumps(old)[1:-1], json.dumps(new)[1:-1])


NEWER = {
    "a field of polling": ('"polling": {}', '"polling": {"from_the_future": 1}'),
    "a field of the request": ('"polling": {}', '"polling": {}, "from_the_future": 1'),
    "a version of the ref": ('\\"tilldone\\":1', '\\"tilldone\\":2'),
}


@pytest.mark.parametrize("what", NEWER)
def test_a_request_that_is_not_understood_is_left_to_those_who_do(
    simulator: Simulator, database: str, what: str
) -> None:
    old, new = NEWER[what]
    clients = {"edenai": partial(client, simulator, "edenai")}
    newer = eden_job(simulator, script=[done({"text": "newer"})])
    usual = eden_job(simulator, script=[running(), done({"text": "usual"})])
    with session(database, work=False):
        handle = durable.start(newer, timeout=3600)
        rewrite("workflow_input", "inputs", newer.ref, replacing(old, new))
        durable.start(usual, timeout=3600)
        shown = {each.id: each.problem for each in durable.waiting()}
        assert shown.pop(usual.id) is None
        [problem] = shown.values()
        assert problem is not None
    with session(database, clients=clients, providers=["edenai"]):
        assert durable.attach(usual).result(timeout=LOST).output == {"text": "usual"}
        until(lambda: not durable.waiting()[0].carried)
        assert not handle.done()
        assert simulator.polls(newer.id) == []
    with session(database, clients=clients, providers=["edenai"]):
        # As if this version were the newer one.
        rewrite("workflow_input", "inputs", newer.ref, replacing(new, old))
        assert durable.attach(newer).result(timeout=LOST).output == {"text": "newer"}


def test_a_provider_that_is_not_known_is_shown(simulator: Simulator, database: str) -> None:
    job = eden_job(simulator)
    with session(database, work=False):
        durable.start(job, timeout=3600)
        rewrite(
            "workflow_input", "inputs", job.ref, lambda stored: stored.replace("edenai", "acme")
        )
        [shown] = durable.waiting()
        assert (shown.provider, shown.id) == ("acme", job.id)


def test_a_checkpoint_that_is_not_understood_is_left_to_those_who_do(
    simulator: Simulator, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    record_each_poll(monkeypatch)
    clients = {"edenai": partial(client, simulator, "edenai")}
    job = eden_job(simulator, script=[running()])
    newer = replacing('"due":', '"from_the_future": 1, "due":')
    older = replacing('"from_the_future": 1, "due":', '"due":')
    with session(database, clients=clients, providers=["edenai"]):
        durable.start(job, timeout=3600)
        until(lambda: len(simulator.polls(job.id)) > 2)
    with session(database, work=False):
        rewrite("operation_outputs", "output", job.ref, newer)
    with session(database, clients=clients, providers=["edenai"]):
        polls = len(simulator.polls(job.id))
        handle = durable.attach(job)
        until(lambda: aside() == 1)
        assert not handle.done()
        assert len(simulator.polls(job.id)) == polls
    with session(database, clients=clients, providers=["edenai"]):
        rewrite("operation_outputs", "output", job.ref, older)
        go_on(simulator, job, done({"text": "at last"}))
        assert durable.attach(job).result(timeout=LOST).output == {"text": "at last"}


def test_a_request_that_the_declaration_fits_no_more_is_not_sent(
    simulator: Simulator, database: str
) -> None:
    clients = {"edenai": partial(client, simulator, "edenai")}
    body = UniversalAIAsyncBody.from_dict({"model": "text/echo/fake", "input": {"text": "x"}})
    request = edenai.create(client(simulator, "edenai"), body)
    with session(database, work=False):
        durable.submit(request, key="other extras", timeout=3600)
        table = submissions_table(_session.store().schema)
        with _session.store().engine.begin() as connection:
            old, new = '"extras": {}', '"extras": {"team": "t"}'
            kept = func.replace(table.c.request, old, new)
            connection.execute(
                update(table).where(table.c.key == "other extras").values(request=kept)
            )
    with session(database, clients=clients, providers=["edenai"]):
        handle = durable.attach(key="other extras")
        until(lambda: aside() == 1)
        assert not handle.done()
        assert simulator.submissions() == []


def aside() -> int:
    return len(_session.store()._list(queue_name="tilldone-aside", load_input=False))
