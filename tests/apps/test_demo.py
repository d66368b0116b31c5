"""The demo, as people run it, and what it says when something goes otherwise than planned."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from attrs import evolve

from demo import main
from showcase.plan import PLAN
from tilldone import JobFailed
from tilldone_clients.edenai.models import UniversalAIAsyncResponse

DEMO = Path(__file__).parents[2] / "scripts" / "demo.py"
ENDS = ["AsyncResponse", "AsyncRequestOutput", "JobResults"]
ENDS += ["UniversalAIAsyncResponse", "CommonAgentResultResponse", "JobFailed", "SubmitUncertain"]
# The plan's way to an Eden AI job, which takes no time at all.
SWIFT = next(evolve(each, seconds=0.0) for each in PLAN if each.ends is UniversalAIAsyncResponse)


def test_the_demo_shows_every_end_in_plain_lines() -> None:
    # Keys of the environment are not used, and its proxy is not asked.
    unused = {"EDENAI_API_KEY": "not-to-be-sent", "HTTP_PROXY": "http://127.0.0.1:9"}
    ran = subprocess.run(
        [sys.executable, "-W", "error", DEMO],
        env={**os.environ, **unused},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    assert re.findall(r"^[✔✘?] \w+  (\w+)$", ran.stdout, re.MULTILINE) == ENDS
    assert "  .output['text']" in ran.stdout
    assert "  .code     'standard_ad_not_enough_gaps'\n" in ran.stdout
    assert """  .job.ref  '{"tilldone":1,"provider":"viddyscribe","id":"task_""" in ran.stdout
    # The doubt is told, and what it may cost.
    assert "  .request  JobRequest(provider='videodb', operation='index_scenes')\n" in ran.stdout
    assert "the job may exist and cost money" in ran.stdout
    assert re.search(r"^7 of 7 jobs ended as planned in \d+\.\d s$", ran.stdout, re.MULTILINE)
    assert "\x1b" not in ran.stdout
    assert re.search(
        r"[✔·] edenai +\w+ +\w+ +poll \d+(, next in \d\.\d s)? +\S{36}$", ran.stdout, re.MULTILINE
    )


def test_ctrl_c_ends_the_demo_at_once_in_a_terminal() -> None:
    terminal, its_end = pytest.importorskip("pty").openpty()
    demo = subprocess.Popen([sys.executable, DEMO], stdout=its_end, stderr=subprocess.PIPE)
    # With its only other holder gone, reading from the terminal fails where the demo does.
    os.close(its_end)
    with demo, os.fdopen(terminal, "rb", buffering=0) as screen:
        shown = b""
        while b"running" not in shown:
            shown += screen.read(4096)
        demo.send_signal(signal.SIGINT)
        _, errors = demo.communicate(timeout=300)
    assert (demo.returncode, errors) == (130, b"")


def test_a_result_where_a_failure_was_planned_is_a_surprise(
    capsys: pytest.CaptureFixture[str],
) -> None:
    plan = [SWIFT, evolve(SWIFT, ends=type("JobAstray", (JobFailed,), {}))]
    assert main(plan) == 1
    shown = capsys.readouterr().out
    assert "! edenai  JobFailed\n  .planned  JobAstray\n  .instead  edenai job " in shown
    assert "1 of 2 jobs ended as planned" in shown


def test_a_short_plan_that_holds_is_no_surprise(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([SWIFT]) == 0
    assert "1 of 1 jobs ended as planned" in capsys.readouterr().out
