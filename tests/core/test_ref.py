"""Refs: any id either comes back out of its ref or was refused in the first place."""

import json
import re
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tilldone import Job, edenai, vessl, viddyscribe, videodb, zai

CLIENTS: dict[str, Any] = {
    "videodb": (videodb, videodb.connect("key-for-refs")),
    "vessl": (vessl, vessl.connect("key-for-refs", base_url="https://host.example/services/x")),
    "viddyscribe": (viddyscribe, viddyscribe.connect("key-for-refs")),
    "edenai": (edenai, edenai.connect("key-for-refs")),
    "zai": (zai, zai.connect("key-for-refs")),
}
# Control characters, and halves of characters.
_UNSENDABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")

providers = pytest.mark.parametrize("provider", CLIENTS)


def name_job(provider: str, id: str) -> Job[Any]:
    module, client = CLIENTS[provider]
    extras = {"agent_id": "an agent/with? an odd#id"} if provider == "zai" else {}
    job: Job[Any] = module.job(client, id, **extras)
    return job


@providers
@given(id=st.text(max_size=40))
@example(id="..")
@example(id=" ")
@example(id="a/../b")
@example(id="ключ 🗝")
@example(id="\ud800")
@example(id="a\r\nx: y")
def test_any_id_round_trips_or_is_refused(provider: str, id: str) -> None:
    module, client = CLIENTS[provider]
    refused = not id.strip() or id in {".", ".."} or _UNSENDABLE.search(id)
    if refused:
        with pytest.raises(ValueError, match=r"^id: "):
            name_job(provider, id)
        return
    job = name_job(provider, id)

    resumed = module.resume(client, job.ref)

    assert (resumed, resumed.id, resumed.ref) == (job, id, job.ref)
    assert job.ref.isascii()


@providers
def test_a_ref_holds_neither_key_nor_host(provider: str) -> None:
    names = json.loads(name_job(provider, "x").ref)

    extras = {"agent_id"} if provider == "zai" else set()
    assert set(names) == {"tilldone", "provider", "id"} | extras
    assert names["tilldone"] == 1
    assert names["provider"] == provider


@given(st.text(max_size=60))
def test_no_text_but_a_ref_is_taken_for_one(text: str) -> None:
    with pytest.raises(ValueError, match=r"^ref: "):
        edenai.resume(CLIENTS["edenai"][1], text)


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        ({"tilldone": 2}, "newer"),
        ({"tilldone": 0}, "does not say its version"),
        ({"tilldone": "1"}, "does not say its version"),
        ({"tilldone": True}, "does not say its version"),
        ({"tilldone": None}, "does not say its version"),
        ({"provider": "vessl"}, "'vessl'"),
        ({"provider": None}, "not text"),
        ({"provider": ["edenai"]}, "not text"),
        ({"id": 7}, "not text"),
        ({"id": ""}, "blank"),
        ({"id": ".."}, "another path"),
        ({"id": "a\nb"}, "control characters"),
        ({"host": "https://evil.example"}, "it should name"),
        ({"agent_id": "x"}, "it should name"),
    ],
)
def test_a_ref_that_was_changed_is_refused_and_says_why(
    damage: dict[str, object], said: str
) -> None:
    names = {**json.loads(name_job("edenai", "x").ref), **damage}

    with pytest.raises(ValueError, match=r"^ref: ") as caught:
        edenai.resume(CLIENTS["edenai"][1], json.dumps(names))
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("ref", "said"),
    [
        ("", "not JSON"),
        ('{"tilldone":1', "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("[]", "not a JSON object"),
        ("null", "not a JSON object"),
        ("7", "not a JSON object"),
        ('{"tilldone":1,"id":"x"}', "does not name its provider"),
        ('{"tilldone":1,"provider":"edenai"}', "does not name its id"),
    ],
)
def test_a_text_that_is_no_ref_is_refused_and_says_why(ref: str, said: str) -> None:
    with pytest.raises(ValueError, match=r"^ref: ") as caught:
        edenai.resume(CLIENTS["edenai"][1], ref)
    assert said in str(caught.value)


def test_a_zai_ref_without_its_agent_is_refused() -> None:
    with pytest.raises(ValueError, match="agent_id"):
        zai.resume(CLIENTS["zai"][1], '{"tilldone":1,"provider":"zai","id":"x"}')


@pytest.mark.parametrize("ref", [None, b"{}", 7])
def test_a_ref_that_is_not_text_is_named(ref: str) -> None:
    with pytest.raises(TypeError, match=r"^ref: "):
        edenai.resume(CLIENTS["edenai"][1], ref)


def test_a_long_ref_is_shown_shortened() -> None:
    with pytest.raises(ValueError, match=r"^ref: ") as caught:
        edenai.resume(CLIENTS["edenai"][1], "x" * 100_000)
    assert len(str(caught.value)) < 300
