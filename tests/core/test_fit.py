"""A result holds in each field what it declares, or says where it does not."""

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from types import ModuleType
from typing import (  # noqa: UP035 # as many wrote it
    Annotated,
    Any,
    Generic,
    List,
    Literal,
    NewType,
    Protocol,
    TypedDict,
    TypeVar,
    cast,
    runtime_checkable,
)

import attrs
import pytest

from tilldone import Phase, Provider, Snapshot
from tilldone._core.fit import Unfit, mismatch, parsed
from tilldone_clients.edenai.models import UniversalAIAsyncResponse
from tilldone_clients.vessl.models import AsyncRequestOutput
from tilldone_clients.vessl.types import UNSET, Unset
from tilldone_clients.viddyscribe.models import JobResults
from tilldone_clients.videodb.models import AsyncResponse
from tilldone_clients.zai.models import CommonAgentResultResponse


class Model(Protocol):
    def from_dict(self, src_dict: dict[str, object]) -> object: ...


EDENAI = {
    "status": "success",
    "cost": "0.015",
    "provider": "deepgram",
    "feature": "audio",
    "subfeature": "speech_to_text_async",
    "public_id": "abc",
    "created_at": "2026-01-01T00:00:00Z",
}


@pytest.mark.parametrize(
    ("model", "body"),
    [
        (UniversalAIAsyncResponse, EDENAI),
        (UniversalAIAsyncResponse, {**EDENAI, "cost": 0.015, "error": "text", "output": [1, None]}),
        (AsyncRequestOutput, {"status": "completed", "output": None}),
        (AsyncRequestOutput, {"status": "completed", "output": False, "status_code": 200}),
        (AsyncResponse, {"status": "done", "data": {"any": ["thing"]}}),
        (AsyncResponse, {"status": "done", "data": None, "response": "N/A"}),
        (JobResults, {"status": "done", "output": {"format": "vtt", "content": "WEBVTT"}}),
        (JobResults, {"status": "done", "output": {"segments": [{"start_time": 1}]}}),
        (CommonAgentResultResponse, {"status": "success", "choices": [{"message": [{}]}]}),
    ],
)
def test_what_the_providers_answer_fits(model: Model, body: dict[str, object]) -> None:
    assert mismatch(model.from_dict(body)) is None


@pytest.mark.parametrize(
    ("model", "body", "where"),
    [
        (UniversalAIAsyncResponse, {**EDENAI, "cost": ["0.015"]}, "cost: list where float or str"),
        (UniversalAIAsyncResponse, {**EDENAI, "provider": None}, "provider: null where str"),
        (AsyncRequestOutput, {"status": "completed", "status_code": True}, "status_code: bool"),
        (AsyncResponse, {"status": "done", "data": "N/A"}, "data: str where AsyncResponseData"),
        (JobResults, {"status": "done", "output": {"segments": "x"}}, "output.segments: str"),
        (
            JobResults,
            {"status": "done", "output": {"segments": [{}, {"description": 5}]}},
            "output.segments.1.description: int where str",
        ),
        (
            CommonAgentResultResponse,
            {"status": "success", "choices": [{"message": [{"content": 5}]}]},
            "choices.0.message.0.content: int where",
        ),
    ],
)
def test_what_does_not_fit_is_named(model: Model, body: dict[str, object], where: str) -> None:
    found = mismatch(model.from_dict(body))
    assert found is not None
    assert found.startswith(where)


Name = NewType("Name", str)
T = TypeVar("T")


class Typed(TypedDict):
    a: int


@runtime_checkable
class Sized(Protocol):
    def __len__(self) -> int: ...


class Unsure:
    """A type that answers no question about what is of it."""

    class Meta(type):
        def __instancecheck__(cls, instance: object) -> bool:
            raise RuntimeError("unsure")

    class Kind(metaclass=Meta):
        pass


@attrs.define
class Odd(Generic[T]):
    """Annotations of every form that a generator or a user may write."""

    const: Literal["v1", 1] | None = "v1"
    absent: Literal["v1"] | Unset = UNSET
    named: Name = Name("n")
    anything: T | None = None
    annotated: Annotated[int, "whole"] = 1
    mapping: Mapping[str, int] = attrs.field(factory=dict)
    dictionary: dict[str, list[int]] = attrs.field(factory=dict)
    items: list[Literal["a", "b"]] = attrs.field(factory=list)
    bare: list = attrs.field(factory=list)  # type: ignore[type-arg] # as someone may write it
    old: List = attrs.field(factory=list)  # type: ignore[type-arg] # noqa: UP006 # with no word of its items
    pair: tuple[int, ...] = ()
    typed: Typed | None = None
    sized: Sized = ""
    call: Callable[[int], str] = str
    unsure: Unsure.Kind | None = None
    kind: type[int] = int
    path: str = None  # type: ignore[assignment] # as many write it, and mean it


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"const": "v1", "absent": "v1"},
        {"const": 1.0},
        {"const": None},
        {"anything": object(), "mapping": {"a": 1}, "dictionary": {"a": [1]}, "items": ["a"]},
        {"bare": [1, None], "old": [1, None]},
        {"pair": (1,), "typed": {"a": "?"}, "unsure": Unsure(), "kind": bool},
    ],
)
def test_what_is_not_understood_is_accepted(fields: dict[str, Any]) -> None:
    assert mismatch(Odd(**fields)) is None


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"const": "v2"}, "const: str where 'v1' or 1 is declared"),
        ({"const": True}, "const: bool where"),
        ({"absent": "v2"}, "absent: str where"),
        ({"named": 5}, "named: int where Name is declared"),
        ({"annotated": "1"}, "annotated: str where"),
        ({"mapping": []}, "mapping: list where"),
        ({"items": ["c"]}, "items: list where"),
        ({"old": "a"}, "old: str where"),
        ({"path": 5}, "path: int where str is declared"),
    ],
)
def test_what_is_certainly_of_another_type_is_named(fields: dict[str, Any], said: str) -> None:
    assert str(mismatch(Odd(**fields))).startswith(said)


