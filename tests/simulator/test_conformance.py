"""What the simulator says is what the providers' own specs allow, and nothing besides.

Two rounds. The vendored specs are the providers' text, and the bodies hold to them. But those
leave things out that the wire has (Z.AI's `error` inside a 200, VideoDB's `message` beside
`success: false`) and say little of what a body may not hold; so in the second round the specs are
taken after their overlays, and no field may be there that they don't know.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest
from jsonschema import ValidationError
from openapi_schema_validator import OAS30Validator, OAS31Validator

from pipeline import overlay
from pipeline.documents import load
from tilldone.simulator import steps

if TYPE_CHECKING:
    from tests.simulator.conftest import Client

    from pipeline.documents import Document
    from tilldone.simulator import Step

SPECS = Path(__file__).parents[2] / "specs"

# No provider will ever have it.
WORD = "no word of theirs"
PHASES = [steps.pending(), steps.running(), steps.done(), steps.failed()]


def vendored(provider: str) -> Document:
    return load(SPECS / f"{provider}.yaml")


def overlaid(provider: str) -> Document:
    spec = SPECS / f"{provider}.yaml"
    changes = overlay.read(SPECS / f"{provider}.overlay.yaml", spec=spec)
    return overlay.apply(changes, load(spec))


def schema(spec: Document, status: str) -> Document:
    """The schema of the poll's answer with that status, with the components that it refers to."""
    (path,) = cast("dict[str, Document]", spec["paths"]).values()
    (operation,) = cast("dict[str, Document]", path).values()
    answer = cast("dict[str, dict[str, dict[str, Document]]]", operation["responses"])[status]
    content = cast("dict[str, Document]", answer["content"]["application/json"])
    return {**content["schema"], "components": spec.get("components")}


def properties(schema: Document) -> set[str]:
    """The names that the schema itself knows, through one `$ref`."""
    found: object = schema
    for part in str(schema.get("$ref", "#")).split("/")[1:]:
        found = cast("Document", found)[part]
    return set(cast("dict[str, Document]", found)["properties"])


def hold(body: object, spec: Document, status: str = "200") -> None:
    validator = OAS31Validator if str(spec["openapi"]).startswith("3.1") else OAS30Validator
    validator(schema(spec, status), format_checker=validator.FORMAT_CHECKER).validate(body)


@pytest.mark.parametrize("step", PHASES, ids=lambda step: step.name)
@pytest.mark.together("provider", "step")
def test_every_phase_holds_to_the_providers_own_spec(
    client: Client, provider: str, step: Step
) -> None:
    answer = client.say(step, provider)
    assert answer.status_code == 200
    hold(answer.json(), vendored(provider))


@pytest.mark.parametrize("step", PHASES, ids=lambda step: step.name)
@pytest.mark.together("provider", "step")
def test_every_phase_holds_to_the_overlaid_spec_and_has_no_other_field(
    client: Client, provider: str, step: Step
) -> None:
    body = client.say(step, provider).json()
    spec = overlaid(provider)
    hold(body, spec)
    assert set(body) <= properties(schema(spec, "200"))


def test_the_specs_are_strict_enough_to_notice_a_wrong_status(
    client: Client, provider: str
) -> None:
    body = client.say(steps.unknown(WORD), provider).json()
    with pytest.raises(ValidationError, match=WORD):
        hold(body, overlaid(provider))


@pytest.mark.parametrize("provider", ["videodb", "viddyscribe"])
def test_an_unknown_id_is_a_404_as_documented(client: Client, provider: str) -> None:
    for answer in (client.poll(provider, "nobody"), client.say(steps.not_found(), provider)):
        assert answer.status_code == 404
        hold(answer.json(), vendored(provider), "404")
        assert set(answer.json()) <= {"success", "message", "error_code", "error"}


def test_edenai_says_details_in_a_404(client: Client) -> None:
    # Not in its present spec; from its page on monitoring costs.
    answer = client.poll("edenai", "nobody")
    assert (answer.status_code, answer.json()) == (404, {"details": "Not Found"})


def test_vessl_answers_404_in_a_shape_that_no_page_documents(client: Client) -> None:
    answer = client.poll("vessl", "nobody")
    assert (answer.status_code, answer.json()) == (404, {"message": "Not Found"})


def test_zai_says_in_a_200_that_a_task_is_not_there(client: Client) -> None:
    known = client.simulator.submit("zai")
    url = client.simulator.url("zai") + "/v1/agents/async-result"
    for asked, message in [
        ({"agent_id": "vidu_template_agent", "async_id": "1"}, "The task does not exist."),
        ({"agent_id": "another_agent", "async_id": known}, "The task does not exist."),
        ({"async_id": known}, "agent_id is required"),
        ({"agent_id": "vidu_template_agent"}, "async_id is required"),
        ([], "agent_id is required"),
    ]:
        answer = client.http.post(url, json=asked, headers=client.key("zai"))
        assert answer.status_code == 200
        hold(answer.json(), overlaid("zai"))
        assert answer.json()["status"] == "failed"
        assert answer.json()["error"] == {"code": "400", "message": message}


def test_viddyscribe_wants_a_job_id(client: Client) -> None:
    url = client.simulator.url("viddyscribe") + "/enterprise/api/get_results"
    answer = client.http.get(url, headers=client.key("viddyscribe"))
    assert answer.status_code == 400
    hold(answer.json(), vendored("viddyscribe"), "400")
    assert answer.json()["message"] == "job_id is required"


def test_other_http_errors_have_the_providers_shape(client: Client) -> None:
    shapes = {
        "videodb": {"success", "message", "error_code"},
        "vessl": {"message"},
        "viddyscribe": {"error", "message"},
        "edenai": {"error"},
        "zai": {"error"},
    }
    for provider, shape in shapes.items():
        answer = client.say(steps.status(520), provider)
        assert (answer.status_code, set(answer.json())) == (520, shape)


def test_failures_carry_code_and_message(client: Client) -> None:
    step = steps.failed("no_sound", "There is no sound.")
    said = {p: client.say(step, p).json() for p in ("videodb", "viddyscribe", "edenai", "zai")}
    assert said["videodb"]["success"] is False
    assert said["videodb"]["error_code"] == said["viddyscribe"]["error"] == "no_sound"
    assert said["edenai"]["error"] == {"type": "no_sound", "message": "There is no sound."}
    assert said["zai"]["error"] == {"code": "no_sound", "message": "There is no sound."}
    vessl = client.say(steps.failed(503, "Out of memory."), "vessl").json()
    assert (vessl["status_code"], vessl["fail_reason"]) == (503, "Out of memory.")


def test_results_are_where_the_provider_puts_them(client: Client) -> None:
    places = {
        "videodb": "data",
        "vessl": "output",
        "viddyscribe": "output",
        "edenai": "output",
        "zai": "choices",
    }
    for provider, place in places.items():
        of_the_job = client.simulator.submit(provider, duration=0, result=[1, None])
        assert client.poll(provider, of_the_job).json()[place] == [1, None]
        assert client.say(steps.done({"a": "é"}), provider).json()[place] == {"a": "é"}
        off_spec = client.say(steps.done(status="finished", extra=1), provider).json()
        assert (off_spec["status"], off_spec["extra"]) == ("finished", 1)
