"""scripts/regenerate.py, run as people run it, on a checkout that may be broken."""

from __future__ import annotations

import shutil
import stat
import sys
from typing import TYPE_CHECKING

import pytest

from pipeline.project import Project

from .conftest import ROOT, Checkout

if TYPE_CHECKING:
    from pathlib import Path

PROVIDERS = list(Project(ROOT).sources)


def hostile_machine(tmp_path: Path) -> dict[str, str]:
    """An environment in which everything that could leak into the output is set to do so."""
    fake = tmp_path / "bin"
    fake.mkdir()
    for tool in ("ruff", "openapi-python-client", "python", "python3"):
        (fake / tool).write_text("#!/bin/sh\nexit 66\n", encoding="utf-8")
        (fake / tool).chmod(0o755)
    home, temporary = tmp_path / "home", tmp_path / "build" / "dist"
    for directory in (home, home / ".config" / "ruff", temporary):
        directory.mkdir(parents=True, exist_ok=True)
        (directory / "ruff.toml").write_text("line-length = 40\n", encoding="utf-8")
        (directory / ".gitignore").write_text("*\n", encoding="utf-8")
    (temporary / ".git").mkdir()  # for without it, ruff reads no .gitignore
    return {
        "PATH": str(fake),
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / ".config"),
        "TMPDIR": str(temporary),
        "LC_ALL": "C",
        "LANG": "de_DE.ISO-8859-1",
        "PYTHONUTF8": "0",
        "PYTHONHASHSEED": "4711",
        "PYTHONWARNINGS": "error",
        "RUFF_LINE_LENGTH": "40",
        "RUFF_TARGET_VERSION": "py37",
    }


def test_what_is_checked_in_is_what_any_machine_makes_of_the_specs(
    checkout: Checkout, tmp_path: Path
) -> None:
    checked = checkout.regenerate_apart("--check", env=hostile_machine(tmp_path), umask=0o077)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert (
        checked.stdout.splitlines()[-1]
        == f"{', '.join(PROVIDERS)} in generated/: as specs/ makes it"
    )
    assert "\x1b" not in checked.stdout
    for provider in PROVIDERS:
        steps = [line for line in checked.stdout.splitlines() if f" s  {provider} " in line]
        assert len(steps) == 3
    assert list((tmp_path / "build" / "dist").glob("tilldone-*")) == []


def test_check_lists_what_differs_and_regenerating_mends_it(checkout: Checkout) -> None:
    good = checkout.generated()
    package = checkout.root / "generated" / "tilldone_clients"
    edited = package / "vessl" / "client.py"
    edited.write_bytes(edited.read_bytes() + b"# by hand\n")
    (package / "vessl" / "types.py").unlink()
    (package / "vessl" / "models" / "stray.py").touch()
    (package / "zai" / "types.py").unlink()
    broken = checkout.generated()

    checked = checkout.regenerate("--check", "vessl")
    assert checked.returncode == 1
    assert [line for line in checked.stdout.splitlines() if "generated/" in line] == [
        "changed  generated/tilldone_clients/vessl/client.py",
        "stray    generated/tilldone_clients/vessl/models/stray.py",
        "missing  generated/tilldone_clients/vessl/types.py",
    ]
    assert "python scripts/regenerate.py" in checked.stderr
    assert checkout.generated() == broken, "a check writes nothing"

    assert checkout.regenerate("vessl").returncode == 0
    del good["tilldone_clients/zai/types.py"]
    assert checkout.generated() == good, "only the provider that was named is written"
    assert sorted(path.name for path in package.parent.iterdir()) == ["tilldone_clients"]


def test_a_first_run_writes_everything_readable_whatever_the_umask(checkout: Checkout) -> None:
    good = checkout.generated()
    package = checkout.root / "generated" / "tilldone_clients"
    shutil.rmtree(package.parent)
    written = checkout.regenerate_apart("edenai", umask=0o077)
    assert written.returncode == 0, written.stderr
    others = tuple(f"tilldone_clients/{name}/" for name in PROVIDERS if name != "edenai")
    assert checkout.generated() == {
        name: content for name, content in good.items() if not name.startswith(others)
    }
    modes = {stat.S_IMODE(path.stat().st_mode) for path in [package, *package.rglob("*")]}
    assert modes == {0o644, 0o755}


def test_every_module_says_who_wrote_it(checkout: Checkout) -> None:
    for name, content in checkout.generated().items():
        if name.endswith(".py"):
            first_line = content.decode().partition("\n")[0]
            assert first_line.startswith("# Written by scripts/regenerate.py from specs/"), name
            assert first_line.endswith("Do not edit."), name


@pytest.mark.parametrize("provider_or_package", ["", *PROVIDERS])
def test_types_are_marked_as_such(provider_or_package: str) -> None:
    package = ROOT / "generated" / "tilldone_clients" / provider_or_package
    assert (package / "py.typed").read_bytes() == b""


