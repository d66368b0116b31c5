"""The fixture that an application's tests ask for, in a pytest of their own."""

import os
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

from tests.test_exports import WITHOUT_EXTRAS
from tests.test_providers import RENDERS, installed
from tests.waits.harness import PROVIDERS

VARIABLES = [str(module.PROVIDER.key_variable) for module in PROVIDERS.values()]


def pytest_on(folder: Path, *arguments: str, **files: str) -> "subprocess.CompletedProcess[str]":
    """Run pytest on these modules, as in a project of its own."""
    for name, text in files.items():
        (folder / f"{name}.py").write_text(dedent(text))
    inherited = {name: value for name, value in os.environ.items() if name not in VARIABLES}
    flags = ("-W", "error", "-p", "no:cacheprovider", "-o", "addopts=", "--rootdir", str(folder))
    return subprocess.run(
        [sys.executable, "-m", "pytest", *flags, *arguments],
        cwd=folder,
        env={name: value for name, value in inherited.items() if "PYTEST" not in name},
        capture_output=True,
        text=True,
        check=False,
    )


# `connect` is imported in every way that there is: the fixture has to reach them all.
APPLICATION = """
    from tilldone import JobFailed, edenai, vessl, viddyscribe, videodb, wait, zai
    from tilldone.videodb import connect as connect_to_videodb

    CONNECT = {
        "edenai": edenai.connect,
        "vessl": vessl.connect,
        "viddyscribe": viddyscribe.connect,
        "videodb": connect_to_videodb,
        "zai": zai.connect,
    }
    JOB = {
        "edenai": edenai.job,
        "vessl": vessl.job,
        "viddyscribe": viddyscribe.job,
        "videodb": videodb.job,
        "zai": lambda client, id: zai.job(client, id, agent_id="vidu_template_agent"),
    }

    def finished(provider: str, job_id: str) -> bool:
        try:
            wait(JOB[provider](CONNECT[provider](), job_id), timeout=60)
        except JobFailed:
            return False
        return True
"""


