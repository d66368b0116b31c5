"""A checkout to update, pages to update it from, and a server that shows them."""

from __future__ import annotations

import shutil
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.httpd import running
from tests.scripts import run_script
from tests.soak import SOAK

from pipeline.project import Project
from pipeline.sandbox import Sandbox

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("specs", "generated", "wrapper", "scripts", "tests/apps")
# With the bytecode: it holds for the copies as well, which keep the times of their sources.
# Compiled modules save each copy time; those that are just being written are gone a moment later.
PASSED_OVER = shutil.ignore_patterns(".*", "*.pyc.*")


def as_page(spec: bytes, operation: str) -> bytes:
    """A page of documentation such as the providers have, around a spec."""
    example = b"```json\n{}\n```\n"
    return b"# A page\n\n" + example + f"\n````yaml {operation}\n".encode() + spec + b"````\n"


@dataclass(frozen=True)
class Checkout:
    """A copy of what scripts need of this checkout, free to be changed."""

    root: Path

    @property
    def project(self) -> Project:
        return Project(self.root)

    def run(self, script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        return run_script(self.root / "scripts" / script, *arguments)

    def replace(self, path: str, *changes: tuple[str, str], count: int = 1) -> None:
        text = (self.root / path).read_text(encoding="utf-8")
        for old, new in changes:
            assert text.count(old) == count, f"{path} has {text.count(old)} of {old!r}"
            text = text.replace(old, new)
        (self.root / path).write_text(text, encoding="utf-8")

    def contents(self) -> dict[str, bytes]:
        return {
            path.relative_to(self.root).as_posix(): path.read_bytes()
            for path in self.root.rglob("*")
            if path.is_file() and "__pycache__" not in path.parts
        }


def copied(root: Path) -> Checkout:
    for name in ROOMS:
        shutil.copytree(ROOT / name, root / name, ignore=PASSED_OVER)
    for file in (ROOT / "pyproject.toml", *(ROOT / "tests").glob("*.py")):
        shutil.copy2(file, root / file.relative_to(ROOT))
    return Checkout(root)


@pytest.fixture(scope="session")
def cache(mypy_cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What mypy has read of the checkout as it is, it need not read again in each copy."""
    untouched = copied(tmp_path_factory.mktemp("untouched") / "checkout")
    command = [sys.executable, "-m", "mypy", "--cache-dir", str(mypy_cache), "wrapper", "generated"]
    subprocess.run(command, cwd=untouched.root, check=True, capture_output=True)
    return mypy_cache


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return copied(tmp_path / "checkout")


@pytest.fixture
def quick_mypy(tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let mypy begin with what it has read of the checkout: for tests in which it runs."""
    monkeypatch.setenv("MYPY_CACHE_DIR", str(own_cache(cache, tmp_path / "mypy")))


@pytest.fixture
def without_pyright(quick_mypy: None, monkeypatch: pytest.MonkeyPatch) -> None:
    spare_pyright(monkeypatch)


def spare_pyright(patch: pytest.MonkeyPatch) -> None:
    """Leave the slower type checker out, by default: it reads what the other has read.

    That it is asked, and what it says of drafts, is seen in test_type_errors_stop_it..., the
    walk-through and the whole API.
    """
    errors_of = Sandbox.errors_of

    def by_mypy(self: Sandbox, checker: str, *paths: str) -> list[str]:
        return [] if checker == "pyright" else errors_of(self, checker, *paths)

    if not SOAK:
        patch.setattr(Sandbox, "errors_of", by_mypy)


def own_cache(cache: Path, folder: Path) -> Path:
    """Give a test its own: mypy takes a module that one removes for missing in the next, too."""
    return shutil.copytree(cache, folder)


@dataclass
class Server:
    """Answers with the bytes that a path has; remembers what it was asked for."""

    url: str = ""
    pages: dict[str, bytes] = field(default_factory=dict)
    moved: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    drip: Callable[[], None] | None = None


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as state:
        yield state


@contextmanager
def serving() -> Iterator[Server]:
    state = Server()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:  # the name that the base class calls
            state.asked.append(self.path)
            if self.path in state.moved:
                self.send_response(302)
                self.send_header("Location", state.moved[self.path])
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            content = state.pages.get(self.path)
            self.send_response(404 if content is None else 200)
            self.send_header("Content-Length", str(len(content or b"")))
            self.end_headers()
            try:
                for start in range(0, len(content or b""), 65536):
                    if state.drip is not None:
                        state.drip()
                    self.wfile.write((content or b"")[start : start + 65536])
            except OSError:
                # The client is free to hang up on a page that it has had enough of.
                self.close_connection = True

        def log_message(self, *arguments: object) -> None:
            pass

    with running(Handler) as url:
        state.url = url
        yield state
