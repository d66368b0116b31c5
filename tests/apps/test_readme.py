"""The documents hold what they show: their blocks run, their types and tables are the code's."""

from __future__ import annotations

import importlib
import os
import re
import shlex
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from tests import forked
from tests.documents import BLOCKS, DOCUMENTS, PYTHON, README, ROOT, SHELL
from tests.scripts import run_script

from tilldone._core.registry import built_in_names

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.apps.conftest import Run

EDENAI_ID = "550e8400-e29b-41d4-a716-446655440000"


def job(provider: str, id: str, *script: object) -> dict[str, object]:
    return {"provider": provider, "id": id, "script": script or ("pending", "running", "done")}


def submitted(provider: str, *script: object) -> dict[str, object]:
    return {"provider": provider, "script": script}


# The jobs that the examples name; a block that is not told otherwise finds them all.
JOBS = [
    job("edenai", EDENAI_ID),
    job("zai", "4712849164171107870"),
    job("videodb", "job-123"),
    job("vessl", "98nlux8b0eu6"),
    job("viddyscribe", "task_1"),
    job("viddyscribe", "task_2"),
]

# What a block prints with certain jobs; one that is not named here runs, and prints what it likes.
CASES: list[tuple[str, list[dict[str, object]], str]] = [
    ("tilldone", [], r"0\.0150 Good morning .*\n"),
    ("When it fails", [], ""),
    (
        "When it fails",
        [submitted("vessl", ["accepted", "running", "failed"])],
        r"500 - The service answered with status code 500\.\n",
    ),
    (
        "When it fails",
        [submitted("vessl", "refused")],
        r"403 \{'message': 'The token may not use this service'\}\n",
    ),
    (
        "When it fails",
        [submitted("vessl", "reset")],
        r"vessl create is in doubt: the job may exist and cost money; .*\n",
    ),
    ("Async", JOBS, r"\['http\S+\.mp4\S*'\]\n"),
    (
        "Many jobs",
        [
            job("vessl", "98nlux8b0eu6", "running", "running", "done"),
            job("viddyscribe", "task_1", "failed"),
            job("viddyscribe", "task_2", "done"),
        ],
        # In the order of completion, the slow first job last.
        r"(task_1 viddyscribe job task_1 failed: .*\n|task_2 JobResults\(.*\)\n){2}"
        r"98nlux8b0eu6 AsyncRequestOutput\(.*\)\n",
    ),
    (
        "Watching progress",
        JOBS,
        r"pending \(queued\), poll 1\nrunning \(processing\), poll 2\n"
        r"succeeded \(done\), poll 3\nhttp://\S+\.mp4\S*\n",
    ),
    ("Resuming", JOBS, r"come back later\n\{'text': 'Hello!'\}\n"),
    # Done before anybody asks.
    ("Resuming", [job("vessl", "98nlux8b0eu6", "done")], r"\{'text': 'Hello!'\}\n"),
    ("Downloads", JOBS, r"described\.mp4 262176\n"),
    ("Crowds", [], r"(completed\n){3}"),
    ("A simulator", [], r"\d\d s of waiting\n"),
]

# These need more around them than a simulator: a database, or a pytest of their own.
ELSEWHERE = {
    "Waits that outlive the process": "tests/durable/test_readme.py",
    "Submitting": "tests/durable/test_readme.py",
    "In pytest": "tests/plugin/test_readme.py",
    "Your own API": "tests/apps/test_own_api.py",
    "Without a generated client": "tests/apps/test_own_api.py",
    "Jobs that it makes": "tests/apps/test_own_api.py",
}

TOLD = {heading for heading, _, _ in CASES}
UNTOLD = [
    (heading, JOBS, r"[^\0]*")
    for heading in PYTHON
    if heading not in ELSEWHERE and heading not in TOLD
]


@pytest.mark.parametrize(("heading", "scripts", "printed"), [*CASES, *UNTOLD])
def test_a_block_runs_and_prints(
    run: Run, tmp_path: Path, heading: str, scripts: list[dict[str, object]], printed: str
) -> None:
    program = tmp_path / "block.py"
    program.write_text(PYTHON[heading].text, encoding="utf-8")
    ran = run(program, scripts=scripts)
    assert ran.stderr == ""
    assert re.fullmatch(printed, ran.stdout), ran.stdout
    assert ran.returncode == 0


def test_every_block_is_of_a_kind_that_is_tested() -> None:
    assert {block.language for block in BLOCKS} <= {"python", "sh", "toml", "yaml", "json"}
    for document in DOCUMENTS:
        found = sum(block.document == document for block in BLOCKS)
        assert document.read_text(encoding="utf-8").count("```") == 2 * found
    assert len(PYTHON) == sum(block.language == "python" for block in BLOCKS)
    assert TOLD | ELSEWHERE.keys() <= PYTHON.keys()
    assert all((ROOT / module).exists() for module in ELSEWHERE.values())


