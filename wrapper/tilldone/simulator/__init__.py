"""The providers' wire protocols on a real HTTP server, for demos and tests.

    from tilldone.simulator import Simulator

    with Simulator() as simulator:
        id = simulator.submit("edenai", duration=3)
        client = edenai.connect(simulator.token("edenai"), base_url=simulator.url("edenai"))

Jobs run by the clock, or by a script of answers and faults from `tilldone.simulator.steps`.
Clients submit them as at the providers: a body is held to what the operation takes,
`simulator.script_submissions` says what they are told, and `simulator.submissions` what they sent.
The headers `x-simulator-duration` (seconds) and `x-simulator-fail: 1` choose how such a job goes.
`python -m tilldone.simulator` serves until Ctrl-C.

A provider that `tilldone.Provider` declares is there by its name, too. Its jobs are found by its
own `request` and made by its own `operations`, its steps say the words of its `phases`, and what
else its bodies hold is given to `done` and `failed`, or to `body` as a whole. One without
operations takes jobs at `submit` below its URL.

Needs the extra `simulator`.
"""

try:
    from tilldone.simulator._provider import PollRecord, Step
    from tilldone.simulator._simulator import Simulator
    from tilldone.simulator._submissions import SubmissionRecord
except ModuleNotFoundError as _missing:
    if _missing.name not in {"starlette", "uvicorn"}:
        raise
    raise ModuleNotFoundError(
        f"tilldone.simulator needs {_missing.name}: pip install 'tilldone[simulator]'",
        name=_missing.name,
    ) from _missing

__all__ = ["PollRecord", "Simulator", "Step", "SubmissionRecord"]
