"""kill -9 in every phase of a submission, many times over, on both databases: never bought twice.

The provider is another process than those that are killed, and counts.
"""

import os
import random
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from itertools import product
from pathlib import Path
from threading import Timer

import pytest
from tests.durable.desk import WANTED, Desk, serving_desk
from tests.durable.known_again import ECHO
from tests.durable.test_submit import submit
from tests.durable.world import LONG, LOST, WORKER, crew, session, until
from tests.soak import SOAK

from tilldone import SubmitError, durable
from tilldone._core.registry import provider_named
from tilldone.durable import NotYet, SubmitCancelled, _session
from tilldone.durable._sending import Sender
from tilldone.durable._submissions import SubmissionStore

# A program that submits all of these itself, and sends them itself.
BUYER = (str(Path(__file__).with_name("buyer.py")),)
KNOWN_AGAIN = (str(Path(__file__).with_name("known_again.py")),)
PROGRAMS = {"worker": WORKER, "buyer": BUYER}
CASES = (
    list(product(("sqlite", "postgres"), PROGRAMS, range(25)))
    if SOAK
    else [("sqlite", "buyer", 0), ("postgres", "worker", 1)]
)


@pytest.fixture
def desk() -> Iterator[Desk]:
    with serving_desk() as opened:
        yield opened


def moments(desk: Desk, chance: random.Random) -> list[Callable[[], None]]:
    """Give the moments to kill at; each returns when it has come."""

    def more(counted: Counter[str], at_most: int = 6) -> Callable[[], None]:
        def come() -> None:
            goal = counted.total() + chance.randint(1, at_most)
            # What is in doubt is neither bought nor polled any more: there may not be so many.
            patience = time.monotonic() + 20
            while counted.total() < goal and time.monotonic() < patience:
                time.sleep(0.005)

        return come

    def while_it_starts() -> None:
        time.sleep(chance.uniform(0.5, 3.0))

    def anywhere() -> None:
        more(desk.heads)()
        time.sleep(chance.uniform(0.0, 0.3))

    # Before the first byte, within the body, unanswered, answered, recorded, waited for, ended.
    return [
        while_it_starts,
        more(desk.heads, 2),
        more(desk.bought, 3),
        more(desk.answered),
        anywhere,
        more(desk.polls),
        more(desk.polls, 20),
    ]


def known() -> set[str]:
    """Name those whose jobs the database knows."""
    found = set()
    for key in WANTED:
        with suppress(LookupError, NotYet, SubmitError):
            found.add(durable.attach(key=key).job.id)
    return found


@pytest.mark.soak
@pytest.mark.parametrize(("fresh", "program", "turn"), CASES, indirect=["fresh"])
def test_nothing_is_bought_twice_whatever_is_killed(
    desk: Desk, database: str, program: str, turn: int, record_property: Callable[..., None]
) -> None:
    chance = random.Random(turn)
    planned = moments(desk, chance)
    if not SOAK:
        planned = chance.sample(planned[1:], 2)
    desk.latency, desk.mute, desk.deaf = 0.05, True, True
    with session(database, work=False), crew(desk, database, PROGRAMS[program]) as workers:
        if program == "worker":
            submit_all(desk)
        safe = set[str]()
        for moment in planned:
            hand = workers.hire()
            moment()
            # Known before the kill, and so known after it.
            safe |= known()
            workers.kill(hand)
        desk.mute = desk.deaf = False
        workers.hire()
        submit_all(desk)
        ends = {key: ending(key) for key in WANTED}
        assert max(desk.bought.values()) == 1
        assert set(ends.values()) <= {"success", "SubmitUncertain"}
        assert {ends[key] for key in safe} <= {"success"}
        # Whatever is not in doubt was bought; and asking again buys nothing.
        uncertain = [key for key in WANTED if ends[key] == "SubmitUncertain"]
        assert {key for key in WANTED if not desk.bought[key]} <= {*uncertain}
        # Only what was on its way when it was killed: ten at once, as many times.
        assert len(uncertain) <= 10 * len(planned)
        bought = desk.bought.total()
        submit_all(desk)
        time.sleep(1)
        assert desk.bought.total() == bought
    record_property("kills", len(planned))
    record_property("in_doubt", len(uncertain))
    record_property("bought", bought)


