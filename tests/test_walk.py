"""wrapper/README.md walks through files that there are, and leaves out none that a wait enters.

The packages of the pipeline say of each of their modules what it is for.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from pkgutil import iter_modules
from typing import TYPE_CHECKING

import pytest

import pipeline.draft

if TYPE_CHECKING:
    from types import ModuleType

WRAPPER = Path(__file__).resolve().parent.parent / "wrapper"
TEXT = (WRAPPER / "README.md").read_text(encoding="utf-8")
NAMED = set(re.findall(r"`((?:tilldone|_[a-z]+)/[a-z_]+\.py)`", TEXT))

# Each helps many others with a line or two.
HELPERS = {
    "_core/arguments.py",
    "_core/errors.py",
    "_core/text.py",
    "_drivers/loop_warning.py",
    "_log.py",
}

PROGRAM = """
import sys
from pathlib import Path

import tilldone
from tilldone import edenai, wait
from tilldone.simulator import Simulator
from tilldone.testing import done, running

package = Path(tilldone.__file__).parent
entered = set()


def note(frame, event, _argument):
    file = Path(frame.f_code.co_filename)
    if event == "call" and file.is_relative_to(package):
        entered.add(file.relative_to(package).as_posix())


with Simulator() as simulator:
    job_id = simulator.submit("edenai", script=[running(), done("all")])
    client = edenai.connect(simulator.token("edenai"), base_url=simulator.url("edenai"))
    job = edenai.job(client, job_id)
    sys.setprofile(note)
    wait(job, timeout=30)
    sys.setprofile(None)
print(*sorted(entered))
"""


def test_the_files_that_the_walk_names_are_there() -> None:
    assert len(NAMED) > 15
    found = {name: WRAPPER / "tilldone" / name.removeprefix("tilldone/") for name in NAMED}
    assert not [name for name, file in found.items() if not file.is_file()]


def test_the_walk_names_every_file_that_a_wait_enters() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    entered = set(ran.stdout.split()) - HELPERS
    assert "_core/poller.py" in entered
    # Who follows a wait has to read them all: whoever adds one says here why it is worth that. The
    # deadline, the addresses, the mask, the note on an interruption and JSON of any depth are each
    # a promise of its own, and are found by their names; a key in a URL would be in every log that
    # is kept at INFO; and no job may have another's answer.
    assert len(entered) <= 24, sorted(entered)
    assert entered - {name.removeprefix("tilldone/") for name in NAMED} == set()


def test_the_glossary_is_short_enough_to_be_read() -> None:
    words = re.findall(r"^\| (\w+) \|", TEXT.partition("## Words")[2], re.MULTILINE)
    assert 10 < len(words) - 1 <= 20


@pytest.mark.parametrize(
    "package", [pipeline, pipeline.draft], ids=lambda package: package.__name__
)
def test_the_pipeline_says_what_each_of_its_modules_is_for(package: ModuleType) -> None:
    named = set(re.findall(r"\w+", package.__doc__ or ""))
    assert {module.name for module in iter_modules(package.__path__)} <= named
