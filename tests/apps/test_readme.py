"""The README holds what it shows: its blocks run, its types and tables are the code's."""

from __future__ import annotations

import importlib
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from attrs import frozen

from tilldone import Phase

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.apps.conftest import Run

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
# A job (s) that need not last, and one that outlasts the way of a busy machine to its first poll.
QUICK, SLOW = 0.3, 3.0
EDENAI_ID = "550e8400-e29b-41d4-a716-446655440000"


# Headings, and the code between fences, each with the name of its language.
PARTS = re.compile(
    r"^## (?P<heading>[^\n]*)$|^```(?P<language>\w+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL
)


@frozen
class Block:
    heading: str
    language: str
    text: str


def blocks() -> Iterator[Block]:
    heading = ""
    for found in PARTS.finditer(README.read_text()):
        if found["heading"]:
            heading = found["heading"]
        else:
            yield Block(heading, found["language"], found["text"])


PYTHON = {block.heading: block for block in blocks() if block.language == "python"}
SHELL = [line for block in blocks() if block.language == "sh" for line in block.text.splitlines()]


def job(provider: str, id: str, **how: object) -> dict[str, object]:
    return {"provider": provider, "id": id, "duration": QUICK, **how}


# What each block is run with, and what it then prints.
CASES: list[tuple[str, list[dict[str, object]], str]] = [
    ("", [job("edenai", EDENAI_ID)], r"deepgram 0\.0150\n\{'text': 'Good morning.*\}\n"),
    ("When it fails", [job("edenai", EDENAI_ID)], ""),
    (
        "When it fails",
        [job("edenai", EDENAI_ID, fail=True)],
        r"provider_error - The provider could not read the file\.\n",
    ),
    (
        "Async",
        [job("zai", "4712849164171107870"), job("videodb", "job-123")],
        r"\[AgentChoice\(index=0, .*\)\] AsyncResponseData\(.*\)\n",
    ),
    (
        "Many jobs",
        [
            job("vessl", "98nlux8b0eu6", duration=SLOW),
            job("viddyscribe", "task_1", fail=True),
            job("viddyscribe", "task_2"),
        ],
        # In the order of completion, the slow first job last.
        r"(task_1 viddyscribe job task_1 failed: .*\n|task_2 JobResults\(.*\)\n){2}"
        r"98nlux8b0eu6 AsyncRequestOutput\(.*\)\n",
    ),
    (
        "Watching progress",
        # Queued for a third of it.
        [job("viddyscribe", "task_1", duration=SLOW)],
        r"pending \(queued\), poll 1\n(.*\n)*succeeded \(done\), poll \d\nhttp://\S+\.mp4\S*\n",
    ),
    (
        "Resuming",
        [job("vessl", "98nlux8b0eu6", duration=SLOW)],
        r"come back later\n\{'text': 'Hello!'\}\n",
    ),
    # Done before anybody asks.
    ("Resuming", [job("vessl", "98nlux8b0eu6", duration=0)], r"\{'text': 'Hello!'\}\n"),
    ("Downloads", [job("viddyscribe", "task_1")], r"described\.mp4 262176\n"),
    ("Testing your application", [], r"\d\d s of waiting\n"),
]

# These need more around them than a simulator: a database, or a pytest of their own.
ELSEWHERE = {
    "Waits that outlive the process": "tests/durable/test_readme.py",
    "In pytest": "tests/plugin/test_readme.py",
    "Your own API": "tests/apps/test_own_api.py",
    "Your own API, without a generated client": "tests/apps/test_own_api.py",
}


@pytest.mark.parametrize(("heading", "jobs", "printed"), CASES)
def test_a_block_runs_and_prints(
    run: Run, tmp_path: Path, heading: str, jobs: list[dict[str, object]], printed: str
) -> None:
    program = tmp_path / "block.py"
    program.write_text(PYTHON[heading].text)
    ran = run(program, jobs=jobs)
    assert ran.stderr == ""
    assert re.fullmatch(printed, ran.stdout), ran.stdout
    assert ran.returncode == 0


def test_every_block_is_of_a_kind_that_is_tested() -> None:
    found = list(blocks())
    assert {block.language for block in found} == {"python", "sh", "toml"}
    assert len(PYTHON) == sum(block.language == "python" for block in found)
    assert set(PYTHON) == {heading for heading, _, _ in CASES} | ELSEWHERE.keys()
    assert all((ROOT / module).exists() for module in ELSEWHERE.values())
    assert README.read_text().count("```") == 2 * len(found)


