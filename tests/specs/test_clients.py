"""What holds for every generated client, over a real connection where there is one."""

from __future__ import annotations

import copy
import datetime as dt
import importlib
import inspect
import json
import pickle
import pkgutil
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Protocol, Self

import anyio
import attrs
import httpx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import tilldone
from pipeline.draft.client_ast import read_client
from pipeline.project import Project

from .conftest import ROOT, Server

if TYPE_CHECKING:
    from collections.abc import Callable
    from enum import StrEnum

KEY = "sk-very-secret"


class HTTPClient(Protocol):
    """What Client and AuthenticatedClient of every provider have in common."""

    def with_headers(self, headers: dict[str, str]) -> Self: ...
    def with_cookies(self, cookies: dict[str, str]) -> Self: ...
    def with_timeout(self, timeout: httpx.Timeout) -> Self: ...
    def get_httpx_client(self) -> httpx.Client: ...
    def get_async_httpx_client(self) -> httpx.AsyncClient: ...
    def __enter__(self) -> Self: ...
    def __exit__(self, *args: object) -> None: ...
    async def __aenter__(self) -> Self: ...
    async def __aexit__(self, *args: object) -> None: ...


class Provider:
    """One generated client, its parts found and not listed."""

    def __init__(self, name: str) -> None:
        self.package = importlib.import_module(f"tilldone_clients.{name}")
        self.types = importlib.import_module(f"{self.package.__name__}.types")
        self.models = importlib.import_module(f"{self.package.__name__}.models")
        api = importlib.import_module(f"{self.package.__name__}.api")
        modules = [
            importlib.import_module(found.name)
            for found in pkgutil.walk_packages(api.__path__, f"{api.__name__}.")
        ]
        # The operation that polls, which all clients have alike.
        project = Project(ROOT)
        job = read_client(project.generated / name, project.sources[name].job)
        ending = f"{job.tag}.{job.operation}"
        (self.endpoint,) = [module for module in modules if module.__name__.endswith(ending)]

    def client(self, base_url: str = "http://127.0.0.1:9", /, **fields: object) -> HTTPClient:
        client: HTTPClient = self.package.AuthenticatedClient(
            base_url=base_url, token=KEY, **fields
        )
        return client

    def arguments(self) -> dict[str, object]:
        """The least that the operation takes."""
        given: dict[str, object] = {}
        for name, parameter in inspect.signature(
            self.endpoint._get_kwargs, eval_str=True
        ).parameters.items():
            if parameter.annotation is str:
                given[name] = "an id/with a slash"
            elif attrs.has(parameter.annotation):
                required = [
                    field.alias
                    for field in attrs.fields(parameter.annotation)
                    if field.init and field.default is attrs.NOTHING
                ]
                given[name] = parameter.annotation(**dict.fromkeys(required, "an id"))
        return given

    def enums(self) -> list[type[StrEnum]]:
        members = (getattr(self.models, name) for name in self.models.__all__)
        return [model for model in members if issubclass(model, self.types.OpenStrEnum)]


@pytest.fixture
def generated(provider: str) -> Provider:
    return Provider(provider)


def test_the_request_of_a_poll_can_be_built(generated: Provider) -> None:
    request = generated.endpoint._get_kwargs(**generated.arguments())
    assert request["method"] in ("get", "post")
    assert "an id/with a slash" not in request["url"], "an id is one quoted path segment"


def used(client: HTTPClient) -> None:
    client.get_httpx_client().close()
    anyio.run(client.get_async_httpx_client().aclose)


def test_no_repr_shows_a_secret_neither_before_nor_after_use(generated: Provider) -> None:
    secrets: dict[str, object] = {
        "headers": {"X-Also": KEY},
        "cookies": {"session": KEY},
        "httpx_args": {"auth": httpx.BasicAuth("me", KEY)},
    }
    clients: tuple[HTTPClient, ...] = (
        generated.client(**secrets),
        generated.package.Client(base_url="http://127.0.0.1:9", **secrets),
    )
    for client in clients:
        assert KEY not in repr(client)
        used(client)
        assert KEY not in repr(client)


