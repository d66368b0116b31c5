"""A pytest plugin: the fixture `tilldone_simulator`, for the tests of applications that wait.

    def test_a_failed_transcript_is_reported(tilldone_simulator):
        script = [running(), status(502), failed()]
        tilldone_simulator.script_submissions("edenai", [accepted(script=script)])
        assert my_application.transcript("talk.mp3") is None
        assert len(tilldone_simulator.submissions()) == 1

pytest finds it by itself; the fixture needs the extra `simulator`.

It stands beside the package, not in it: pytest loads it in every run of everyone who has tilldone
installed, and importing the package would more than double the time that pytest takes to start.
"""

from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator

    from tilldone.simulator import Simulator

__all__ = ["tilldone_simulator"]


@pytest.fixture
def tilldone_simulator(monkeypatch: pytest.MonkeyPatch) -> "Generator[Simulator]":
    """Run a simulator of the providers in the box and the installed ones, and lead clients to it.

    While the test runs, `connect()` of each provider module takes the simulator's key from the
    environment and finds the simulator's address there, too; so the application under test needs
    no change and no argument, and cannot reach a real provider by accident. To a provider that an
    installed package declares, `tilldone.resume`, the command line and durable waits find the way
    like that; its own `connect` has to be given `simulator.url()`. What the fixture yields says
    what submissions and polls are told, and keeps a record of them: see
    `tilldone.simulator.Simulator`.
    """
    # Not above, for the same reason.
    from tilldone._core.registry import base_url_variable, provider_named
    from tilldone.simulator import Simulator
    from tilldone.simulator._known import known_names

    with Simulator() as simulator:
        for name in known_names():
            # Of one that cannot be had, whoever asks for it is told why: that is not every test.
            with suppress(ValueError):
                key_variable = provider_named(name).key_variable
                monkeypatch.setenv(base_url_variable(name), simulator.url(name))
                if key_variable is not None:
                    monkeypatch.setenv(key_variable, simulator.token(name))
        yield simulator
