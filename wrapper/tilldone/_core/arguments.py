"""The kinds of arguments that come from outside, where no type checker may have seen them."""

from collections.abc import Callable

__all__ = ["checked_callback", "expect"]


def expect(
    argument: str, value: object, kind: type | tuple[type, ...], words: str, *, but: type = bool
) -> None:
    """Check an argument's kind; what is of it and not meant is `but`, as True is no number.

    Raises:
        TypeError: it is of another; the text names the argument, what it should be and what it is.
    """
    if not isinstance(value, kind) or isinstance(value, but):
        raise TypeError(f"{argument}: expected {words}, got {type(value).__name__}")


def checked_callback(on_snapshot: Callable[..., object] | None) -> None:
    """Check what is to be called with each snapshot, before anything is sent for its sake.

    Raises:
        TypeError: it cannot be called.
    """
    if on_snapshot is not None and not callable(on_snapshot):
        raise TypeError(
            f"on_snapshot: expected a function of a Snapshot, got {type(on_snapshot).__name__}"
        )