def submit_all(desk: Desk) -> None:
    for key in WANTED:
        durable.submit(desk.wanted(key), key=key, timeout=3600)


def ending(key: str) -> str:
    try:
        return str(durable.attach(key=key).snapshot(timeout=LOST).status)
    except SubmitError as error:
        return type(error).__name__


@pytest.mark.parametrize("processes", [4 if SOAK else 2])
def test_many_processes_that_submit_at_once_buy_once(
    desk: Desk, database: str, processes: int
) -> None:
    desk.latency = 0.2
    with ExitStack() as opened:
        opened.enter_context(session(database, work=False))
        workers = opened.enter_context(crew(desk, database, BUYER))
        for _ in range(processes):
            workers.hire()
        until(lambda: desk.polls.total() >= 2 * len(WANTED), seconds=2 * LOST)
        assert {ending(key) for key in WANTED} == {"success"}
    assert desk.bought == dict.fromkeys(WANTED, 1)


def test_what_finds_no_connection_is_sent_by_the_next_process(sqlite: str) -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port = held.getsockname()[1]
        absent = Desk(port)
        with session(sqlite, clients={"edenai": absent.client}, providers=["edenai"]):
            handle = submit(absent, "patient")
            rows = SubmissionStore(_session.store())
            until(lambda: (kept := rows.latest("patient")) and kept.standing)
            with pytest.raises(NotYet, match="'patient' goes on, and its job is not known yet"):
                _ = handle.job
            [shown] = durable.waiting()
            assert (shown.key, shown.id, shown.submitting) == ("patient", "", True)
            with pytest.raises(NotYet, match="'patient' goes on; ask for its result again"):
                handle.result(timeout=0.1)
    with (
        serving_desk(port) as desk,
        session(sqlite, clients={"edenai": desk.client}, providers=["edenai"]),
    ):
        assert durable.attach(key="patient").snapshot(timeout=LOST).status == "success"
        assert desk.bought["patient"] == 1


def test_what_was_not_taken_in_its_time_is_begun_anew_by_the_next_who_asks(
    desk: Desk, database: str
) -> None:
    # To be left alone for longer than there is time ends it at once.
    desk.later = int(2 * LONG)
    desk.answers.append((429, {}))
    clients = {"edenai": desk.client}
    with session(database, clients=clients, providers=["edenai"]):
        refused = "no job exists; the provider refused it for now: .*HTTP 429"
        with pytest.raises(SubmitError, match=refused) as caught:
            submit(desk, "late", timeout=LONG).result(timeout=LOST)
        assert type(caught.value) is SubmitError
        [listed] = durable.ended()
        assert (listed.key, listed.outcome) == ("late", "SubmitError")
    # What the provider asks of all that a process sends, the next process has not been told.
    with session(database, clients=clients, providers=["edenai"]):
        assert submit(desk, "late").result(timeout=LOST).output == {"text": "late"}
    assert desk.bought["late"] == 2


def test_a_cancelled_submission_is_never_sent(desk: Desk, database: str) -> None:
    with session(database, work=False):
        handle = submit(desk, "cancelled")
        durable.cancel(key="cancelled")
        assert handle.done()
        for found in (handle, durable.attach(key="cancelled")):
            with pytest.raises(SubmitCancelled, match="cancelled before it was sent; no job exist"):
                found.result()
        assert durable.waiting() == []
        assert [(each.key, each.outcome) for each in durable.ended()] == [
            ("cancelled", "cancelled")
        ]
    with session(database, clients={"edenai": desk.client}, providers=["edenai"]):
        assert submit(desk, "other").result(timeout=LOST).status == "success"
        assert desk.bought == {"other": 1}
        assert submit(desk, "cancelled").result(timeout=LOST).status == "success"
        assert desk.bought["cancelled"] == 1


