"""A job of each of Eden AI's features gives what that feature gives, with links that can be had."""

import re
from collections.abc import Iterator
from typing import Any

import attrs
import httpx
import pytest

from tilldone import edenai, run
from tilldone.simulator import Simulator
from tilldone_clients.edenai import models

OUTPUTS: dict[str, Any] = {
    "audio/speech_to_text_async": models.SpeechToTextOutput,
    "ocr/ocr_async": models.OCROutput,
    "ocr/ocr_tables_async": models.OCRTablesOutput,
    "video/deepfake_detection_async": models.DeepfakeDetectionOutput,
    "video/generation_async": models.VideoGenerationOutput,
    "web/batch_scrape_async": models.BatchScrapeOutput,
    "web/crawl_async": models.CrawlOutput,
    "web/research_async": models.ResearchOutput,
    "web/structured_extraction_async": models.StructuredExtractionOutput,
}


@pytest.fixture(scope="module")
def simulator() -> Iterator[Simulator]:
    with Simulator(duration=0) as simulator:
        yield simulator


def undeclared(value: Any) -> list[str]:  # noqa: ANN401 # a model, or what is in one
    """Give the names in a model, or in one within it, that its class does not know."""
    if isinstance(value, list):
        return [name for each in value for name in undeclared(each)]
    if not attrs.has(type(value)):
        return []
    within = undeclared([*attrs.asdict(value, recurse=False).values()])
    return [*value.additional_properties, *within]


@pytest.mark.parametrize("feature", OUTPUTS)
def test_the_output_is_that_of_the_feature(simulator: Simulator, feature: str) -> None:
    client = edenai.connect(simulator.token("edenai"), base_url=simulator.url("edenai"))
    body = models.UniversalAIAsyncBody(
        model=f"{feature}/any", input_=models.UniversalAIAsyncBodyInput()
    )
    done = run(edenai.create(client, body), timeout=30)
    given = edenai.output(done, OUTPUTS[feature])
    assert undeclared(given) == []
    said = str(done.to_dict()["output"])
    assert re.search("harbour|ferry|original", said, re.IGNORECASE)
    for link in re.findall(r"http://[\w./:-]+/\w+\.\w+", said):
        assert httpx.get(link).status_code == 200, link
