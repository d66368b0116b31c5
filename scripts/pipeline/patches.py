"""The checked patches of what the generator writes: its traps that a few words cure.

A patch states how often its words stand in a file. When the generator changes under it, the run
stops and names the patch: nothing is half done and nothing passes unnoticed.
"""

from __future__ import annotations

import json
import re
import textwrap
import unicodedata
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from .errors import PipelineError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = [
    "CLIENT",
    "ENDPOINT",
    "MODEL",
    "STR_ENUM",
    "TYPES",
    "Patch",
    "apply_patches",
    "escape_controls",
]


@dataclass(frozen=True, kw_only=True)
class Patch:
    """Put `new` for `old`, which stands `count` times in the file.

    A `count` of None is for words that stand once for each use: any number of times, but at least
    once in a file that has `sign`.
    """

    name: str
    old: str
    new: str
    count: int | None = 1
    sign: str | None = None

    def expects(self, text: str) -> str | None:
        """Say how often `old` should stand in `text`; None where it stands as expected."""
        found = text.count(self.old)
        if self.count is not None:
            return None if found == self.count else f"{self.count}"
        if found or self.sign is None or self.sign not in text:
            return None
        return "at least one"


CLIENT = (
    *(
        Patch(
            name=f"no key in the repr, {attribute}",
            old=f'kw_only=True, alias="{attribute}")',
            new=f'kw_only=True, alias="{attribute}", repr=False)',
            count=2,
        )
        for attribute in ("cookies", "headers", "httpx_args")
    ),
    Patch(
        name="no key in the repr, token",
        old="    token: str\n",
        new="    token: str = field(repr=False)\n",
    ),
    Patch(
        name="no key in the caller's own headers",
        old=(
            "self._headers[self.auth_header_name] = "
            'f"{self.prefix} {self.token}" if self.prefix else self.token\n'
        ),
        new=(
            'authorization = f"{self.prefix} {self.token}" if self.prefix else self.token\n'
            "            self._headers = {**self._headers, self.auth_header_name: authorization}\n"
        ),
        count=2,
    ),
    *(
        Patch(
            name=f"a new client, and the old one as it was, with_{attribute}",
            old=(
                "        if self._client is not None:\n"
                f"            self._client.{change}\n"
                "        if self._async_client is not None:\n"
                f"            self._async_client.{change}\n"
            ),
            new="",
            count=2,
        )
        for attribute, change in (
            ("headers", "headers.update(headers)"),
            ("cookies", "cookies.update(cookies)"),
            ("timeout", "timeout = timeout"),
        )
    ),
    Patch(
        name="a default timeout",
        old="_timeout: httpx.Timeout | None = field(default=None,",
        new="_timeout: httpx.Timeout | None = field(default=httpx.Timeout(30.0),",
        count=2,
    ),
    Patch(
        name="a default timeout, documented",
        old="        httpx.TimeoutException if this is exceeded.\n",
        new=(
            "        httpx.TimeoutException if this is exceeded. "
            "Default value is 30 seconds; None is for ever.\n"
        ),
        count=2,
    ),
)

_PARSE_DATETIME = '''\
def parse_datetime(text: str) -> datetime.datetime:
    """Read a date in ISO 8601 or another form, such as RFC 1123; naive without a known offset."""
    try:
        return datetime.datetime.fromisoformat(text)
    except ValueError:
        pass
    try:
        # What the text leaves out comes from a fixed day, and not from today.
        return dateutil.parser.parse(text, default=datetime.datetime(1, 1, 1), tzinfos=_zone)
    except ArithmeticError as error:
        raise ValueError(f"not a date: {text!r}") from error


def _zone(name: str | None, offset: int | None) -> datetime.tzinfo | None:
    # Only zones with a known offset: what a bare name means depends on the machine.
    return None if offset is None else datetime.timezone(datetime.timedelta(seconds=offset))
'''

_OPEN_STR_ENUM = '''\
class OpenStrEnum(StrEnum):
    """The words that the spec lists, and any that a server sends beyond them."""

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        if not isinstance(value, str):
            return None
        word = str.__new__(cls, value)
        word._name_ = word._value_ = value
        return word
'''

