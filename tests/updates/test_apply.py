"""All of it is taken over, or nothing: what fails is told, and everything is as it was."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from pipeline.sandbox import open_sandbox
from pipeline.sources import write_sources

from .conftest import ROOT, Checkout, as_page

if TYPE_CHECKING:
    from pathlib import Path

NAME = "edenai"
POLL = "GET /v3/universal-ai/async/{job_id}"
SPEC = (ROOT / "specs" / f"{NAME}.yaml").read_text(encoding="utf-8")
CANCELED = SPEC.replace(
    "            - processing\n", "            - processing\n            - canceled\n"
)
PHASES = '    "fail": Phase.FAILED,\n'


def page(tmp_path: Path, spec: str = CANCELED) -> str:
    (tmp_path / "page.md").write_bytes(as_page(spec.encode(), POLL))
    return str(tmp_path / "page.md")


@pytest.mark.usefixtures("without_pyright")
def test_with_every_status_classified_nothing_is_left(checkout: Checkout, tmp_path: Path) -> None:
    module = f"wrapper/tilldone/{NAME}.py"
    checkout.replace(module, (PHASES, f'{PHASES}    "canceled": Phase.FAILED,\n'))
    before = checkout.contents()
    shown = checkout.run("update_specs.py", NAME, "--from", page(tmp_path))
    assert (shown.returncode, shown.stderr) == (0, "")
    assert shown.stdout == (f"{NAME}: 1 change ({POLL})\n  new-status  status  'canceled' is new\n")
    assert checkout.contents() == before
    applied = checkout.run("update_specs.py", NAME, "--from", page(tmp_path), "--apply")
    assert applied.returncode == 0, applied.stderr
    assert applied.stdout.endswith("applied: see git diff\n")
    known = checkout.project.sources[NAME].documents[f"{NAME}.yaml"].page
    assert known == Checkout(ROOT).project.sources[NAME].documents[f"{NAME}.yaml"].page, (
        "a copy on this machine is no new address"
    )
    again = checkout.run("update_specs.py", NAME, "--from", page(tmp_path), "--apply")
    assert (again.returncode, again.stdout) == (0, f"{NAME}: as it is ({POLL})\nnothing to apply\n")


@pytest.mark.usefixtures("quick_mypy")
def test_type_errors_stop_it_and_are_told_with_file_and_line(
    checkout: Checkout, tmp_path: Path
) -> None:
    checkout.replace(
        f"wrapper/tilldone/{NAME}.py", ("def _request", "WORD: int = PHASES\n\n\ndef _request")
    )
    # The clients of the checkout that these tests run from are importable, and have the module
    # that is gone from this one.
    moved = SPEC.replace("        - universal-ai\n", "        - elsewhere\n")
    before = checkout.contents()
    stopped = checkout.run("update_specs.py", NAME, "--from", page(tmp_path, moved), "--apply")
    assert stopped.returncode == 1
    assert f"wrapper/tilldone/{NAME}.py:" in stopped.stderr
    assert stopped.stderr.endswith("nothing was changed\n")
    assert str(checkout.root) not in stopped.stderr
    assert "[assignment]" in stopped.stderr
    lines = [line for line in stopped.stderr.splitlines() if "get_async_job" in line]
    assert any("[attr-defined]" in line for line in lines), "mypy misses it"
    assert any("(reportAttributeAccessIssue)" in line for line in lines), "and so does pyright"
    assert checkout.contents() == before


@pytest.mark.usefixtures("without_pyright")
def test_an_example_that_can_not_be_read_stops_it_and_is_named(
    checkout: Checkout, tmp_path: Path
) -> None:
    shown = """              schema:
                $ref: '#/components/schemas/UniversalAIAsyncResponse'
