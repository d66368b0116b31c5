"""An Airflow trigger that waits for a job: a deferred task holds the ref, and no worker's slot."""

import time
from collections.abc import AsyncIterator
from typing import Any

from airflow.triggers.base import (  # type: ignore[import-not-found] # the user's engine, not ours
    BaseTrigger,
    TriggerEvent,
)

from tilldone import WaitError, aio, edenai


class JobTrigger(BaseTrigger):  # type: ignore[misc] # as above
    """Fires when the job ends. Defer with `JobTrigger(job.ref, time.time() + 6 * 3600)`."""

    def __init__(self, ref: str, deadline: float) -> None:
        super().__init__()
        self.ref, self.deadline = ref, deadline

    def serialize(self) -> tuple[str, dict[str, Any]]:
        return f"{__name__}.JobTrigger", {"ref": self.ref, "deadline": self.deadline}

    async def run(self) -> AsyncIterator[Any]:
        job = edenai.resume(edenai.connect(), self.ref)
        try:
            done = await aio.wait(job, timeout=max(self.deadline - time.time(), 0))
        except WaitError as error:
            yield TriggerEvent({"ref": self.ref, "error": str(error)})
        else:
            yield TriggerEvent({"ref": self.ref, "output": done.output})
