"""The warning that a synchronous call holds up an event loop."""

import sys
import warnings

__all__ = ["warn_of_loop"]

_warned_of_loop = False


def warn_of_loop(call: str, instead: str) -> None:
    """Warn, once in a process, that a synchronous call holds up the event loop of its thread.

    Args:
        call: the name of the function that its user called, and that called this one.
        instead: what does not hold it up.
    """
    global _warned_of_loop  # once in a process is the point
    if _warned_of_loop or not _loop_is_running():
        return
    _warned_of_loop = True
    warnings.warn(
        f"tilldone.{call}() holds up the event loop that runs in this thread, and all that waits "
        f"on it; use `{instead}` from tilldone's aio instead. In a notebook that may be just what "
        "you want: warnings.filterwarnings('ignore', message='tilldone') keeps this quiet. This is "
        "said once",
        RuntimeWarning,
        stacklevel=3,
    )


def _loop_is_running() -> bool:
    asyncio = sys.modules.get("asyncio")
    if asyncio is not None:
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            pass
        else:
            return True
    if "trio" not in sys.modules:
        return False
    # Not above: it takes the connections along.
    from tilldone._http.async_transport import on_trio

    return on_trio()
