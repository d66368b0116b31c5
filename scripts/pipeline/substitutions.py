"""Apply the edits to what the generator wrote, each of them checked.

An edit states how often its words stand in a file. When the generator changes under it, the run
stops and names the edit: nothing is half done and nothing passes unnoticed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .edits import CLIENT, ENDPOINT, MODEL, STR_ENUM, TYPES, Edit
from .errors import PipelineError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["substitute"]


def substitute(client: Path) -> None:
    """Apply every edit to the client in `client`, as the generator wrote it."""
    _rewrite(client, "client.py", CLIENT)
    _rewrite(client, "types.py", TYPES)
    for module in sorted(client.glob("api/*/*.py")):
        if module.name != "__init__.py":
            _rewrite(client, module.relative_to(client).as_posix(), ENDPOINT)
    for module in sorted(client.glob("models/*.py")):
        if module.name != "__init__.py":
            name = module.relative_to(client).as_posix()
            _rewrite(client, name, _edits_of_model(client, name))


def _edits_of_model(client: Path, name: str) -> tuple[Edit, ...]:
    first_line = (client / name).read_text(encoding="utf-8").partition("\n")[0]
    kinds = {
        "from __future__ import annotations": MODEL,
        "from enum import StrEnum": STR_ENUM,
        "from enum import IntEnum": (),
    }
    if first_line not in kinds:
        place = f"{client.name}, generated {name}"
        raise PipelineError(place, f"no kind of model begins with {first_line!r}")
    return kinds[first_line]


def _rewrite(client: Path, name: str, edits: tuple[Edit, ...]) -> None:
    text = (client / name).read_text(encoding="utf-8")
    for edit in edits:
        expected = edit.expects(text)
        if expected is not None:
            raise PipelineError(
                f"{client.name}, generated {name}",
                f"the edit {edit.name!r} expects {expected} of {edit.old!r}, found "
                f"{text.count(edit.old)}: the generator's text has changed, and so must "
                "scripts/pipeline/edits.py",
            )
        text = text.replace(edit.old, edit.new)
    (client / name).write_text(text, encoding="utf-8", newline="\n")
