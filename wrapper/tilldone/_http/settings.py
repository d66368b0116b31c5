"""What a client says about how to ask: the settings that all transports are made from.

Polls go over connections of their own, with every setting of the client that the job was made
with: those that a generated client has cached may belong to an event loop that is gone. Only a
client that its user put there themselves is used as it is. Redirects are never followed: httpx
would carry keys in headers such as `X-API-Key` along to the new host.
"""

import os
import re
import ssl
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar
from urllib.request import getproxies

import httpx
from attrs import field, frozen

from tilldone._core.declaration import Declaration
from tilldone._core.job_request import Submission
from tilldone._http.mask import Mask
from tilldone._http.origin import (
    HttpAllowed,
    Origin,
    check_own,
    checked_url,
    encoded,
    is_loopback,
    keys_in,
    keys_of_proxy,
    origin_of,
)
from tilldone._http.private import (
    credentials,
    credentials_of,
    generated_fields,
    same_settings,
    transports_of,
)
from tilldone._version import __version__

__all__ = ["ClientSettings", "checked_settings", "host_of", "settings_of", "submission_settings"]

_AGENT = f"tilldone/{__version__}"

C = TypeVar("C", httpx.Client, httpx.AsyncClient)

# Longer than the longest default pause, so that a wait keeps its one connection.
_LIMITS = httpx.Limits(keepalive_expiry=35.0)
_NONE_KEPT = httpx.Limits(max_keepalive_connections=0)

# Arguments of httpx's clients that hold objects or functions of one world, or of both.
_OF_ONE_WORLD = frozenset({"transport", "mounts", "event_hooks"})

_PROXIED = frozenset({"http", "https", "all"})
_CERTIFICATES = ("SSL_CERT_FILE", "SSL_CERT_DIR")

# httpx_retries.RetryTransport, pydantic_ai.retries.TenacityTransport, and what derives from them.
_RETRYING = re.compile("retr(y|ies)", re.IGNORECASE)

# Who allows plain http beyond this machine: whoever makes the client, or declares the provider.
_WAY = "let connect() or Provider() allow it (allow_http=True)"

# How to mend it where a client is of the other kind.
_OF_THE_OTHER_KIND = {
    httpx.Client: "your httpx.AsyncClient cannot be used by synchronous code; give an "
    "httpx.Client (a generated client takes it by set_httpx_client), or wait with tilldone.aio",
    httpx.AsyncClient: "your httpx.Client cannot be used by asynchronous code; give an "
    "httpx.AsyncClient (a generated client takes it by set_async_httpx_client), or wait without "
    "aio",
}


@frozen(kw_only=True)
class ClientSettings:
    """How to ask one provider."""

    arguments: Mapping[str, Any] = field(repr=False)
    """The arguments for an httpx client that asks as the client would."""

    mask: Mask
    """Masks the client's secrets in what a server says."""

    own: Mapping[str, Any] = field(factory=dict[str, Any], repr=False)
    """Those of the arguments that the user chose for httpx itself."""

    allow_http: bool = False
    """Whether whoever made the client allowed plain http beyond this machine."""

    client: httpx.Client | None = None
    """The synchronous client that the user wants to be used."""

    async_client: httpx.AsyncClient | None = None
    """The asynchronous one."""

    @property
    def plain(self) -> bool:
        """Whether it is left to us how requests are sent."""
        if self.own or self.client is not None or self.async_client is not None:
            return False
        return not (self.arguments["trust_env"] and _PROXIED & getproxies().keys())

    @property
    def synchronous(self) -> bool:
        """Whether what the user chose may be of use to synchronous code only."""
        return not _OF_ONE_WORLD.isdisjoint(self.own)

    def users(self, kind: type[C]) -> C | None:
        """Give the user's client of one kind, if any; a TypeError where it is of the other kind."""
        for held in (self.client, self.async_client):
            if isinstance(held, kind):
                return held
        if self.client is not None or self.async_client is not None:
            raise TypeError(f"client: {_OF_THE_OTHER_KIND[kind]}")
        return None

    def check(self, url: str, provider: Declaration[object]) -> None:
        """Refuse to send a key to what is no host, or where others can read it on its way.

        Raises:
            ValueError: the URL cannot be used, or it is plain http to a host that is not this
                machine, and nobody allows that.
        """
        allowed = self.allow_http or provider.allow_http
        checked_url(url, allow_http=allowed, name="client", way=_WAY)


