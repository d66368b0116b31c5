"""scripts/check_api.py lists what breaks for users, each with its place."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from .conftest import Checkout

WHO = ("-c", "user.name=T", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false")


def git(checkout: Checkout, *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=checkout.root, check=True, capture_output=True)


@pytest.fixture
def released(checkout: Checkout) -> Checkout:
    git(checkout, "init", "--quiet")
    git(checkout, "add", "--all")
    git(checkout, *WHO, "commit", "--quiet", "--message", "1")
    git(checkout, *WHO, "tag", "v1")
    return checkout


def test_nothing_breaks_where_nothing_changed(released: Checkout) -> None:
    checked = released.run("check_api.py")
    assert (checked.returncode, checked.stdout) == (0, "against v1: nothing breaks\n")


def test_what_breaks_is_listed_with_its_place(released: Checkout) -> None:
    app = "tests/apps/edenai_transcript.py"
    text = (released.root / app).read_text(encoding="utf-8")
    (line,) = (n for n, each in enumerate(text.splitlines(), 1) if "done.provider" in each)
    model = "generated/tilldone_clients/edenai/models/universal_ai_async_response.py"
    released.replace(model, ("    provider: str\n", "    vendor: str\n"))
    (released.root / app).write_text("# as it is today, it is not read\n", encoding="utf-8")
    released.replace("wrapper/tilldone/__init__.py", ('    "wait_all",\n', ""), ("wait_all, ", ""))
    checked = released.run("check_api.py", "--against", "v1")
    assert checked.returncode == 1, checked.stderr
    rows = checked.stdout.splitlines()
    applications = [row.split(maxsplit=2)[1:] for row in rows if row.startswith("application")]
    assert [
        f"{app}:{line}",
        '"UniversalAIAsyncResponse" has no attribute "provider"  [attr-defined]',
    ] in applications
    assert any(place.startswith("tests/apps/mixed_refs.py:") for place, _ in applications)
    names = [row for row in rows if row.startswith("public name")]
    assert any("tilldone.wait_all: Public object was removed" in row for row in names)
    assert any(
        f"  {model}:" in row and ".provider: Public object was removed" in row for row in names
    )
    assert rows[-1] == f"against v1: {len(rows) - 1} breakages"


@pytest.mark.parametrize("revision", ["v2", "--all", "HEAD:wrapper"])
def test_what_is_no_revision_is_refused(released: Checkout, revision: str) -> None:
    refused = released.run("check_api.py", f"--against={revision}")
    assert refused.returncode == 2
    assert refused.stderr == f"{revision}: not a revision of this repository\n"


def test_outside_of_a_repository_there_is_nothing_to_hold_it_against(checkout: Checkout) -> None:
    refused = checkout.run("check_api.py")
    assert refused.returncode == 2
    assert refused.stderr == "HEAD: not a revision of this repository\n"
