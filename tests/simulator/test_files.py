"""The files that sample results link to: there, and served in parts."""

from __future__ import annotations

import io
import wave

import httpx
import pytest

from tilldone import viddyscribe, videodb, wait, zai
from tilldone.simulator import Simulator
from tilldone.testing import done


def test_every_link_of_the_samples_leads_to_a_file() -> None:
    with Simulator() as simulator:

        def client(module: object) -> object:
            name = module.PROVIDER.name  # type: ignore[attr-defined] # a provider's module
            return module.connect(simulator.token(name), base_url=simulator.url(name))  # type: ignore[attr-defined] # as above

        def submitted(name: str) -> str:
            return simulator.submit(name, script=[done()])

        stored = wait(videodb.job(client(videodb), submitted("videodb")), timeout=30)  # type: ignore[arg-type] # as above
        described = wait(viddyscribe.job(client(viddyscribe), submitted("viddyscribe")), timeout=30)  # type: ignore[arg-type] # as above
        agent = "vidu_template_agent"
        hug = wait(zai.job(client(zai), submitted("zai"), agent_id=agent), timeout=30)  # type: ignore[arg-type] # as above
        data = stored.to_dict()["data"]
        links = [data["stream_url"], data["player_url"]]
        links += [described.video_signed_url, described.audio_signed_url]
        (content,) = hug.to_dict()["choices"][0]["message"][0]["content"]
        links.append(content["video_url"])
        for link in links:
            assert link.startswith(simulator.url("edenai"))
            answer = httpx.get(link)
            assert (answer.status_code, len(answer.content) > 50) == (200, True), link
        with wave.open(io.BytesIO(httpx.get(str(described.audio_signed_url)).content)) as sound:
            assert sound.getnframes() == 24000


@pytest.fixture
def link() -> object:
    with Simulator() as simulator:
        yield simulator.url("edenai") + "/files/described.mp4"


def test_a_file_goes_on_from_any_byte(link: str) -> None:
    whole = httpx.get(link)
    etag = whole.headers["etag"]
    rest = httpx.get(link, headers={"Range": "bytes=100000-", "If-Range": etag})
    assert rest.status_code == 206
    assert rest.content == whole.content[100000:]
    size = len(whole.content)
    assert rest.headers["content-range"] == f"bytes 100000-{size - 1}/{size}"
    changed = httpx.get(link, headers={"Range": "bytes=100000-", "If-Range": '"another"'})
    assert (changed.status_code, changed.content) == (200, whole.content)
    assert httpx.get(link, headers={"Range": f"bytes={size}-"}).status_code == 416


def test_a_file_that_is_not_there(link: str) -> None:
    assert httpx.get(link.replace("described", "nothing")).status_code == 404
