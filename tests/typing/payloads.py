"""The shortest way to each payload. Checked by type checkers, never executed.

The README's table "Where the result is" is made of these lines.
"""

from typing import assert_type

from tilldone import UNSET, edenai, vessl, viddyscribe, videodb, zai
from tilldone.viddyscribe import Segment
from tilldone_clients.edenai.models import (
    DeepfakeDetectionOutput,
    OCROutput,
    OCRTablesOutput,
    ResearchOutput,
    SpeechToTextInput,
    SpeechToTextOutput,
    UniversalAIAsyncBody,
    VideoGenerationOutput,
)


def of_edenai(done: edenai.Result) -> None:
    text = edenai.output(done, SpeechToTextOutput).text
    assert_type(text, str)

    raw_text = edenai.output(done, OCROutput).raw_text
    assert_type(raw_text, str)

    prediction = edenai.output(done, DeepfakeDetectionOutput).prediction
    assert_type(prediction, str)

    video = edenai.output(done, VideoGenerationOutput).video_resource_url
    assert_type(video, str)

    answer = edenai.output(done, ResearchOutput).answer or "no answer"
    assert_type(answer, str)

    pages = edenai.output(done, OCRTablesOutput).pages or ()
    tables = [table for page in pages for table in page.tables or ()]
    assert_type(len(tables), int)


def of_edenai_sent(client: edenai.Client) -> None:
    speech = SpeechToTextInput(file="https://files.example/call.mp3", language="en")
    edenai.create(client, UniversalAIAsyncBody(model="audio/speech_to_text_async/x", input_=speech))


def of_zai(done: zai.Result) -> None:
    videos = zai.videos(done)
    assert_type(videos, list[str])


def of_viddyscribe(done: viddyscribe.Result) -> None:
    segments = viddyscribe.segments(done)
    assert_type(segments, list[Segment])

    descriptions = [segment.description for segment in viddyscribe.segments(done)]
    assert_type(descriptions, list[str])

    video = viddyscribe.links(done).video_signed_url
    assert_type(video, str | None)


def of_videodb(done: videodb.Result) -> None:
    player = videodb.data(done).player_url or "no player"
    assert_type(player, str)


def of_vessl(done: vessl.Result) -> None:
    answer = vessl.output(done)
    print(done.raw_output if answer is UNSET else answer)
    assert_type(answer, object)
