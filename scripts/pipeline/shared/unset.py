"""The value of a field that is not there, the same for all clients."""

from typing import Literal


class Unset:
    """The type of `UNSET`, which is falsy; JSON's null is None."""

    def __bool__(self) -> Literal[False]:
        return False

    def __repr__(self) -> str:
        return "UNSET"

    def __reduce__(self) -> str:
        # The name of the one instance: `is UNSET` holds for copies and pickles too.
        return "UNSET"


UNSET: Unset = Unset()

__all__ = ["UNSET", "Unset"]
