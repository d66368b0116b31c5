"""The log lines under the name `tilldone`; none of them ends what it tells of."""

import logging
import traceback
from typing import Any

__all__ = ["logger"]


class _Logger(logging.LoggerAdapter[logging.Logger]):
    """Logs, and tells on stderr what a filter or a handler of the user's raises meanwhile.

    Python does so with what its own handlers raise. Of a filter, and of a handler that does not
    call `handleError`, the error would end a wait whose job is done.
    """

    def log(self, level: int, msg: object, *args: object, **more: Any) -> None:  # noqa: ANN401 # as logging has it
        # The line is of whoever calls this, not of this module.
        stacklevel = more.pop("stacklevel", 1) + 1
        try:
            super().log(level, msg, *args, stacklevel=stacklevel, **more)
        except Exception:  # noqa: BLE001 # the user's own code raises whatever it meets
            if logging.raiseExceptions:
                traceback.print_exc()


logger = _Logger(logging.getLogger("tilldone"))
logger.logger.addHandler(logging.NullHandler())
