"""A Celery task that waits for a job: between polls it is a message, not a worker's time."""

import time
from typing import Any

from celery import Task, shared_task  # type: ignore[import-not-found] # the user's engine

from tilldone import PollUnavailable, check, edenai


@shared_task(bind=True, max_retries=None, acks_late=True)  # type: ignore[untyped-decorator] # as above
def wait_for(self: Task, ref: str, began: float, timeout: float) -> dict[str, Any]:
    """Give the finished job's body. Call with `wait_for.delay(job.ref, time.time(), 6 * 3600)`."""
    elapsed = time.time() - began
    pause = min(0.5 * (elapsed + 1) ** 0.5, 30)
    try:
        snapshot = check(edenai.resume(edenai.connect(), ref))
    except PollUnavailable:
        if elapsed >= timeout:
            raise
        raise self.retry(countdown=pause) from None
    if not snapshot.phase.finished:
        if elapsed >= timeout:
            raise TimeoutError(f"still {snapshot.status} after {elapsed:.0f} s: {ref}")
        raise self.retry(countdown=pause)
    return snapshot.body
