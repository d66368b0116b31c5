"""A plausible next version of each provider's page goes through the whole command."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from pipeline import lock

from .conftest import ROOT, Checkout, as_page, copied, own_cache, serving, spare_pyright

if TYPE_CHECKING:
    from pathlib import Path

    from .conftest import Server


@dataclass(frozen=True, kw_only=True)
class Rehearsal:
    """What a provider changes on its page, and what the command must say to it."""

    name: str
    edits: tuple[tuple[str, str], ...]
    path: tuple[str, str]
    method: str
    says: tuple[tuple[str, str, str], ...]
    stale_actions: tuple[int, ...] = ()


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
                "                      - failed\n" + 22 * " " + "- shelved\n",
            ),
            ("        error_code:\n", "        code:\n"),
            (
                "                    type: boolean\n",
                "                    type: boolean\n" + 20 * " " + "nullable: true\n",
            ),
        ),
        stale_actions=(1, 2, 3, 4, 5, 6),
        says=(
            ("new-status", "status", "'shelved' is new"),
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
                "            - failed\n            - shelved\n          description",
            ),
            ("        fail_reason:\n", "        failure:\n"),
            ("      required:\n        - status\n", ""),
        ),
        says=(
            ("new-status", "status", "'shelved' is new"),
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
                "                      - failed\n" + 22 * " " + "- shelved\n",
            ),
            (
                "                  job_id:\n                    type",
                "                  task_id:\n                    type",
            ),
            ("          required: true\n", "          required: false\n"),
        ),
        stale_actions=(1, 2, 3, 4, 5, 6, 7, 8),
        says=(
            ("new-status", "status", "'shelved' is new"),
            ("breaking", "answer.job_id", "is now called task_id"),
            ("compatible", "query parameter.job_id", "is now optional"),
        ),
    ),
    Rehearsal(
        name="edenai",
        path=("/v3/universal-ai/async/{job_id}", "/v4/universal-ai/async/{job_id}"),
        method="GET",
        edits=(
            ("            - processing\n", "            - processing\n            - shelved\n"),
            ("        subfeature:\n", "        sub_feature:\n"),
            ("        - subfeature\n", "        - sub_feature\n"),
            ("        - provider\n", ""),
        ),
        stale_actions=(1, 2),
        says=(
            ("new-status", "status", "'shelved' is new"),
            ("breaking", "answer.subfeature", "is now called sub_feature"),
            ("breaking", "answer.provider", "is now optional"),
        ),
    ),
    Rehearsal(
        name="zai",
        path=("/v1/agents/async-result", "/v2/agents/async-result"),
        method="POST",
        edits=(
            ("`failed` (failed).'", "`failed` (failed), `shelved`.'"),
            (
                f"        agent_id:\n{AGENT_ID}",
                f"        agent:\n{AGENT_ID}",
            ),
            ("        required: true\n", ""),
        ),
        stale_actions=(1, 2),
        says=(
            ("new-status", "status", "'shelved' is new"),
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


@dataclass(frozen=True, kw_only=True)
class Rehearsed:
    """A checkout in which all of the next versions were taken over, and what was said to that."""

    checkout: Checkout
    before: dict[str, bytes]
    told: dict[str, Any]


def adapt(checkout: Checkout, rehearsal: Rehearsal) -> None:
    """Let the overlay follow where its operation has gone."""
    overlay = checkout.root / "specs" / f"{rehearsal.name}.overlay.yaml"
    if rehearsal.stale_actions:
        text = overlay.read_text(encoding="utf-8").replace(*rehearsal.path)
        overlay.write_text(text, encoding="utf-8")


@pytest.fixture(scope="module")
def rehearsed(tmp_path_factory: pytest.TempPathFactory, cache: Path) -> Rehearsed:
    """Take all of them over at once: what is costly in it is so once."""
    root = tmp_path_factory.mktemp("rehearsed")
    checkout = copied(root / "checkout")
    names = [each.name for each in REHEARSALS]
    with serving() as server:
        before = show(checkout, server)
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("MYPY_CACHE_DIR", str(own_cache(cache, root / "mypy")))
            spare_pyright(patch)
            applied = checkout.run("update_specs.py", *names, "--apply", "--json")
    assert applied.returncode == 3, applied.stderr
    return Rehearsed(checkout=checkout, before=before, told=json.loads(applied.stdout))


def show(checkout: Checkout, server: Server) -> dict[str, bytes]:
    """Let the server show all next versions, and the checkout look for them there."""
    pages = checkout.root / "specs" / "sources.toml"
    for rehearsal in REHEARSALS:
        adapt(checkout, rehearsal)
        source = checkout.project.sources[rehearsal.name].documents[f"{rehearsal.name}.yaml"]
        path, spec = f"/{rehearsal.name}.md", next_version(rehearsal)
        server.pages[path] = as_page(spec, f"{rehearsal.method} {rehearsal.path[1]}")
        text = pages.read_text(encoding="utf-8")
        # Not written by hand any more: from now on, there is a block on VESSL's page.
        entry = f'page = "{source.page}"\n'
        assert entry in text
        moved = text.replace(f"{entry}hand_written = true\n", entry)
        pages.write_text(moved.replace(entry, f'page = "{server.url}{path}"\n'), encoding="utf-8")
    return checkout.contents()


@pytest.mark.parametrize(
    "rehearsal", [each for each in REHEARSALS if each.stale_actions], ids=lambda each: each.name
)
def test_an_overlay_that_finds_nothing_stops_it(
    checkout: Checkout, tmp_path: Path, rehearsal: Rehearsal
) -> None:
    file = tmp_path / "next.yaml"
    file.write_bytes(next_version(rehearsal))
    before = checkout.contents()
    stopped = checkout.run(
        "update_specs.py", rehearsal.name, "--from", str(file), "--apply", "--json"
    )
    told = json.loads(stopped.stdout)
    assert stopped.returncode == 1
    numbers = [int(each.partition(", action ")[2].split()[0]) for each in told["failures"]]
    assert numbers == [*rehearsal.stale_actions]
    assert all("the target selects nothing" in each for each in told["failures"])
    assert checkout.contents() == before


@pytest.mark.parametrize("rehearsal", REHEARSALS, ids=lambda each: each.name)
def test_a_next_version_is_told_taken_over_and_left_to_be_classified(
    rehearsed: Rehearsed, rehearsal: Rehearsal
) -> None:
    name, spec, told = rehearsal.name, next_version(rehearsal), rehearsed.told
    checkout = rehearsed.checkout
    before, after = (f"{rehearsal.method} {path}" for path in rehearsal.path)
    moved = ("breaking", "operation", f"moved from {before} to {after}")
    changes = told["providers"][name]["changes"]
    assert {(each["kind"], each["place"], each["what"]) for each in changes} == {
        *rehearsal.says,
        moved,
    }
    left = f"{name}: status 'shelved' is new: classify it in wrapper/tilldone/{name}.py, PHASES"
    assert left in told["left"]
    assert told["applied"] is True

    sources = checkout.project.sources[name]
    source = sources.documents[f"{name}.yaml"]
    assert (checkout.root / "specs" / f"{name}.yaml").read_bytes() == spec
    assert (sources.job, source.operations) == (after, (after,))
    assert source.sha256 == hashlib.sha256(spec).hexdigest()
    assert [*lock.moved(checkout.project, [name])] == []


def test_nothing_else_is_touched_and_nothing_else_is_left(rehearsed: Rehearsed) -> None:
    names = [each.name for each in REHEARSALS]
    contents = rehearsed.checkout.contents()
    touched = {path for path in contents if rehearsed.before.get(path) != contents[path]}
    own = {"specs/sources.toml", "specs/lock.toml", *(f"specs/{name}.yaml" for name in names)}
    generated = tuple(f"generated/tilldone_clients/{name}/" for name in names)
    assert {path for path in touched if not path.startswith(generated)} == own
    # Each was found at a page of the server's, which its module has to name.
    moved = [each for each in rehearsed.told["left"] if "the page is now http://127" in each]
    assert len(moved) == len(names)
    assert len(rehearsed.told["left"]) == 2 * len(names)