def test_the_blocks_are_typed_as_their_comments_say(mypy_cache: Path, tmp_path: Path) -> None:
    expected: list[str] = []
    own = "tests/apps/test_own_api.py"
    shown_here = [block for heading, block in PYTHON.items() if ELSEWHERE.get(heading) != own]
    for number, block in enumerate(shown_here):
        lines: list[str] = []
        for line in block.text.splitlines():
            lines.append(line)
            if shown := re.fullmatch(r"(\s*)(\w+) = .*  # ([A-Z]\w+)", line):
                indent, name, kind = shown.groups()
                lines.append(f"{indent}reveal_type({name})")
                expected.append(kind)
        (tmp_path / f"block_{number}.py").write_text("\n".join(lines), encoding="utf-8")
    # Where mypy has read most of it already, and is as strict.
    ran = started(sys.executable, "-m", "mypy", "--cache-dir", str(mypy_cache), str(tmp_path))
    revealed = re.findall(r'Revealed type is "(?:\w+\.)*(\w+)"', ran.stdout)
    assert ran.returncode == 0, ran.stdout
    assert sorted(revealed) == sorted(expected)
    assert expected


def rows(first: str) -> Iterator[list[str]]:
    """Give the rows of the table whose header begins so, without the header."""
    lines = iter(README.read_text(encoding="utf-8").splitlines())
    for line in lines:
        if line.startswith(first):
            next(lines)
            break
    for line in lines:
        if not line.startswith("|"):
            return
        yield [cell.strip() for cell in line.strip("|").split("|")]


def test_the_provider_table_is_right(monkeypatch: pytest.MonkeyPatch) -> None:
    table = list(rows("| module | key |"))
    assert sorted(cell.strip("`") for cell, *_ in table) == built_in_names()
    for cell, keys, takes, result, page in table:
        provider = importlib.import_module(f"tilldone.{cell.strip('`')}")
        variables = re.findall(r"`(\w+)`", keys)
        for variable in variables:
            monkeypatch.setenv(variable, "https://example.com")
        for variable in variables:
            with monkeypatch.context() as patch:
                patch.delenv(variable)
                with pytest.raises(ValueError, match=variable):
                    provider.connect()
        extras = dict.fromkeys(re.findall(r"`(\w+)=`", takes), "x")
        found = provider.job(provider.connect(), "1", **extras)
        kind = provider.job.__annotations__["return"].__args__[0]
        # A union has no name but the one that the module gives it.
        shown = getattr(kind, "__name__", f"{cell.strip('`')}.Result")
        assert shown == result.strip("`")
        assert provider.resume(provider.connect(), found.ref).ref == found.ref
        assert re.fullmatch(r"\[.*\]\((.*)\)", page)[1] == provider.PROVIDER.docs_url  # type: ignore[index]  # no match is an error here as well


# Run for what they are elsewhere: tests/cli, tests/apps/test_own_api.py, tests/updates.
RUN_ELSEWHERE = {
    "openapi-python-client generate": [sys.executable, "-m", "openapi_python_client", "generate"],
    'eval "$(_TILLDONE_COMPLETE=bash_source tilldone)"': ["bash", "-c", "type eval;:"],
    'eval "$(tilldone simulate --env)"': [sys.executable, "-m", "tilldone", "simulate"],
}


def cheaply(line: str) -> subprocess.CompletedProcess[str]:
    """Run the part of a documented command that costs next to nothing: mostly its help."""
    for begin, command in RUN_ELSEWHERE.items():
        if line.startswith(begin):
            return started(*command, "--help")
    program, *arguments = shlex.split(line.partition(" > ")[0])
    match program, arguments:
        case "tilldone", _:
            return forked.ran(["-m", "tilldone", arguments[0], "--help"])
        case "pip", _:
            return started(sys.executable, "-m", "pip", arguments[0], "--help")
        case ".venv/bin/python", _:
            return run_script(ROOT / arguments[0], *arguments[1:], "--help")
        case _ if program.startswith("scripts/"):
            assert os.access(ROOT / program, os.X_OK)
            return started("bash", "-n", program)
        case _:
            pytest.fail(f"nothing is known of the documented command {line!r}")


def started(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("line", SHELL)
def test_a_documented_command_is_there(line: str) -> None:
    shown = cheaply(line)
    assert shown.returncode == 0, shown.stderr


def test_the_links_to_files_lead_somewhere() -> None:
    for document in DOCUMENTS:
        text = document.read_text(encoding="utf-8")
        named = set(re.findall(r"`((?:scripts|specs|tests|wrapper|generated)/[\w./]*)`", text))
        assert {path for path in named if not (ROOT / path).exists()} == set()
        links = set(re.findall(r"\]\((?!https?:)([^)#]+)\)", text))
        assert {link for link in links if not (document.parent / link).exists()} == set()


def test_the_ways_to_the_payload_are_those_that_are_type_checked() -> None:
    checked = (ROOT / "tests/typing/payloads.py").read_text(encoding="utf-8")
    ways = [way for _, cell, _ in rows("| `done` of |") for way in re.findall(r"`(.*?)`", cell)]
    assert ways
    assert [way for way in ways if way not in checked] == []


def test_the_readme_is_for_users_and_short() -> None:
    assert len(README.read_text(encoding="utf-8").splitlines()) <= 250
