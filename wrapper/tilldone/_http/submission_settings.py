"""The settings of a client that makes jobs: it must not send a request again by itself.

What a transport of the user's does is only known by its name. One that wraps httpx's own is
stopped at the second writing, whatever its name is (see `exchange.Trace`).
"""

import re

from tilldone._core.job_request import Submission
from tilldone._http.private import transports_of
from tilldone._http.settings import ClientSettings, settings_of

__all__ = ["submission_settings"]

# httpx_retries.RetryTransport, pydantic_ai.retries.TenacityTransport, and what derives from them.
_RETRYING = re.compile("retr(y|ies)", re.IGNORECASE)


def submission_settings(submission: Submission[object]) -> ClientSettings:
    """Give the settings of the client that a job is submitted by.

    Raises:
        TypeError: it is not a client that tilldone knows.
        ValueError: it sends requests again by itself, and the provider knows none again.
    """
    settings = settings_of(submission.client)
    if submission.provider.idempotency_header is not None:
        return settings
    used: list[object] = [
        settings.own.get("transport"),
        *(settings.own.get("mounts") or {}).values(),
    ]
    for client in (settings.client, settings.async_client):
        if client is not None:
            used += [client, *transports_of(client)]
    for each in used:
        names = [f"{kind.__module__}.{kind.__qualname__}" for kind in type(each).__mro__]
        if any(map(_RETRYING.search, names)):
            raise ValueError(
                f"client: {names[0]} sends requests again by itself, and a job could be bought "
                f"twice; submit by a client without it ({submission.provider.name} declares no "
                "idempotency_header)"
            )
    return settings
