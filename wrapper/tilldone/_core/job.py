"""A job: what is waited for. It knows its provider, its id and the client to ask with.

A `Job` can be shown, pickled and compared, and its `ref` can be stored anywhere: neither its
repr, its pickle nor its ref holds the client, a key or a host.
"""

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Generic, NoReturn, TypeVar, cast, final

from attrs import evolve, field, frozen

from tilldone._core.arguments import expect

if TYPE_CHECKING:
    import httpx

    from tilldone._core.declaration import Declaration
    from tilldone._core.response import Response

__all__ = [
    "Job",
    "Making",
    "ParsedRef",
    "Target",
    "carry_answer",
    "checked_extras",
    "checked_id",
    "made",
    "making_of",
    "named_job",
    "parse_ref",
    "provider_finder",
    "provider_of",
    "request_arguments",
    "resumed_job",
    "take_answer",
    "target_of",
]

R_co = TypeVar("R_co", covariant=True)

_REF_VERSION = 1
_LONGEST_ID = 2000


@frozen
class Making:
    """How this process has made a job."""

    kind: str
    """The operation, and what request and answer say of the job's kind."""

    moment: float
    """When the provider had taken it, in seconds on the driver's clock."""


@frozen(eq=False, repr=False)
class Target(Generic[R_co]):
    """What a driver needs of a job. Not public: `Job` is its face."""

    provider: "Declaration[R_co]"
    client: object
    id: str
    extras: Mapping[str, str]
    answers: "list[Response]" = field(factory=list["Response"])
    """The answer to its submission, where that says already how the job ended; taken once."""
    submitted: Making | None = None
    """How it was made, where this process did that."""

    def request(self) -> dict[str, Any]:
        """Give the arguments that build the HTTP request which polls the job."""
        return request_arguments(self.provider.request(self.id, **self.extras))


def request_arguments(asked: "Mapping[str, Any] | httpx.Request") -> dict[str, Any]:
    """Give the arguments that build a request, of what a provider's declaration gives for it."""
    if isinstance(asked, Mapping):
        return dict(asked)
    # What it says of its own host and length is for whoever sends it to say.
    headers = [
        (name, value)
        for name, value in asked.headers.multi_items()
        if name not in {"host", "content-length"}
    ]
    content = asked.read() or None
    return {"method": asked.method, "url": asked.url, "headers": headers, "content": content}


@final
class Job(Generic[R_co]):
    """A job at a provider, whose result is a `R_co`.

    Made by a provider's `job()` or `resume()`, never by hand.
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

        `tilldone.resume(ref)` makes a job of it again, and so does its provider's `resume`.
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


def provider_of(job: Job[R_co]) -> "Declaration[R_co]":
    """Give the declaration that says how the job's answers are read."""
    return job._target.provider  # pyright: ignore[reportPrivateUsage] # the inside of its own module


def target_of(job: Job[R_co]) -> Target[R_co]:
    """Give the inside of a job to a driver; an error says that it is no job, or has no client."""
    if not isinstance(job, Job):  # pyright: ignore[reportUnnecessaryIsInstance] # from outside
        raise TypeError(
            f"job: expected a Job, got {type(job).__name__}; make one by a provider's "
            "job(client, id), by submit(request) or by tilldone.resume(ref)"
        )
    target = job._target  # pyright: ignore[reportPrivateUsage] # the inside of its own module
    if target.client is None:
        raise ValueError(
            f"job: {job!r} came out of a pickle, which never holds the client; "
            "make it anew with tilldone.resume(job.ref, client)"
        )
    return target


def making_of(job: Job[object]) -> Making | None:
    """Give how this process has made the job, None where it was made elsewhere."""
    return job._target.submitted  # pyright: ignore[reportPrivateUsage] # the inside of its own module


def made(job: Job[R_co], making: Making) -> Job[R_co]:
    """Give the job, as one that this process has made."""
    return Job(evolve(job._target, submitted=making))  # pyright: ignore[reportPrivateUsage] # the inside of its own module


