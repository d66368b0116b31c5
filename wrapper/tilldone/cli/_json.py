"""JSON as any reader takes it."""

import json
import math
from typing import cast

__all__ = ["json_of"]


def json_of(value: object, *, compact: bool = True, ascii_only: bool = False) -> str:
    """Write a value as JSON: on one line, or laid out for people.

    JSON has no NaN and no Infinity, which Python and servers in Python write all the same. They
    become null, as JavaScript has it: a reader that is strict would refuse all of the answer.
    """
    indent = None if compact else 2
    try:
        return json.dumps(value, ensure_ascii=ascii_only, indent=indent, allow_nan=False)
    except ValueError:
        return json.dumps(_finite(value), ensure_ascii=ascii_only, indent=indent, allow_nan=False)


def _finite(value: object) -> object:
    # No answer is taken that is nested more deeply than this bears.
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {name: _finite(each) for name, each in cast("dict[str, object]", value).items()}
    if isinstance(value, list):
        return [_finite(each) for each in cast("list[object]", value)]
    return value
