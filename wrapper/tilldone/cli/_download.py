"""`tilldone download`: a job's result that is a link, as a file."""

import math
import os
import re
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path, PurePosixPath
from typing import Any, cast
from urllib.parse import unquote, urlsplit

import click
from attrs import evolve

from tilldone._core.declaration import Body, Phase
from tilldone._core.job import Job, target_of
from tilldone._core.polling import seconds_until_deadline
from tilldone._core.snapshot import WaitError
from tilldone._download.sync import download as fetched
from tilldone._download.transfer import DownloadFailed
from tilldone._download.weblink import checked_link
from tilldone.cli._ending import end, give_up, polling_by, watched
from tilldone.cli._exit import Exit, Misuse, misuse_told, refs_on_interrupt, say
from tilldone.cli._options import HISTORY, QUIET, TIMEOUT, one_job
from tilldone.cli._output import emit, emit_text
from tilldone.cli._targets import Targets

__all__ = ["download"]

_EXAMPLES = """\b
Examples:
  tilldone download viddyscribe task_1 --link video_signed_url
  tilldone download zai "$REF" --to hug.mp4
"""

# A name that a server gives may mean something to a shell, to Windows, or to the next program.
_UNSAFE = re.compile(r'[<>:"/\\|?*]')
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)
_LONGEST_NAME = 120


@click.command(epilog=_EXAMPLES)
@one_job
@click.option(
    "--link",
    metavar="PATH",
    help="Where the result has the link, such as video_signed_url or data.files.0.url. Default: "
    "the only one in it.",
)
@click.option(
    "--to",
    metavar="PATH",
    help="The file to write, or the folder for it. Default: the link's file name, here.",
)
@click.option(
    "--allow-private",
    is_flag=True,
    help="Follow links by plain http, and to addresses that are not public.",
)
@TIMEOUT
@HISTORY
@QUIET
def download(
    *,
    provider: str,
    job_id: str,
    base_url: str | None,
    allow_http: bool,
    extras: dict[str, str],
    agent_id: str | None,
    compact: bool,
    link: str | None,
    to: str | None,
    allow_private: bool,
    timeout: float | None,
    no_history: bool,
    quiet: bool,
) -> Exit:
    """Wait for a job, and download what its result links to.

    The path of the file is on stdout. The file is there whole or not at all; what had arrived
    before a break is kept beside it, and gone on from the next time. No key is sent to the link's
    host. The timeout is for all of it.
    """
    _check_place(to)
    with misuse_told():
        targets = Targets(base_url, allow_http=allow_http, extras=extras, agent_id=agent_id)
        job = targets.job(provider, job_id)
        targets.all_made()
    began = time.monotonic()
    deadline = began + seconds_until_deadline(timeout)
    with refs_on_interrupt([job]):
        try:
            polling = polling_by(no_history=no_history)
            snapshot = watched(job, timeout=timeout, polling=polling, quiet=quiet)
            if snapshot.phase is Phase.FAILED:
                return end(snapshot, compact=compact)
            links = _links_in(snapshot.body)
            where = _chosen(links, link, job)
            path = _place(to, links[where], job)
            lines = not quiet and not sys.stderr.isatty()
            if lines:
                say(f"downloading {where} to {path}")
            left = max(deadline - time.monotonic(), 0.0)
            fetched(
                _link_at(where),
                path,
                job=_with_raw_results(job),
                timeout=None if left == math.inf else left,
                allow_private=allow_private,
                progress=not quiet,
            )
        except WaitError as error:
            return give_up(error, compact=compact)
        except DownloadFailed as error:
            say(str(error).replace("allow_private=True", "--allow-private"), job)
            return Exit.UNSEEN
        except OSError as error:
            say(f"{error.filename or to or 'the file'}: {error.strerror or error}", job)
            return Exit.UNSEEN
    size = path.stat().st_size
    if lines:
        say(f"{path}: {size} bytes, after {time.monotonic() - began:.1f} s")
    if compact:
        emit({"path": str(path), "bytes": size, "ref": job.ref}, compact=True, job=job)
    else:
        emit_text(click.format_filename(path), job=job)
    return Exit.DONE