_BYTES_OF = '''\
def bytes_of(data: str | bytes) -> BytesIO:
    """Give a file's content; JSON has text where its spec speaks of bytes."""
    return BytesIO(data.encode() if isinstance(data, str) else data)
'''

TYPES = (
    Patch(
        name="status codes beyond HTTPStatus",
        old="    status_code: HTTPStatus\n",
        new="    status_code: int\n",
    ),
    Patch(
        name="imports of the shared helpers",
        old=(
            "from http import HTTPStatus\n"
            "from typing import BinaryIO, Generic, TypeVar, Literal, IO\n"
        ),
        new=(
            "import datetime\n"
            "from enum import StrEnum\n"
            "from io import BytesIO\n"
            "from typing import BinaryIO, Generic, TypeVar, IO, Self\n"
            "\n"
            "import dateutil.parser\n"
            "from tilldone_clients.unset import UNSET, Unset\n"
        ),
    ),
    Patch(
        name="the shared helpers",
        old='T = TypeVar("T")\n',
        new=f'{_OPEN_STR_ENUM}\n\n{_PARSE_DATETIME}\n\n{_BYTES_OF}\n\nT = TypeVar("T")\n',
    ),
    Patch(
        name="exports of the shared helpers",
        old='__all__ = ["UNSET", "File", "FileTypes", "RequestFiles", "Response", "Unset"]\n',
        new=(
            '__all__ = ["UNSET", "File", "FileTypes", "OpenStrEnum", "RequestFiles", "Response", '
            '"Unset", "bytes_of", "parse_datetime"]\n'
        ),
    ),
    Patch(
        name="one UNSET for all clients",
        old=(
            "class Unset:\n    def __bool__(self) -> Literal[False]:\n        return False\n\n\n"
            "UNSET: Unset = Unset()\n\n"
        ),
        new="",
    ),
)

STR_ENUM = (
    Patch(
        name="open enums, import",
        old="from enum import StrEnum\n",
        new="from ..types import OpenStrEnum\n",
    ),
    Patch(name="open enums, base", old="(StrEnum):\n", new="(OpenStrEnum):\n"),
    Patch(
        name="open enums, text",
        old="\n    def __str__(self) -> str:\n        return str(self.value)\n",
        new="",
    ),
)

_DATES = Patch(
    name="dates of any form",
    old="datetime.datetime.fromisoformat(",
    new="parse_datetime(",
    count=None,
)

_LISTS = Patch(
    name="no cast of what is known to be a list",
    old="cast(list[Any], data)",
    new="data",
    count=None,
)

MODEL = (
    Patch(
        name="dates of any form, import",
        old="from attrs import field as _attrs_field\n",
        new=(
            "from attrs import field as _attrs_field\n\n"
            "from ..types import bytes_of, parse_datetime\n"
        ),
    ),
    # A model that holds dates also reads them; an endpoint may only send them.
    replace(_DATES, sign="datetime.datetime"),
    _LISTS,
    Patch(name="files in JSON", old="BytesIO(", new="bytes_of(", count=None),
)

ENDPOINT = (
    Patch(
        name="status codes beyond HTTPStatus",
        old="status_code=HTTPStatus(response.status_code),",
        new="status_code=response.status_code,",
    ),
    Patch(
        name="dates of any form, import",
        old="from ...types import Response, UNSET\n",
        new="from ...types import Response, UNSET, parse_datetime\n",
    ),
    _DATES,
    _LISTS,
    # What is sent without one gets a boundary from httpx that no file can hold.
    Patch(
        name="no fixed boundary between the parts of a form",
        old='headers["Content-Type"] = "multipart/form-data; boundary=+++"',
        new="",
        count=None,
        sign=".to_multipart()",
    ),
)


_MODEL_IMPORT = re.compile(r"from \.(?P<module>\w+) import (?P<name>\w+)\n")


