"""From what is typed on a command line to a job, with the key from the environment."""

import json
from typing import Any

from tilldone._job import Job
from tilldone._providers import provider_module

__all__ = ["Targets"]


class Targets:
    """Makes jobs, one client for each provider.

    Args:
        base_url: for the provider of every job, where it is not the usual one.
        agent_id: for the jobs that need one and do not bring it.
    """

    def __init__(self, *, base_url: str | None = None, agent_id: str | None = None) -> None:
        self._options: dict[str, Any] = {} if base_url is None else {"base_url": base_url}
        self._agent_id = agent_id
        self._clients: dict[str, object] = {}

    def job(self, provider: str, name: str) -> Job[object]:
        """Make a job from its id or its ref.

        Raises:
            ValueError: no such provider, no key, a bad id or ref, or no agent id.
        """
        module = provider_module(provider)
        if provider not in self._clients:
            self._clients[provider] = module.connect(**self._options)
        client = self._clients[provider]
        if name.lstrip().startswith("{"):
            return module.resume(client, name)
        wanted = module.PROVIDER.extras
        if "agent_id" in wanted and self._agent_id is None:
            raise ValueError(f"agent_id: a {provider} job needs one; pass --agent-id")
        extras = {"agent_id": self._agent_id} if "agent_id" in wanted and self._agent_id else {}
        return module.job(client, name, **extras)

    def line(self, text: str) -> Job[object]:
        """Make a job from a line of a file: a ref, or provider and id with a blank between them.

        Raises:
            ValueError: it is neither, or the job cannot be made.
        """
        if text.startswith("{"):
            return self.job(_provider_in(text), text)
        provider, _, name = text.partition(" ")
        if not name.strip():
            raise ValueError(f"{text!r} is neither a ref nor a provider and an id")
        return self.job(provider, name.strip())


def _provider_in(ref: str) -> str:
    try:
        return str(json.loads(ref)["provider"])
    except (ValueError, KeyError, TypeError):
        raise ValueError(f"ref: {ref!r} is damaged: it does not name its provider") from None
