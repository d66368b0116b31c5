"""Run a program with the simulator in the place of its providers.

    python at_simulator.py JOBS PROGRAM [ARGUMENT ...]

JOBS is a JSON list of what `Simulator.submit` takes. The program finds its keys in the environment
and calls `connect()` as it always does: only the address that `connect()` falls back on is changed.
"""

import json
import os
import runpy
import sys
from contextlib import ExitStack
from functools import partial
from unittest.mock import patch

from tilldone import edenai, vessl, viddyscribe, videodb, zai
from tilldone.simulator import Simulator

ADDRESSED = (videodb, viddyscribe, edenai, zai)

if __name__ == "__main__":
    _, jobs, program, *arguments = sys.argv
    with Simulator() as simulator, ExitStack() as patches:
        for job in json.loads(jobs):
            simulator.submit(**job)
        os.environ[vessl.PROVIDER.key_variable] = simulator.token("vessl")
        os.environ["VESSL_BASE_URL"] = simulator.url("vessl")
        for module in ADDRESSED:
            name = module.PROVIDER.name
            os.environ[module.PROVIDER.key_variable] = simulator.token(name)
            connect = partial(module.connect, base_url=simulator.url(name))
            patches.enter_context(patch.object(module, "connect", connect))
        sys.argv = [program, *arguments]
        runpy.run_path(program, run_name="__main__")
