"""What is in the wheel and in the source distribution."""

import configparser
import subprocess
import sys
import tarfile
import zipfile
from email.parser import Parser
from pathlib import Path

import tilldone
from tilldone._core.registry import built_in_names

PACKAGES = {"tilldone": "wrapper", "tilldone_clients": "generated"}
# Beside the package: pytest imports no more than this in everybody's test runs, and Ctrl-C is
# heeded while the command imports the package.
BESIDE = {"tilldone_command.py", "tilldone_pytest.py"}
PROVIDERS = built_in_names()


def contents(wheel: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_wheel_holds_two_packages_and_what_stands_beside(checkout: Path, wheel: Path) -> None:
    dist_info = f"tilldone-{tilldone.__version__}.dist-info"
    held = {name for name in contents(wheel) if not name.startswith(f"{dist_info}/")}
    expected = {
        path.relative_to(checkout / source).as_posix()
        for package, source in PACKAGES.items()
        for path in (checkout / source / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert held == expected | BESIDE
    assert len(held) > 100


def test_each_client_can_be_trusted_for_its_types(wheel: Path) -> None:
    marks = {name for name in contents(wheel) if name.endswith("py.typed")}
    clients = {f"tilldone_clients/{provider}/py.typed" for provider in PROVIDERS}
    assert marks == {"tilldone/py.typed", "tilldone_clients/py.typed", *clients}


def test_the_source_distribution_makes_the_same_wheel(wheel: Path, wheel_of_sdist: Path) -> None:
    assert wheel_of_sdist.name == wheel.name
    assert contents(wheel_of_sdist) == contents(wheel)


def test_the_source_distribution_holds_what_it_takes_to_make_and_check_it(sdist: Path) -> None:
    with tarfile.open(sdist) as archive:
        held = {Path(*Path(name).parts[1:]).as_posix() for name in archive.getnames()}
    wanted = {
        "LICENSE",
        "README.md",
        "pyproject.toml",
        "requirements-dev.txt",
        "scripts/demo",
        "scripts/environment",
        "scripts/regenerate.py",
        "scripts/test",
        *(f"specs/{provider}.yaml" for provider in PROVIDERS),
    }
    assert wanted <= held
    assert not {name for name in held if "__pycache__" in name or ".venv" in name}


def test_the_wheel_says_what_it_needs(checkout: Path, wheel: Path) -> None:
    (metadata,) = (text for name, text in contents(wheel).items() if name.endswith("/METADATA"))
    fields = Parser().parsestr(metadata.decode())
    needed = [need for need in fields.get_all("Requires-Dist", []) if "extra ==" not in need]
    names = {need.split(">")[0].split("<")[0].split("=")[0].strip() for need in needed}
    assert names == {"attrs", "httpx", "python-dateutil"}
    assert fields["Requires-Python"] == ">=3.11"
    assert fields["License-Expression"] == "MIT"
    assert fields.get_payload() == (checkout / "README.md").read_text()
    assert set(fields.get_all("Provides-Extra", [])) == {"cli", "simulator", "fast", "durable"}


def test_the_wheel_brings_the_command_and_the_fixture(wheel: Path) -> None:
    (text,) = (text for name, text in contents(wheel).items() if name.endswith("/entry_points.txt"))
    entries = configparser.ConfigParser()
    entries.read_string(text.decode())
    assert {section: dict(entries[section]) for section in entries.sections()} == {
        "console_scripts": {"tilldone": "tilldone_command:main"},
        "pytest11": {"tilldone": "tilldone_pytest"},
    }


def test_an_index_would_take_them(wheel: Path, sdist: Path) -> None:
    command = [sys.executable, "-m", "twine", "check", "--strict", str(wheel), str(sdist)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout
    assert ran.stdout.count("PASSED") == 2
