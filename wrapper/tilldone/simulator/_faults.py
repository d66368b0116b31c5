"""Steps whose answer comes in an unusual way, or never quite comes."""

from __future__ import annotations

import functools
import zlib
from dataclasses import replace
from typing import TYPE_CHECKING

from tilldone.simulator import _deliveries
from tilldone.simulator._canned_response import CannedResponse, encoded
from tilldone.simulator._provider import Step
from tilldone.simulator._step import checked_duration, said, say_begun

if TYPE_CHECKING:
    from tilldone.simulator._deliveries import Delivery
    from tilldone.simulator._provider import SimulatedJob

_MEBIBYTE = 2**20
_GZIP = 16 + zlib.MAX_WBITS  # how zlib spells it

# Unusual, and legal


def slow(seconds: float, then: Step) -> Step:
    """Wait before another step's answer."""
    delay = then.delay + checked_duration("seconds", seconds)
    return replace(then, name=f"slow({seconds}) {then.name}", delay=delay)


def chunked(step: Step) -> Step:
    """Send another step's answer in chunks, without a length."""
    return _sent(step, _deliveries.chunked, "chunked")


def close_delimited(step: Step) -> Step:
    """Send another step's answer without a length: the connection's end is the body's."""
    return _sent(step, _deliveries.close_delimited, "close_delimited")


# Cut off


def reset() -> Step:
    """Reset the connection before a single byte of the answer."""
    return _fault("reset", _deliveries.reset)


def reset_in_headers() -> Step:
    """Reset the connection in the middle of the headers."""
    return _fault("reset_in_headers", _deliveries.reset_in_headers)


def reset_in_body() -> Step:
    """Reset the connection in the middle of the body."""
    return _fault("reset_in_body", _deliveries.reset_in_body)


def truncated() -> Step:
    """Promise more bytes than come, then close the connection in order."""
    return _fault("truncated", _deliveries.truncated)


# Without end, until the client goes or the server stops


def hang() -> Step:
    """Accept the request and never answer."""
    return _fault("hang", _deliveries.hang)


def drip(interval: float = 0.05) -> Step:
    """Send status line, headers and body byte by byte, then spaces for ever."""
    return _fault("drip", _deliveries.drip(checked_duration("interval", interval)))


def drip_headers(interval: float = 0.05) -> Step:
    """Send the status line at once, then a header byte by byte that never ends."""
    return _fault("drip_headers", _deliveries.drip_headers(checked_duration("interval", interval)))


def drip_body(interval: float = 0.05) -> Step:
    """Send the headers at once, then the body byte by byte, and spaces for ever."""
    return _fault("drip_body", _deliveries.drip_body(checked_duration("interval", interval)))


def endless_body() -> Step:
    """Send a body that never ends, as fast as the client reads."""
    return _fault("endless_body", _deliveries.endless)


# Badly packed


def bad_gzip() -> Step:
    """Promise gzip and send something else."""
    answer = said(b"this is not gzip").with_headers({"content-encoding": "gzip"})
    return Step("bad_gzip", lambda _: answer)


def gzip_bomb(size: int = 64 * _MEBIBYTE) -> Step:
    """Send a small gzip body that swells to `size` bytes: a running job and spaces."""
    if size < 1:
        raise ValueError(f"size must be at least one byte, not {size!r}")

    def say(job: SimulatedJob) -> CannedResponse:
        packed = _bomb(encoded(job.provider.begun(job)), size)
        return said(packed).with_headers({"content-encoding": "gzip"})

    return Step("gzip_bomb", say, job={})


@functools.lru_cache(maxsize=4)
def _bomb(start: bytes, size: int) -> bytes:
    packer = zlib.compressobj(9, wbits=_GZIP)
    packed = [packer.compress(start)]
    left = size - len(start)
    while left > 0:
        packed.append(packer.compress(b" " * min(left, _MEBIBYTE)))
        left -= _MEBIBYTE
    return b"".join([*packed, packer.flush()])


def _fault(name: str, deliver: Delivery) -> Step:
    # Whoever submits is left in doubt, and rightly: the job is there.
    return Step(name, say_begun, deliver, job={})


def _sent(step: Step, deliver: Delivery, name: str) -> Step:
    if step.deliver is not _deliveries.whole:
        raise ValueError(f"{name}() changes how an answer is sent, and {step.name} does so already")
    return replace(step, name=f"{name} {step.name}", deliver=deliver)
