"""A provider is a declaration: how its jobs are polled, and what its answers mean.

There is no loop and no sleep in it. The five in the box are declared as anyone declares one of
their own; nothing here knows their names.
"""

import inspect
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar, cast
from weakref import WeakValueDictionary

from attrs import field, frozen
from attrs.validators import instance_of, optional

from tilldone._core.declaration import (
    Body,
    Listing,
    Phase,
    are_extras,
    are_paths,
    are_phases,
    epoch_seconds,
    extra_names,
    found_at,
    is_bool,
    is_callable,
    is_header,
    is_name,
    is_path,
    is_rate,
    is_text,
    share_of,
)
from tilldone._core.job import Job, Target, checked_id, parse_ref
from tilldone._core.job_request import JobRequest, Submission
from tilldone._core.operations import Operation, are_operations, operation_named, prepared
from tilldone._core.text import text_or_none

if TYPE_CHECKING:
    import httpx

__all__ = ["Failure", "Provider", "Resume", "declared_here"]

C_contra = TypeVar("C_contra", contravariant=True)
R_co = TypeVar("R_co", covariant=True)


@frozen
class Failure:
    """What a provider says of a job that failed: its own code and its own words."""

    code: str | None = None
    message: str | None = None


def _usual_failure(body: Body) -> Failure:
    """Read `error`, an object or a text, and `message` beside it."""
    error = body.get("error")
    beside = text_or_none(body.get("message"))
    if not isinstance(error, dict):
        told = text_or_none(error)
        return Failure(told, beside) if beside else Failure(message=told)
    said = cast("dict[str, object]", error)
    code = text_or_none(said.get("code")) or text_or_none(said.get("type"))
    return Failure(code, text_or_none(said.get("message")) or beside)


def _never(_body: Body) -> bool:
    return False


def _never_final(_status_code: int, _body: object) -> bool:
    return False


_LONGEST_KIND = 100


def _check_call(field: str, function: Callable[..., object], *names: str) -> None:
    """Hold a function to its form: the first argument by its place, the others by their names."""
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        return  # Written in C: it will show when it is called.
    try:
        signature.bind(*names[:1], **dict.fromkeys(names[1:], ""))
    except TypeError as error:
        called = ", ".join([*names[:1], *(f"{name}=…" for name in names[1:])])
        raise TypeError(f"Provider: {field}: cannot be called as ({called}): {error}") from None


