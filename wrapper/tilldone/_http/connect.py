"""Making a provider's client: the key, the host, and what is refused about them."""

import inspect
import os
from collections.abc import Callable, Mapping
from typing import Any, Protocol, TypeVar

import httpx

from tilldone._core.arguments import expect
from tilldone._core.job import Job, parse_ref
from tilldone._core.provider import Provider
from tilldone._core.registry import base_url_variable, provider_named
from tilldone._core.text import excerpt
from tilldone._http.origin import HttpAllowed, checked_url
from tilldone._http.settings import checked_settings

__all__ = ["Connect", "connected", "connector", "made_by", "resume"]

C_co = TypeVar("C_co", covariant=True)
C = TypeVar("C")

# What the generated clients give their httpx clients themselves, and what they call it.
_FIELDS = {"verify": "verify_ssl", "cookies": "cookies", "follow_redirects": "follow_redirects"}
_ARGUMENTS = {"base_url", "headers", "timeout"}

_DOC = """Make a client of {title}.

It need not be closed: waits and submissions close the connections that they open. Only a program
that calls the generated operations itself has it keep some open, and closes them by
`with connect() as client:` or `async with`.

Args:
    token: the API key; None reads `{key_variable}`.
    base_url: where the API is; None reads {url_variables}{fallback}.
    timeout: seconds that a call of the generated operations may take; waits keep their own
        `Polling.request_timeout`.
    allow_http: send the key over plain http to a host that is not this machine.
    headers: sent with every request, beside the provider's own.
    httpx_args: more arguments for the httpx clients, such as `proxy`, or `verify` with an
        `ssl.SSLContext` that trusts certificates of your own.

Raises:
    TypeError: an argument is of the wrong kind; it is named.
    ValueError: there is no key, or the base_url cannot be used; the text names which.
"""


class Connect(Protocol[C_co]):
    """Makes a provider's client; each provider's own says what its arguments default to."""

    def __call__(
        self,
        token: str | None = None,
        *,
        base_url: str | None = None,
        timeout: float | None = 30.0,
        allow_http: bool = False,
        headers: Mapping[str, str] | None = None,
        httpx_args: Mapping[str, Any] | None = None,
    ) -> C_co: ...


def connector(
    client_class: Callable[..., C],
    *,
    title: str,
    name: str,
    key_variable: str,
    default_base_url: str | None = None,
    url_variable: str | None = None,
    prefix: str = "Bearer",
    auth_header_name: str = "Authorization",
) -> Connect[C]:
    """Make a provider module's `connect`.

    Args:
        client_class: the generated `AuthenticatedClient`.
        title: what the provider calls itself.
        name: the module's name; `TILLDONE_<NAME>_BASE_URL` sends all of its clients elsewhere.
        key_variable: the environment variable that holds the key.
        default_base_url: where the API is, if that is the same for everyone.
        url_variable: the provider's own environment variable for it, if there is one.
        prefix: what stands before the key in its header.
        auth_header_name: the header that carries the key.
    """
    url_variables = [base_url_variable(name), *([url_variable] if url_variable else [])]

    def connect(
        token: str | None = None,
        *,
        base_url: str | None = None,
        timeout: float | None = 30.0,
        allow_http: bool = False,
        headers: Mapping[str, str] | None = None,
        httpx_args: Mapping[str, Any] | None = None,
    ) -> C:
        for argument, given in (("headers", headers), ("httpx_args", httpx_args)):
            expect(argument, given or {}, Mapping, "a mapping or None")
        expect("timeout", timeout or 0, (int, float, httpx.Timeout), "seconds or None")
        more = dict(httpx_args or {})
        for argument in sorted(more.keys() & _ARGUMENTS):
            raise ValueError(
                f"httpx_args: {argument!r} has an argument of its own; pass {argument}="
            )
        fields = {_FIELDS[field]: more.pop(field) for field in _FIELDS.keys() & more}
        source, url = _base_url(base_url, url_variables, default_base_url)
        return client_class(
            base_url=checked_url(url, allow_http=allow_http, name=source),
            token=_token(token, key_variable),
            prefix=prefix,
            auth_header_name=auth_header_name,
            timeout=httpx.Timeout(timeout),
            headers=dict(headers or {}),
            httpx_args=HttpAllowed(more) if allow_http else more,
            **fields,
        )

    connect.__module__ = f"tilldone.{name}"
    connect.__qualname__ = "connect"
    connect.__doc__ = _DOC.format(
        title=title,
        key_variable=key_variable,
        url_variables=" or ".join(f"`{variable}`" for variable in url_variables),
        fallback=f", and is {default_base_url} without it" if default_base_url else "",
    )
    return connect


def _base_url(given: str | None, variables: list[str], default: str | None) -> tuple[str, str]:
    """Give the base URL, and before it what it came from."""
    if given is not None:
        return "base_url", given
    for variable in variables:
        found = os.environ.get(variable, "").strip()
        if found:
            return variable, found
    if default is None:
        raise ValueError(f"base_url: this provider has no default; pass it or set {variables[-1]}")
    return "base_url", default


def _token(given: str | None, variable: str) -> str:
    source = variable if given is None else "token"
    expect("token", given or "", str, "text or None")
    token = (os.environ.get(variable, "") if given is None else given).strip()
    if not token:
        raise ValueError(f"{source}: no API key; pass token= or set {variable}")
    # Never show it, not even to say what is wrong with it.
    if not (token.isascii() and token.isprintable()):
        raise ValueError(f"{source}: the key holds characters that no HTTP header can carry")
    return token


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
        ValueError: the provider declares no `connect`, or none that takes these arguments; there is
            no key; the base_url cannot be used; or its `connect` failed, or gives no client.
    """
    if provider.connect is None:
        raise ValueError(
            f"{provider.name}: no client can be made from the environment; pass one, or declare "
            "Provider(connect=...)"
        )
    variable = base_url_variable(provider.name)
    found = os.environ.get(variable, "").strip() if base_url is None else ""
    given: dict[str, object] = {"allow_http": True} if allow_http else {}
    if base_url is not None or found:
        given["base_url"] = found or base_url
    connect = provider.connect
    try:
        for name in given:
            if not _takes(provider, name):
                raise ValueError(f"{name}: the connect of {provider.name} takes no such argument")
        return made_by(lambda: connect(**given), provider, what="its connect")
    except ValueError as error:
        text = str(error)
        if not (found and text.startswith("base_url:")):
            raise
        # Who set the variable has passed no argument, and shall not look for one.
        raise ValueError(text.replace("base_url", variable, 1)) from error


def made_by(make: Callable[[], object], provider: Provider[object], *, what: str) -> object:
    """Give the client that this function makes, if the provider's jobs can be polled with it.

    Args:
        make: somebody else's function.
        provider: whose client it should make.
        what: what the function is called in an error.

    Raises:
        ValueError: it failed, whatever it raised; or it gives what cannot be used.
    """
    try:
        client = make()
        checked_settings(client, provider)
    except ValueError:
        raise
    # A variable that is not set is a KeyError, and a vault raises what it likes.
    except Exception as error:
        raise ValueError(
            f"{provider.name}: {what} failed: {type(error).__name__}: {excerpt(error)}"
        ) from error
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
        TypeError: the ref is not text.
        ValueError: it is damaged or too new, nobody knows its provider, or no client can be made
            from the environment.
    """
    provider = provider_named(parse_ref(ref).provider)
    return provider.resume(connected(provider) if client is None else client, ref)
