"""A real PostgreSQL on a free port, in a folder of its own, gone when it is left."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import psycopg
from psycopg import sql

# The server refuses to run as root.
_USER = "postgres" if hasattr(os, "geteuid") and os.geteuid() == 0 else None


def programs() -> Path | None:
    """Find the folder of initdb and pg_ctl; Debian keeps it off the PATH."""
    pg_config = shutil.which("pg_config")
    if pg_config is not None:
        asked = subprocess.run([pg_config, "--bindir"], capture_output=True, text=True, check=True)
        told = Path(asked.stdout.strip())
        if (told / "initdb").exists():
            return told
    return max(
        (path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")), default=None
    )


@dataclass
class Server:
    port: int
    start: Callable[[], None]
    stop: Callable[[], None]
    _numbers: "count[int]" = field(default_factory=lambda: count(1))

    def url(self, database: str) -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/{database}"

    def fresh(self, *, like: str = "template1") -> str:
        """Make a database; give its URL."""
        name = f"waits_{next(self._numbers)}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as session:
            made = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
            session.execute(made.format(sql.Identifier(name), sql.Identifier(like)))
        return self.url(name)


@contextmanager
def serving(found: Path, *settings: str) -> Generator[Server]:
    folder = Path(tempfile.mkdtemp(prefix="tilldone-postgres-"))
    try:
        if _USER is not None:
            shutil.chown(folder, _USER)
        data, port = folder / "data", _free_port()
        _run(found / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "--no-sync")
        told = [f"-p {port}", f"-k {folder}", "-c listen_addresses=127.0.0.1", *settings]
        server, log = (found / "pg_ctl", "-D", data, "-w"), folder / "log"

        def start() -> None:
            _run(*server, "-l", log, "-o", " ".join(told), "start")

        def stop() -> None:
            _run(*server, "-m", "immediate", "stop")

        start()
        try:
            yield Server(port, start, stop)
        finally:
            stop()
    finally:
        shutil.rmtree(folder)


def _run(program: Path, *arguments: object) -> None:
    command: Sequence[str] = [str(program), *map(str, arguments)]
    ran = subprocess.run(
        command,
        user=_USER,
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE if program.name == "initdb" else subprocess.DEVNULL,
        stderr=subprocess.STDOUT if program.name == "initdb" else subprocess.DEVNULL,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, f"{program.name} failed: {ran.stdout}"


def _free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        port: int = asked.getsockname()[1]
        return port
