"""A bar for people: on a terminal, and nowhere else."""

import re
import subprocess
import sys
from pathlib import Path

from tests.downloads.hosting import CONTENT, FILE, hosting
from tests.many.test_progress import NOTEBOOK, on_a_terminal

APPLICATION = """
import sys
import tilldone

link, path = sys.argv[1:]
print("begun")
print(tilldone.download(link, path, progress=True, allow_private=True))
"""


def test_a_bar_on_a_terminal(target: Path) -> None:
    with hosting(FILE.serve) as host:
        said, told = on_a_terminal(["-c", APPLICATION, host.link, str(target)])
    plain = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", told)
    assert "result.mp4" in plain
    assert "300.0/300.0 kB" in plain
    assert said == f"begun\n{target}\n"
    assert target.read_bytes() == CONTENT


def test_nothing_where_there_is_no_terminal(target: Path) -> None:
    with hosting(FILE.serve) as host:
        command = [sys.executable, "-c", APPLICATION, host.link, str(target)]
        ran = subprocess.run(command, capture_output=True, text=True, check=True)
    assert ran.stderr == ""
    assert ran.stdout == f"begun\n{target}\n"


def test_a_name_is_no_markup_and_steers_nothing(target: Path) -> None:
    odd = target.with_name("[red]a[bold]\u202e\x1b]0;owned\x07.mp4")
    with hosting(FILE.serve) as host:
        _, told = on_a_terminal(["-c", APPLICATION, host.link, str(odd)])
    assert "[red]a[bold]" in told
    assert "\x1b]0;" not in told
    assert "\u202e" not in told
    assert odd.read_bytes() == CONTENT


def test_a_line_in_a_notebook(target: Path) -> None:
    with hosting(FILE.serve) as host:
        command = [sys.executable, "-c", NOTEBOOK + APPLICATION, host.link, str(target)]
        ran = subprocess.run(command, capture_output=True, check=True)
    last = ran.stderr.decode().rpartition("\r")[2]
    assert last == f"result.mp4: {len(CONTENT):,} of {len(CONTENT):,} bytes\n"