def test_the_blocks_are_typed_as_their_comments_say(tmp_path: Path) -> None:
    expected: list[str] = []
    shown_here = [block for heading, block in PYTHON.items() if not heading.startswith("Your own")]
    for number, block in enumerate(shown_here):
        lines: list[str] = []
        for line in block.text.splitlines():
            lines.append(line)
            if shown := re.fullmatch(r"(\s*)(\w+) = .*  # ([A-Z]\w+)", line):
                indent, name, kind = shown.groups()
                lines.append(f"{indent}reveal_type({name})")
                expected.append(kind)
        (tmp_path / f"block_{number}.py").write_text("\n".join(lines))
    flags = ("--strict", "--config-file=", "--cache-dir=.cache")
    ran = subprocess.run(
        [sys.executable, "-m", "mypy", *flags, "."],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    revealed = re.findall(r'Revealed type is "(?:\w+\.)*(\w+)"', ran.stdout)
    assert ran.returncode == 0, ran.stdout
    assert sorted(revealed) == sorted(expected)
    assert len(expected) == 7


def rows(first: str) -> Iterator[list[str]]:
    """Give the rows of the table whose header begins so, without the header."""
    lines = iter(README.read_text().splitlines())
    for line in lines:
        if line.startswith(first):
            next(lines)
            break
    for line in lines:
        if not line.startswith("|"):
            return
        yield [cell.strip() for cell in line.strip("|").split("|")]


def test_the_status_table_is_that_of_the_modules() -> None:
    columns = (Phase.PENDING, Phase.RUNNING, Phase.SUCCEEDED, Phase.FAILED)
    shown = {
        module.strip("`"): {
            word: phase
            for phase, cell in zip(columns, cells, strict=True)
            for word in re.findall(r"`(.*?)`", cell)
        }
        for module, *cells in rows("| module | pending |")
    }
    modules = ("videodb", "vessl", "viddyscribe", "edenai", "zai")
    actual = {name: dict(importlib.import_module(f"tilldone.{name}").PHASES) for name in modules}
    assert shown == actual


def test_the_provider_table_is_right(monkeypatch: pytest.MonkeyPatch) -> None:
    table = list(rows("| module | key |"))
    assert len(table) == 5
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
        assert provider.job.__annotations__["return"].__args__[0].__name__ == result.strip("`")
        assert provider.resume(provider.connect(), found.ref).ref == found.ref
        assert re.fullmatch(r"\[.*\]\((.*)\)", page)[1] == provider.PROVIDER.docs_url  # type: ignore[index]  # no match is an error here as well


# Each command, and the cheap part of it that is run here; the whole test run is not one of them.
COMMANDS = {
    "scripts/demo": ["bash", "-n", "scripts/demo"],
    "scripts/test": ["bash", "-n", "scripts/test"],
    "pip install '.[cli,simulator]'": [sys.executable, "-m", "pip", "install", "--help"],
    # Run for what they are in tests/cli/test_readme.py.
    **{
        line: [sys.executable, "-m", "tilldone", line.split()[1], "--help"]
        for line in SHELL
        if line.startswith("tilldone ")
    },
    # tests/apps/test_own_api.py runs it.
    "openapi-python-client generate --path renders.yaml": [
        *(sys.executable, "-m", "openapi_python_client", "generate", "--help")
    ],
    'eval "$(_TILLDONE_COMPLETE=bash_source tilldone)"': ["bash", "-c", "type eval"],
    # tests/cli/test_people.py runs it.
    'eval "$(tilldone simulate --env)"': [sys.executable, "-m", "tilldone", "simulate", "--help"],
    ".venv/bin/python scripts/update_specs.py": [
        *(sys.executable, "scripts/update_specs.py", "--help")
    ],
    ".venv/bin/python scripts/update_specs.py edenai --from page.md --apply": [
        *(sys.executable, "scripts/update_specs.py", "edenai", "--from", "page.md", "--apply"),
        "--help",
    ],
    ".venv/bin/python scripts/check_api.py --against HEAD": [
        *(sys.executable, "scripts/check_api.py", "--against", "HEAD", "--help")
    ],
    # tests/updates/test_new_provider.py runs this one, and all that the README says after it.
    ".venv/bin/python scripts/new_provider.py renders renders.yaml "
    "--page https://docs.renders.example/get.md": [
        *(sys.executable, "scripts/new_provider.py", "--help")
    ],
    ".venv/bin/python scripts/regenerate.py": [sys.executable, "scripts/regenerate.py", "--help"],
    ".venv/bin/python scripts/regenerate.py --check": [
        *(sys.executable, "scripts/regenerate.py", "--check", "--help")
    ],
}


def test_the_commands_are_there() -> None:
    assert set(COMMANDS) == set(SHELL)
    for line, command in COMMANDS.items():
        ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        assert ran.returncode == 0, ran.stderr
        program = line.split()[0]
        if program.startswith("scripts/"):
            assert os.access(ROOT / program, os.X_OK)


def test_the_links_to_files_lead_somewhere() -> None:
    text = README.read_text()
    named = set(re.findall(r"`((?:scripts|specs|wrapper|generated)/[\w./]*)`", text))
    assert named
    assert {path for path in named if not (ROOT / path).exists()} == set()
