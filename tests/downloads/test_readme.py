"""The README's example of a download, with a host of files of this machine."""

from pathlib import Path

import pytest
from tests.apps.test_readme import PYTHON
from tests.downloads.hosting import CONTENT, FILE, hosting

from tilldone.simulator import Simulator
from tilldone.testing import done, running


def test_the_example_runs(
    tilldone_simulator: Simulator,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    with hosting(FILE.serve) as host:
        script = [running(), done(video_signed_url=host.link)]
        tilldone_simulator.submit("viddyscribe", id="task_1", script=script)
        exec(compile(PYTHON["Downloads"].text, "README.md", "exec"), {})
    assert capsys.readouterr().out == "described.mp4 300000\n"
    assert (tmp_path / "described.mp4").read_bytes() == CONTENT
