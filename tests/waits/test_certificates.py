"""Certificate authorities are read once, and again when their file was replaced."""

import json
import os
import ssl
from pathlib import Path
from typing import Any

import attrs
import pytest
import trustme
from tests.core.world import DONE
from tests.waits.harness import QUICK, Backend, connect, name_job
from tests.waits.sockets import answering, response, serving

from tilldone import PollUnavailable
from tilldone._http.settings import settings_of


@pytest.mark.parametrize("named", ["verify", "SSL_CERT_FILE"])
def test_a_replaced_file_of_authorities_is_read_again(
    backend: Backend,
    authority: trustme.CA,
    secured: ssl.SSLContext,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    named: str,
) -> None:
    file, fresh = tmp_path / "authorities.pem", tmp_path / "fresh.pem"
    trustme.CA().cert_pem.write_to_path(str(file))
    authority.cert_pem.write_to_path(str(fresh))
    settings: dict[str, Any] = {}
    if named == "verify":
        settings["httpx_args"] = {"verify": str(file)}
    else:
        monkeypatch.setenv(named, str(file))
    with serving(answering(response(json.dumps(DONE.body).encode())), tls=secured) as server:
        job = name_job("edenai", connect("edenai", server.url, **settings), "x")
        with pytest.raises(PollUnavailable, match="certificate"):
            backend.wait(job, polling=attrs.evolve(QUICK, tolerate=0.0))

        fresh.replace(file)
        assert backend.wait(job).status == "success"


def test_authorities_are_read_once_for_many_clients(tmp_path: Path) -> None:
    file = tmp_path / "authorities.pem"
    trustme.CA().cert_pem.write_to_path(str(file))
    one, other = (
        settings_of(connect("edenai", "https://api.example", httpx_args={"verify": str(file)}))
        for _ in range(2)
    )
    assert one.arguments["verify"] is other.arguments["verify"]
    os.utime(file, (1, 1))
    again = settings_of(connect("edenai", "https://api.example", httpx_args={"verify": str(file)}))
    assert again.arguments["verify"] is not one.arguments["verify"]


def test_a_folder_of_authorities_is_taken(tmp_path: Path) -> None:
    client = connect("edenai", "https://api.example", httpx_args={"verify": str(tmp_path)})
    context = settings_of(client).arguments["verify"]
    # None of the usual authorities is in it: it trusts that folder alone.
    assert (context.verify_mode, context.get_ca_certs()) == (ssl.CERT_REQUIRED, [])
