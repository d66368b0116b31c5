"""Asking over HTTP from synchronous code: one connection for a wait, and one poll over it."""

from types import TracebackType
from typing import Self

import httpx

from tilldone._core.job import Target
from tilldone._core.poller import Poll
from tilldone._core.polling import Polling
from tilldone._core.response import Response, TransportError
from tilldone._http.enquiry import Enquiry, fault, timeouts

__all__ = ["BoundClient", "Line", "users_client"]


def users_client(enquiry: Enquiry) -> httpx.Client | None:
    """Give the synchronous httpx client that the user set, if its transport is of their making."""
    return enquiry.users_client("_client", httpx.Client, httpx.HTTPTransport)


class BoundClient:
    """The httpx client for an enquiry, the user's or one of ours, held to a deadline."""

    def __init__(self, enquiry: Enquiry) -> None:
        users = users_client(enquiry)
        self._enquiry = enquiry
        self._client = users or httpx.Client(**enquiry.settings())
        self._own = users is None
        # Imported with the first poll: httpcore takes a third of the time that tilldone does.
        from tilldone._http.deadline import Deadline, bind

        self._deadline = Deadline()
        bind(self._client, self._deadline)

    def request(self, target: Target[object]) -> httpx.Request:
        """Make the request that polls a job."""
        return self._client.build_request(**target.request())

    def ask(self, request: httpx.Request, poll: Poll) -> Response | TransportError:
        """Send the request, and read the answer as far as the poll's time allows."""
        self._deadline.set(poll.timeout)
        request.extensions = timeouts(poll)
        try:
            response = self._client.send(request, stream=True, follow_redirects=False)
            try:
                reader = self._enquiry.reader(response)
                whole = response.is_stream_consumed
                for chunk in (response.content,) if whole else response.iter_raw():
                    if not reader.feed(chunk):
                        break
            finally:
                response.close()
        except httpx.RequestError as error:
            return fault(error, poll)
        finally:
            self._deadline.lift()
        return reader.answer()

    def close(self) -> None:
        """Close it, if it is ours."""
        if self._own:
            self._client.close()


class Line:
    """A connection to one job's provider, kept for the length of a wait."""

    def __init__(self, target: Target[object], polling: Polling) -> None:
        self._client = BoundClient(Enquiry(target.client, polling))
        self._request = self._client.request(target)

    def poll(self, poll: Poll) -> Response | TransportError:
        """Send one poll of the job, given up after its time whatever the server does."""
        return self._client.ask(self._request, poll)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        self._client.close()