def host_of(client: object) -> str:
    """Give the scheme, host and port that a client speaks to."""
    return origin_of(httpx.URL(_base_url(client)))


def _base_url(client: object) -> httpx.URL | str:
    if isinstance(client, httpx.Client | httpx.AsyncClient | Origin):
        return client.base_url
    url: str = generated_fields(client)["base_url"]
    return url


def settings_of(client: object, *, keep: bool = True) -> ClientSettings:
    """Give a client's settings; `keep` says whether connections are kept open between polls.

    Raises:
        TypeError: it is not a client that tilldone knows.
        ValueError: it is closed.
    """
    if isinstance(client, httpx.Client | httpx.AsyncClient):
        return _of_httpx(client)
    if isinstance(client, Origin):
        made = {
            "base_url": client.base_url,
            "headers": client.headers,
            "verify": _ssl_context(True),
        }
        return ClientSettings(
            arguments=_ours(made, keep=keep),
            mask=Mask([*client.keys, *_keys_of_arguments({})]),
            allow_http=client.allow_http,
        )
    return _of_generated(client, keep=keep)


def _of_httpx(client: httpx.Client | httpx.AsyncClient) -> ClientSettings:
    kind = type(client).__name__
    if client.is_closed:
        raise ValueError(f"client: the httpx.{kind} is closed; give one that is open")
    return ClientSettings(
        arguments={},
        mask=Mask(_keys_of(client)),
        client=client if isinstance(client, httpx.Client) else None,
        async_client=client if isinstance(client, httpx.AsyncClient) else None,
    )


def _of_generated(client: object, *, keep: bool) -> ClientSettings:
    fields = generated_fields(client)
    headers, keys = dict(fields["headers"]), list[str]()
    # It puts its key among its headers when it makes an httpx client, and not before.
    made_none = "token" in fields and fields["auth_header_name"] not in headers
    if "token" in fields:
        token, prefix = fields["token"], fields["prefix"]
        headers[fields["auth_header_name"]] = f"{prefix} {token}" if prefix else token
        keys.append(token)
    own = fields.get("httpx_args", {})
    # They are added: instead of the others, they would leave the key out.
    headers |= encoded(lambda: httpx.Headers(own.get("headers")), "client: a header")
    made = {
        "base_url": fields["base_url"],
        "cookies": fields["cookies"],
        "verify": _ssl_context(
            fields["verify_ssl"],
            trust_env=own.get("trust_env", True),
            http2=own.get("http2", False),
        ),
        "timeout": fields["timeout"],
        "follow_redirects": fields.get("follow_redirects", False),
        **own,
        "headers": headers,
    }
    cookies = httpx.Cookies(fields["cookies"])
    held = [fields.get("client"), fields.get("async_client")]
    for found in held:
        if isinstance(found, httpx.Client | httpx.AsyncClient):
            # Those that a server gave to generated calls.
            cookies.update(found.cookies)
            keys += _keys_of(found)
    return ClientSettings(
        arguments=_ours({**made, "cookies": cookies}, keep=keep),
        own=own,
        mask=Mask([*keys, *keys_in(headers), *_keys_of_arguments(own)]),
        allow_http=isinstance(own, HttpAllowed),
        client=_users(held[0], httpx.Client, made, made_none=made_none),
        async_client=_users(held[1], httpx.AsyncClient, made, made_none=made_none),
    )


def _ours(made: Mapping[str, Any], *, keep: bool) -> dict[str, Any]:
    """Give the arguments for a client of our own."""
    arguments = {"trust_env": True, "limits": _LIMITS if keep else _NONE_KEPT, **made}
    arguments["headers"] = httpx.Headers({"User-Agent": _AGENT})
    arguments["headers"].update(encoded(lambda: httpx.Headers(made["headers"]), "client: a header"))
    if is_loopback(httpx.URL(made["base_url"]).host):
        # A proxy of the environment is for what lies beyond this machine.
        arguments["trust_env"] = False
    return arguments


def _keys_of(client: httpx.Client | httpx.AsyncClient) -> tuple[str, ...]:
    return (*keys_in(client.headers), *credentials(client))


