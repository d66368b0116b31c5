"""The providers that are simulated: those in the box, and whatever is declared."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from tilldone._core.registry import provider_named, provider_names
from tilldone.simulator._declared import DeclaredProvider
from tilldone.simulator._edenai import EdenAI
from tilldone.simulator._vessl import Vessl
from tilldone.simulator._viddyscribe import ViddyScribe
from tilldone.simulator._videodb import VideoDB
from tilldone.simulator._zai import ZAI

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tilldone.simulator._provider import SimulatedProvider

PROVIDERS: Mapping[str, SimulatedProvider] = MappingProxyType(
    {p.name: p for p in (VideoDB(), Vessl(), ViddyScribe(), EdenAI(), ZAI())}
)


def known_names() -> list[str]:
    """Name the five, and the providers that installed packages declare; none is imported for it."""
    return [*PROVIDERS, *(name for name in provider_names() if name not in PROVIDERS)]


def simulated(name: str) -> SimulatedProvider:
    """Give what a provider looks like here.

    Raises:
        ValueError: there is no such provider, or it cannot be had.
    """
    return PROVIDERS.get(name) or DeclaredProvider(provider_named(name))


def default_token(provider: str) -> str:
    """Give the key that is accepted where no other was asked for."""
    return f"simulator-{provider}-key"
