"""How soon the next poll may be sent to a host: its documented rate, and what it asks for."""

import math

from tilldone._core.response import Response, TransportError, retry_after

__all__ = ["RateLimit"]

_HOLDING = frozenset({429, 503})


class RateLimit:
    """One host's limit, shared by all waits there, whoever drives them. Times are in seconds."""

    __slots__ = ("held_until", "slot", "spacing")

    def __init__(self) -> None:
        self.spacing = 0.0
        """Seconds between two polls; 0 where there is no limit."""
        self.slot = -math.inf
        """When the rate lets the next poll go."""
        self.held_until = -math.inf
        """How long the host asked to be left alone. Only a poll after its deadline goes before."""

    def tighten(self, rate: float) -> None:
        """Send no more polls a second than that; the strictest of several rates holds."""
        self.spacing = max(self.spacing, 1 / rate)

    def begin(self, now: float) -> None:
        """Count a poll that begins."""
        self.slot = max(self.slot, now) + self.spacing

    def heed(self, event: Response | TransportError, now: float) -> None:
        """Take a 429's or 503's Retry-After for the whole host's: other jobs would only meet it."""
        if isinstance(event, Response) and event.status_code in _HOLDING:
            self.held_until = max(self.held_until, now + retry_after(event))
