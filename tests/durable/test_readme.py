"""The documents' examples of durable waits and submissions, with a database of their own."""

from pathlib import Path

import pytest
from tests.documents import PYTHON

from tilldone import durable
from tilldone.simulator import Simulator
from tilldone.testing import done, running


@pytest.mark.parametrize("heading", ["Waits that outlive the process", "Submitting"])
def test_the_example_runs(
    tilldone_simulator: Simulator, tmp_path: Path, capsys: pytest.CaptureFixture[str], heading: str
) -> None:
    job_id = "550e8400-e29b-41d4-a716-446655440000"
    tilldone_simulator.submit("edenai", id=job_id, script=[running(), done()])
    durable.configure(database=str(tmp_path / "waits.sqlite"))
    try:
        exec(compile(PYTHON[heading].text, heading, "exec"), {})
    finally:
        durable.close()
    assert capsys.readouterr().out == "0.0150\n"
