"""Providers by name, with a client from the environment: for refs, the command line and workers."""

import inspect
import os

from tilldone._core.job import Job, parse_ref
from tilldone._core.provider import Provider
from tilldone._core.registry import base_url_variable, provider_named
from tilldone._http.settings import checked_settings

__all__ = ["connected", "resume"]


def connected(
    provider: Provider[object], *, base_url: str | None = None, allow_http: bool = False
) -> object:
    """Make a provider's client from the environment, by the `connect` that it declares.

    Args:
        provider: whose client.
        base_url: where the API is; None reads `TILLDONE_<PROVIDER>_BASE_URL`, and leaves it to the
            provider where that is not set.
        allow_http: send the key over plain http to a host that is not this machine.

    Raises:
        TypeError: its `connect` gives what is no client.
        ValueError: the provider declares no `connect`, or none that takes these arguments; there is
            no key; or the base_url cannot be used.
    """
    if provider.connect is None:
        raise ValueError(
            f"{provider.name}: no client can be made from the environment; pass one, or declare "
            "Provider(connect=...)"
        )
    given: dict[str, object] = {"allow_http": True} if allow_http else {}
    if base_url is None:
        base_url = os.environ.get(base_url_variable(provider.name), "").strip() or None
    if base_url is not None:
        given["base_url"] = base_url
    for name in given:
        if not _takes(provider, name):
            raise ValueError(f"{name}: the connect of {provider.name} takes no such argument")
    client = provider.connect(**given)
    checked_settings(client, provider)
    return client


def _takes(provider: Provider[object], name: str) -> bool:
    try:
        inspect.signature(provider.connect).bind_partial(**{name: None})  # type: ignore[arg-type] # it is there
    except TypeError:
        return False
    return True


def resume(ref: str, client: object = None) -> Job[object]:
    """Name a job of any known provider by the `ref` of an earlier `Job`.

    Args:
        ref: `job.ref`, as it was stored.
        client: what to ask with; None makes it from the environment, by the provider's `connect`.

    Raises:
        ValueError: the ref is damaged or too new, nobody knows its provider, or no client can be
            made from the environment.
    """
    provider = provider_named(parse_ref(ref).provider)
    return provider.resume(connected(provider) if client is None else client, ref)
