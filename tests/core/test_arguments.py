"""Arguments of a wrong kind are named, with what was given and what is expected."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import anyio
import pytest

from tilldone import (
    History,
    Origin,
    aio,
    download,
    durable,
    edenai,
    run,
    submit_all,
    vessl,
    viddyscribe,
    videodb,
    wait,
    zai,
)
from tilldone_clients.edenai.models import OCRInput, OCROutput, UniversalAIAsyncBody

CLIENT = edenai.connect("key", base_url="http://127.0.0.1:9")
JOB = edenai.job(CLIENT, "id")
BODY = UniversalAIAsyncBody(model="ocr/ocr_async/mistral", input_=OCRInput(file="scan.pdf"))
REQUEST = edenai.create(CLIENT, BODY)


def awaited(call: Callable[..., Any], *arguments: object, **named: object) -> None:
    async def calling() -> None:
        await call(*arguments, **named)

    anyio.run(calling)


# Nothing listens at the address: who sends before it checks is told of that.
CALLS: dict[str, tuple[str, Callable[[Any], object]]] = {
    "wait": ("on_snapshot", lambda it: wait(JOB, timeout=0, on_snapshot=it)),
    "aio.wait": ("on_snapshot", lambda it: awaited(aio.wait, JOB, timeout=0, on_snapshot=it)),
    "run": ("on_snapshot", lambda it: run(REQUEST, timeout=0, on_snapshot=it)),
    "aio.run": ("on_snapshot", lambda it: awaited(aio.run, REQUEST, timeout=0, on_snapshot=it)),
    "submit_all": ("requests", lambda it: submit_all(it, timeout=0)),
    "aio.submit_all": ("requests", lambda it: awaited(aio.submit_all, it, timeout=0)),
    "download": ("path", lambda it: download("https://example.com/x", it, timeout=0)),
    "aio.download": (
        "path",
        lambda it: awaited(aio.download, "https://example.com/x", it, timeout=0),
    ),
    "connect": ("token", edenai.connect),
    "connect, timeout": ("timeout", lambda it: edenai.connect("key", timeout=it)),
    "connect, headers": ("headers", lambda it: edenai.connect("key", headers=it)),
    "connect, httpx_args": ("httpx_args", lambda it: edenai.connect("key", httpx_args=it)),
    "Origin": ("headers", lambda it: Origin("http://127.0.0.1:9", headers=it)),
    "Origin, secrets": ("secrets", lambda it: Origin("http://127.0.0.1:9", secrets=it)),
    "History": ("path", History),
    "attach": ("key", lambda it: durable.attach(key=it)),
    "cancel": ("key", lambda it: durable.cancel(key=it)),
    "work": ("until", durable.work),
    "configure, clients": ("clients", lambda it: durable.configure(clients=it)),
    "configure, rates": ("rates", lambda it: durable.configure(rates=it)),
    "configure, providers": ("providers", lambda it: durable.configure(providers=it)),
    "configure, concurrency": ("concurrency", lambda it: durable.configure(concurrency=it)),
    "configure, database": ("database", lambda it: durable.configure(database=it)),
}


MAKING = [
    edenai.create,
    vessl.create,
    viddyscribe.generate_text,
    viddyscribe.generate_video,
    viddyscribe.generate_audio,
    videodb.upload,
    partial(videodb.index_scenes, video_id="m-1"),
    zai.invoke,
]


@pytest.mark.parametrize("make", MAKING)
def test_a_body_that_is_not_of_the_operation_s_class_is_told_so(make: Callable[..., Any]) -> None:
    with pytest.raises(TypeError, match=r"^body: expected an? \w+, got dict$"):
        make(CLIENT, {"model": "ocr/ocr_async/mistral"})


READING = [
    partial(edenai.output, model=OCROutput),
    vessl.output,
    viddyscribe.links,
    viddyscribe.segments,
    videodb.data,
    zai.videos,
]


@pytest.mark.parametrize("read", READING)
@pytest.mark.parametrize("done", [None, 7, "x", {"status": "success"}, JOB])
def test_a_result_of_another_class_is_told_so(read: Callable[..., Any], done: object) -> None:
    with pytest.raises(TypeError, match=rf"^done: expected an? \w+, got {type(done).__name__}$"):
        read(done)


@pytest.mark.parametrize("call", CALLS)
def test_it_is_a_type_error_that_names_it(
    call: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TILLDONE_DATABASE_URL", f"sqlite:///{tmp_path / 'waits.sqlite'}")
    argument, given = CALLS[call]
    with pytest.raises(TypeError, match=rf"\b{argument}: expected .*, got Job$"):
        given(JOB)
    with pytest.raises(TypeError, match=rf"\b{argument}: expected .*, got UniversalAIAsyncBody$"):
        given(BODY)
