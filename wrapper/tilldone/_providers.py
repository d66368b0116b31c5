"""The providers that there are, found by their generated clients; imported only when asked for."""

import json
from collections.abc import Mapping
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, Protocol, cast

import tilldone_clients
from tilldone._core.job import Job
from tilldone._core.phase import Phase
from tilldone._core.provider import Provider

__all__ = ["ProviderModule", "provider_in", "provider_module", "provider_names"]


class ProviderModule(Protocol):
    """The face that every provider's module has."""

    PHASES: Mapping[str, Phase]
    PROVIDER: Provider[object]

    def connect(self, token: str | None = None, **options: Any) -> object:  # noqa: ANN401 # each its own
        """Make the provider's client."""
        ...

    def job(self, client: Any, id: str, **extras: str) -> Job[object]:  # noqa: ANN401 # each its own
        """Name a job by its id."""
        ...

    def resume(self, client: Any, ref: str) -> Job[object]:  # noqa: ANN401 # each its own
        """Name a job by its ref."""
        ...


def provider_names() -> list[str]:
    """Give the names of all providers, in alphabetical order."""
    return sorted(found.name for found in iter_modules(tilldone_clients.__path__) if found.ispkg)


def provider_module(name: str) -> ProviderModule:
    """Import a provider's module.

    Raises:
        ValueError: there is no such provider.
    """
    names = provider_names()
    if name not in names:
        raise ValueError(f"provider: {name!r} is none of {', '.join(names)}")
    return cast("ProviderModule", import_module(f"tilldone.{name}"))


def provider_in(ref: str) -> str:
    """Give the name of the provider whose job a ref names.

    Raises:
        ValueError: the ref does not say.
    """
    try:
        return str(json.loads(ref)["provider"])
    except (ValueError, KeyError, TypeError, RecursionError):
        raise ValueError(f"ref: {ref!r} is damaged: it does not name its provider") from None
