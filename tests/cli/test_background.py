"""`tilldone simulate --env`: one simulator for a machine's shells, whoever of them starts it."""

import os
import re
import shutil
import signal
import socket
import subprocess

import pytest
from tests.cli.conftest import Terminal
from tests.waits.harness import HUNG

READ = {
    "bash": 'eval "$LINES_OF_IT"',
    "dash": 'eval "$LINES_OF_IT"',
    "zsh": 'eval "$LINES_OF_IT"',
    "fish": "echo $LINES_OF_IT | source",
}


@pytest.fixture
def port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        number: int = free.getsockname()[1]
    return number


def test_of_several_that_start_at_once_all_lead_to_the_one(tilldone: Terminal, port: int) -> None:
    command = ["simulate", "--env", "--port", str(port)]
    asking = [tilldone.start(*command) for _ in range(3)]
    told = [each.communicate(timeout=HUNG) for each in asking]
    pids = {re.findall(r"`kill (\d+)` ends it", said)[0] for _, said in told}
    assert len(pids) == 1, told
    os.kill(int(pids.pop()), signal.SIGTERM)
    assert [each.returncode for each in asking] == [0, 0, 0]
    assert sum("in the background" in said for _, said in told) == 1
    lines = {out for out, _ in told}
    assert len(lines) == 1
    environment = {**os.environ, "LINES_OF_IT": lines.pop()}
    for shell in filter(shutil.which, READ):
        program = f"{READ[shell]}; echo $TILLDONE_EDENAI_BASE_URL $EDENAI_API_KEY"
        ran = subprocess.run(
            [shell, "-c", program], env=environment, capture_output=True, text=True, check=True
        )
        assert ran.stdout == f"http://127.0.0.1:{port} simulator-edenai-key\n", shell
