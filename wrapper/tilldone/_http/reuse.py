"""Whether connections are used again: not to a host that has once said more than its answer.

HTTP/1.1 says of no answer which request it is for. What comes on a connection before the next
request has gone out is told from that one's answer, and the connection is closed. What comes just
after cannot be told from it: so the first that is told is taken for a warning of the others.
"""

import select
import socket
from contextlib import suppress

import httpx

from tilldone._http.origin import origin_of
from tilldone._log import logger

__all__ = ["Reuse", "is_more", "is_readable", "unread_at"]


# The most that a farewell of TLS takes, in bytes; few answers have so little, with their heads.
_FAREWELL = 85


class Reuse:
    """What a transport knows of that; one of a single client speaks to a single host."""

    def __init__(self) -> None:
        self.over = False
        """Whether each request opens a connection of its own."""

    def end(self, url: httpx.URL | str) -> None:
        """Take in that more than an answer came from there; it is told in the log once."""
        if self.over:
            return
        self.over = True
        logger.warning(
            "%s sent more than one answer to a request, and what is too much could be taken for "
            "the answer to another job's; from now on each poll there opens a connection of its "
            "own, which is slower",
            origin_of(httpx.URL(url)),
        )


def is_more(unread: int, *, tls: bool) -> bool:
    """Whether so many bytes, unread on an idle connection, are more than that it ends."""
    return unread > (_FAREWELL if tls else 0)


def is_readable(sock: socket.socket) -> bool:
    """Whether there is something to be read, be it the end of the connection.

    `sock` need have no more of a socket than its number.
    """
    if not hasattr(select, "poll"):  # on Windows
        return bool(select.select([sock], [], [], 0)[0])
    asked = select.poll()
    asked.register(sock, select.POLLIN)
    return bool(asked.poll(0))


def unread_at(sock: socket.socket) -> int:
    """Count what can be read there, up to more than a farewell takes; 0 where that is its end."""
    # A copy, since what TLS and event loops give for their sockets cannot peek.
    with suppress(OSError), socket.fromfd(sock.fileno(), sock.family, sock.type) as copy:
        return len(copy.recv(_FAREWELL + 1, socket.MSG_PEEK))
    return 0
