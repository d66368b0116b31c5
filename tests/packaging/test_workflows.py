"""The forge's workflows: what they may do, what they run, and the pull request that one opens."""

import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML


def read(file: Path) -> Any:  # noqa: ANN401 # YAML
    return YAML(typ="safe").load(file.read_text(encoding="utf-8"))


GITHUB = Path(__file__).resolve().parents[2] / ".github"
WORKFLOWS = {file.stem: read(file) for file in (GITHUB / "workflows").glob("*.yml")}
JOBS: list[tuple[str, Any]] = [
    (f"{workflow}, {name}", job)
    for workflow, told in WORKFLOWS.items()
    for name, job in told["jobs"].items()
]
each_job = pytest.mark.parametrize("job", [job for _, job in JOBS], ids=[name for name, _ in JOBS])

GH = '#!/bin/sh\necho "$@" >> "$CALLS"\nfor last; do :; done\n[ "$1" = auth ] || cat "$last"\n'


def test_every_action_is_pinned_and_says_which_version_that_is() -> None:
    used = [
        line.strip(" -")
        for file in (GITHUB / "workflows").glob("*.yml")
        for line in file.read_text().splitlines()
        if "uses:" in line
    ]
    assert len(used) > 5
    pinned = re.compile(r"uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")
    assert [line for line in used if not pinned.fullmatch(line)] == []
    updates = read(GITHUB / "dependabot.yml")["updates"]
    assert "github-actions" in [each["package-ecosystem"] for each in updates]


@each_job
def test_who_may_write_runs_nothing_of_the_repository(job: Any) -> None:  # noqa: ANN401 # YAML
    may_write = "write" in job.get("permissions", {}).values()
    ran = "".join(step.get("run", "") for step in job["steps"])
    assert not (may_write and re.search(r"scripts/|\.venv|python", ran))


@each_job
def test_no_checkout_leaves_credentials_behind(job: Any) -> None:  # noqa: ANN401 # YAML
    for step in job["steps"]:
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] is False


@pytest.mark.parametrize("name", WORKFLOWS)
def test_a_workflow_may_only_read_where_a_job_does_not_say_more(name: str) -> None:
    assert WORKFLOWS[name]["permissions"] == {"contents": "read"}


def script(job: str, step: str) -> str:
    steps = WORKFLOWS["update"]["jobs"][job]["steps"]
    (run,) = [each["run"] for each in steps if each.get("name") == step]
    return str(run)


def git(*arguments: str, at: Path) -> str:
    who = ("-c", "user.name=x", "-c", "user.email=x@example.com")
    ran = subprocess.run(
        ["git", *who, *arguments], cwd=at, capture_output=True, text=True, check=True
    )
    return ran.stdout


@pytest.fixture
def upstream(tmp_path: Path) -> Path:
    """A repository of three files, and a bare one that it was pushed to."""
    first = tmp_path / "first"
    for name in ("specs/a.yaml", "generated/a/b.py", "scripts/run"):
        (first / name).parent.mkdir(parents=True, exist_ok=True)
        (first / name).write_text("before\n")
    git("init", "--quiet", "--initial-branch=main", at=first)
    git("add", "--all", at=first)
    git("commit", "--quiet", "--message=First", at=first)
    bare = tmp_path / "upstream.git"
    git("clone", "--quiet", "--bare", str(first), str(bare), at=tmp_path)
    return bare


class Runner:
    """A machine of the forge's, with a checkout and a `gh` that notes what it is told."""

    def __init__(self, folder: Path, upstream: Path) -> None:
        self.checkout = folder / "checkout"
        self.update = folder / "temp" / "update"
        self.update.mkdir(parents=True)
        git("clone", "--quiet", str(upstream), str(self.checkout), at=folder)
        gh = folder / "bin" / "gh"
        gh.parent.mkdir()
        gh.write_text(GH)
        gh.chmod(0o755)
        self.environment = {
            **os.environ,
            "PATH": f"{gh.parent}:{os.environ['PATH']}",
            "RUNNER_TEMP": str(self.update.parent),
            "GITHUB_OUTPUT": str(folder / "output"),
            "CALLS": str(folder / "calls"),
        }

    def run(self, job: str, step: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script(job, step)],
            cwd=self.checkout,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )


def written_down(runner: Runner) -> bool:
    """Write down what has changed; say whether there is anything."""
    ran = runner.run("specs", "Write down what has changed")
    assert ran.returncode == 0, ran.stderr
    output = Path(runner.environment["GITHUB_OUTPUT"])
    return output.exists() and "changed=true" in output.read_text()


def test_changes_go_from_one_machine_to_the_other_and_into_a_pull_request(
    tmp_path: Path, upstream: Path
) -> None:
    (tmp_path / "1").mkdir()
    (tmp_path / "2").mkdir()
    reading, writing = (Runner(tmp_path / each, upstream) for each in ("1", "2"))
    (reading.checkout / "specs/a.yaml").write_text("after\n")
    (reading.checkout / "generated/a/new.py").write_text("new\n")
    (reading.checkout / "generated/a/b.py").unlink()
    assert written_down(reading)

    (reading.update / "changes.patch").rename(writing.update / "changes.patch")
    (writing.update / "told.txt").write_text("edenai: changed\n```\n@everyone\n")
    ran = writing.run("pull-request", "Open a pull request")

    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.endswith("    edenai: changed\n    ```\n    @everyone\n")
    (branch,) = re.findall(r"update-specs-\S+", git("branch", at=upstream))
    assert f"pr create --head {branch} " in Path(writing.environment["CALLS"]).read_text()
    changed = git("diff", "--name-status", "main", branch, at=upstream)
    assert changed.splitlines() == [
        *("D\tgenerated/a/b.py", "A\tgenerated/a/new.py", "M\tspecs/a.yaml")
    ]


def test_without_a_change_there_is_no_pull_request(tmp_path: Path, upstream: Path) -> None:
    assert not written_down(Runner(tmp_path, upstream))


def test_a_patch_reaches_neither_scripts_nor_workflows(tmp_path: Path, upstream: Path) -> None:
    runner = Runner(tmp_path, upstream)
    for name in ("scripts/run", "specs/a.yaml"):
        (runner.checkout / name).write_text("after\n")
    patch = git("diff", "--binary", at=runner.checkout)
    git("checkout", "--quiet", "--", ".", at=runner.checkout)
    (runner.update / "changes.patch").write_text(patch)
    (runner.update / "told.txt").write_text("edenai: changed\n")

    ran = runner.run("pull-request", "Open a pull request")

    assert ran.returncode == 0, ran.stderr
    changed = git("show", "--name-only", "--format=", at=runner.checkout)
    assert changed.split() == ["specs/a.yaml"]
