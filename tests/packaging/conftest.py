"""What users install, and the environments they install it in: built once for all tests here."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).parents[2]
EXTRAS = sorted(
    {
        re.match(r"[\w.-]+", requirement)[0]  # type: ignore[index]  # a requirement begins with a name
        for requirement in metadata.requires("tilldone") or ()
        if "extra ==" in requirement
    }
)
UV = (sys.executable, "-m", "uv", "--offline", "--no-cache")
PASSED_OVER = shutil.ignore_patterns(".git", ".venv*", ".*_cache", ".hypothesis", "__pycache__")


@pytest.fixture(scope="session")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of this checkout: what is compared is all of one moment."""
    return shutil.copytree(ROOT, tmp_path_factory.mktemp("copy") / "tilldone", ignore=PASSED_OVER)


@pytest.fixture(scope="session")
def wheel(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel that the checkout makes."""
    return build(checkout, "--wheel", tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="session")
def sdist(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The source distribution that the checkout makes."""
    return build(checkout, "--sdist", tmp_path_factory.mktemp("sdist"))


@pytest.fixture(scope="session")
def wheel_of_sdist(sdist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel that the source distribution makes, far from the checkout."""
    unpacked = tmp_path_factory.mktemp("unpacked")
    shutil.unpack_archive(sdist, unpacked, filter="data")
    (source,) = unpacked.iterdir()
    return build(source, "--wheel", tmp_path_factory.mktemp("wheel-of-sdist"))


@pytest.fixture(scope="session")
def consumer(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of an environment with the wheel, its runtime dependencies and no more."""
    return environment(tmp_path_factory.mktemp("consumer"), wheel)


@pytest.fixture(scope="session")
def furnished(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with the libraries of all extras, whose types are in the public ones."""
    return environment(tmp_path_factory.mktemp("furnished"), wheel, also=EXTRAS)


@pytest.fixture(scope="session")
def editor(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with the checkout installed editable: the wheel that pip would ask for."""
    target = tmp_path_factory.mktemp("editable")
    hook = "import sys; from hatchling.build import build_editable as b; b(sys.argv[1])"
    _run(sys.executable, "-c", hook, target, cwd=checkout)
    (editable,) = target.iterdir()
    return environment(tmp_path_factory.mktemp("editor"), editable)


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What mypy has read in one environment, it need not read again in the next."""
    return tmp_path_factory.mktemp("mypy")


def build(source: Path, kind: str, target: Path) -> Path:
    """Build a distribution of this kind; give the file."""
    _run(sys.executable, "-m", "build", "--no-isolation", kind, "--outdir", target, source)
    (built,) = target.iterdir()
    return built


def environment(
    folder: Path, wheel: Path, base: str = sys.executable, *, also: Sequence[str] = ()
) -> Path:
    """Make an environment with the wheel, what it needs and what else; give its interpreter."""
    home = folder / "env"
    _run(*UV, "venv", "--quiet", "--no-project", "--no-python-downloads", "--python", base, home)
    python = home / "bin" / "python"
    (packages,) = home.glob("lib/python*/site-packages")
    # Linked instead of fetched: the tests need no index, and nothing but these can be imported.
    for name in _closure("tilldone", *also) | set(also):
        for file in metadata.files(name) or ():
            top = file.parts[0]
            if top != ".." and not (packages / top).exists():
                (packages / top).symlink_to(Path(str(metadata.distribution(name).locate_file(top))))
    install(python, wheel)
    return python


def install(python: Path, wheel: Path) -> None:
    """Install what a wheel holds, and nothing that it asks for."""
    _run(*UV, "pip", "install", "--quiet", "--no-deps", "--no-index", "--python", python, wheel)


def _closure(*roots: str) -> set[str]:
    """Name what distributions need at run time, extras left out, themselves left out."""
    found: set[str] = set()
    to_do = list(roots)
    while to_do:
        for requirement in metadata.requires(to_do.pop()) or ():
            name, marker = re.match(r"([\w.-]+)[^;]*(.*)", requirement, re.DOTALL).groups()  # type: ignore[union-attr]  # a requirement begins with a name
            if "extra" not in marker and name not in found and _installed(name):
                found.add(name)
                to_do.append(name)
    return found


def _installed(name: str) -> bool:
    # What a marker rules out on this machine is not there.
    return any(metadata.distributions(name=name))


def _run(*command: object, cwd: Path | None = None) -> None:
    line = [*map(str, command)]
    ran = subprocess.run(line, cwd=cwd, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