@pytest.mark.parametrize("fresh", ["sqlite"], indirect=True)
def test_who_is_killed_while_connecting_leaves_no_second_sending(database: str) -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full, ExitStack() as held:
        port = full.getsockname()[1]
        for _ in range(8):
            filler = held.enter_context(socket.socket())
            filler.setblocking(False)
            filler.connect_ex(("127.0.0.1", port))
        desk = Desk(port)
        with session(database, work=False), crew(desk, database) as workers:
            submit(desk, "connecting")
            hand = workers.hire()
            rows = SubmissionStore(_session.store())
            until(lambda: (kept := rows.latest("connecting")) and kept.run)
            workers.kill(hand)
            workers.hire()
            # It may have been connected for all that anybody knows.
            assert ending("connecting") == "SubmitUncertain"


def test_what_a_provider_knows_again_is_sent_again_with_the_same_key(
    desk: Desk, database: str
) -> None:
    assert provider_named("echo") is ECHO

    def keys() -> list[bytes]:
        lines = [line for told in list(desk.requests) for line in told.split(b"\r\n")]
        return [line for line in lines if line.lower().startswith(b"idempotency-key: ")]

    desk.held = True
    with session(database, work=False), crew(desk, database, KNOWN_AGAIN) as programs:
        for sent in (1, 2, 3):
            hand = programs.hire()
            until(lambda: desk.bought["known"] == sent)  # noqa: B023 # until that is so
            programs.kill(hand)
        desk.held = False
        programs.hire()
        until(lambda: desk.polls["known"])
        assert durable.attach(key="known").snapshot(timeout=LOST).status == "success"
    # The one that was killed with it had bought it for all that anybody knew.
    assert desk.bought["known"] == len(keys()) == 4
    assert len({*keys()}) == 1


# What a fresh process does between its mark in the row and its connection.
FIRST = """
import sys, threading
from pathlib import Path
from tests.durable.desk import Desk
from tilldone import durable
from tilldone.durable._submissions import SubmissionStore

desk = Desk(int(sys.argv[1]))
imported, told = [], []
take = SubmissionStore.take

def taken(*given, **how):
    marked = take(*given, **how)
    imported.clear()
    return marked

def hook(event, arguments):
    here = threading.get_ident()
    if event == "import":
        imported.append((here, arguments[0]))
    elif event == "socket.connect" and arguments[1][1] == desk.port and not told:
        print([name for thread, name in imported if thread == here])
        told.append(True)

SubmissionStore.take = taken
durable.configure(database=sys.argv[2], clients={"edenai": desk.client}, providers=["edenai"])
sys.addaudithook(hook)
durable.submit(desk.request("first"), key="first", timeout=3600).result()
"""


def test_nothing_is_imported_between_the_mark_and_the_sending(desk: Desk, sqlite: str) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", FIRST, str(desk.port), sqlite],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    assert ran.stdout == "[]\n"


def test_what_is_on_its_way_comes_back_before_a_process_ends(
    desk: Desk, sqlite: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tilldone.durable._sending._GRACE", LOST)
    desk.held = True
    close = Sender.close

    def answered_a_little_later(sender: Sender) -> None:
        # What does not wait for it is through by then.
        later = Timer(0.5, setattr, (desk, "held", False))
        later.start()
        close(sender)
        later.join()

    monkeypatch.setattr(Sender, "close", answered_a_little_later)
    with session(sqlite, clients={"edenai": desk.client}, providers=["edenai"]):
        submit(desk, "on its way")
        until(lambda: desk.bought["on its way"])
    with session(sqlite, work=False):
        assert durable.attach(key="on its way").job.id == "on its way"


def test_a_worker_whose_client_goes_elsewhere_sends_nothing(desk: Desk, sqlite: str) -> None:
    with session(sqlite, work=False):
        submit(desk, "here")
    with serving_desk() as other:
        with (
            session(sqlite, clients={"edenai": other.client}, providers=["edenai"]),
            pytest.raises(SubmitError, match=r"speaks to .*, and the request was made for .*; set"),
        ):
            durable.attach(key="here").result(timeout=LOST)
        assert not other.heads
    assert not desk.heads
