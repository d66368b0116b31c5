"""A page is got from where it was named, and nothing is fetched beside it."""

from __future__ import annotations

import socket
import time
from typing import TYPE_CHECKING

import pytest

from pipeline import fetch
from pipeline.documents import MAX_BYTES
from pipeline.errors import PipelineError

if TYPE_CHECKING:
    from pathlib import Path

    from .conftest import Server


def test_a_url_gives_its_page(server: Server) -> None:
    server.pages["/page.md"] = b"# Page"
    page = fetch.fetch(f"{server.url}/page.md")
    assert (page.content, page.redirects) == (b"# Page", ())
    assert page.address is None, "a server on this machine is no public address"
    assert server.asked == ["/page.md"]


def test_a_file_gives_its_page(tmp_path: Path) -> None:
    (tmp_path / "page.md").write_bytes(b"# Page")
    assert fetch.fetch(str(tmp_path / "page.md")).content == b"# Page"


def test_a_redirect_on_the_same_host_is_followed_and_named(server: Server) -> None:
    server.moved["/old.md"] = "/new.md"
    server.pages["/new.md"] = b"# Page"
    page = fetch.fetch(f"{server.url}/old.md")
    assert page.content == b"# Page"
    assert page.redirects == (f"{server.url}/new.md",)


@pytest.mark.parametrize(
    "target", ["https://elsewhere.example/x", "//elsewhere.example/x", "file:///etc/passwd"]
)
def test_a_redirect_to_elsewhere_is_refused_and_named(server: Server, target: str) -> None:
    server.moved["/page.md"] = target
    with pytest.raises(PipelineError, match=r"redirects to .*, another host"):
        fetch.fetch(f"{server.url}/page.md")
    assert server.asked == ["/page.md"]


def test_redirects_in_a_circle_end(server: Server) -> None:
    server.moved["/page.md"] = "/page.md"
    with pytest.raises(PipelineError, match="redirects more than 5 times"):
        fetch.fetch(f"{server.url}/page.md")


def test_a_server_that_is_not_there_is_named() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}/page.md"
        with pytest.raises(PipelineError, match="can't be fetched") as caught:
            fetch.fetch(url)
    assert str(caught.value).startswith(url)


def test_what_is_not_there_is_no_page(server: Server) -> None:
    with pytest.raises(PipelineError, match="answers with HTTP 404"):
        fetch.fetch(f"{server.url}/page.md")


def test_a_page_of_a_hundred_megabytes_is_refused_before_all_of_it_is_read(server: Server) -> None:
    server.pages["/page.md"] = bytes(100_000_000)
    sent: list[None] = []
    server.drip = lambda: sent.append(None)
    with pytest.raises(PipelineError, match="more than 25,000,000 bytes"):
        fetch.fetch(f"{server.url}/page.md")
    # Of 1526 pieces: as many as may be taken, and those on their way.
    assert len(sent) < 800


def test_a_file_of_fifty_megabytes_is_refused_as_well(tmp_path: Path) -> None:
    with (tmp_path / "page.md").open("wb") as file:
        file.truncate(50_000_000)
    with pytest.raises(PipelineError, match="more than 25,000,000 bytes"):
        fetch.fetch(str(tmp_path / "page.md"))
    with (tmp_path / "page.md").open("wb") as file:
        file.truncate(MAX_BYTES)
    assert len(fetch.fetch(str(tmp_path / "page.md")).content) == MAX_BYTES


def test_a_page_that_drips_is_given_up(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetch, "_TIME_LIMIT", 0.2)
    server.pages["/page.md"] = bytes(MAX_BYTES)
    server.drip = lambda: time.sleep(0.1)
    with pytest.raises(PipelineError, match="took longer than"):
        fetch.fetch(f"{server.url}/page.md")


@pytest.mark.parametrize(
    ("place", "reason"),
    [
        ("http://docs.example.com/page.md", "plain http"),
        ("ftp://docs.example.com/page.md", "can't be fetched"),
        ("file:///etc/passwd", "can't be fetched"),
        ("https://", "invalid URL: no host"),
        ("https://[::1/page.md", "invalid URL: "),
        ("https://me:secret@docs.example.com/page.md", "holds a user name"),
        ("/nowhere/page.md", "no such file"),
        ("/dev/zero", "no such file"),
        (".", "no such file"),
    ],
)
def test_what_can_not_be_fetched_is_refused_with_its_reason(place: str, reason: str) -> None:
    with pytest.raises(PipelineError, match=reason) as caught:
        fetch.fetch(place)
    assert str(caught.value).startswith(place)
