"""Keys, submissions and routes over HTTP."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import httpx
import pytest
from tests.simulator.conftest import OPERATIONS
from tests.waits.harness import HUNG

from tilldone.simulator import Simulator

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.simulator.conftest import Client

every_operation = pytest.mark.parametrize("operation", OPERATIONS)


def id_in(provider: str, body: dict[str, str | dict[str, str]]) -> str:
    place = {"vessl": "id", "viddyscribe": "job_id", "edenai": "public_id", "zai": "async_id"}
    found = body["data"] if provider == "videodb" else body[place[provider]]
    return found["id"] if isinstance(found, dict) else found


@every_operation
def test_what_is_submitted_can_be_polled(client: Client, operation: str) -> None:
    provider, _, status, _ = OPERATIONS[operation]
    answer = client.submit(operation, x_simulator_duration="0")
    assert answer.status_code == status
    poll = client.poll(provider, id_in(provider, answer.json()))
    assert poll.json()["status"] in {"done", "completed", "success"}


@every_operation
def test_a_submission_chooses_its_failure(client: Client, operation: str) -> None:
    provider, _, status, _ = OPERATIONS[operation]
    answer = client.submit(operation, x_simulator_duration="0", x_simulator_fail="1")
    assert answer.status_code == status
    poll = client.poll(provider, id_in(provider, answer.json()))
    assert poll.json()["status"] in {"failed", "fail"}


def test_without_a_duration_it_takes_a_second(
    client: Client, clock: Callable[[float], None]
) -> None:
    before = time.monotonic()
    answer = client.submit("edenai.create", x_simulator_fail="0")
    after = time.monotonic()
    assert answer.json()["status"] == "processing"
    for at, status in ((before + 0.99, "processing"), (after + 1.0, "success")):
        clock(at)
        assert client.poll("edenai", answer.json()["public_id"]).json()["status"] == status


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("x_simulator_duration", "-1"),
        ("x_simulator_duration", "nan"),
        ("x_simulator_duration", "inf"),
        ("x_simulator_duration", "soon"),
        ("x_simulator_fail", "yes"),
    ],
)
@every_operation
def test_wrong_wishes_are_refused(client: Client, operation: str, name: str, value: str) -> None:
    answer = client.submit(operation, **{name: value})
    assert answer.status_code == 400
    assert name.replace("_", "-") in answer.text
    assert value in answer.text


def test_a_form_is_accepted_where_the_provider_takes_files(client: Client) -> None:
    url = client.simulator.url("viddyscribe") + "/enterprise/api/generate_ad_text"
    files = {"file": ("clip.mp4", b"\x00\x01")}
    answer = client.http.post(url, files=files, headers=client.key("viddyscribe"))
    assert answer.json()["status"] == "queued"


def test_videodb_names_the_address_to_poll(client: Client) -> None:
    answer = client.submit("videodb.upload", x_simulator_duration="0")
    output_url = answer.json()["data"]["output_url"]
    assert output_url.startswith(client.simulator.url("videodb"))
    poll = client.http.get(output_url, headers=client.key("videodb"))
    assert poll.json()["status"] == "done"


def test_edenai_answers_with_the_feature_that_was_asked_for(client: Client) -> None:
    asked = {"model": "ocr/ocr_tables_async/amazon/large", "input": {"file": "x"}}
    said = client.submit("edenai.create", body=asked).json()
    parts = (said["feature"], said["subfeature"], said["provider"], said["model"])
    assert parts == ("ocr", "ocr_tables_async", "amazon", "large")


@pytest.mark.parametrize("token", ["x", "a-stranger's-key", "simulator-edenai-key-and-more"])
def test_a_wrong_key_is_refused_and_not_repeated(client: Client, provider: str, token: str) -> None:
    job_id = client.simulator.submit(provider, duration=0)
    answer = client.poll(provider, job_id, token=token)
    assert answer.status_code == 401
    assert token == "x" or token not in answer.text
    assert client.simulator.token(provider) not in answer.text


@every_operation
def test_a_missing_key_is_refused(client: Client, operation: str) -> None:
    provider, path, _, body = OPERATIONS[operation]
    url = client.simulator.url(provider) + path
    assert client.http.post(url, json=body).status_code == 401


def test_401_as_far_as_it_is_known(client: Client) -> None:
    # Only VideoDB's and ViddyScribe's general error shapes are documented; Eden AI's is in a test
    # of somebody else's client; VESSL's and Z.AI's are guesses.
    shapes = {
        "videodb": {"success", "message", "error_code"},
        "vessl": {"message"},
        "viddyscribe": {"error", "message"},
        "edenai": {"detail"},
        "zai": {"error"},
    }
    for provider, shape in shapes.items():
        assert set(client.poll(provider, "any", token="wrong").json()) == shape


def test_keys_can_be_chosen() -> None:
    with Simulator(tokens={"zai": "my key"}) as simulator:
        assert simulator.token("zai") == "my key"
        assert simulator.token("vessl") == "simulator-vessl-key"
        url = simulator.url("zai") + "/v1/agents"
        assert httpx.post(url, headers={"Authorization": "Bearer my key"}).status_code == 200
        bare = {"Authorization": "my key"}
        assert httpx.post(url, headers=bare).status_code == 401


@pytest.mark.parametrize("tokens", [{"openai": "key"}, {"zai": ""}, {"zai": "two\nlines"}])
def test_impossible_keys_are_refused(tokens: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"openai|zai"):
        Simulator(tokens=tokens)


def test_urls_end_as_the_providers_own_and_strangers_have_none(simulator: Simulator) -> None:
    assert simulator.url("vessl").endswith("/api/v1/services/demo")
    assert simulator.url("zai").endswith("/api")
    for ask in (simulator.url, simulator.token):
        with pytest.raises(ValueError, match="provider: 'openai' is not one of"):
            ask("openai")


def test_polls_are_quick(client: Client) -> None:
    job_id = client.simulator.submit("edenai", duration=60)
    quick, give_up = 0, time.monotonic() + HUNG
    # Where the kernel holds back what follows the headers, each takes 40 ms and more, but for the
    # first few. A busy machine delays some.
    while quick < 50:
        began = time.monotonic()
        client.poll("edenai", job_id)
        ended = time.monotonic()
        assert ended < give_up, f"{quick} were quick"
        quick += ended - began < 0.03


def test_other_routes_and_methods_are_named_as_missing(client: Client) -> None:
    url = client.simulator.url("videodb")
    lost = client.http.get(url + "/video/1")
    assert lost.status_code == 404
    assert "no such route" in lost.json()["detail"]
    assert client.http.delete(url + "/async-response/1").status_code == 405


@pytest.mark.parametrize("job_id", ["a/b", "a b", "é", "%", "..;"])
@pytest.mark.parametrize("provider", ["videodb", "vessl", "edenai"])
def test_strange_ids_reach_their_job(
    simulator: Simulator, client: Client, provider: str, job_id: str
) -> None:
    simulator.submit(provider, duration=0, id=job_id)
    quoted = "".join(f"%{byte:02X}" for byte in job_id.encode())
    assert client.poll(provider, quoted).status_code == 200
    assert len(simulator.polls(job_id)) == 1