@attrs.define
class Ring:
    itself: "Ring | None" = None
    others: list["Ring"] = attrs.field(factory=list)


@attrs.define
class Nowhere:
    status: str
    nowhere: "NotImported | None" = None  # type: ignore[name-defined] # noqa: F821 # for type checkers alone


def test_a_name_that_is_not_there_at_run_time_is_no_trouble() -> None:
    assert mismatch(Nowhere("done")) is None


def test_a_ring_of_objects_is_gone_through_once() -> None:
    ring = Ring()
    ring.itself = ring
    ring.others.append(ring)
    assert mismatch(ring) is None


@dataclass
class Plain:
    status: str


@attrs.define
class Lazy:
    """A class whose fields are there when they are asked for, and raise where they cannot be."""

    status: str
    more: str = ""

    def __getattribute__(self, name: str) -> object:
        if name == "more":
            raise RuntimeError("asked for at the wrong moment")
        return super().__getattribute__(name)


TOP_LEVEL = """
import attrs

@attrs.define
class Result:
    status: str
    more: "Result | None" = None
"""


def parse_at_the_top_level(body: Mapping[str, Any]) -> object:
    """Parse to a class of a module that is in no package."""
    module = sys.modules.setdefault("at_the_top_level", ModuleType("at_the_top_level"))
    if not hasattr(module, "Result"):
        exec(TOP_LEVEL, vars(module))
    return vars(module)["Result"](body["status"])


@pytest.mark.parametrize(
    "parse",
    [
        dict,
        lambda body: str(body["status"]),
        lambda body: Plain(body["status"]),
        lambda body: cast("Typed", body),
        lambda _: None,
        lambda body: [dict(body)],
        parse_at_the_top_level,
        lambda body: Lazy(body["status"]),
    ],
    ids=["dict", "str", "dataclass", "TypedDict", "None", "list", "top-level", "lazy"],
)
def test_a_result_may_be_of_any_type(parse: Callable[[Mapping[str, Any]], object]) -> None:
    provider = Provider(
        name="of_any_type",
        request=lambda _job: {"method": "get", "url": "/"},
        parse=parse,
        phases={"done": Phase.SUCCEEDED},
    )
    snapshot = Snapshot(
        job=provider.job(None, "1"),
        phase=Phase.SUCCEEDED,
        status="done",
        body={"status": "done"},
        polls=1,
        elapsed=0.0,
        next_poll=None,
    )
    assert type(snapshot.response) is type(parse({"status": "done"}))


# What two vendors' documents show, and VESSL's own service says.
VESSL = {"status": "completed", "output": None, "fail_reason": None}


def test_a_null_that_nobody_declared_is_absent() -> None:
    read = parsed(AsyncRequestOutput.from_dict, VESSL)
    assert isinstance(read.fail_reason, Unset)
    # A null that is declared stays one.
    assert read.output is None
    assert VESSL == {"status": "completed", "output": None, "fail_reason": None}


def test_a_null_where_an_object_or_a_list_is_parsed_is_absent() -> None:
    body = {
        "status": "done",
        "output": {"format": None, "segments": [{"start_time": None, "description": "x"}]},
    }
    read = parsed(JobResults.from_dict, body)
    output = cast("Any", read).output
    # This one is declared to be null at times.
    assert output.format_ is None
    assert not output.segments[0].start_time
    assert output.segments[0].start_time is not None
    assert output.segments[0].description == "x"


@pytest.mark.parametrize("field", ["cost", "provider", "created_at"])
def test_a_null_in_a_required_field_stays_an_error(field: str) -> None:
    with pytest.raises(Unfit):
        parsed(UniversalAIAsyncResponse.from_dict, {**EDENAI, field: None})


def strict(body: Mapping[str, Any]) -> dict[str, Any]:
    """Parse as a generated model does: some fields required, some of them nullable."""
    left = dict(body)
    read = {name: left.pop(name) for name in ("id", "required_nullable")}
    if read["id"] is None:
        raise TypeError("id is null")
    for name in ("started_at", "failed_at"):
        if name in left:
            read[name] = date.fromisoformat(left.pop(name))
    return {**read, **left}


def test_the_required_and_the_nullable_keep_their_nulls() -> None:
    body = {
        "id": "1",
        "required_nullable": None,
        "started_at": "2026-01-01",
        "failed_at": None,
        **{f"nullable_{n}": None for n in range(30)},
    }
    assert parsed(strict, body) == {
        "id": "1",
        "required_nullable": None,
        "started_at": date(2026, 1, 1),
        **{f"nullable_{n}": None for n in range(30)},
    }


def test_a_body_that_does_not_fit_for_another_reason_says_that_one() -> None:
    with pytest.raises(Unfit, match="Invalid isoformat"):
        parsed(strict, {"id": "1", "required_nullable": None, "started_at": "soon", "x": None})
    with pytest.raises(Unfit, match="id is null"):
        parsed(strict, {"id": None, "required_nullable": None, "failed_at": None})
