"""ViddyScribe: audio descriptions for videos.

Rests on the page "Get job results" of ViddyScribe's API reference (specs/sources.toml has its
address). The signed URLs in a result expire after fifteen minutes.
"""

import re
from collections.abc import Mapping
from typing import Any, TypeAlias, cast

from attrs import frozen

from tilldone._core.arguments import expect
from tilldone._core.declaration import Body, Phase
from tilldone._core.job import Job
from tilldone._core.job_request import JobRequest
from tilldone._core.provider import Failure, Provider, Resume
from tilldone._core.text import text_or_none
from tilldone._http.connect import Connect, connector
from tilldone_clients.viddyscribe import AuthenticatedClient
from tilldone_clients.viddyscribe.api.processing import (
    generate_ad_audio,
    generate_ad_text,
    generate_ad_video,
)
from tilldone_clients.viddyscribe.api.results import get_results
from tilldone_clients.viddyscribe.models import GenerationBody, JobResults

__all__ = [
    "DEFAULT_BASE_URL",
    "PHASES",
    "PROVIDER",
    "Client",
    "Links",
    "Result",
    "Segment",
    "connect",
    "generate_audio",
    "generate_text",
    "generate_video",
    "job",
    "links",
    "resume",
    "segments",
]

Client: TypeAlias = AuthenticatedClient
"""What `connect` makes."""

Result: TypeAlias = JobResults
"""What a wait for a job gives."""

DEFAULT_BASE_URL = "https://api.viddyscribe.com"

_KEY = "VIDDYSCRIBE_API_KEY"

PHASES: Mapping[str, Phase] = {
    "queued": Phase.PENDING,
    "processing": Phase.RUNNING,
    "done": Phase.SUCCEEDED,
    "failed": Phase.FAILED,
}


# A cue of WebVTT or SRT: when, and the lines up to an empty one.
_CUE = re.compile(
    r"(?<![\d:.,])([\d:.,]+) +--> +([\d:.,]+)[^\n]*\n?((?:(?![ \t]*(?:\n|\Z))[^\n]+\n?)*)"
)
_CLOCK = re.compile(r"(?:(?:(\d+):)?(\d+):)?(\d+(?:[.,]\d+)?)")


def _failure(body: Body) -> Failure:
    return Failure(code=text_or_none(body.get("error")), message=text_or_none(body.get("message")))


def _is_final(status_code: int, body: object) -> bool:
    # What else a 429 tells of passes: too many at once, too often, or a full queue.
    said: Body = cast("Body", body) if isinstance(body, dict) else {}
    return status_code == 429 and "plan_limit_exceeded" in (said.get("error"), said.get("code"))


def _request(id: str) -> dict[str, Any]:
    return get_results._get_kwargs(job_id=id)  # pyright: ignore[reportPrivateUsage] # its builder has no public name


def generate_text(client: Client, body: GenerationBody) -> JobRequest[Result]:
    """Prepare a job that gives audio descriptions as text."""
    expect("body", body, GenerationBody, "a GenerationBody")
    request = generate_ad_text._get_kwargs(body=body)  # pyright: ignore[reportPrivateUsage] # its builder has no public name
    return PROVIDER.submission(client, "generate_text", request)


def generate_video(client: Client, body: GenerationBody) -> JobRequest[Result]:
    """Prepare a job that gives a video with audio descriptions."""
    expect("body", body, GenerationBody, "a GenerationBody")
    request = generate_ad_video._get_kwargs(body=body)  # pyright: ignore[reportPrivateUsage] # its builder has no public name
    return PROVIDER.submission(client, "generate_video", request)


def generate_audio(client: Client, body: GenerationBody) -> JobRequest[Result]:
    """Prepare a job that gives audio descriptions as sound."""
    expect("body", body, GenerationBody, "a GenerationBody")
    request = generate_ad_audio._get_kwargs(body=body)  # pyright: ignore[reportPrivateUsage] # its builder has no public name
    return PROVIDER.submission(client, "generate_audio", request)


connect: Connect[Client] = connector(
    Client,
    title="ViddyScribe's API",
    name="viddyscribe",
    key_variable=_KEY,
    default_base_url=DEFAULT_BASE_URL,
    prefix="",
    auth_header_name="X-API-Key",
)

PROVIDER: Provider[Result] = Provider(
    name="viddyscribe",
    docs_url="https://docs.viddyscribe.com/api-reference/results/get-job-results",
    phases=PHASES,
    request=_request,
    parse=Result.from_dict,
    failure=_failure,
    is_final=_is_final,
    submitted="job_id",
    operations=(generate_text, generate_video, generate_audio),
    connect=connect,
    key_variable=_KEY,
)


def job(client: Client, id: str) -> Job[Result]:
    """Name a job by the `job_id` that its submission answered with.

    Raises:
        TypeError, ValueError: the id is not text, is blank, or cannot be one segment of a path.
    """
    return PROVIDER.job(client, id)


resume: Resume[Client, Result] = PROVIDER.resume


@frozen(kw_only=True)
class Links:
    """The signed URLs in a result, which expire after fifteen minutes; None where it has none."""

    video_signed_url: str | None
    audio_signed_url: str | None


def links(done: Result) -> Links:
    """Give the links in a result, older servers' `result_url` as `video_signed_url`."""
    expect("done", done, Result, "a JobResults")
    return Links(
        video_signed_url=done.video_signed_url or done.result_url or None,
        audio_signed_url=done.audio_signed_url or None,
    )


@frozen(kw_only=True)
class Segment:
    """A description and when it is spoken, in seconds; None where a result does not tell."""

    start_time: float | None
    end_time: float | None
    description: str


def segments(done: Result) -> list[Segment]:
    """Give the descriptions in one form; a result has them as `segments`, `items` or a text.

    Raises:
        ValueError: the text is in a format other than `vtt` and `srt`; it is `done.output.content`.
    """
    expect("done", done, Result, "a JobResults")
    output = done.output
    if not output:
        return []
    listed = [_segment(a.start_time, a.end_time, a.description) for a in output.segments or ()]
    listed += [_segment(a.start, a.end, a.text) for a in output.items or ()]
    if listed or not output.content:
        return listed
    cues = _CUE.findall(output.content.replace("\r\n", "\n"))
    if not cues and output.format_ not in {"vtt", "srt"}:
        raise ValueError(
            f"segments: none are read from a text in {output.format_ or 'an unnamed format'}; "
            "the text is done.output.content"
        )
    return [_segment(*cue) for cue in cues]


def _segment(start: object, end: object, description: object) -> Segment:
    return Segment(
        start_time=_seconds(start),
        end_time=_seconds(end),
        description=description.strip() if isinstance(description, str) else "",
    )


def _seconds(time: object) -> float | None:
    """Read a time that is a number of seconds, or a text such as `00:00:05.000`."""
    if isinstance(time, int | float) and not isinstance(time, bool):
        return float(time)
    read = _CLOCK.fullmatch(time.strip()) if isinstance(time, str) else None
    if read is None:
        return None
    hours, minutes, seconds = read.groups(default="0")
    return int(hours) * 3600 + int(minutes) * 60 + float(seconds.replace(",", "."))
