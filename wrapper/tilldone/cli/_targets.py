"""From what is typed on a command line to a job, with the key from the environment."""

import os

from tilldone._core.job import Job, parse_ref
from tilldone._core.provider import Provider
from tilldone._core.registry import provider_named, provider_names
from tilldone._providers import connected

__all__ = ["Targets"]


class Targets:
    """Makes jobs, one client for each provider.

    Args:
        base_urls: other addresses of the APIs; `PROVIDER=URL`, or a URL alone where all jobs are
            of one provider.
        allow_http: send keys unencrypted.
        agent_id: for the jobs that need one and do not bring it.
    """

    def __init__(self, *base_urls: str | None, allow_http: bool, agent_id: str | None) -> None:
        self._allow_http = allow_http
        self._agent_id = agent_id
        self._agent_used = False
        self._urls: dict[str, str] = {}
        self._url_of_all: str | None = None
        self._clients: dict[str, object] = {}
        for text in base_urls:
            provider, named, url = (text or "").partition("=")
            if named and provider in provider_names():
                self._urls[provider] = url
            elif text is not None:
                self._url_of_all = text

    def job(self, provider: str, name: str) -> Job[object]:
        """Make a job from its id or its ref.

        Raises:
            ValueError: no such provider, no key, a bad URL, id or ref, or no agent id.
        """
        declared = provider_named(provider)
        if provider not in self._clients:
            self._clients[provider] = self._connect(declared)
        client = self._clients[provider]
        if name.lstrip().startswith("{"):
            return declared.resume(client, name)
        extras: dict[str, str] = {}
        if "agent_id" in declared.extras:
            if self._agent_id is None:
                raise ValueError(f"a {provider} job is named by its agent, too; pass --agent-id")
            extras = {"agent_id": self._agent_id}
            self._agent_used = True
        return declared.job(client, name, **extras)

    def line(self, text: str) -> Job[object]:
        """Make a job from a line of a file: a ref, or provider and id with a blank between them.

        Raises:
            ValueError: it is neither, or the job cannot be made.
        """
        if text.startswith("{"):
            return self.job(parse_ref(text).provider, text)
        provider, *rest = text.split(maxsplit=1)
        if not rest:
            raise ValueError(f"{text!r} is neither a ref nor a provider and an id")
        return self.job(provider, rest[0])

    def all_made(self) -> None:
        """Refuse an agent id that was given and that none of the jobs has taken.

        Raises:
            ValueError: there is one.
        """
        if self._agent_id is not None and not self._agent_used:
            raise ValueError("agent_id: no job here takes one; leave it out")

    def _connect(self, declared: Provider[object]) -> object:
        provider, variable = declared.name, declared.key_variable
        if variable is not None and not os.environ.get(variable, "").strip():
            raise ValueError(f"{variable} is not set; the key of {provider} is read from it")
        url = self._urls.get(provider, self._url_of_all)
        if provider not in self._urls and self._url_of_all is not None and self._clients:
            others = ", ".join(self._clients)
            raise ValueError(
                f"--base-url: {url} would get the keys of several providers ({others}, "
                f"{provider}); give each its own, as in --base-url {provider}=URL"
            )
        return connected(declared, base_url=url, allow_http=self._allow_http)
