"""Connecting to a host that has several addresses, some of them dead (RFC 8305, Happy Eyeballs).

httpx tries a host's addresses one after another, each with all the time. Here attempts begin one
after another without waiting for those before, so that dead addresses cost a moment and no more.
"""

import math
import os
import selectors
import socket
import time
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any, cast

import httpcore

__all__ = ["connect"]

# The RFC has a quarter of a second between the beginnings of two attempts.
_STAGGER = 0.25


def connect(
    host: str,
    port: int,
    *,
    left: Callable[[], float],
    local_address: str | None = None,
    options: Iterable[httpcore.SOCKET_OPTION] = (),
) -> socket.socket:
    """Connect to the first of a host's addresses that takes the connection.

    `left` is asked again and again for the seconds that are left; it may raise.

    Raises:
        httpcore.ConnectTimeout: none has answered in that time.
        httpcore.ConnectError: all refused, or the name has no address.
    """
    try:
        addresses = deque(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
    # A name that cannot be one is no OSError.
    except (OSError, UnicodeError) as error:
        raise httpcore.ConnectError(str(error)) from None
    stagger = min(_STAGGER, left() / max(len(addresses), 1))
    next_at = -math.inf
    refusal: OSError | None = None
    with selectors.DefaultSelector() as attempts:
        try:
            while addresses or attempts.get_map():
                now = time.monotonic()
                if addresses and (now >= next_at or not attempts.get_map()):
                    next_at = now + stagger
                    try:
                        begun = _begin(addresses.popleft(), local_address, options)
                    except OSError as error:
                        refusal = error
                    else:
                        attempts.register(begun, selectors.EVENT_WRITE)
                    continue
                pause = min(left(), next_at - now if addresses else _STAGGER)
                if pause <= 0:
                    raise httpcore.ConnectTimeout
                for key, _ in attempts.select(pause):
                    sock = cast("socket.socket", attempts.unregister(key.fileobj).fileobj)
                    code = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
                    if code == 0:
                        sock.setblocking(True)
                        return sock
                    sock.close()
                    refusal = OSError(code, os.strerror(code))
        finally:
            for key in [*attempts.get_map().values()]:
                cast("socket.socket", key.fileobj).close()
    raise httpcore.ConnectError(str(refusal) if refusal else f"{host} has no address")


def _begin(
    found: tuple[Any, ...],
    local_address: str | None,
    options: Iterable[httpcore.SOCKET_OPTION],
) -> socket.socket:
    family, kind, protocol, _, address = found
    sock = socket.socket(family, kind, protocol)
    try:
        for option in options:
            sock.setsockopt(*cast("tuple[int, int, int]", option))
        if local_address is not None:
            sock.bind((local_address, 0))
        sock.setblocking(False)
        with suppress(BlockingIOError):
            sock.connect(address)
    except BaseException:
        sock.close()
        raise
    return sock
