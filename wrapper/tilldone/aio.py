"""The same helpers for async code, on asyncio and on trio.

`submit`, `submit_all`, `run`, `wait`, `watch`, `check`, `as_completed`, `wait_all` and `download`
take, return and raise what their synchronous namesakes do; both are driven by the same core and
cannot decide differently.
`resume` asks nobody anything, and is the same function.
"""

from tilldone._download.asynchronous import download
from tilldone._drivers.asynchronous import as_completed, check, wait, wait_all, watch
from tilldone._drivers.submit_async import run, submit, submit_all
from tilldone._http.connect import resume

__all__ = ["as_completed", "check", "download", "resume", "run", "submit", "submit_all"]
__all__ += ["wait", "wait_all", "watch"]
