"""A job: what is waited for. It knows its provider, its id and the client to ask with.

A `Job` can be shown, pickled and compared, and its `ref` can be stored anywhere: neither its
repr, its pickle nor its ref holds the client, a key or a host.
"""

import json
from collections.abc import Mapping
from importlib import import_module
from typing import Any, Generic, NoReturn, TypeVar, cast, final

from attrs import frozen

from tilldone._core.provider import Provider

__all__ = ["Job", "Target", "checked_id", "new_job", "provider_of", "read_ref", "target_of"]

R_co = TypeVar("R_co", covariant=True)

_REF_VERSION = 1
_LONGEST_ID = 2000


@frozen(eq=False, repr=False)
class Target(Generic[R_co]):
    """What a driver needs of a job. Not public: `Job` is its face."""

    provider: Provider[R_co]
    client: object
    id: str
    extras: Mapping[str, str]

    def request(self) -> dict[str, Any]:
        """Build the arguments of the HTTP request that polls the job."""
        return self.provider.request(self.id, self.extras)


@final
class Job(Generic[R_co]):
    """A job at a provider, whose result is a `R_co`.

    Made by a provider module's `job()` or `resume()`, never by hand.
    """

    __slots__ = ("_target",)

    def __init__(self, target: Target[R_co]) -> None:
        self._target = target

    @property
    def provider(self) -> str:
        """The provider's name, such as `"edenai"`."""
        return self._target.provider.name

    @property
    def id(self) -> str:
        """The id that the provider gave the job."""
        return self._target.id

    @property
    def ref(self) -> str:
        """All it takes to go on waiting elsewhere: JSON text, without key and without host.

        `resume(client, ref)` of the same provider's module makes a job of it again.
        """
        names = {"provider": self.provider, "id": self.id, **self._target.extras}
        return json.dumps({"tilldone": _REF_VERSION, **names}, separators=(",", ":"))

    def __repr__(self) -> str:
        return f"Job(provider={self.provider!r}, id={self.id!r})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Job):
            return NotImplemented
        theirs = cast("Job[object]", other)
        # An id means a job only at its own host and account, which the client stands for.
        return self.ref == theirs.ref and self._target.client is theirs._target.client

    def __hash__(self) -> int:
        return hash((self.provider, self.id))

    def __copy__(self) -> "Job[R_co]":
        return self

    def __deepcopy__(self, _memo: object) -> "Job[R_co]":
        return self

    def __reduce__(self) -> tuple[object, ...]:
        # A client holds the key, and a pickle can end up anywhere.
        target = self._target
        return _without_client, (self.provider, target.id, dict(target.extras))


def provider_of(job: Job[R_co]) -> Provider[R_co]:
    """Give the declaration that says how the job's answers are read."""
    return job._target.provider  # pyright: ignore[reportPrivateUsage] # the inside of its own module


def target_of(job: Job[R_co]) -> Target[R_co]:
    """Give the inside of a job to a driver.

    Raises:
        ValueError: the job has no client to ask with.
    """
    target = job._target  # pyright: ignore[reportPrivateUsage] # the inside of its own module
    if target.client is None:
        raise ValueError(
            f"job: {job!r} came out of a pickle, which never holds the client; "
            f"make it anew with tilldone.{job.provider}.resume(client, job.ref)"
        )
    return target


def _without_client(provider: str, id: str, extras: dict[str, str]) -> Job[object]:
    declared: Provider[object] = import_module(f"tilldone.{provider}").PROVIDER
    return Job(Target(declared, None, id, extras))


def checked_id(id: object, *, name: str = "id") -> str:
    """Return the id if it can be one path segment, else say what is wrong with it.

    Raises:
        TypeError: it is no text.
        ValueError: it is blank, `.`, `..` or too long, or holds control characters or lone
            surrogates.
    """
    if not isinstance(id, str):
        raise TypeError(f"{name}: expected text, got {type(id).__name__}")
    if not id.strip():
        raise ValueError(f"{name}: blank; give the id that the provider answered with")
    if id in {".", ".."}:
        raise ValueError(f"{name}: {id!r} names another path, not a job")
    if any(ord(character) < 0x20 or 0x7F <= ord(character) < 0xA0 for character in id):
        raise ValueError(f"{name}: {id!r} holds control characters")
    if len(id) > _LONGEST_ID:
        raise ValueError(f"{name}: {len(id)} characters; no URL holds more than {_LONGEST_ID}")
    if any(0xD800 <= ord(character) < 0xE000 for character in id):
        raise ValueError(f"{name}: {id!r} holds half a character (a lone surrogate)")
    return id


def new_job(provider: Provider[R_co], client: object, id: str, **extras: str) -> Job[R_co]:
    """Make a job, its names checked."""
    checked = {name: checked_id(value, name=name) for name, value in extras.items()}
    return Job(Target(provider, client, checked_id(id), checked))


def read_ref(provider: Provider[R_co], client: object, ref: str) -> Job[R_co]:
    """Make a job from a ref.

    Raises:
        ValueError: the ref is damaged, of a newer version, or another provider's.
    """
    if not isinstance(ref, str):  # pyright: ignore[reportUnnecessaryIsInstance] # from outside
        raise TypeError(f"ref: expected the text of job.ref, got {type(ref).__name__}")
    try:
        names = json.loads(ref)
    except (ValueError, RecursionError):
        _broken(ref, "it is not JSON")
    if not isinstance(names, dict):
        _broken(ref, "it is no JSON object")
    named = cast("dict[str, object]", names)
    version = named.pop("tilldone", None)
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        _broken(ref, "it does not say its version")
    if version > _REF_VERSION:
        raise ValueError(
            f"ref: version {version} is newer than this tilldone knows ({_REF_VERSION}); "
            "update tilldone to read it"
        )
    theirs = named.pop("provider", None)
    if theirs != provider.name:
        raise ValueError(
            f"ref: it is a job of {theirs!r}, not of {provider.name!r}; "
            "hand it to resume() of its own provider's module"
        )
    expected = {"id", *provider.extras}
    if set(named) != expected:
        _broken(ref, f"it should name {sorted(expected)}, and names {sorted(named)}")
    texts = {name: value for name, value in named.items() if isinstance(value, str)}
    if len(texts) != len(named):
        _broken(ref, "a name in it is no text")
    job_id = texts.pop("id")
    try:
        return new_job(provider, client, job_id, **texts)
    except ValueError as error:
        _broken(ref, str(error))


def _broken(ref: str, why: str) -> NoReturn:
    shown = ref if len(ref) <= 120 else f"{ref[:120]}…"
    raise ValueError(f"ref: {shown!r} is damaged: {why}") from None