"""
    inside = " " * 14
    example = f"{inside}examples:\n{inside}  done:\n{inside}    value: {{status: success}}\n"
    before = checkout.contents()
    spec = SPEC.replace(shown, shown + example)
    stopped = checkout.run("update_specs.py", NAME, "--from", page(tmp_path, spec), "--apply")
    assert stopped.returncode == 1
    assert "edenai: its spec's own examples are unreadable ('done' does not fit" in stopped.stderr
    assert "or take the example out" in stopped.stderr
    assert checkout.contents() == before


def test_what_the_generator_can_not_do_stops_it(checkout: Checkout, tmp_path: Path) -> None:
    before = checkout.contents()
    twice = CANCELED.replace("- canceled\n", "- canceled\n            - CANCELED\n")
    stopped = checkout.run("update_specs.py", NAME, "--from", page(tmp_path, twice), "--apply")
    assert stopped.returncode == 1
    assert "Duplicate key CANCELED" in stopped.stderr
    assert stopped.stderr.endswith("nothing was changed\n")
    assert checkout.contents() == before


def test_a_failure_in_the_midst_of_it_puts_everything_back(
    checkout: Checkout, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = checkout.contents()
    with open_sandbox(checkout.project) as sandbox:
        for path in ("specs/zai.yaml", "specs/lock.toml"):
            (sandbox.project.root / path).write_text("changed", encoding="utf-8")
        (sandbox.project.generated / "stray.py").touch()
        (sandbox.project.root / "wrapper/tilldone/fresh.py").touch()
        # A directory in the way of the last of them.
        (checkout.root / "specs/lock.toml").unlink()
        (checkout.root / "specs/lock.toml.old").mkdir()
        (checkout.root / "specs/lock.toml").mkdir()
        moves: list[str] = []
        type_of_path = type(checkout.root)
        rename = type_of_path.rename

        def failing(self: Path, target: Path) -> Path:
            moves.append(self.name)
            if self.name == "lock.toml.new":
                raise OSError("the disk is full")
            return rename(self, target)

        monkeypatch.setattr(type_of_path, "rename", failing)
        paths = ["specs/zai.yaml", "generated/tilldone_clients", "wrapper/tilldone/fresh.py"]
        with pytest.raises(OSError, match="the disk is full"):
            sandbox.copy_back([*paths, "specs/lock.toml"])
    assert "tilldone_clients.new" in moves
    (checkout.root / "specs/lock.toml").rmdir()
    del before["specs/lock.toml"]
    assert checkout.contents() == before


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["nobody"], 2, "no provider nobody; specs/sources.toml has videodb, vessl"),
        (["--from", "page.md"], 2, "give its NAME"),
        (["zai", "edenai", "--from", "page.md"], 2, "give its NAME"),
        (["vessl"], 1, "vessl.yaml is written by hand, for there is no OpenAPI block on its page"),
        (["zai", "--document", "zai.yaml"], 2, "--document takes one of what --from replaces"),
        (
            ["zai", "--from", "page.md", "--document", "edenai.yaml"],
            2,
            "--document takes one of zai.yaml, zai.invoke.yaml",
        ),
        (["zai", "--from", "nowhere.md"], 1, "zai: nowhere.md: no such file"),
        (["zai", "--from", "http://docs.z.ai/x.md"], 1, "plain http"),
    ],
)
def test_a_wrong_call_says_what_to_do(
    checkout: Checkout, arguments: list[str], code: int, told: str
) -> None:
    refused = checkout.run("update_specs.py", *arguments)
    assert refused.returncode == code
    assert told in refused.stderr
    assert "Traceback" not in refused.stderr


def test_help_tells_the_exit_codes(checkout: Checkout) -> None:
    for script in ("update_specs.py", "check_api.py", "new_provider.py"):
        shown = checkout.run(script, "--help")
        assert shown.returncode == 0
        assert "Exit: " in shown.stdout


def test_a_superfluous_action_is_named_and_no_error(checkout: Checkout, tmp_path: Path) -> None:
    spec = (ROOT / "specs" / "zai.yaml").read_text(encoding="utf-8")
    prose = "`pending` (processing), `success` (completed), `failed` (failed).'\n"
    listed = "          enum: [pending, success, failed]\n"
    assert spec.count(prose) == 1
    file = tmp_path / "zai.yaml"
    file.write_text(spec.replace(prose, prose + listed), encoding="utf-8")
    shown = checkout.run("update_specs.py", "zai", "--from", str(file), "--json")
    told = json.loads(shown.stdout)
    assert shown.returncode == 0
    (named,) = told["providers"]["zai"]["overlay"]["superfluous"]
    assert "zai.overlay.yaml, action 6 (" in named
    assert (
        "superfluous, remove it"
        in checkout.run("update_specs.py", "zai", "--from", str(file)).stdout
    )


def test_what_a_stranger_says_can_not_move_the_cursor(checkout: Checkout, tmp_path: Path) -> None:
    hostile = SPEC.replace("        subfeature:\n", '        "\\e[2Jsub":\n')
    shown = checkout.run("update_specs.py", NAME, "--from", page(tmp_path, hostile))
    assert shown.returncode == 0, shown.stderr
    assert "\\x1b[2Jsub" in shown.stdout
    assert "\x1b" not in shown.stdout


def test_an_entry_is_written_between_what_people_wrote(checkout: Checkout) -> None:
    file = checkout.root / "specs" / "sources.toml"
    before = file.read_text(encoding="utf-8")
    known = checkout.project.sources
    for name, sources in known.items():
        write_sources(file, name, sources)
    assert file.read_text(encoding="utf-8") == before, "the same entries make the same file"
    ours = known["vessl"]
    taken = {
        document: replace(source, hand_written=False, sources=(), retrieved=dt.date(2027, 1, 1))
        for document, source in ours.documents.items()
    }
    write_sources(file, "vessl", replace(ours, status="job.state", documents=taken))
    assert file.read_text(encoding="utf-8") != before
    write_sources(file, "vessl", ours)
    assert file.read_text(encoding="utf-8") == before, "what goes and returns stays in its place"

    write_sources(file, "renders", ours)
    more = {**known["zai"].documents, "zai.more.yaml": ours.documents["vessl.yaml"]}
    longer = replace(known["zai"], documents=more)
    write_sources(file, "zai", longer)
    assert checkout.project.sources == {**known, "renders": ours, "zai": longer}
    assert [*checkout.project.sources["zai"].documents] == [*more]
    comments = [line for line in before.splitlines() if line.startswith("#")]
    assert [
        line for line in file.read_text(encoding="utf-8").splitlines() if line.startswith("#")
    ] == comments