def carry_answer(job: Job[object], answer: "Response") -> None:
    """Have a job carry the answer to its submission, which saves its first poll."""
    job._target.answers.append(answer)  # pyright: ignore[reportPrivateUsage] # the inside of its own module


def take_answer(job: Job[object]) -> "Response | None":
    """Take what a job carries, once: the links in a result may expire, and a poll renews them."""
    answers = job._target.answers  # pyright: ignore[reportPrivateUsage] # the inside of its own module
    # Next to none carries one, and another thread may be as quick to take it.
    with suppress(IndexError):
        return answers.pop() if answers else None
    return None


def _without_client(provider: str, id: str, extras: dict[str, str]) -> Job[object]:
    return Job(Target(provider_finder[-1](provider), None, id, extras))


provider_finder: "list[Callable[[str], Declaration[object]]]" = []
"""Finds a provider by its name, for a job out of a pickle; who knows them all puts it here."""


def named_job(
    provider: "Declaration[R_co]", client: object, id: str, extras: Mapping[str, str]
) -> Job[R_co]:
    """Make a job of what names it; `checked_extras` and `checked_id` say what cannot."""
    checked = checked_extras(provider, extras)
    return Job(Target(provider, client, checked_id(id), checked))


def checked_extras(
    provider: "Declaration[object]", extras: Mapping[str, str], *, partly: bool = False
) -> dict[str, str]:
    """Give the extras that name a job, `partly` if some may be missing; an error names others."""
    wrong = extras.keys() - {*provider.extras} if partly else extras.keys() ^ {*provider.extras}
    if wrong:
        expected = ", ".join(provider.extras) or "none"
        raise TypeError(f"{provider.name}: a job's extras are {expected}; got {sorted(extras)}")
    # In the order of the declaration, so that one job has one ref.
    given = [name for name in provider.extras if name in extras]
    return {name: checked_id(extras[name], name=name) for name in given}


def checked_id(id: object, *, name: str = "id") -> str:
    """Return the id if it can be one path segment; a TypeError or ValueError says why it cannot."""
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


@frozen
class ParsedRef:
    """What a ref names."""

    provider: str
    id: str
    extras: Mapping[str, str]


def resumed_job(provider: "Declaration[R_co]", client: object, ref: str) -> Job[R_co]:
    """Make a job of its ref; a ValueError says that it is damaged, or another provider's."""
    named = parse_ref(ref)
    if named.provider != provider.name:
        raise ValueError(
            f"ref: it names a job of {named.provider!r}, not of {provider.name!r}; "
            "pass it to tilldone.resume(), or to its own provider's resume()"
        )
    if {*named.extras} != {*provider.extras}:
        names = sorted({"id", *provider.extras})
        _damaged(ref, f"it should name {names}, and names {sorted({'id', *named.extras})}")
    try:
        return named_job(provider, client, named.id, named.extras)
    except ValueError as error:
        _damaged(ref, str(error))


def parse_ref(ref: str) -> ParsedRef:
    """Read a ref, of whatever provider; a ValueError says that it is damaged, or too new."""
    expect("ref", ref, str, "the text of job.ref")
    try:
        names = json.loads(ref)
    except (ValueError, RecursionError):
        _damaged(ref, "not JSON")
    if not isinstance(names, dict):
        _damaged(ref, "not a JSON object")
    named = cast("dict[str, object]", names)
    version = named.pop("tilldone", None)
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        _damaged(ref, "it does not say its version")
    if version > _REF_VERSION:
        raise ValueError(
            f"ref: version {version} is newer than this tilldone knows ({_REF_VERSION}); "
            "update tilldone to read it"
        )
    texts = {name: value for name, value in named.items() if isinstance(value, str)}
    for name in ("provider", "id"):
        if name not in named:
            _damaged(ref, f"it does not name its {name}")
    if len(texts) != len(named):
        _damaged(ref, "one of its values is not text")
    return ParsedRef(texts.pop("provider"), texts.pop("id"), texts)


def _damaged(ref: str, why: str) -> NoReturn:
    shown = ref if len(ref) <= 120 else f"{ref[:120]}…"
    raise ValueError(f"ref: {shown!r} is damaged: {why}") from None