def test_the_key_does_not_get_into_the_callers_headers(generated: Provider) -> None:
    headers = {"X-Mine": "1"}
    client = generated.client(headers=headers)
    used(client)
    assert headers == {"X-Mine": "1"}


def test_a_client_that_is_made_from_another_leaves_that_one_as_it_was(generated: Provider) -> None:
    client = generated.client()
    with client.get_httpx_client() as plain:
        before = dict(plain.headers), dict(plain.cookies), plain.timeout
        changed = client.with_headers({"X-Tenant": "b"}).with_cookies({"session": "b"})
        changed = changed.with_timeout(httpx.Timeout(1.0))
        assert (dict(plain.headers), dict(plain.cookies), plain.timeout) == before
    with changed.get_httpx_client() as other:
        assert (other.headers["x-tenant"], other.cookies["session"]) == ("b", "b")
        assert other.timeout == httpx.Timeout(1.0)


@pytest.mark.parametrize(
    ("prefix", "sent"), [("Bearer", f"Bearer {KEY}"), ("", KEY)], ids=["bearer", "bare"]
)
def test_the_key_and_other_headers_are_sent(
    generated: Provider, server: Server, prefix: str, sent: str
) -> None:
    client = generated.client(
        server.url, headers={"X-Mine": "1"}, prefix=prefix, auth_header_name="X-Key"
    )
    server.status = 418  # of which no spec says anything, so that no body is read
    with client:
        generated.endpoint.sync_detailed(client=client, **generated.arguments())
    ((_, headers),) = server.requests
    assert headers["x-key"] == sent
    assert headers["x-mine"] == "1"


def test_a_request_takes_thirty_seconds_at_most_unless_told_otherwise(generated: Provider) -> None:
    for client, expected in (
        (generated.client(), httpx.Timeout(30)),
        (generated.package.Client(base_url="http://127.0.0.1:9"), httpx.Timeout(30)),
        (generated.client(timeout=httpx.Timeout(5)), httpx.Timeout(5)),
        (generated.client(timeout=None), httpx.Timeout(None)),
    ):
        assert client.get_httpx_client().timeout == expected
        assert client.get_async_httpx_client().timeout == expected
        used(client)


@pytest.mark.parametrize("status", [520, 526, 299, 999])
def test_a_status_code_that_http_does_not_know_is_just_a_number(
    generated: Provider, server: Server, status: int
) -> None:
    server.status = status
    with generated.client(server.url) as client:
        response = generated.endpoint.sync_detailed(client=client, **generated.arguments())
    assert response.status_code == status
    assert type(response.status_code) is int
    assert response.content == b"{}"

    async def ask() -> object:
        async with generated.client(server.url) as client:
            response = await generated.endpoint.asyncio_detailed(
                client=client, **generated.arguments()
            )
            return response.status_code

    assert anyio.run(ask) == status


ENUMS = [
    pytest.param(enum, id=f"{name}.{enum.__name__}")
    for name in Project(ROOT).sources
    for enum in Provider(name).enums()
]


def test_there_are_enums_of_statuses() -> None:
    # A provider has none where each branch of a union has the one status that it stands for.
    enums = [enum for name in Project(ROOT).sources for enum in Provider(name).enums()]
    assert [each for each in enums if each.__name__.endswith("Status")]


@pytest.mark.parametrize("enum", ENUMS)
class TestOpenEnum:
    def test_a_listed_word_is_its_member(self, enum: type[StrEnum]) -> None:
        for member in enum:
            assert enum(member.value) is member
            assert str(member) == member.value == member

    def test_an_unlisted_word_is_itself(self, enum: type[StrEnum]) -> None:
        before = list(enum)
        word = enum("cooling down")
        assert isinstance(word, enum)
        assert word.name == word.value == str(word) == f"{word}" == "cooling down"
        assert json.dumps(word) == '"cooling down"'
        assert "cooling down" in repr(word)
        assert word == enum("cooling down") == "cooling down"
        by_word: dict[str, int] = {word: 1}
        assert by_word["cooling down"] == 1
        assert word not in before
        assert list(enum) == before
        assert "cooling down" not in enum.__members__

    @pytest.mark.parametrize(
        "duplicate", [copy.copy, copy.deepcopy, lambda word: pickle.loads(pickle.dumps(word))]
    )
    def test_an_unlisted_word_survives_copies(
        self, enum: type[StrEnum], duplicate: Callable[[StrEnum], StrEnum]
    ) -> None:
        again = duplicate(enum("cooling down"))
        assert type(again) is enum
        assert again == enum("cooling down")
        listed = next(iter(enum))
        assert duplicate(listed) is listed

    @pytest.mark.parametrize("value", [None, 1, True, [], {}])
    def test_what_is_no_word_is_refused(self, enum: type[StrEnum], value: object) -> None:
        with pytest.raises(ValueError, match="is not a valid"):
            enum(value)  # type: ignore[arg-type]  # on purpose


