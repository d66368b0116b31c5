"""From what is typed on a command line to a job, with the key from the environment."""

import os
from collections.abc import Mapping

from tilldone._core.job import Job, parse_ref
from tilldone._core.provider import Provider
from tilldone._core.registry import provider_named, provider_names
from tilldone._http.connect import connected
from tilldone.cli._options import extra_option

__all__ = ["Targets"]


class Targets:
    """Makes jobs, one client for each provider.

    Args:
        base_urls: other addresses of the APIs; `PROVIDER=URL`, or a URL alone where all jobs are
            of one provider.
        allow_http: send keys unencrypted.
        extras: what names jobs beside their ids, for those that need it and do not bring it.
        agent_id: one of these extras, by an option of its own.
        connecting: whether the jobs are to be asked for; else they have no client, and no key is
            needed.

    Raises:
        ValueError: the agent id is given in both ways.
    """

    def __init__(
        self,
        *base_urls: str | None,
        allow_http: bool,
        extras: Mapping[str, str],
        agent_id: str | None,
        connecting: bool = True,
    ) -> None:
        self._allow_http = allow_http
        self._connecting = connecting
        if agent_id is not None and "agent_id" in extras:
            raise ValueError("agent_id: --extra agent_id gives it, too; leave one of them out")
        self._extras = dict(extras) if agent_id is None else {**extras, "agent_id": agent_id}
        self._unused = set(self._extras)
        self._urls: dict[str, str] = {}
        self._url_of_all: str | None = None
        self._clients: dict[str, object] = {}
        for text in base_urls:
            provider, named, url = (text or "").partition("=")
            if named and provider in provider_names():
                self._urls[provider] = url
            elif text is not None:
                self._url_of_all = text

    def client(self, provider: str) -> object:
        """Make a provider's client, once.

        Raises:
            ValueError: no such provider, no key, or a bad URL.
        """
        if provider not in self._clients:
            self._clients[provider] = self._connect(provider_named(provider))
        return self._clients[provider]

    def job(self, provider: str, name: str) -> Job[object]:
        """Make a job from its id or its ref.

        Raises:
            ValueError: no such provider, no key, a bad URL, id or ref, or an extra is missing.
        """
        declared = provider_named(provider)
        client = self.client(provider) if self._connecting else None
        if name.lstrip().startswith("{"):
            named = parse_ref(name).provider
            if named != provider:
                raise ValueError(
                    f"ref: it names a job of {named!r}, not of {provider!r}; write {named} there"
                )
            return declared.resume(client, name)
        missing = [extra for extra in declared.extras if extra not in self._extras]
        if missing:
            raise ValueError(
                f"a {provider} job is named by its {' and '.join(missing)}, too; pass "
                f"{' '.join(map(extra_option, missing))}"
            )
        self._unused.difference_update(declared.extras)
        return declared.job(
            client, name, **{extra: self._extras[extra] for extra in declared.extras}
        )

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
        """Refuse the extras that were given and that none of the jobs has taken.

        Raises:
            ValueError: there is one.
        """
        for extra in sorted(self._unused):
            raise ValueError(f"{extra_option(extra)}: no job here takes one; leave it out")

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
