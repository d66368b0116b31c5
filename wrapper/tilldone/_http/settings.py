"""What a client says about how to ask: the settings that all transports are made from.

Polls go over connections of their own, with every setting of the client that the job was made
with: those that a generated client has cached may belong to an event loop that is gone. Only a
client that its user put there themselves is used as it is. Redirects are never followed: httpx
would carry keys in headers such as `X-API-Key` along to the new host.
"""

import os
import ssl
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar
from urllib.request import getproxies

import httpx
from attrs import field, frozen

from tilldone._http.masking import Mask
from tilldone._http.origin import is_loopback
from tilldone._http.private import generated_fields, same_settings
from tilldone._version import __version__

__all__ = ["ClientSettings", "host_of", "settings_of"]

C = TypeVar("C", httpx.Client, httpx.AsyncClient)

# Longer than the longest default pause, so that a wait keeps its one connection.
_LIMITS = httpx.Limits(keepalive_expiry=35.0)
_NONE_KEPT = httpx.Limits(max_keepalive_connections=0)

# Arguments of httpx's clients that hold objects or functions of one world, or of both.
_OF_ONE_WORLD = frozenset({"transport", "mounts", "event_hooks"})

_PROXIED = frozenset({"http", "https", "all"})
_CERTIFICATES = ("SSL_CERT_FILE", "SSL_CERT_DIR")


@frozen(kw_only=True)
class ClientSettings:
    """How to ask one provider."""

    arguments: Mapping[str, Any] = field(repr=False)
    """The arguments for an httpx client that asks as the client would."""

    mask: Mask
    """Masks the client's secrets in what a server says."""

    own: Mapping[str, Any] = field(factory=dict[str, Any], repr=False)
    """Those of the arguments that the user chose for httpx itself."""

    client: httpx.Client | None = None
    """The synchronous client that the user wants to be used."""

    async_client: httpx.AsyncClient | None = None
    """The asynchronous one."""

    @property
    def plain(self) -> bool:
        """Whether it is left to us how requests are sent."""
        proxied = self.arguments["trust_env"] and bool(_PROXIED & getproxies().keys())
        return not self.own and not proxied

    @property
    def synchronous(self) -> bool:
        """Whether what the user chose may be of use to synchronous code only."""
        return not _OF_ONE_WORLD.isdisjoint(self.own)

    def client_for_sync(self) -> httpx.Client | None:
        """Give the user's client for synchronous code, if there is one.

        Raises:
            TypeError: there is one for asynchronous code only.
        """
        if self.client is None and self.async_client is not None:
            raise TypeError(
                "client: it holds an httpx.AsyncClient of yours, which synchronous code cannot "
                "use; set_httpx_client() an httpx.Client as well, or wait with tilldone.aio"
            )
        return self.client

    def client_for_async(self) -> httpx.AsyncClient | None:
        """Give the user's client for asynchronous code, if there is one.

        Raises:
            TypeError: there is one for synchronous code only.
        """
        if self.async_client is None and self.client is not None:
            raise TypeError(
                "client: it holds an httpx.Client of yours, which asynchronous code cannot use; "
                "set_async_httpx_client() an httpx.AsyncClient as well, or wait with tilldone"
            )
        return self.async_client


def host_of(client: object) -> str:
    """Give the scheme, host and port that a client speaks to."""
    url = httpx.URL(generated_fields(client)["base_url"])
    return f"{url.scheme}://{url.netloc.decode()}"


def settings_of(client: object, *, keep: bool = True) -> ClientSettings:
    """Give a client's settings; `keep` says whether connections are kept open between polls.

    Raises:
        TypeError: it is no client that tilldone knows.
    """
    fields = generated_fields(client)
    headers, secrets = dict(fields["headers"]), list[str]()
    if "token" in fields:
        token, prefix = fields["token"], fields["prefix"]
        headers[fields["auth_header_name"]] = f"{prefix} {token}" if prefix else token
        secrets.append(token)
    own = fields.get("httpx_args", {})
    made = {
        "base_url": fields["base_url"],
        "cookies": fields["cookies"],
        "headers": headers,
        "verify": _ssl_context(fields["verify_ssl"], trust_env=own.get("trust_env", True)),
        "timeout": fields["timeout"],
        "follow_redirects": fields.get("follow_redirects", False),
        **own,
    }
    arguments = {
        "trust_env": True,
        **made,
        "headers": {"User-Agent": f"tilldone/{__version__}", **headers},
        "limits": _LIMITS if keep else _NONE_KEPT,
        **own,
    }
    cookies = arguments["cookies"] = httpx.Cookies(fields["cookies"])
    for found in (fields.get("client"), fields.get("async_client")):
        if isinstance(found, httpx.Client | httpx.AsyncClient):
            # Those that a server gave to generated calls.
            cookies.update(found.cookies)
    if is_loopback(httpx.URL(fields["base_url"]).host):
        # A proxy of the environment is for what lies beyond this machine.
        arguments["trust_env"] = False
    return ClientSettings(
        arguments=arguments,
        own=own,
        mask=Mask(secrets),
        client=_users(fields.get("client"), httpx.Client, made),
        async_client=_users(fields.get("async_client"), httpx.AsyncClient, made),
    )


def _users(found: Any, kind: type[C], made: Mapping[str, Any]) -> C | None:  # noqa: ANN401 # an untyped field
    """Give the httpx client that a user put into a generated one.

    One that the generated client made for its own calls asks as ours do, and may be bound to an
    event loop that is gone.
    """
    if not isinstance(found, kind) or found.is_closed or same_settings(found, kind(**made)):
        return None
    return found


def _ssl_context(verify: ssl.SSLContext | str | bool, *, trust_env: bool) -> ssl.SSLContext:
    if isinstance(verify, ssl.SSLContext):
        return verify
    named = [verify] if isinstance(verify, str) else map(os.environ.get, _CERTIFICATES)
    versions = tuple(_version_of(source) for source in named if source)
    return _loaded(verify, versions, trust_env=trust_env)


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