UTC = dt.UTC


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2025-09-30T08:00:00Z", dt.datetime(2025, 9, 30, 8, tzinfo=UTC)),
        ("2025-09-30T08:00:00.123456789Z", dt.datetime(2025, 9, 30, 8, 0, 0, 123456, tzinfo=UTC)),
        ("2025-09-30T08:00:00", dt.datetime(2025, 9, 30, 8)),  # noqa: DTZ001
        ("2025-09-30 08:00:00 UTC", dt.datetime(2025, 9, 30, 8, tzinfo=UTC)),
        ("Tue, 30 Sep 2025 08:00:00 GMT", dt.datetime(2025, 9, 30, 8, tzinfo=UTC)),
        (
            "Tue, 30 Sep 2025 08:00:00 -0530",
            dt.datetime(2025, 9, 30, 8, tzinfo=dt.timezone(-dt.timedelta(hours=5, minutes=30))),
        ),
        ("Tue Sep 30 08:00:00 2025", dt.datetime(2025, 9, 30, 8)),  # noqa: DTZ001
        ("10:00", dt.datetime(1, 1, 1, 10)),  # noqa: DTZ001
    ],
)
def test_a_date_of_any_form_is_read(generated: Provider, text: str, expected: dt.datetime) -> None:
    parsed = generated.types.parse_datetime(text)
    assert parsed == expected
    assert parsed.utcoffset() == expected.utcoffset()


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="the local zone can't be set here")
def test_a_zone_by_name_alone_means_the_same_on_every_machine(
    generated: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    try:
        parsed = generated.types.parse_datetime("Tue, 30 Sep 2025 08:00:00 EDT")
    finally:
        monkeypatch.undo()
        time.tzset()
    assert parsed == dt.datetime(2025, 9, 30, 8)  # noqa: DTZ001


@example("9" * 40)
@example("1" + 28 * "0" + "H")
@example("Tue, 30 Sep 2025 08:00:00 +99999999999")
@given(st.text(max_size=40) | st.from_regex(r"[0-9A-Za-z,:.+ -]{1,30}"))
def test_what_is_no_date_is_a_value_error_and_nothing_else(text: str) -> None:
    try:
        parsed = Provider("edenai").types.parse_datetime(text)
    except ValueError:
        return
    assert isinstance(parsed, dt.datetime)


def test_unset_is_the_same_for_all_clients_and_in_copies_and_pickles(generated: Provider) -> None:
    unset = generated.types.UNSET
    assert unset is tilldone.UNSET
    assert generated.types.Unset is tilldone.Unset
    assert copy.copy(unset) is unset
    assert copy.deepcopy([unset])[0] is unset
    assert pickle.loads(pickle.dumps({"a": unset}))["a"] is unset
    assert repr(unset) == "UNSET"
    assert not unset


def test_every_model_is_there_by_its_name(generated: Provider) -> None:
    for name in generated.models.__all__:
        model = getattr(generated.models, name)
        assert inspect.isclass(model)
        assert (model.__name__, model.__module__.rpartition(".")[0]) == (
            name,
            generated.models.__name__,
        )
        assert vars(generated.models)[name] is model, "it is looked for once"
    with pytest.raises(AttributeError, match=r"models' has no attribute 'Nothing'"):
        _ = generated.models.Nothing


def test_a_model_is_imported_when_it_is_asked_for() -> None:
    program = """
import sys
from tilldone_clients.edenai.models import OCRWord
print(*(name.rpartition(".")[2] for name in sys.modules if ".edenai.models." in name))
"""
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert ran.stdout == "ocr_word\n"
