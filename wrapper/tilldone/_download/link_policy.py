"""Where a link may lead.

A link comes out of an answer, and who can write there could have this machine fetch what only it
can reach: a service of its own, a router, a cloud's metadata. So a link leads to public addresses,
by https, unless the client of its job itself speaks to an address that is not, or by plain http.
"""

import ipaddress
import socket
from collections.abc import Mapping
from typing import Any, Self, TypeAlias
from urllib.parse import urlsplit

from attrs import frozen

__all__ = ["LinkPolicy", "LinkRefused", "PeerCheck"]

_Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address


class LinkRefused(Exception):
    """A link that leads where it may not; the text says where that is."""


@frozen
class LinkPolicy:
    """What links may lead to, beside https at public addresses."""

    private: bool = False
    """Addresses that are not public: loopback, link-local, private and reserved ones."""

    plain: bool = False
    """Plain http."""

    host: str = ""
    """One host, whatever its address is: the client speaks to it, with its key."""

    @classmethod
    def of_client(cls, base_url: str) -> Self:
        """Give the policy where a job's client speaks to this URL."""
        parts = urlsplit(base_url)
        host = parts.hostname or ""
        return cls(private=_trouble(host) is not None, plain=parts.scheme == "http", host=host)

    def check_url(self, url: str) -> None:
        """Check what the link itself says; where its name leads, the connection shows.

        Raises:
            LinkRefused: it leads where it may not.
        """
        parts = urlsplit(url)
        if parts.scheme == "http" and not self.plain:
            raise LinkRefused("it is plain http, which anybody on the way can read and change")
        self.check_peer(parts.hostname or "", parts.hostname or "")

    def check_peer(self, host: str, address: str) -> None:
        """Check the address that a link's host has turned out to have.

        Raises:
            LinkRefused: it leads where it may not.
        """
        trouble = _trouble(address)
        if trouble is not None and not self.private and host != self.host:
            raise LinkRefused(f"{host} {trouble}" if host == address else f"{address} {trouble}")


class PeerCheck:
    """Checks a connection when it is there, before a byte is sent: names can change their address.

    Told of the steps of a request as httpcore tells a `trace` of them. A connection to another host
    than the link's is one to a proxy, which resolves the name itself: there is nothing to check.
    """

    def __init__(self, policy: LinkPolicy, url: str) -> None:
        self._policy = policy
        self._host = urlsplit(url).hostname or ""
        self._connecting_to = ""

    def check(self, event: str, info: Mapping[str, Any]) -> None:
        """Take note of a step.

        Raises:
            LinkRefused: the connection that was made leads where it may not.
        """
        if event.endswith(".connect_tcp.started"):
            self._connecting_to = str(info["host"])
        elif event.endswith(".connect_tcp.complete") and self._connecting_to == self._host:
            # A connection of a transport that does not say where it leads is the user's own.
            peer: tuple[object, ...] | None = info["return_value"].get_extra_info("server_addr")
            if peer is not None:
                self._policy.check_peer(self._host, str(peer[0]))


def _trouble(host: str) -> str | None:
    """Say why an address is not public; None where it is, or where the host is a name."""
    address = _address(host)
    if address is None:
        name = host.rstrip(".").lower()
        return "is this machine" if name == "localhost" or name.endswith(".localhost") else None
    if address.is_loopback or address.is_unspecified:
        return "is a loopback address"
    if address.is_link_local:
        return "is a link-local address"
    if address.is_private:
        return "is a private address"
    return None if address.is_global and not address.is_multicast else "is not a public address"


def _address(host: str) -> _Address | None:
    address: _Address
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        try:
            # Resolvers take more forms of it, such as 127.1 and 0x7f000001.
            address = ipaddress.IPv4Address(socket.inet_aton(host))
        except OSError:
            return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address
