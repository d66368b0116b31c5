"""The OpenAPI block of a page comes out byte for byte, or not at all."""

from __future__ import annotations

import pytest

from pipeline.errors import PipelineError
from pipeline.fetch import Page
from pipeline.load_spec import extract_block, load_page

BLOCK = (
    b"openapi: 3.0.3\ninfo:\n  title: Jobs \xe2\x9c\x93\n"
    b"  description: |\n    ```sh\n    run\n    ```\n\n"
)


def page(opening: bytes = b"````yaml GET /jobs/{id}", block: bytes = BLOCK) -> bytes:
    example = b"````python\nprint('no block')\n````\n"
    return b"# Get a job\n\n" + example + b"\n" + opening + b"\n" + block + b"````"


def test_the_block_is_every_byte_between_the_fences() -> None:
    block = extract_block(page(), place="page")
    assert block.content == BLOCK
    assert block.operation == "GET /jobs/{id}"


@pytest.mark.parametrize(
    ("opening", "operation"),
    [
        (b"````yaml get /jobs", "GET /jobs"),
        (b"````yaml POST /v1/jobs/result", "POST /v1/jobs/result"),
        (b"````yaml /reference/openapi.json get /jobs/{id}", "GET /jobs/{id}"),
        (b"````yml GET /jobs  ", "GET /jobs"),
    ],
)
def test_the_operation_is_the_fences_own(opening: bytes, operation: str) -> None:
    block = extract_block(page(opening), place="page")
    assert block.operation == operation
    assert block.content == BLOCK


def test_text_after_the_block_and_carriage_returns_are_left_alone() -> None:
    crlf = page().replace(b"\n", b"\r\n") + b"\r\n\r\nAfterwards\r\n"
    assert extract_block(crlf, place="page").content == BLOCK.replace(b"\n", b"\r\n")


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        (b"", "page: no fenced OpenAPI block"),
        (b"# Jobs\n\n```yaml\nopenapi: 3.0.3\n```\n", "page: no fenced OpenAPI block"),
        (page().removesuffix(b"````"), "page: the OpenAPI block of line 7 is never closed"),
        (page() + b"\n" + page(), "page: more than one OpenAPI block, on lines 7, 23"),
    ],
)
def test_a_page_without_exactly_one_block_is_refused(broken: bytes, reason: str) -> None:
    with pytest.raises(PipelineError) as caught:
        extract_block(broken, place="page")
    assert str(caught.value).startswith(reason)


@pytest.mark.parametrize(
    ("version", "told"),
    [
        (b"openapi: 3.2.0", "page: is OpenAPI '3.2.0'; this reads OpenAPI 3.0.x and 3.1.x"),
        (b"openapi: '3.2.0'", "page: is OpenAPI '3.2.0'; this reads"),
        (b'swagger: "2.0"', "page: is Swagger '2.0'; this reads"),
        (b"openapi: 3.1.0", "page, line "),
    ],
)
def test_another_version_is_refused_before_the_whole_is_read(version: bytes, told: str) -> None:
    content = version + b"\ninfo: {title: Jobs}\nbroken: [\n"
    with pytest.raises(PipelineError) as caught:
        load_page(Page(place="page", content=content))
    assert str(caught.value).startswith(told)
