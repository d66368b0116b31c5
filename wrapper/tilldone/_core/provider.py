"""A provider: a declaration that names jobs and prepares the requests that make them.

There is no loop and no sleep in it. The five in the box are declared as anyone declares one of
their own; nothing here knows their names.
"""

import inspect
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Protocol, TypeVar
from weakref import WeakValueDictionary

from attrs import field, frozen
from attrs.validators import optional

from tilldone._core.arguments import is_callable, is_text
from tilldone._core.declaration import Declaration, Failure
from tilldone._core.job import Job, checked_extras, named_job, resumed_job
from tilldone._core.job_request import JobRequest, Submission
from tilldone._core.operations import Operation, are_operations, prepared

if TYPE_CHECKING:
    import httpx

__all__ = ["Failure", "Provider", "Resume", "declared_here"]

C_contra = TypeVar("C_contra", contravariant=True)
R_co = TypeVar("R_co", covariant=True)


@frozen(kw_only=True)
class Provider(Declaration[R_co]):
    """How one provider's jobs are polled, and how its answers are to be read.

    `R`, the type of a job's result, is what `parse` returns. See "Your own API" in the README.

    Raises:
        TypeError, ValueError: a field cannot be what was declared; the text names it.
    """

    operations: tuple[Operation[R_co], ...] = field(
        default=(), repr=False, validator=are_operations
    )
    """The functions that prepare its requests, `(client, body, *, path_parameter=...)`, each giving
    a `JobRequest`. The command line and the simulator find them here by their names."""

    connect: Callable[..., object] | None = field(
        default=None, repr=False, validator=optional(is_callable)
    )
    """Makes the client from the environment: `connect(*, base_url=None)`. Needed by the command
    line, by durable waits and by `tilldone.resume(ref)` alone."""

    key_variable: str | None = field(default=None, repr=False, validator=optional(is_text))
    """The environment variable that `connect` reads the key from."""

    url_variable: str | None = field(default=None, repr=False, validator=optional(is_text))
    """The one with the base URL, for a provider that has no host of its own."""

    docs_url: str | None = field(default=None, repr=False, validator=optional(is_text))
    """The provider's page that all of this rests on."""

    def __attrs_post_init__(self) -> None:
        _check_call("request", self.request, "id", *self.extras)
        if self.connect is not None:
            _check_call("connect", self.connect)
        declared_here[self.name] = self

    def job(self, client: object, id: str, **extras: str) -> Job[R_co]:
        """Name a job by the id that its submission answered with.

        Args:
            client: what to ask with: a client that openapi-python-client generated, an
                `httpx.Client`, an `httpx.AsyncClient` or an `Origin`.
            id: the provider's id of the job.
            extras: what else this provider's jobs are named by.

        Raises:
            TypeError: the id is not text, or the extras are not those that the provider declares.
            ValueError: the id or an extra is blank, or cannot be one segment of a path.
        """
        return named_job(self, client, id, extras)

    def resume(self, client: object, ref: str) -> Job[R_co]:
        """Name a job by the `ref` of an earlier `Job`.

        Raises:
            TypeError: the ref is not text.
            ValueError: it is damaged, too new, or another provider's.
        """
        return resumed_job(self, client, ref)

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
        checked = checked_extras(self, extras, partly=callable(self.submitted))
        kind = self.kind_by(operation)
        submission = Submission(self, client, operation, request, checked, kind)
        return JobRequest(self.name, operation, submission)

    def kind_by(self, operation: str) -> str:
        """Give what an operation, by its name, adds to the kind of its jobs."""
        # Where there is one only, jobs that came by their ids are of it, too.
        return "" if len(self.operations) == 1 else f"{operation} "

    def operation(self, name: str | None = None) -> Operation[R_co]:
        """Give one of the operations by its name; None is the only one.

        Raises:
            ValueError: there is none of that name, or there are several and no name.
        """
        known = {each.__name__: each for each in self.operations}
        names = ", ".join(known)
        if not known:
            raise ValueError(
                f"operation: {self.name} declares none; declare Provider(operations=...)"
            )
        if name is None:
            if len(known) > 1:
                raise ValueError(f"operation: {self.name} has several; name one of {names}")
            return self.operations[0]
        if name not in known:
            raise ValueError(f"operation: {self.name} has no {name!r}; it has {names}")
        return known[name]

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


declared_here: WeakValueDictionary[str, Provider[object]] = WeakValueDictionary()
"""The providers that were declared in this process, the last one of each name."""


class Resume(Protocol[C_contra, R_co]):
    """A provider's `resume`, for the one kind of client that its module makes."""

    def __call__(self, client: C_contra, ref: str) -> Job[R_co]: ...
