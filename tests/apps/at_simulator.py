"""Run a program with the simulator in the place of its providers, and no pause between its polls.

    python at_simulator.py JOBS PROGRAM [ARGUMENT ...]

JOBS is a JSON list of what `Simulator.submit` takes, a step being `"running"` or `["status", 503]`.
The program finds keys and addresses in the environment, and calls `connect()` as it always does.
"""

import json
import os
import runpy
import sys
from contextlib import nullcontext
from typing import Any

from tilldone._core.registry import built_in_names, provider_named
from tilldone.simulator import Simulator, Step, steps
from tilldone.testing import ManualClock


def step(told: Any) -> Step:  # noqa: ANN401 # JSON
    """Make a step of its name, or of its name and what it takes."""
    name, *arguments = [told] if isinstance(told, str) else told
    made: Step = getattr(steps, name)(*arguments)
    return made


if __name__ == "__main__":
    _, jobs, program, *arguments = sys.argv
    scripted = json.loads(jobs)
    # What a program submits itself takes its time.
    with Simulator() as simulator, ManualClock() if scripted else nullcontext():
        for job in scripted:
            simulator.submit(**job | {"script": [step(each) for each in job["script"]]})
        for name in built_in_names():
            os.environ[str(provider_named(name).key_variable)] = simulator.token(name)
            os.environ[f"TILLDONE_{name.upper()}_BASE_URL"] = simulator.url(name)
        sys.argv = [program, *arguments]
        runpy.run_path(program, run_name="__main__")