def apply_patches(client: Path) -> None:
    """Apply every patch to the client in `client`, as the generator wrote it."""
    _rewrite(client, "client.py", CLIENT)
    _rewrite(client, "types.py", TYPES)
    for module in sorted(client.glob("api/*/*.py")):
        if module.name != "__init__.py":
            _rewrite(client, module.relative_to(client).as_posix(), ENDPOINT)
    for module in sorted(client.glob("models/*.py")):
        if module.name != "__init__.py":
            name = module.relative_to(client).as_posix()
            _rewrite(client, name, _patches_of_model(client, name))
    _import_late(client)


def _import_late(client: Path) -> None:
    """Have the package of the models import each of them when it is asked for."""
    package = client / "models" / "__init__.py"
    text = package.read_text(encoding="utf-8")
    modules = {found["name"]: found["module"] for found in _MODEL_IMPORT.finditer(text)}
    begin, end = text.find("from ."), text.find("__all__ = (")
    imports = text[begin:end]
    if _MODEL_IMPORT.sub("", imports).strip() or text.count("from .") != len(modules):
        raise PipelineError(
            f"{client.name}, generated models/__init__.py",
            "expects nothing but imports of one model each above __all__: the generator's text has "
            "changed, and so must scripts/pipeline/patches.py",
        )
    head = (
        "from typing import TYPE_CHECKING\n\nfrom tilldone_clients.late import late\n\n"
        f"if TYPE_CHECKING:\n{textwrap.indent(imports.strip(), '    ')}\n\n"
    )
    tail = f"\nif not TYPE_CHECKING:\n    __getattr__ = late(__name__, {json.dumps(modules)})\n"
    if modules:
        whole = text[:begin] + head + text[end:].rstrip() + "\n" + tail
        package.write_text(whole, encoding="utf-8", newline="\n")


def escape_controls(client: Path) -> None:
    """Write as escapes what a reader of the code would not see, or see other code for.

    Control and bidirectional characters come from the spec's texts, and so stand in strings only.
    """
    for module in client.rglob("*.py"):
        text = module.read_text(encoding="utf-8")
        visible = "".join(_escaped(character) for character in text)
        if visible != text:
            module.write_text(visible, encoding="utf-8", newline="\n")


def _escaped(character: str) -> str:
    unseen = character != "\n" and unicodedata.category(character) in {"Cc", "Cf", "Zl", "Zp"}
    return character.encode("unicode_escape").decode() if unseen else character


def _patches_of_model(client: Path, name: str) -> tuple[Patch, ...]:
    text = (client / name).read_text(encoding="utf-8")
    first_line = text.partition("\n")[0]
    kinds = {
        "from __future__ import annotations": MODEL + _patches_of_name(name, text),
        "from enum import StrEnum": STR_ENUM,
        "from enum import IntEnum": (),
    }
    if first_line not in kinds:
        place = f"{client.name}, generated {name}"
        raise PipelineError(place, f"no kind of model begins with {first_line!r}")
    return kinds[first_line]


def _patches_of_name(name: str, text: str) -> tuple[Patch, ...]:
    """Give a model that has a field of its own name a variable of another one."""
    own = name.rpartition("/")[2].removesuffix(".py")
    if f"\n    {own}: " not in text:
        return ()
    uses = {
        f"\n        {own} = cls(\n": 1,
        f"\n        {own}.": None,
        f"\n        return {own}\n": 1,
    }
    return tuple(
        Patch(
            name="no two variables of one name",
            old=use,
            # No field has two underscores in a row.
            new=use.replace(own, f"{own}__own"),
            count=count,
        )
        for use, count in uses.items()
    )


def _rewrite(client: Path, name: str, patches: tuple[Patch, ...]) -> None:
    text = (client / name).read_text(encoding="utf-8")
    for patch in patches:
        expected = patch.expects(text)
        if expected is not None:
            raise PipelineError(
                f"{client.name}, generated {name}",
                f"the patch {patch.name!r} expects {expected} of {patch.old!r}, found "
                f"{text.count(patch.old)}: the generator's text has changed, and so must "
                "scripts/pipeline/patches.py",
            )
        text = text.replace(patch.old, patch.new)
    (client / name).write_text(text, encoding="utf-8", newline="\n")
