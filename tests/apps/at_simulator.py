"""Run a program with the simulator in the place of its providers.

    python at_simulator.py JOBS PROGRAM [ARGUMENT ...]

JOBS is a JSON list of what `Simulator.submit` takes. The program finds keys and addresses in the
environment, and calls `connect()` as it always does.
"""

import json
import os
import runpy
import sys

from tilldone import edenai, vessl, viddyscribe, videodb, zai
from tilldone.simulator import Simulator

if __name__ == "__main__":
    _, jobs, program, *arguments = sys.argv
    with Simulator() as simulator:
        for job in json.loads(jobs):
            simulator.submit(**job)
        for module in (edenai, vessl, viddyscribe, videodb, zai):
            name = module.PROVIDER.name
            os.environ[str(module.PROVIDER.key_variable)] = simulator.token(name)
            os.environ[f"TILLDONE_{name.upper()}_BASE_URL"] = simulator.url(name)
        sys.argv = [program, *arguments]
        runpy.run_path(program, run_name="__main__")