def test_every_client_is_led_to_the_simulator(tmp_path: Path) -> None:
    ran = pytest_on(
        tmp_path,
        application=APPLICATION,
        test_application="""
            import pytest
            from application import CONNECT, finished
            from tilldone.testing import ManualClock, done, failed, running, status

            @pytest.mark.parametrize("provider", list(CONNECT))
            @pytest.mark.parametrize("end", [done(), failed()])
            def test_ends(tilldone_simulator, provider, end):
                script = [running(), status(502), end]
                job_id = tilldone_simulator.submit(provider, script=script)
                with ManualClock():
                    assert finished(provider, job_id) is (end.name == "done")
                assert len(tilldone_simulator.polls(job_id)) == 3
        """,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "10 passed" in ran.stdout


# As it is in production: nothing of it knows of a simulator.
SUBMITTING = """
    from tilldone import JobFailed, SubmitError, edenai, run, vessl, viddyscribe, videodb, zai
    from tilldone_clients.edenai.models import UniversalAIAsyncBody
    from tilldone_clients.vessl.models import CreateAsyncRequestBody
    from tilldone_clients.viddyscribe.models import GenerationBody
    from tilldone_clients.videodb.models import UploadBody
    from tilldone_clients.zai.models import SpecialEffectsVideosAgentRequest

    FILE = "https://files.example/harbour.mp4"

    def transcribe():
        asked = {"model": "audio/speech_to_text_async/deepgram", "input": {"file": FILE}}
        return edenai.create(edenai.connect(), UniversalAIAsyncBody.from_dict(asked))

    def ask():
        return vessl.create(vessl.connect(), CreateAsyncRequestBody(data={"prompt": "Hello"}))

    def describe():
        body = GenerationBody.from_dict({"input": {"type": "url", "url": FILE}})
        return viddyscribe.generate_text(viddyscribe.connect(), body)

    def upload():
        return videodb.upload(videodb.connect(), UploadBody(url=FILE))

    def dance():
        text = [{"type": "text", "text": "A dancer"}]
        asked = {"agent_id": "vidu_template_agent", "messages": [{"role": "user", "content": text}]}
        return zai.invoke(zai.connect(), SpecialEffectsVideosAgentRequest.from_dict(asked))

    MAKE = {
        "edenai": transcribe,
        "vessl": ask,
        "viddyscribe": describe,
        "videodb": upload,
        "zai": dance,
    }

    def outcome(provider: str) -> str:
        try:
            return type(run(MAKE[provider](), timeout=60)).__name__
        except (JobFailed, SubmitError) as error:
            return type(error).__name__
"""


def test_what_an_application_submits_needs_no_change(tmp_path: Path) -> None:
    ran = pytest_on(
        tmp_path,
        application=SUBMITTING,
        test_application="""
            import pytest
            from application import MAKE, outcome
            from tilldone.testing import ManualClock, accepted, done, failed, refused, reset
            from tilldone.testing import running, status

            RESULTS = {
                "edenai": "UniversalAIAsyncResponse",
                "vessl": "AsyncRequestOutput",
                "viddyscribe": "JobResults",
                "videodb": "AsyncResponse",
                "zai": "CommonAgentResultResponse",
            }

            @pytest.mark.parametrize("provider", list(MAKE))
            @pytest.mark.parametrize(
                ("step", "end"),
                [
                    (accepted(script=[running(), status(502), done()]), None),
                    (accepted(script=[running(), failed()]), "JobFailed"),
                    (refused(), "SubmitRejected"),
                    (reset(), "SubmitUncertain"),
                    (status(500), "SubmitUncertain"),
                ],
            )
            def test_ends(tilldone_simulator, provider, step, end):
                tilldone_simulator.script_submissions(provider, [status(429), step])
                with ManualClock():
                    came = outcome(provider)
                assert came == (end or RESULTS[provider])
                records = tilldone_simulator.submissions()
                assert [each.answered for each in records] == ["status(429)", step.name]
                assert records[0].provider == provider
        """,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "25 passed" in ran.stdout


def test_to_an_installed_provider_tilldone_itself_finds_the_way(tmp_path: Path) -> None:
    installed(tmp_path, "acme_renders", "renders = acme:PROVIDER", acme=RENDERS)
    installed(tmp_path, "broken", "broken = nowhere:PROVIDER")
    ran = pytest_on(
        tmp_path,
        test_renders="""
            import subprocess, sys
            import tilldone
            from tilldone.testing import ManualClock, done, status

            def test_it(tilldone_simulator):
                script = [status(502), done({"url": "u"})]
                tilldone_simulator.submit("renders", script=script, id="r1")
                with ManualClock():
                    job = tilldone.resume('{"tilldone":1,"provider":"renders","id":"r1"}')
                    assert tilldone.wait(job, timeout=60) == {"url": "u", "status": "ready"}
                command = [sys.executable, "-m", "tilldone", "check", "renders", "r1"]
                subprocess.run(command, check=True)
                assert len(tilldone_simulator.polls("r1")) == 3
        """,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "1 passed" in ran.stdout


def test_all_is_as_before_after_the_test(tmp_path: Path) -> None:
    ran = pytest_on(
        tmp_path,
        test_order=f"""
            import os, threading
            import pytest
            from tilldone import edenai, vessl

            def test_with_it(tilldone_simulator):
                edenai.connect(), vessl.connect()

            def test_without_it():
                assert not {VARIABLES!r} & os.environ.keys()
                with pytest.raises(ValueError, match="EDENAI_API_KEY"):
                    edenai.connect()
                client = edenai.connect("key-for-tests")
                assert client.get_httpx_client().base_url == edenai.DEFAULT_BASE_URL
                client.get_httpx_client().close()
                with pytest.raises(ValueError, match="VESSL_BASE_URL"):
                    vessl.connect("key-for-tests")
                assert threading.active_count() == 1
        """.replace(f"not {VARIABLES!r}", f"not set({VARIABLES!r})"),
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "2 passed" in ran.stdout


def test_each_test_has_a_simulator_of_its_own(tmp_path: Path) -> None:
    ran = pytest_on(
        tmp_path,
        test_own="""
            import pytest

            @pytest.mark.parametrize("turn", [1, 2])
            def test_the_same_id(tilldone_simulator, turn):
                tilldone_simulator.submit("edenai", id="mine")
                assert tilldone_simulator.polls("mine") == []
        """,
    )
    assert "2 passed" in ran.stdout


def test_the_fixture_says_what_it_is(tmp_path: Path) -> None:
    ran = pytest_on(tmp_path, "--fixtures", test_none="")
    assert "tilldone_simulator -- " in ran.stdout
    assert "Run a simulator of the providers in the box" in ran.stdout


def test_without_the_extra_it_says_what_to_install(tmp_path: Path) -> None:
    ran = pytest_on(
        tmp_path,
        conftest=WITHOUT_EXTRAS,
        test_missing="""
            def test_with_it(tilldone_simulator): ...
            def test_without_it(): ...
        """,
    )
    assert "pip install 'tilldone[simulator]'" in ran.stdout
    assert "1 passed, 1 error" in ran.stdout


def test_whoever_does_not_ask_for_it_does_not_pay_for_it(tmp_path: Path) -> None:
    ran = pytest_on(
        tmp_path,
        test_cheap="""
            import sys

            def test_nothing_is_imported():
                assert "tilldone_pytest" in sys.modules
                ours = {"tilldone", "tilldone_clients", "httpx", "starlette", "uvicorn"}
                assert not ours & sys.modules.keys()
        """,
    )
    assert "1 passed" in ran.stdout, ran.stdout