@pytest.mark.parametrize(
    ("path", "old", "new", "message"),
    [
        pytest.param(
            *("specs/zai.yaml", "  title: Z.AI API\n", "  title: [Z.AI API\n"),
            "specs/zai.yaml, line 4, column 14: expected ',' or ']'",
            id="bad YAML",
        ),
        pytest.param(
            *("specs/zai.yaml", "  /v1/agents/async-result:\n", "  v1/agents/async-result:\n"),
            "specs/zai.yaml: does not describe POST /v1/agents/async-result; it describes POST v1/",
            id="an operation that is not there",
        ),
        pytest.param(
            *("specs/zai.yaml", "      responses:\n", "      response:\n"),
            "specs/zai.yaml after its overlay, $['paths']['/v1/agents/async-result']['post']: ",
            id="invalid OpenAPI",
        ),
        pytest.param(
            *(
                "specs/zai.yaml",
                "        example: en-US,en\n",
                "        example: en-US,en\n        $ref: other.yaml\n",
            ),
            "specs/zai.yaml: 'other.yaml' lies outside the document",
            id="a reference to elsewhere",
        ),
        pytest.param(
            *("specs/zai.overlay.yaml", "properties.status\n", "properties.state\n"),
            "specs/zai.overlay.yaml, action 6 "
            "($.components.schemas.CommonAgentResultResponse.properties.state): "
            "the target selects nothing",
            id="an overlay's target is gone",
        ),
        pytest.param(
            *(
                "specs/zai.overlay.yaml",
                "        - pending\n",
                "        - pending\n        - pending\n",
            ),
            "specs/zai.yaml after its overlay, $['components']['schemas']",
            id="the overlay breaks the document",
        ),
        pytest.param(
            *(
                "specs/zai.overlay.yaml",
                "        - pending\n        - success\n",
                "        - 1\n        - success\n",
            ),
            "specs/zai.yaml: openapi_python_client can't take components/schemas/",
            id="a warning of the generator",
        ),
        pytest.param(
            *(
                "specs/zai.overlay.yaml",
                "        - pending\n",
                "        - pending\n        - PENDING\n",
            ),
            "specs/zai.yaml: openapi_python_client failed: ValueError: Duplicate key PENDING",
            id="a crash of the generator",
        ),
        pytest.param(
            *("scripts/pipeline/patches.py", 'old="    token: str\\n"', 'old="    secret: str\\n"'),
            "zai, generated client.py: the patch 'no key in the repr, token' expects 1",
            id="the generator's text has changed",
        ),
        pytest.param(
            *("specs/sources.toml", "[zai]\n", "[zai\n"),
            "specs/sources.toml: ",
            id="broken sources",
        ),
        pytest.param(
            *(
                "specs/sources.toml",
                'operations = ["POST /v1/agents/',
                'operation = ["POST /v1/agents/',
            ),
            "specs/sources.toml, [zai]: ",
            id="a wrong source",
        ),
        pytest.param(
            *("pyproject.toml", '"ruff==', '"ruff==1.'),
            "ruff: ",
            id="another ruff than the pinned one",
        ),
        pytest.param(
            *("pyproject.toml", '"openapi-python-client==', '"openapi-python-client==1.'),
            "openapi-python-client: ",
            id="another generator than the pinned one",
        ),
        pytest.param(
            *("pyproject.toml", '"ruff==', '"ruff>='),
            "pyproject.toml: the dev group doesn't pin ruff with ==",
            id="no pin",
        ),
    ],
)
def test_what_is_broken_stops_the_run_and_leaves_everything_as_it_was(
    checkout: Checkout, path: str, old: str, new: str, message: str
) -> None:
    good = checkout.generated()
    checkout.replace(path, old, new)
    regenerate = checkout.regenerate_apart if path.startswith("scripts") else checkout.regenerate
    stopped = regenerate("zai")
    assert stopped.returncode == 1
    assert stopped.stderr.startswith(message)
    assert "Traceback" not in stopped.stderr
    assert checkout.generated() == good


def test_one_broken_provider_keeps_the_others_from_being_written(checkout: Checkout) -> None:
    good = checkout.generated()
    checkout.replace("specs/zai.yaml", "  title: Z.AI API\n", "  title:\n    - Z.AI API\n")
    checkout.replace("specs/vessl.yaml", "  title: VESSL Serverless API\n", "  title: Changed\n")
    stopped = checkout.regenerate("vessl", "zai")
    assert stopped.returncode == 1
    assert stopped.stderr.splitlines() == [
        "specs/zai.yaml after its overlay, $['info']['title']: "
        "['Z.AI API'] is not of type 'string'",
        "generated/ is as it was",
    ]
    assert checkout.generated() == good


def test_a_place_that_cannot_be_written_is_named(checkout: Checkout) -> None:
    (checkout.root / "generated").rename(checkout.root / "before")
    (checkout.root / "generated").write_text("in the way", encoding="utf-8")
    stopped = checkout.regenerate("vessl")
    assert stopped.returncode == 1
    assert str(checkout.root / "generated") in stopped.stderr
    assert "Traceback" not in stopped.stderr


def test_an_unknown_provider_is_a_usage_error_that_lists_the_known(checkout: Checkout) -> None:
    refused = checkout.regenerate("--check", "zai", "nobody", "noone")
    assert refused.returncode == 2
    assert (
        f"no provider nobody, noone; specs/sources.toml has {', '.join(PROVIDERS)}"
        in refused.stderr
    )
    assert checkout.regenerate("--force").returncode == 2


def test_help_tells_the_exit_codes(checkout: Checkout) -> None:
    shown = checkout.regenerate_apart("--help")
    assert shown.returncode == 0
    assert "Exit: 0" in shown.stdout
    assert sys.executable not in shown.stdout