def _keys_of_arguments(own: Mapping[str, Any]) -> Iterator[str]:
    """Give the keys in arguments of httpx's clients, and in the environment's proxies."""
    yield from credentials_of(own.get("auth"))
    given = [own["proxy"]] if own.get("proxy") is not None else []
    if own.get("trust_env", True):
        # As httpx reads them.
        given += [url if "://" in url else f"http://{url}" for url in getproxies().values()]
    for each in given:
        # Whatever is wrong with one of them, httpx will say.
        with suppress(httpx.InvalidURL, ValueError):
            proxy = each if isinstance(each, httpx.Proxy) else httpx.Proxy(each)
            yield from keys_of_proxy(proxy.headers, proxy.auth)
    transports: list[Any] = [own.get("transport"), *(own.get("mounts") or {}).values()]
    for transport in transports:
        if transport is not None:
            yield from credentials(transport)


def _users(found: Any, kind: type[C], made: Mapping[str, Any], *, made_none: bool) -> C | None:  # noqa: ANN401 # an untyped field
    """Give the httpx client that a user put into a generated one.

    One that the generated client made for its own calls asks as ours do, and may be bound to an
    event loop that is gone.
    """
    if not isinstance(found, kind) or found.is_closed:
        return None
    return found if made_none or not same_settings(found, kind(**made)) else None


def _ssl_context(
    verify: ssl.SSLContext | str | bool, *, trust_env: bool = True, http2: bool = False
) -> ssl.SSLContext:
    if isinstance(verify, ssl.SSLContext):
        return verify
    named = [verify] if isinstance(verify, str) else map(os.environ.get, _CERTIFICATES)
    versions = tuple(_version_of(source) for source in named if source)
    # httpcore writes the versions of HTTP that a connection may speak into its context.
    return _loaded(verify, (*versions, http2), trust_env=trust_env)


@lru_cache(maxsize=8)
def _loaded(
    verify: str | bool, _versions: tuple[object, ...], *, trust_env: bool
) -> ssl.SSLContext:
    # Reading the certificates takes four times as long as all the rest of a client; who replaces
    # them means the new ones.
    if isinstance(verify, bool):
        return httpx.create_ssl_context(verify, trust_env=trust_env)
    if Path(verify).is_dir():
        return ssl.create_default_context(capath=verify)
    return ssl.create_default_context(cafile=verify)


def _version_of(path: str) -> tuple[object, ...]:
    try:
        found = Path(path).stat()
    except OSError:
        return (path,)  # reading it will say what is wrong
    return path, found.st_mtime_ns, found.st_size, found.st_ino


def checked_settings(client: object, provider: Declaration[object]) -> ClientSettings:
    """Give a client's settings, if a key may be sent where its base URL leads.

    Raises:
        TypeError: it is not a client that tilldone knows.
        ValueError: it is closed, its base URL cannot be used, or is plain http beyond this machine.
    """
    settings = settings_of(client)
    if base_url := str(_base_url(client)):
        settings.check(base_url, provider)
    return settings


def submission_settings(submission: Submission[object]) -> ClientSettings:
    """Give the settings of the client that a job is submitted by.

    Raises:
        TypeError: it is not a client that tilldone knows, or the request cannot be built.
        ValueError: the request cannot be built; or the client sends requests again by itself, and
            the provider knows none again; or it would send its key over plain http, or elsewhere.
    """
    settings = checked_settings(submission.client, submission.provider)
    url = _built(submission).url
    base = httpx.URL(_base_url(submission.client))
    if not str(base):
        # Such a client is for requests that name their host themselves.
        settings.check(origin_of(url), submission.provider)
    elif url.is_absolute_url:
        check_own(url, base)
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


def _built(submission: Submission[object]) -> httpx.Request:
    # Once for nothing: what cannot be built is told before anything of its batch has been sent,
    # and before a database holds that it was.
    arguments = submission.request()
    arguments.pop("timeout", None)
    try:
        return encoded(lambda: httpx.Request(**arguments), "it")
    except TypeError as error:
        raise TypeError(f"request: cannot be built: {error}") from error
    except (ValueError, httpx.InvalidURL) as error:
        raise ValueError(f"request: cannot be built: {error}") from error
