# Written by scripts/regenerate.py from specs/zai.*. Do not edit.

"""Contains some shared types for properties"""

import datetime
from collections.abc import Mapping, MutableMapping
from enum import StrEnum
from io import BytesIO
from typing import IO, BinaryIO, Generic, Self, TypeVar

import dateutil.parser
from attrs import define

from tilldone_clients.unset import UNSET, Unset

# The types that `httpx.Client(files=)` can accept, copied from that library.
FileContent = IO[bytes] | bytes | str
FileTypes = (
    # (filename, file (or bytes), content_type)
    tuple[str | None, FileContent, str | None]
    # (filename, file (or bytes), content_type, headers)
    | tuple[str | None, FileContent, str | None, Mapping[str, str]]
)
RequestFiles = list[tuple[str, FileTypes]]


@define
class File:
    """Contains information for file uploads"""

    payload: BinaryIO
    file_name: str | None = None
    mime_type: str | None = None

    def to_tuple(self) -> FileTypes:
        """Return a tuple representation that httpx will accept for multipart/form-data"""
        return self.file_name, self.payload, self.mime_type


class OpenStrEnum(StrEnum):
    """The words that the spec lists, and any that a server sends beyond them."""

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        if not isinstance(value, str):
            return None
        word = str.__new__(cls, value)
        word._name_ = word._value_ = value
        return word


def parse_datetime(text: str) -> datetime.datetime:
    """Read a date in ISO 8601 or another form, such as RFC 1123; naive without a known offset."""
    try:
        return datetime.datetime.fromisoformat(text)
    except ValueError:
        pass
    try:
        # What the text leaves out comes from a fixed day, and not from today.
        return dateutil.parser.parse(
            text, default=datetime.datetime(1, 1, 1), tzinfos=_zone
        )
    except ArithmeticError as error:
        raise ValueError(f"not a date: {text!r}") from error


def _zone(name: str | None, offset: int | None) -> datetime.tzinfo | None:
    # Only zones with a known offset: what a bare name means depends on the machine.
    return (
        None
        if offset is None
        else datetime.timezone(datetime.timedelta(seconds=offset))
    )


def bytes_of(data: str | bytes) -> BytesIO:
    """Give a file's content; JSON has text where its spec speaks of bytes."""
    return BytesIO(data.encode() if isinstance(data, str) else data)


T = TypeVar("T")


@define
class Response(Generic[T]):
    """A response from an endpoint"""

    status_code: int
    content: bytes
    headers: MutableMapping[str, str]
    parsed: T | None


__all__ = [
    "UNSET",
    "File",
    "FileTypes",
    "OpenStrEnum",
    "RequestFiles",
    "Response",
    "Unset",
    "bytes_of",
    "parse_datetime",
]
