r"""Masking keys in what a server says.

A secret can come back bare, in JSON (where any character may be written as `\u002b`, and some
with a backslash before them), in a URL, in HTML, or in JSON inside of a JSON string, which doubles
the backslashes; and each character of it in a way of its own. All of these are masked on the
bytes, so that nothing else of an answer changes.
"""

import codecs
import json
import re
from collections.abc import Iterable
from functools import lru_cache
from html import escape

__all__ = ["Mask"]

# A shorter one could be part of any answer by chance.
_SHORTEST = 8

# What JSON writes with a backslash before it, or reads as something else after one.
_ESCAPED = frozenset('"\\/bfnrtu')
_STARS = b"***"


class Mask:
    """Writes `***` where a secret stands."""

    def __init__(self, secrets: Iterable[str]) -> None:
        # The longer first: one secret may hold another.
        kept = {secret for secret in secrets if len(secret) >= _SHORTEST}
        self._secrets = tuple(sorted(kept, key=len, reverse=True))

    def and_also(self, secrets: Iterable[str]) -> "Mask":
        """Give one for more secrets."""
        return Mask([*self._secrets, *secrets])

    def __repr__(self) -> str:
        return f"{type(self).__name__}({len(self._secrets)} secrets)"

    def content(self, content: bytes) -> bytes:
        """Mask an answer's body, in the encoding that JSON would be read in."""
        if not self._secrets:
            return content
        encoding: str = json.detect_encoding(content)
        if encoding.startswith("utf-8"):
            return self._masked(content)
        # With the mark that tells the order of bytes, Python would write one of its own.
        if encoding in {"utf-16", "utf-32"}:
            little = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF32_LE))
            encoding = f"{encoding}-{'le' if little else 'be'}"
        decoder = codecs.getincrementaldecoder(encoding)("surrogatepass")
        try:
            text = decoder.decode(content)
        except UnicodeError:
            text = content.decode(encoding, "replace")
        masked = self.text(text)
        if masked == text:
            return content
        # A character that was cut off at the end stays so.
        rest, _ = decoder.getstate()
        return masked.encode(encoding, "surrogatepass") + rest

    def text(self, text: str) -> str:
        """Mask a text."""
        return self._masked(text.encode("utf-8", "surrogatepass")).decode("utf-8", "surrogatepass")

    def _masked(self, content: bytes) -> bytes:
        plain = b"\\" not in content and b"%" not in content and b"&" not in content
        for secret in self._secrets:
            if plain:
                content = content.replace(secret.encode(), _STARS)
            else:
                content = _spellings(secret).sub(_stars, content)
        return content


def _stars(found: re.Match[bytes]) -> bytes:
    # A backslash that escapes the first character goes with it; pairs are backslashes themselves.
    return b"\\\\" * (len(found["slashes"] or b"") // 2) + _STARS


@lru_cache(maxsize=64)
def _spellings(secret: str) -> re.Pattern[bytes]:
    """Match a secret, each of its characters in any spelling."""
    first, rest = secret[0], secret[1:]
    # From the beginning of a run of backslashes only, or a long one would be tried from each.
    slashes = rb"(?<!\\)(?P<slashes>\\*)"
    numbered, written = rb"(?<=\\)%s" % _numbered(first), _written(first)
    if first in _ESCAPED:
        begin = slashes + rb"(?:%s|%s)" % (numbered, written)
    else:
        begin = rb"(?:%s%s|%s)" % (slashes, numbered, written)
    return re.compile(begin + b"".join(map(_spelled, rest)))


def _spelled(character: str) -> bytes:
    # The longer spellings first: what follows the secret may begin with a backslash of its own.
    forms = [rb"\\{1,8}" + _numbered(character), _written(character)]
    if character == "\\":
        forms[1:1] = [rb"\\\\", rb"\\{4}"]
    elif character in '"/':
        forms[1:1] = [rb"\\{1,8}" + re.escape(character).encode()]
    return rb"(?:%s)" % b"|".join(forms)


def _numbered(character: str) -> bytes:
    r"""Match what follows the backslash of JSON's `\u002b`."""
    units = character.encode("utf-16-be", "surrogatepass").hex(" ", 2).split()
    return rb"\\{1,8}".join(b"u(?i:%s)" % unit.encode() for unit in units)


def _written(character: str) -> bytes:
    """Match a character as it is, in a URL and in HTML."""
    spelled = character.encode("utf-8", "surrogatepass")
    quoted = b"".join(b"%%(?:25){0,3}(?i:%02x)" % byte for byte in spelled)
    forms = [re.escape(spelled), quoted, rb"&#0*%d;" % ord(character)]
    forms += [b"&#[xX]0*(?i:%x);" % ord(character)]
    forms += [name.encode() for name in (escape(character),) if name != character]
    return b"(?:%s)" % b"|".join(forms)
