"""A plausible next version of each provider's page goes through the whole command."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from pipeline import lock

from .conftest import ROOT, Checkout, Server, as_page

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Rehearsal:
    """What a provider changes on its page, and what the command must say to it."""

    name: str
    edits: tuple[tuple[str, str], ...]
    path: tuple[str, str]
    method: str
    says: tuple[tuple[str, str, str], ...]
    stale_actions: tuple[int, ...] = ()
    left: tuple[str, ...] = field(default=())


# What follows the name of the field in the answer, and of none of its namesakes.
AGENT_ID = "          type: string\n          description: Agent ID\n        async_id"

REHEARSALS = [
    Rehearsal(
        name="videodb",
        path=("/async-response/{response_id}", "/v2/async-response/{response_id}"),
        method="GET",
        edits=(
            (
                "                      - failed\n",
                "                      - failed\n" + 22 * " " + "- canceled\n",
            ),
            ("        error_code:\n", "        code:\n"),
            (
                "                    type: boolean\n",
                "                    type: boolean\n" + 20 * " " + "nullable: true\n",
            ),
        ),
        stale_actions=(1, 2, 3, 4, 5, 6),
        says=(
            ("new-status", "status", "'canceled' is new"),
            ("breaking", "answer 404.error_code", "is now called code"),
            ("breaking", "answer.success", "boolean has become boolean or null"),
        ),
    ),
    Rehearsal(
        name="vessl",
        path=("/async/{request_id}/output", "/async/requests/{request_id}/output"),
        method="GET",
        edits=(
            (
                "            - failed\n          description",
                "            - failed\n            - canceled\n          description",
            ),
            ("        fail_reason:\n", "        failure:\n"),
            ("      required:\n        - status\n", ""),
        ),
        says=(
            ("new-status", "status", "'canceled' is new"),
            ("breaking", "answer.fail_reason", "is now called failure"),
            ("breaking", "answer.status", "is now optional"),
        ),
    ),
    Rehearsal(
        name="viddyscribe",
        path=("/enterprise/api/get_results", "/enterprise/api/v2/results"),
        method="GET",
        edits=(
            (
                "                      - failed\n",
                "                      - failed\n" + 22 * " " + "- canceled\n",
            ),
            (
                "                  job_id:\n                    type",
                "                  task_id:\n                    type",
            ),
            ("          required: true\n", "          required: false\n"),
        ),
        stale_actions=(1, 2, 3, 4, 5, 6, 7),
        says=(
            ("new-status", "status", "'canceled' is new"),
            ("breaking", "answer.job_id", "is now called task_id"),
            ("compatible", "query parameter.job_id", "is now optional"),
        ),
    ),
    Rehearsal(
        name="edenai",
        path=("/v3/universal-ai/async/{job_id}", "/v4/universal-ai/async/{job_id}"),
        method="GET",
        edits=(
            ("            - processing\n", "            - processing\n            - canceled\n"),
            ("        subfeature:\n", "        sub_feature:\n"),
            ("        - subfeature\n", "        - sub_feature\n"),
            ("        - provider\n", ""),
        ),
        stale_actions=(1, 2),
        says=(
            ("new-status", "status", "'canceled' is new"),
            ("breaking", "answer.subfeature", "is now called sub_feature"),
            ("breaking", "answer.provider", "is now optional"),
        ),
    ),
    Rehearsal(
        name="zai",
        path=("/v1/agents/async-result", "/v2/agents/async-result"),
        method="POST",
        edits=(
            ("`failed` (failed).'", "`failed` (failed), `canceled`.'"),
            (
                f"        agent_id:\n{AGENT_ID}",
                f"        agent:\n{AGENT_ID}",
            ),
            ("        required: true\n", ""),
        ),
        stale_actions=(1, 2),
        says=(
            ("new-status", "status", "'canceled' is new"),
            ("breaking", "answer.agent_id", "is now called agent"),
            ("compatible", "request", "is now optional"),
        ),
    ),
]


def next_version(rehearsal: Rehearsal) -> bytes:
    text = (ROOT / "specs" / f"{rehearsal.name}.yaml").read_text(encoding="utf-8")
    for old, new in (*rehearsal.edits, (f"  {rehearsal.path[0]}:", f"  {rehearsal.path[1]}:")):
        assert text.count(old) == 1, f"{rehearsal.name} has {text.count(old)} of {old!r}"
        text = text.replace(old, new)
    return text.encode()


@pytest.mark.parametrize("rehearsal", REHEARSALS, ids=lambda each: each.name)
def test_a_next_version_is_told_taken_over_and_left_to_be_classified(
    checkout: Checkout, server: Server, tmp_path: Path, rehearsal: Rehearsal
) -> None:
    name, spec = rehearsal.name, next_version(rehearsal)
    before, after = (f"{rehearsal.method} {path}" for path in rehearsal.path)
    if name == "vessl":  # whose page has no block: an OpenAPI file, then
        page = str(tmp_path / "vessl.yaml")
        (tmp_path / "vessl.yaml").write_bytes(spec)
    else:
        page = f"{server.url}/page.md"
        server.pages["/page.md"] = as_page(spec, after)
    moved = ("breaking", "operation", f"moved from {before} to {after}")
    expected = {*rehearsal.says, moved}

    untouched = checkout.contents()
    if rehearsal.stale_actions:
        stopped = checkout.run("update_specs.py", name, "--from", page, "--apply", "--json")
        told = json.loads(stopped.stdout)
        assert stopped.returncode == 1
        numbers = [int(each.partition(", action ")[2].split()[0]) for each in told["failures"]]
        assert numbers == [*rehearsal.stale_actions]
        assert all("the target selects nothing" in each for each in told["failures"])
        assert checkout.contents() == untouched
        overlay = f"specs/{name}.overlay.yaml"
        text = (checkout.root / overlay).read_text(encoding="utf-8")
        (checkout.root / overlay).write_text(text.replace(*rehearsal.path), encoding="utf-8")
        untouched = checkout.contents()

    applied = checkout.run("update_specs.py", name, "--from", page, "--apply", "--json")
    told = json.loads(applied.stdout)
    assert applied.returncode == 3, applied.stderr
    changes = told["providers"][name]["changes"]
    assert {(each["kind"], each["place"], each["what"]) for each in changes} == expected
    question = (
        f"{name}: status 'canceled' is new: classify it in wrapper/tilldone/{name}.py, PHASES"
    )
    assert told["left"] == [question, *rehearsal.left]
    assert told["applied"] is True

    sources = checkout.project.sources[name]
    source = sources.documents[f"{name}.yaml"]
    assert (checkout.root / "specs" / f"{name}.yaml").read_bytes() == spec
    assert (sources.job, source.operations) == (after, (after,))
    assert source.sha256 == hashlib.sha256(spec).hexdigest()
    assert source.page == Checkout(ROOT).project.sources[name].page, (
        "a copy on this machine is no new address"
    )
    touched = {
        path for path, content in checkout.contents().items() if untouched.get(path) != content
    }
    own = (f"specs/{name}.yaml", "specs/sources.toml", "specs/lock.toml")
    assert {
        path for path in touched if not path.startswith(f"generated/tilldone_clients/{name}/")
    } == {*own}
    assert len(touched) > len(own)
    assert [*lock.moved(checkout.project, [name])] == []
