"""Run a program with the simulator in the place of its providers, and no pause between its polls.

    python at_simulator.py SCRIPTS PROGRAM [ARGUMENT ...]

SCRIPTS is a JSON list of `{"provider": ..., "script": [...]}`, with an `id` for a job that is there
already, and without one for what is submitted. A step is `"running"`, `["status", 503]`, or
`["accepted", "running", "done"]` for a job that then goes like that, as all do of which nothing is
said. The program finds keys and addresses in the environment, and calls `connect()` as always.
"""

import json
import os
import runpy
import sys
from typing import Any

from tilldone._core.registry import built_in_names, provider_named
from tilldone.simulator import Simulator, Step, steps
from tilldone.simulator._known import PROVIDERS
from tilldone.testing import ManualClock


def step(told: Any) -> Step:  # noqa: ANN401 # JSON
    """Make a step of its name, or of its name and what it takes."""
    name, *arguments = [told] if isinstance(told, str) else told
    if name == "accepted":
        return steps.accepted(script=[step(each) for each in arguments])
    made: Step = getattr(steps, name)(*arguments)
    return made


if __name__ == "__main__":
    _, scripts, program, *arguments = sys.argv
    with Simulator() as simulator, ManualClock():
        usual = step(["accepted", "pending", "running", "done"])
        for name in PROVIDERS:
            simulator.script_submissions(name, [usual])
        for name in built_in_names():
            os.environ[str(provider_named(name).key_variable)] = simulator.token(name)
            os.environ[f"TILLDONE_{name.upper()}_BASE_URL"] = simulator.url(name)
        for told in json.loads(scripts):
            script = [step(each) for each in told["script"]]
            if "id" in told:
                simulator.submit(told["provider"], id=told["id"], script=script)
            else:
                simulator.script_submissions(told["provider"], script)
        sys.argv = [program, *arguments]
        runpy.run_path(program, run_name="__main__")
