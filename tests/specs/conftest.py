"""A checkout to break, and a server to answer the generated clients."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.httpd import running
from tests.scripts import run_script

from pipeline.project import Project

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ROOT = Path(__file__).resolve().parents[2]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "provider" in metafunc.fixturenames:
        metafunc.parametrize("provider", Project(ROOT).sources)


@pytest.fixture(scope="session")
def project() -> Project:
    return Project(ROOT)


@dataclass(frozen=True)
class Checkout:
    """A copy of what scripts/regenerate.py works on, free to be broken."""

    root: Path

    def regenerate(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return run_script(self.root / "scripts" / "regenerate.py", *arguments)

    def regenerate_apart(
        self, *arguments: str, env: Mapping[str, str] | None = None, umask: int = -1
    ) -> subprocess.CompletedProcess[str]:
        """Run it as people do: a process of its own, with the pipeline of this checkout."""
        return subprocess.run(
            [sys.executable, str(self.root / "scripts" / "regenerate.py"), *arguments],
            capture_output=True,
            encoding="utf-8",
            env={**os.environ, **(env or {})},
            umask=umask,
            check=False,
            timeout=1200,
        )

    def replace(self, path: str, old: str, new: str) -> None:
        text = (self.root / path).read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{path} has {text.count(old)} of {old!r}"
        (self.root / path).write_text(text.replace(old, new), encoding="utf-8")

    def generated(self) -> dict[str, bytes]:
        package = self.root / "generated"
        return {
            path.relative_to(package).as_posix(): path.read_bytes()
            for path in package.rglob("*")
            if path.is_file()
        }


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    root = tmp_path / "checkout"
    for name in ("scripts", "specs", "generated"):
        # Compiled scripts save time; those that are just being written are gone a moment later.
        left_out = [".*", "*.pyc.*" if name == "scripts" else "__pycache__"]
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns(*left_out))
    shutil.copy(ROOT / "pyproject.toml", root)
    return Checkout(root)


@dataclass
class Server:
    """Answers every request alike, and remembers what it was sent."""

    url: str = ""
    status: int = 200
    body: bytes = b"{}"
    requests: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)


@pytest.fixture
def server() -> Iterator[Server]:
    state = Server()

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            state.bodies.append(self.rfile.read(int(self.headers.get("Content-Length", 0))))
            state.requests.append((self.path, {k.lower(): v for k, v in self.headers.items()}))
            self.send_response(state.status, "As told")
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(state.body)))
            self.end_headers()
            self.wfile.write(state.body)

        do_GET = do_POST = answer  # noqa: N815  # the names that the base class calls

        def log_message(self, *arguments: object) -> None:
            pass

    with running(Handler) as url:
        state.url = url
        yield state
