"""The providers that are known by name: those in the box, and those that other packages declare.

A package declares its own under the entry point group `tilldone.providers`, such as
`renders = "acme.renders:PROVIDER"`. Nothing is imported before it is asked for by name.
"""

from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, cast

import tilldone_clients
from tilldone._core.job import provider_finder
from tilldone._core.provider import Provider, declared_here

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

__all__ = ["GROUP", "base_url_variable", "built_in_names", "provider_named", "provider_names"]

GROUP = "tilldone.providers"

_installed: dict[str, Provider[object] | None] = {}


def built_in_names() -> list[str]:
    """Give the names of the providers in the box, in alphabetical order."""
    return sorted(found.name for found in iter_modules(tilldone_clients.__path__) if found.ispkg)


def provider_names() -> list[str]:
    """Give the names of all known providers, in alphabetical order; none is imported for it."""
    return sorted({*built_in_names(), *(each.name for each in _declared())})


def base_url_variable(name: str) -> str:
    """Name the environment variable that sends all of a provider's clients elsewhere."""
    return f"TILLDONE_{name.upper()}_BASE_URL"


def provider_named(name: str) -> Provider[object]:
    """Give a provider by its name.

    Raises:
        ValueError: there is no such provider, several packages declare one of that name, or the
            package that does cannot be imported; the text names them.
    """
    installed = _installed[name] if name in _installed else _find(name)
    # A program may declare its own without making a package of it, and do so anew.
    found = installed or declared_here.get(name)
    if found is None:
        raise ValueError(
            f"provider: {name!r} is not one of {', '.join(provider_names())}; a package makes "
            f"its own known by an entry point in the group {GROUP}"
        )
    _installed[name] = installed
    return found


provider_finder.append(provider_named)


def _find(name: str) -> Provider[object] | None:
    declared = [each for each in _declared() if each.name == name]
    built_in = name in built_in_names()
    sources = [*(["tilldone"] if built_in else []), *map(_source, declared)]
    if len(sources) > 1:
        raise ValueError(
            f"provider: {name!r} is declared by {' and by '.join(sources)}; uninstall all but one"
        )
    if built_in:
        provider: Provider[object] = import_module(f"tilldone.{name}").PROVIDER
        return provider
    return _loaded(declared[0]) if declared else None


def _declared() -> list["EntryPoint"]:
    # Costs as much as all the rest of a start; nobody needs it who names no provider.
    from importlib.metadata import entry_points

    # The same distribution can be on the path twice, as a checkout and as its wheel.
    return list({(each.name, each.value): each for each in entry_points(group=GROUP)}.values())


def _source(declared: "EntryPoint") -> str:
    distribution = declared.dist
    named = f"{distribution.name} {distribution.version}" if distribution else "a package"
    return f"{named} ({declared.value})"


def _loaded(declared: "EntryPoint") -> Provider[object]:
    try:
        provider: object = declared.load()
    # Also a script that ends where it is imported: it must not end whoever lists the providers.
    except (Exception, SystemExit) as error:
        raise ValueError(
            f"provider: {declared.name!r} of {_source(declared)} cannot be imported: "
            f"{type(error).__name__}: {error}"
        ) from error
    if not isinstance(provider, Provider):
        raise ValueError(  # noqa: TRY004 # an installed package is at fault, not an argument
            f"provider: {declared.name!r} of {_source(declared)} is not a tilldone.Provider "
            f"but {type(provider).__name__}"
        )
    provider = cast("Provider[object]", provider)
    if provider.name != declared.name:
        raise ValueError(
            f"provider: {_source(declared)} declares {declared.name!r}, and calls itself "
            f"{provider.name!r}; the two names must be the same"
        )
    return provider
