"""The clients that a working process polls with, made from what it was told and its environment."""

from tilldone._core.registry import provider_named
from tilldone._providers import connected
from tilldone.durable._settings import Factory, Settings

__all__ = ["client_of", "clients_for"]


def clients_for(settings: Settings) -> tuple[dict[str, object], dict[str, str]]:
    """Make a client for each provider, and say of the others why there is none."""
    clients: dict[str, object] = {}
    missing: dict[str, str] = {}
    for name in settings.providers:
        try:
            clients[name] = client_of(name, settings.clients.get(name))
        except ValueError as error:
            missing[name] = str(error)
    return clients, missing


def client_of(provider: str, factory: Factory | None = None) -> object:
    """Make one provider's client.

    Raises:
        ValueError: there is no key, or no base URL where one is needed.
    """
    if factory is not None:
        return factory()
    return connected(provider_named(provider))
