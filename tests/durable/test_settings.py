"""Where durable waits are kept, and how a wrong argument is named."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import make_url

from tilldone import Phase, Provider
from tilldone.durable._settings import checked_settings, client_of


@pytest.fixture(autouse=True)
def unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TILLDONE_DATABASE_URL", raising=False)


@pytest.mark.parametrize(
    ("database", "url"),
    [
        ("/data/w.sqlite", "sqlite:////data/w.sqlite"),
        ("sqlite:////data/w.sqlite", "sqlite:////data/w.sqlite"),
        (
            "postgresql://u:p@h:5/d?sslmode=require",
            "postgresql+psycopg://u:p@h:5/d?sslmode=require",
        ),
        ("postgres://h/d", "postgresql+psycopg://h/d"),
    ],
)
def test_where_waits_are_kept(database: str, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = make_url(url)
    assert checked_settings(database=database).url == expected
    monkeypatch.setenv("TILLDONE_DATABASE_URL", database)
    assert checked_settings().url == expected


def test_a_path_is_kept_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", "/home/someone")
    assert checked_settings(database=Path("w.sqlite")).file == tmp_path / "w.sqlite"
    assert checked_settings(database="sqlite:///w.sqlite").file == tmp_path / "w.sqlite"
    assert checked_settings(database="~/w.sqlite").file == Path("/home/someone/w.sqlite")
    assert checked_settings(database="postgresql://h/d").file is None


@pytest.mark.parametrize(
    ("platform", "variables", "folder"),
    [
        ("linux", {}, "/home/someone/.local/share/tilldone"),
        ("linux", {"XDG_DATA_HOME": "/data"}, "/data/tilldone"),
        ("darwin", {}, "/home/someone/Library/Application Support/tilldone"),
        ("win32", {"LOCALAPPDATA": "/local"}, "/local/tilldone"),
        ("win32", {}, "/home/someone/AppData/Local/tilldone"),
    ],
)
def test_the_platforms_data_folder_is_the_default(
    platform: str, variables: dict[str, str], folder: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("XDG_DATA_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", "/home/someone")
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("sys.platform", platform)
    assert checked_settings().file == Path(folder) / "waits.sqlite"


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"database": "mysql://u:hidden@h/d"}, "database: mysql:// is neither"),
        ({"database": "postgresql://u:hidden@h"}, "database: it names no database"),
        ({"database": "sqlite://"}, "database: 'sqlite://' names no file"),
        ({"database": "sqlite:///:memory:"}, "names no file"),
        ({"concurrency": 0}, "concurrency: 0 is below 1"),
        ({"rates": {"edenai": 0}}, "rates: 0 polls a second for edenai is not above 0"),
        ({"rates": {"edenai": float("nan")}}, "rates: nan"),
        ({"rates": {"acme": 1}}, "rates: 'acme' is not one of edenai"),
        ({"clients": {"acme": object}}, "clients: 'acme' is not one of edenai"),
        ({"providers": ["acme"]}, "providers: 'acme' is not one of edenai"),
    ],
)
def test_a_wrong_argument_is_named(wrong: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words) as caught:
        checked_settings(**wrong)
    assert "hidden" not in str(caught.value)


def test_a_provider_that_the_program_declares_needs_no_package() -> None:
    phases = {"ok": Phase.SUCCEEDED}
    own = Provider(name="in_here", request=dict, parse=dict[str, object], phases=phases)
    given = checked_settings(clients={"in_here": object}, rates={"in_here": 1})
    assert given.providers == (*checked_settings().providers, own.name)
    assert checked_settings(providers=[own.name]).providers == ("in_here",)


def test_a_wrong_variable_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TILLDONE_DATABASE_URL", "mysql://h/d")
    with pytest.raises(ValueError, match="TILLDONE_DATABASE_URL: mysql://"):
        checked_settings()


def test_settings_do_not_show_a_password() -> None:
    assert "hidden" not in repr(checked_settings(database="postgresql://u:hidden@h/d"))


def test_the_environment_has_the_key_and_the_base_url(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EDENAI_API_KEY", "key-from-the-environment")
    monkeypatch.setenv("TILLDONE_EDENAI_BASE_URL", "https://eu.example.com")
    client: Any = client_of("edenai")
    assert (client._base_url, client.token) == (
        "https://eu.example.com",
        "key-from-the-environment",
    )
    monkeypatch.setenv("TILLDONE_EDENAI_BASE_URL", "http://eu.example.com")
    with pytest.raises(ValueError, match="unencrypted"):
        client_of("edenai")


WITHOUT_DBOS = """
import sys
sys.modules["dbos"] = None
import tilldone.cli._commands
import tilldone.durable
"""


def test_a_missing_extra_is_named() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", WITHOUT_DBOS], capture_output=True, text=True, check=False
    )
    assert "tilldone/durable/__init__.py" in ran.stderr
    assert "pip install 'tilldone[durable]'" in ran.stderr.splitlines()[-1]
