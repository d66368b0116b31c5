"""How a provider lists jobs with their statuses, many in one answer."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from attrs import field, frozen
from attrs.validators import optional

from tilldone._core.declaration import is_callable, is_path
from tilldone._core.paths import Body

if TYPE_CHECKING:
    import httpx

__all__ = ["Listing"]


@frozen(kw_only=True)
class Listing:
    """How a provider lists an account's jobs, page by page.

    It is asked where more jobs wait at a host than its `rate` can serve promptly: a job that the
    list calls finished is polled next, and one that it calls unfinished as late as after a poll
    that said so. Nothing else is taken from a list, and a list that fails, or is behind the polls,
    is not asked again for a while: each job is polled by itself as ever.

    Raises:
        TypeError, ValueError: a field cannot be what was declared; the text names it.
    """

    request: "Callable[[int], Mapping[str, Any] | httpx.Request]" = field(
        repr=False, validator=is_callable
    )
    """Called with the number of a page, from 1 on; gives its request as `Provider.request` does a
    poll's. The longer a page is, the better."""

    items: str | Callable[[Body], object] = field(default="items", validator=is_path)
    """Where a page has its list of jobs: a dotted path, or a function of the body."""

    id: str | Callable[[Body], object] = field(default="id", validator=is_path)
    """Where a job of the list has its id."""

    status: str | Callable[[Body], object] = field(default="status", validator=is_path)
    """Where a job of the list has its status, one of the provider's `phases`."""

    pages: str | Callable[[Body], object] | None = field(default=None, validator=optional(is_path))
    """Where a page says how many pages there are. None where none does: an empty one is the end."""