@frozen(kw_only=True)
class Provider(Generic[R_co]):
    """How one provider's jobs are polled, and how its answers are to be read.

    `R`, the type of a job's result, is what `parse` returns. See "Your own API" in the README.

    Raises:
        TypeError, ValueError: a field cannot be what was declared; the text names it.
    """

    name: str = field(validator=is_name)
    """What refs, the command line and messages call it."""

    request: "Callable[..., Mapping[str, Any] | httpx.Request]" = field(
        repr=False, validator=is_callable
    )
    """Called with the job's id, and with its `extras` by name; gives the poll: the arguments of
    `httpx.Client.request`, such as a generated operation's `_get_kwargs` gives, or a request."""

    parse: Callable[[Body], R_co] = field(repr=False, validator=is_callable)
    """A raw body to the result: a generated model, or whatever else you like."""

    phases: Mapping[str, Phase] = field(repr=False, validator=are_phases)
    """Every status that the provider documents, and the phase that it means."""

    status: str | Callable[[Body], str | None] = field(default="status", validator=is_path)
    """Where a body has its status: a dotted path, in which a number is a place in a list, or a
    function of the body. None and blank text make the answer one that says nothing of the job."""

    failure: Callable[[Body], Failure] = field(
        default=_usual_failure, repr=False, validator=is_callable
    )
    """Where a failed body keeps its code and its message; by default `error`, an object or a text,
    and `message`."""

    is_failure: Callable[[Body], bool] = field(default=_never, repr=False, validator=is_callable)
    """Whether a body tells of failure, whatever its status is."""

    is_final: Callable[[int, object], bool] = field(
        default=_never_final, repr=False, validator=is_callable
    )
    """Whether an HTTP status that usually passes (408, 425, 429, 5xx) is a last word here, given
    its body: JSON, or text where it is not JSON."""

    progress: "str | Callable[[Body], float | str | None] | None" = field(
        default=None, validator=optional(is_path)
    )
    """Where a body says how far the job is: a dotted path, or a function of the body. A number up
    to 1 is a share of the job, a greater one, up to 100, a percentage; under a path whose last
    part begins with `percent` it is a percentage in any case. Whatever else is found says nothing,
    and so does a function that raises. None where the provider never tells."""

    created: "str | Callable[[Body], object] | None" = field(
        default=None, validator=optional(is_path)
    )
    """Where a body says when the job was made: a dotted path, or a function of the body. It is read
    as ISO 8601, in UTC where it names no zone, or as seconds or milliseconds since the epoch;
    whatever else is found says nothing, and so does a function that raises."""

    kind: "str | tuple[str, ...] | Callable[[Body], object]" = field(
        default="model", validator=are_paths
    )
    """What a job's duration may depend on, for a `History`: a dotted path, several of them or a
    function. They are looked up in the answer to a poll; of a job that this process has submitted,
    in the answer to that over the request's JSON. The operation need not be named. Keep it to
    names that many jobs share, such as a model's: what is long is no kind, nor a thing raised."""

    extras: tuple[str, ...] = field(default=(), converter=extra_names, validator=are_extras)
    """What it takes, beside the id, to name a job."""

    submitted: "str | Callable[[Body], str | Mapping[str, str] | None] | None" = field(
        default=None, validator=optional(is_path)
    )
    """Where the answer to a submission has the job's id: a dotted path, or a function of the body
    that gives the id, or the id and extras by name. None where no jobs are submitted by this."""

    operations: tuple[Operation[R_co], ...] = field(
        default=(), repr=False, validator=are_operations
    )
    """The functions that prepare its requests, `(client, body, *, path_parameter=...)`, each giving
    a `JobRequest`. The command line and the simulator find them here by their names."""

    idempotency_header: str | None = field(default=None, validator=optional(is_header))
    """The header by which the provider knows a submission again, as its documentation promises.
    One that left a doubt is then sent again, with the same value; without it never."""

    rate: float | None = field(default=None, validator=is_rate)
    """Polls a second that the provider documents as its limit; None where it documents none."""

    allow_http: bool = field(default=False, validator=is_bool)
    """Whether keys may be sent over plain http to a host that is not this machine, by whatever
    client: for an API in a network of one's own. Else a client must be made to allow it, by
    `connect(allow_http=True)` or `Origin(allow_http=True)`."""

    listing: Listing | None = field(
        default=None, repr=False, validator=optional(instance_of(Listing))
    )
    """How it lists many jobs with their statuses in one answer; None where it does not. Where more
    jobs wait than `rate` can serve promptly, that tells which of them to poll first."""

    connect: Callable[..., object] | None = field(default=None, repr=False)
    """Makes the client from the environment: `connect(*, base_url=None)`. Needed by the command
    line, by durable waits and by `tilldone.resume(ref)` alone."""

    key_variable: str | None = field(default=None, repr=False, validator=optional(is_text))
    """The environment variable that `connect` reads the key from."""

    url_variable: str | None = field(default=None, repr=False, validator=optional(is_text))
    """The one with the base URL, for a provider that has no host of its own."""

    docs_url: str | None = field(default=None, repr=False, validator=optional(is_text))
    """The provider's page that all of this rests on."""

    def __attrs_post_init__(self) -> None:
        self._check_functions()
        declared_here[self.name] = self

    def _check_functions(self) -> None:
        if self.connect is not None and not callable(self.connect):  # pyright: ignore[reportUnnecessaryComparison] # from outside
            raise TypeError(
                f"Provider: connect: expected a function, got {type(self.connect).__name__}"
            )
        _check_call("request", self.request, "id", *self.extras)
        if self.connect is not None:
            _check_call("connect", self.connect)

    def job(self, client: object, id: str, **extras: str) -> Job[R_co]:
        """Name a job by the id that its submission answered with.

        Args:
            client: what to ask with: a client that openapi-python-client generated, an
                `httpx.Client`, an `httpx.AsyncClient` or an `Origin`.
            id: the provider's id of the job.
            extras: what else this provider's jobs are named by.

        Raises:
            TypeError: the extras are not those that the provider declares.
            ValueError: the id is blank, or cannot be one segment of a path.
        """
        if set(extras) != set(self.extras):
            expected = ", ".join(self.extras) or "none"
            raise TypeError(f"{self.name}: a job's extras are {expected}; got {sorted(extras)}")
        checked = {name: checked_id(extras[name], name=name) for name in self.extras}
        return Job(Target(self, client, checked_id(id), checked))

    def resume(self, client: object, ref: str) -> Job[R_co]:
        """Name a job by the `ref` of an earlier `Job`.

        Raises:
            ValueError: the ref is damaged, too new, or another provider's.
        """
        named = parse_ref(ref)
        if named.provider != self.name:
            raise ValueError(
                f"ref: it names a job of {named.provider!r}, not of {self.name!r}; "
                "pass it to tilldone.resume(), or to its own provider's resume()"
            )
        if set(named.extras) != set(self.extras):
            named.refuse(
                f"it should name {sorted({'id', *self.extras})}, "
                f"and names {sorted({'id', *named.extras})}"
            )
        try:
            return self.job(client, named.id, **named.extras)
        except ValueError as error:
            named.refuse(str(error))

    def submission(
        self,
        client: object,
        operation: str,
        request: "Mapping[str, Any] | httpx.Request",
        **extras: str,
    ) -> JobRequest[R_co]:
        """Prepare a request that makes a job; nothing is sent before it is submitted.

        Args:
            client: what to ask with, as for `job`.
            operation: what messages call it, such as `"create"`.
            request: the arguments of `httpx.Client.request`, such as a generated operation's
                `_get_kwargs` gives, or a request.
            extras: those that the job will be named by, as far as the answer does not tell them.

        Raises:
            TypeError: the provider does not declare `submitted`, the extras are not those that it
                declares, or the request is not one.
            ValueError: an extra is blank, or cannot be one segment of a path.
        """
        if self.submitted is None:
            raise TypeError(
                f"{self.name}: no job can be submitted; declare Provider(submitted=...), where "
                "the answer has the job's id"
            )
        unknown, missing = set(extras) - set(self.extras), set(self.extras) - set(extras)
        if unknown or (missing and not callable(self.submitted)):
            expected = ", ".join(self.extras) or "none"
            raise TypeError(f"{self.name}: a job's extras are {expected}; got {sorted(extras)}")
        checked = {name: checked_id(value, name=name) for name, value in extras.items()}
        submission = Submission(self, client, operation, request, checked)
        return JobRequest(self.name, operation, submission)

    def operation(self, name: str | None = None) -> Operation[R_co]:
        """Give one of the operations by its name; None is the only one.

        Raises:
            ValueError: there is none of that name, or there are several and no name.
        """
        return operation_named(self.name, self.operations, name)

    def prepare(
        self, client: object, operation: str | None, body: object, /, **parameters: str
    ) -> JobRequest[R_co]:
        """Prepare a request by an operation's name, with a body as it is in JSON.

        Args:
            client: what to ask with, as for `job`.
            operation: the name of one of `operations`; None is the only one.
            body: JSON. Where the operation asks for a class that has `from_dict` or pydantic's
                `model_validate`, that reads it; any other operation takes it as it is.
            parameters: the operation's path parameters by name.

        Raises:
            ValueError: there is no such operation, a path parameter is missing or unknown, or the
                body is not what the operation asks for; the text names it.
        """
        return prepared(self.operation(operation), client, body, parameters)

    def read_status(self, body: Body) -> str:
        """Give the status in a body; empty where there is none."""
        found = found_at(body, self.status)
        return found if isinstance(found, str) and found.strip() else ""

    def read_progress(self, body: Body) -> float | None:
        """Give how far the job is by a body, from 0 to 1; None where it does not say."""
        if self.progress is None:
            return None
        told = _hint(body, self.progress)
        path = self.progress if isinstance(self.progress, str) else ""
        return share_of(told, percentage=path.rpartition(".")[2].lower().startswith("percent"))

    def read_created(self, body: Body) -> float | None:
        """Give when the job was made, in seconds since the epoch; None where a body is silent."""
        return None if self.created is None else epoch_seconds(_hint(body, self.created))

    def read_kind(self, body: Body) -> str:
        """Give what a body says of the job's kind; empty where it says nothing."""
        where = self.kind
        if callable(where) or isinstance(where, str):
            told = [_hint(body, where)]
        else:
            told = [_hint(body, each) for each in where]
        return "/".join(
            str(each)
            for each in told
            if isinstance(each, str | int) and len(str(each)) <= _LONGEST_KIND
        )

    def read_submitted(self, body: Body) -> dict[str, str]:
        """Give what the answer to a submission names the job by; empty where it names none."""
        found = None if self.submitted is None else found_at(body, self.submitted)
        names = cast("Mapping[str, object]", found) if isinstance(found, Mapping) else {"id": found}
        return {
            name: str(value)
            for name, value in names.items()
            if isinstance(value, str | int) and not isinstance(value, bool) and str(value).strip()
        }


def _hint(body: Body, where: str | Callable[[Body], object]) -> object:
    """Find what no wait needs: what the declaration raises over it is the same as nothing."""
    try:
        return found_at(body, where)
    except Exception:  # noqa: BLE001 # a declaration raises whatever it meets
        return None


declared_here: WeakValueDictionary[str, Provider[object]] = WeakValueDictionary()
"""The providers that were declared in this process, the last one of each name."""


class Resume(Protocol[C_contra, R_co]):
    """A provider's `resume`, for the one kind of client that its module makes."""

    def __call__(self, client: C_contra, ref: str) -> Job[R_co]: ...