def _links_in(body: object) -> dict[str, str]:
    """Give all that is a link in a result, each by its dotted path."""
    found: dict[str, str] = {}
    # No recursion: an answer may be nested more deeply than Python's stack bears.
    pending: list[tuple[str, object]] = [("", body)]
    while pending:
        path, value = pending.pop()
        if isinstance(value, str) and _is_link(value):
            found[path] = value
        elif isinstance(value, Mapping):
            parts = cast("Mapping[str, object]", value).items()
            pending += reversed([(f"{path}.{name}".lstrip("."), part) for name, part in parts])
        elif isinstance(value, list):
            items = enumerate(cast("list[object]", value))
            pending += reversed([(f"{path}.{n}".lstrip("."), item) for n, item in items])
    return found


def _is_link(text: str) -> bool:
    try:
        checked_link(text)
    except ValueError:
        return False
    return True


def _chosen(links: Mapping[str, str], wanted: str | None, job: Job[object]) -> str:
    """Give the path of the link that is meant.

    Raises:
        Misuse: there is none there, or there are several and none was named.
    """
    there = ", ".join(links) or "none"
    if wanted is not None:
        if wanted in links:
            return wanted
        raise Misuse(f"--link: no link at {wanted!r} of the result, but {there}\nref: {job.ref}")
    if not links:
        raise Misuse(f"the result has no link in it; `tilldone wait` prints it\nref: {job.ref}")
    if len({*links.values()}) > 1:
        raise Misuse(f"the result has several links, choose by --link: {there}\nref: {job.ref}")
    return next(iter(links))


def _link_at(path: str) -> Callable[[Body], str]:
    def link(body: Body) -> str:
        found = _links_in(body).get(path)
        if found is None:
            raise DownloadFailed(f"the result has no link at {path} any more")
        return found

    return link


def _with_raw_results(job: Job[object]) -> Job[Body]:
    """Give the same job, its result being the answer as it came."""
    target = target_of(job)
    raw: Any = evolve(cast("Any", target.provider), parse=dict)
    named: Job[Body] = raw.job(target.client, job.id, **target.extras)
    return named


def _check_place(to: str | None) -> None:
    """Refuse, before anything is waited for, a place where there can be no file.

    Raises:
        Misuse: the folder is not there, or something else than a file is in its place.
    """
    if to is None or _is_folder(Path(to)):
        return
    if _is_no_file(Path(to)):
        raise Misuse(f"--to: {to} is no regular file; name one that may be replaced")
    folder = Path(to) if to.endswith(("/", os.sep)) else Path(to).parent
    if not _is_folder(folder):
        raise Misuse(f"--to: the folder {folder} is not there; make it first")


def _place(to: str | None, url: str, job: Job[object]) -> Path:
    """Give the path to write to: a name that was chosen by a server is harmless, and in the folder.

    Raises:
        Misuse: there is a file of a name that nobody here has chosen.
    """
    if to is not None and not _is_folder(Path(to)):
        return Path(to)
    path = Path(to or "") / (_file_name(url) or _file_name(f"{job.provider}-{job.id}"))
    if path.exists():
        raise Misuse(f"{path} is there already; name the file to write by --to\nref: {job.ref}")
    return path


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # a name that is too long, say, as will show when it is written to
        return False


def _is_no_file(path: Path) -> bool:
    try:
        return path.exists() and not path.is_file()
    except OSError:  # as above
        return False


def _file_name(url: str) -> str:
    name = PurePosixPath(unquote(urlsplit(url).path)).name
    name = _UNSAFE.sub("_", "".join(each if each.isprintable() else "_" for each in name))
    name = name.lstrip(" .-").rstrip(" .")
    stem, dot, suffix = name.rpartition(".")
    if len(name) > _LONGEST_NAME:
        name = f"{(stem or suffix)[:_LONGEST_NAME]}{dot}{suffix[:20]}"
    return f"_{name}" if _RESERVED.match(name) else name
