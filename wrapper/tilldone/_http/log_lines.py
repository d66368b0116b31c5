"""What httpx logs of our requests, without their keys.

At INFO it writes down the URL of each request, with the keys that are parameters of it.
"""

import logging
from contextvars import ContextVar
from typing import TYPE_CHECKING

from attrs import define

if TYPE_CHECKING:
    from contextvars import Token

    from tilldone._http.mask import Mask

__all__ = ["Masked"]

_mask: "ContextVar[Mask | None]" = ContextVar("tilldone_mask", default=None)


class _Filter(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        mask = _mask.get()
        if mask is not None:
            said = record.getMessage()
            masked = mask.text(said)
            if masked != said:
                record.msg, record.args = masked, ()
        return True


_filter = _Filter()


@define
class Masked:
    """Masks what httpx logs in the block, and in this thread or task alone."""

    mask: "Mask"
    _before: "Token[Mask | None] | None" = None

    def __enter__(self) -> None:
        # Each time: who configures logging anew may have taken it away.
        logging.getLogger("httpx").addFilter(_filter)
        self._before = _mask.set(self.mask)

    def __exit__(self, *_raised: object) -> None:
        if self._before is not None:
            _mask.reset(self._before)
