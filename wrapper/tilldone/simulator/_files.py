"""The files that the sample results link to, served as file hosts do: in parts, if asked."""

from __future__ import annotations

import hashlib
import io
import math
import re
import wave
from functools import cache
from typing import TYPE_CHECKING

from starlette.responses import PlainTextResponse, Response

if TYPE_CHECKING:
    from starlette.requests import Request

_TYPES = {
    "html": "text/html",
    "m3u8": "application/vnd.apple.mpegurl",
    "mp4": "video/mp4",
    "wav": "audio/wav",
}
_SECONDS, _FRAMES_A_SECOND = 3, 8000
_PLAYLIST = b"#EXTM3U\n#EXT-X-TARGETDURATION:3\n#EXTINF:3,\nharbour.mp4\n#EXT-X-ENDLIST\n"
_PAGE = b"<!doctype html><title>Harbour at dawn</title><video controls src=harbour.mp4></video>\n"
_FROM = re.compile(r"bytes=(\d{1,18})-", re.ASCII)


async def serve_file(request: Request) -> Response:
    """Answer with a file, or with the rest of it from the byte that is asked for."""
    name = request.path_params["name"]
    content = _content(name)
    if content is None:
        return PlainTextResponse("the simulator has no such file\n", status_code=404)
    etag = f'"{hashlib.sha256(content).hexdigest()[:16]}"'
    headers = {"accept-ranges": "bytes", "etag": etag}
    media_type = _TYPES[name.rpartition(".")[2]]
    asked = _FROM.fullmatch(request.headers.get("range", ""))
    if asked is None or request.headers.get("if-range", etag) != etag:
        return Response(content, 200, headers, media_type)
    start, size = int(asked[1]), len(content)
    if start >= size:
        return Response(b"", 416, {**headers, "content-range": f"bytes */{size}"})
    headers["content-range"] = f"bytes {start}-{size - 1}/{size}"
    return Response(content[start:], 206, headers, media_type)


@cache
def _content(name: str) -> bytes | None:
    match name:
        case "harbour.m3u8":
            return _PLAYLIST
        case "player.html":
            return _PAGE
        case "described.wav":
            return _tone()
        case "harbour.mp4" | "described.mp4" | "hug.mp4":
            return _film(name)
        case _:
            return None


def _tone() -> bytes:
    """Make a sound that a player plays."""
    frames = bytes(
        128 + round(60 * math.sin(math.tau * 440 * i / _FRAMES_A_SECOND))
        for i in range(_SECONDS * _FRAMES_A_SECOND)
    )
    written = io.BytesIO()
    with wave.open(written, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(1)
        file.setframerate(_FRAMES_A_SECOND)
        file.writeframes(frames)
    return written.getvalue()


def _film(name: str) -> bytes:
    """Make what begins as a film does, 256 KiB long; no player shows it."""
    head = b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isommp41"
    filler = hashlib.sha256(name.encode()).digest() * (2**18 // 32)
    return head + (8 + len(filler)).to_bytes(4, "big") + b"mdat" + filler
