"""Progress for people: one bar on a terminal, and nothing anywhere else."""

import os
import pty
import re
import subprocess
import sys
import threading

import pytest
from tests.forked import Python, ran
from tests.many.crowd import BRISK, jobs_of
from tests.waits.harness import HUNG, Bench

import tilldone
from tilldone.testing import done, failed, running

APPLICATION = """
import sys, threading
import tilldone
from tilldone import Polling, edenai

url, token, *ids = sys.argv[1:]
client = edenai.connect(token, base_url=url)
outcomes = tilldone.wait_all(
    [edenai.job(client, each) for each in ids],
    timeout=None, polling=Polling(schedule=lambda _: 0.1), rate=1000, progress=True,
)
print(len(outcomes), [each.name for each in threading.enumerate()])
"""


def command(bench: Bench, application: str = APPLICATION) -> list[str]:
    jobs = [*jobs_of(bench, 9, running(times=4), done()), *jobs_of(bench, 2, failed())]
    url, token = bench.simulator.url("edenai"), bench.simulator.token("edenai")
    return ["-c", application, url, token, *(job.id for job in jobs)]


def on_a_terminal(arguments: list[str]) -> tuple[str, str]:
    """Run Python with a terminal for stderr; give stdout and what the terminal was told."""
    ours, theirs = pty.openpty()
    told = bytearray()

    def read() -> None:
        while True:
            try:
                chunk = os.read(ours, 65536)
            except OSError:  # Linux says so when the last one who could write is gone
                return
            told.extend(chunk)

    reading = threading.Thread(target=read)
    reading.start()
    environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "100"}
    with Python[bytes](
        arguments, stdout=subprocess.PIPE, stderr=theirs, env=environment
    ) as process:
        os.close(theirs)
        said, _ = process.communicate(timeout=HUNG)
    reading.join()
    os.close(ours)
    return said.decode(), told.decode()


def test_one_bar_on_a_terminal(bench: Bench) -> None:
    said, told = on_a_terminal(command(bench))
    plain = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", told)
    assert "9 done, 2 failed, 0 running" in plain
    assert re.search(r"\d+ done, \d+ failed, [1-9]\d* running", plain)
    assert re.search(r"\d+ polls/s", plain)
    # One line, drawn again and again, and left behind once.
    assert plain.rstrip().count("\n") == 0
    assert said == "11 ['MainThread']\n"


def test_of_jobs_that_are_still_to_come_nobody_knows_how_many_there_are(bench: Bench) -> None:
    fed = APPLICATION.replace("[edenai.job(client, each) for each in ids]", "jobs()").replace(
        "outcomes =",
        "def jobs():\n    yield from (edenai.job(client, each) for each in ids)\n\noutcomes =",
    )
    said, told = on_a_terminal(command(bench, fed))
    plain = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", told)
    assert "9 done, 2 failed, 0 running" in plain
    assert said == "11 ['MainThread']\n"


KNOWN = """
from tilldone._core.forecast import forecast_of

class Known:
    at_worst = 1.2
    def forecast(self, kind): return forecast_of([3000.0] * 10)
    def learn(self, kind, seconds): pass
"""


def test_what_is_left_by_the_history(bench: Bench) -> None:
    learned = KNOWN + APPLICATION.replace("_: 0.1)", "_: 0.1, history=Known())")
    _, told = on_a_terminal(command(bench, learned))
    plain = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", told)
    assert re.search("[1-9] running +[0-9]+ polls/s +about [45][0-9] min left", plain)
    assert "left" not in plain[plain.rindex(" 0 running") :]


def test_nothing_where_there_is_no_terminal(bench: Bench) -> None:
    ended = ran(command(bench))
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "11 ['MainThread']\n", "")


def test_nothing_that_was_not_asked_for(bench: Bench) -> None:
    _, told = on_a_terminal(command(bench, APPLICATION.replace(", progress=True", "")))
    assert told == ""


def test_without_rich_it_says_what_to_install(bench: Bench) -> None:
    blocked = "import sys; sys.modules['rich.progress'] = sys.modules['rich.console'] = None\n"
    _, told = on_a_terminal(command(bench, blocked + APPLICATION))
    assert "progress=True needs rich; install it with pip install 'tilldone[cli]'" in told


def test_a_progress_that_is_asked_for_changes_no_outcome(
    bench: Bench, capfd: pytest.CaptureFixture[str]
) -> None:
    jobs = jobs_of(bench, 5, running(), done())
    outcomes = tilldone.wait_all(jobs, timeout=None, polling=BRISK, progress=True)
    assert [outcome.job for outcome in outcomes] == jobs
    assert capfd.readouterr() == ("", "")


NOTEBOOK = """
import io, sys, types

class OutStream(io.TextIOWrapper):
    "What ipykernel has in the place of stderr: no terminal, and shown below the cell."

    def isatty(self):
        return False

OutStream.__module__ = "ipykernel.iostream"
sys.stderr = OutStream(sys.stderr.buffer, encoding="utf-8", newline="")
# Nothing there can move a cursor, and no widgets are needed.
sys.modules["rich"] = None
"""


def test_a_line_in_a_notebook_that_every_front_end_can_draw_anew(bench: Bench) -> None:
    asked = [sys.executable, *command(bench, NOTEBOOK + APPLICATION)]
    told = subprocess.run(asked, capture_output=True, check=True).stderr.decode()
    *drawn, rest = told.removeprefix("\r").split("\r")
    assert len(drawn) > 1
    assert drawn[0].startswith("0 of 11 ended: ")
    assert rest.startswith("11 of 11 ended: 9 done, 2 failed, 0 running, ")
    assert "\x1b" not in told
    # One that gets shorter leaves nothing of the one before.
    assert len(rest.rstrip("\n")) == max(len(each) for each in [*drawn, rest.rstrip("\n")])
