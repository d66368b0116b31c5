"""What a worker knows of the inside of DBOS and of threading makes leaving quick, and no more."""

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import dbos._dbos
import dbos._sys_db
import pytest
from tests.durable.world import LONG

from tilldone.durable._leaving import leaving

# concurrent.futures needs the name itself, when it is imported.
NAMELESS = """
import concurrent.futures.thread, sys, threading
import dbos, dbos._dbos, dbos._sys_db

del threading._register_atexit
del sys.modules["dbos._sys_db"]

from tilldone import durable

durable.configure(database=sys.argv[1], work=False)
print([*durable.waiting()])
"""


@pytest.mark.parametrize("ours", ["missing", "without parts", "without a retry"])
def test_a_dbos_that_calls_its_parts_otherwise_can_be_left(
    ours: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if ours == "missing":
        monkeypatch.delattr(dbos._dbos, "_dbos_global_instance")
    else:
        parts = {} if ours == "without parts" else {"_sys_db_field": SimpleNamespace()}
        monkeypatch.setattr(dbos._dbos, "_dbos_global_instance", SimpleNamespace(**parts))
    client: Any = SimpleNamespace()
    with leaving(client):
        assert dbos._sys_db.time.sleep(LONG) is None  # type: ignore[attr-defined] # pauses end at once


def test_without_the_private_names_all_is_imported_and_ends(tmp_path: Path) -> None:
    told = subprocess.run(
        [sys.executable, "-W", "error", "-c", NAMELESS, str(tmp_path / "waits.sqlite")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (told.stdout, told.stderr, told.returncode) == ("[]\n", "", 0)
