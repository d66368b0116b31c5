"""What a result holds is read in one form, whichever of the known shapes an answer has.

The shapes are those of tests/specs/test_leniency.py: each overlay says where they are from.
"""

import copy
import json
import pickle
from collections.abc import Mapping
from typing import Any

import pytest

from tilldone import UNSET, UnreadableResponse, edenai, vessl, viddyscribe, videodb, zai
from tilldone._core.fit import parsed
from tilldone._core.provider import Provider
from tilldone.viddyscribe import Segment
from tilldone_clients.edenai.models import (
    BatchScrapeInput,
    BatchScrapeOutput,
    CrawlInput,
    CrawlOutput,
    DeepfakeDetectionInput,
    DeepfakeDetectionOutput,
    OCRInput,
    OCROutput,
    OCRTablesInput,
    OCRTablesOutput,
    ResearchInput,
    ResearchOutput,
    SpeechToTextInput,
    SpeechToTextOutput,
    StructuredExtractionInput,
    StructuredExtractionOutput,
    UniversalAIAsyncBody,
    UniversalAIAsyncBodyInput,
    VideoGenerationInput,
    VideoGenerationOutput,
)


def read(provider: Provider[Any], body: Mapping[str, Any]) -> Any:  # noqa: ANN401 # any provider's
    """Read a body as a wait does."""
    return parsed(provider.parse, body)


VIDEO = {"type": "video_url", "video_url": "https://x.test/1.mp4"}
OTHER = {"type": "video_url", "video_url": "https://x.test/2.mp4"}


class TestZAI:
    @pytest.mark.parametrize(
        ("choices", "expected"),
        [
            ([{"message": [{"content": [VIDEO, OTHER]}]}], ["1", "2"]),
            ([{"message": [{"content": [VIDEO]}, {"content": [OTHER]}]}], ["1", "2"]),
            ([{"message": {"content": [VIDEO]}}], ["1"]),
            ([{"message": {"content": VIDEO}}], ["1"]),
            ([{"messages": [{"content": [VIDEO]}]}, {"message": [{"content": OTHER}]}], ["1", "2"]),
            ([{"message": None, "messages": [{"content": [VIDEO]}]}], ["1"]),
            ([{"message": [], "messages": [{"content": [VIDEO]}]}], ["1"]),
            ([{"message": {"content": "no video"}}], []),
            ([{"message": {"content": None}}, {"message": None}, {}], []),
            ([{"message": [{"content": [{"type": "video_url", "video_url": None}]}]}], []),
            ([], []),
            (None, []),
        ],
    )
    def test_videos_are_found_in_every_form(self, choices: object, expected: list[str]) -> None:
        done = read(zai.PROVIDER, {"status": "success", "choices": choices})
        assert zai.videos(done) == [f"https://x.test/{each}.mp4" for each in expected]

    def test_a_result_without_choices_has_no_videos(self) -> None:
        assert zai.videos(read(zai.PROVIDER, {"status": "success"})) == []

    def test_messages_are_read_as_message(self) -> None:
        body = {"status": "success", "choices": [{"messages": [{"content": [VIDEO]}]}]}
        (choice,) = read(zai.PROVIDER, body).to_dict()["choices"]
        assert choice == {"message": [{"content": [VIDEO]}]}

    def test_what_is_brought_to_one_form_loses_nothing(self) -> None:
        body = {
            "status": "success",
            "choices": [
                {
                    "index": 0,
                    "new": 1,
                    "message": {"role": "assistant", "content": "text", "newer": [2]},
                    "messages": [{"content": [{**VIDEO, "newest": 3}]}],
                }
            ],
        }
        before = copy.deepcopy(body)
        (choice,) = read(zai.PROVIDER, body).to_dict()["choices"]
        assert choice == {
            "index": 0,
            "new": 1,
            "message": [
                {
                    "role": "assistant",
                    "content": [{"type": "text", "text": "text"}],
                    "newer": [2],
                }
            ],
            "messages": [{"content": [{**VIDEO, "newest": 3}]}],
        }
        assert body == before, "the raw body is the snapshot's own"


class TestViddyScribe:
    @pytest.mark.parametrize(
        "output",
        [
            {"segments": [{"id": 1, "start_time": 0.5, "end_time": 3, "description": "A\nB"}]},
            {
                "segments": [
                    {"id": "1", "start_time": "0.5", "end_time": "3", "description": "A\nB"}
                ]
            },
            {"language": "en", "items": [{"start": "00:00:00.500", "end": 3, "text": "A\nB"}]},
            {"format": "vtt", "content": "WEBVTT\n\n1\n00:00:00.500 --> 00:00:03.000\nA\nB"},
            {
                "format": "vtt",
                "content": "WEBVTT\r\n\r\n00:00.500 --> 00:03.000 align:left\r\nA\r\nB\r\n",
            },
            {"format": "srt", "content": "1\n00:00:00,500 --> 00:00:03,000\nA\nB\n\n"},
        ],
        ids=["segments", "segments as text", "items", "vtt", "vtt of windows", "srt"],
    )
    def test_segments_have_one_form(self, output: dict[str, object]) -> None:
        done = read(viddyscribe.PROVIDER, {"status": "done", "output": output})
        assert viddyscribe.segments(done) == [
            Segment(start_time=0.5, end_time=3.0, description="A\nB")
        ]

    def test_all_cues_of_a_text_are_segments(self) -> None:
        content = (
            "WEBVTT\n\n1\n00:00:05.000 --> 00:00:07.000\nA\n\n2\n01:00:12.500 --> 01:00:14.000\nB"
        )
        done = read(
            viddyscribe.PROVIDER,
            {"status": "done", "output": {"format": "vtt", "content": content}},
        )
        assert viddyscribe.segments(done) == [
            Segment(start_time=5.0, end_time=7.0, description="A"),
            Segment(start_time=3612.5, end_time=3614.0, description="B"),
        ]

    def test_a_cue_without_text_takes_none_from_the_next(self) -> None:
        content = "WEBVTT\n\n00:05.000 --> 00:07.000\n \n2\n00:09.000 --> 00:10.000\nB"
        output = {"format": "vtt", "content": content}
        done = read(viddyscribe.PROVIDER, {"status": "done", "output": output})
        assert viddyscribe.segments(done) == [
            Segment(start_time=5.0, end_time=7.0, description=""),
            Segment(start_time=9.0, end_time=10.0, description="B"),
        ]

    def test_a_long_text_is_read_in_no_time_to_speak_of(self) -> None:
        output = {"format": "vtt", "content": "1" * 200_000 + "\n" + " " * 200_000}
        done = read(viddyscribe.PROVIDER, {"status": "done", "output": output})
        assert viddyscribe.segments(done) == []

    @pytest.mark.parametrize(("time", "seconds"), [(1e-05, 1e-05), (True, None), ("soon", None)])
    def test_times_are_seconds_in_every_form(self, time: object, seconds: float | None) -> None:
        output = {"items": [{"start": time, "text": "A"}]}
        done = read(viddyscribe.PROVIDER, {"status": "done", "output": output})
        assert viddyscribe.segments(done)[0].start_time == seconds

    def test_what_a_segment_does_not_tell_is_none(self) -> None:
        output = {
            "items": [{"start": {"frame": 7}, "text": "A"}],
            "segments": [{"description": None}],
        }
        done = read(viddyscribe.PROVIDER, {"status": "done", "output": output})
        assert viddyscribe.segments(done) == [
            Segment(start_time=None, end_time=None, description=""),
            Segment(start_time=None, end_time=None, description="A"),
        ]

    @pytest.mark.parametrize(
        "output",
        [
            *(None, {}, {"segments": []}, {"segments": None, "items": None}),
            *({"format": "vtt"}, {"format": "vtt", "content": "WEBVTT\n"}),
        ],
    )
    def test_a_result_without_descriptions_has_no_segments(self, output: object) -> None:
        done = read(viddyscribe.PROVIDER, {"status": "done", "output": output})
        assert viddyscribe.segments(done) == []

    def test_a_format_that_is_not_read_is_no_empty_list(self) -> None:
        output = {"format": "edl", "content": "TITLE: A\n\n001 AX V C 00:00:05:00 00:00:07:00"}
        done = read(viddyscribe.PROVIDER, {"status": "done", "output": output})
        with pytest.raises(ValueError, match=r"in edl; the text is done\.output\.content"):
            viddyscribe.segments(done)

    @pytest.mark.parametrize(
        ("held", "video", "audio"),
        [
            ({"video_signed_url": "v", "audio_signed_url": "a"}, "v", "a"),
            ({"audio_signed_url": "a", "video_signed_url": None}, None, "a"),
            ({"result_url": "r"}, "r", None),
            ({"result_url": "r", "video_signed_url": "v"}, "v", None),
            ({}, None, None),
        ],
    )
    def test_links_are_found_older_servers_too(
        self, held: dict[str, object], video: str | None, audio: str | None
    ) -> None:
        links = viddyscribe.links(read(viddyscribe.PROVIDER, {"status": "done", **held}))
        assert (links.video_signed_url, links.audio_signed_url) == (video, audio)


class TestVideoDB:
    @pytest.mark.parametrize(
        "body",
        [
            {"success": True, "status": "done", "data": {"id": "m-1", "player_url": "p"}},
            {"status": "complete", "response": {"success": True, "data": {"player_url": "p"}}},
            {
                "status": "done",
                "data": {"id": 1, "length": "9.5", "player_url": "p", "name": None},
            },
            {"status": "done", "data": {"player_url": "p", "length": 60.5, "new": [1]}},
        ],
    )
    def test_data_are_found_in_every_envelope(self, body: dict[str, object]) -> None:
        assert videodb.data(read(videodb.PROVIDER, body)).player_url == "p"

    def test_data_of_another_operation_are_there_by_name(self) -> None:
        done = read(videodb.PROVIDER, {"status": "done", "data": {"scene_index_id": "s"}})
        assert videodb.data(done)["scene_index_id"] == "s"
        assert videodb.data(done).player_url is UNSET

    @pytest.mark.parametrize("held", [{}, {"data": None}, {"response": "N/A"}])
    def test_no_data_are_no_error(self, held: dict[str, object]) -> None:
        assert videodb.data(read(videodb.PROVIDER, {"status": "done", **held})).to_dict() == {}


class TestVESSL:
    @pytest.mark.parametrize("value", [None, False, 0, "", {"text": "Hello!"}, [1, None]])
    def test_output_is_any_json_value(self, value: object) -> None:
        done = read(vessl.PROVIDER, {"status": "completed", "status_code": 200, "output": value})
        assert vessl.output(done) == value
        assert vessl.output(done) is not UNSET

    def test_an_absent_output_is_told_from_null(self) -> None:
        done = read(vessl.PROVIDER, {"status": "completed", "status_code": 200, "raw_output": "Hi"})
        assert vessl.output(done) is UNSET


EDENAI: dict[str, object] = {
    "status": "success",
    "cost": 0.015,
    "provider": "p",
    "feature": "f",
    "subfeature": "s",
    "public_id": "abc123-def456",
    "created_at": "2025-09-30T08:00:00Z",
}
BOX = {"left": 0.1, "top": 0.2, "width": 0.3, "height": 0.4}
CELL = {
    **dict.fromkeys(("row_index", "col_index"), 0),
    **dict.fromkeys(("row_span", "col_span"), 1),
    "text": "a",
    "confidence": 0.9,
    "bounding_box": BOX,
    "is_header": True,
}
SOURCE: dict[str, object] = {
    **dict.fromkeys(("title", "url", "snippet", "favicon", "published_date", "author", "id"), "x")
}
PAGE = {
    **dict.fromkeys(("url", "content", "title", "description", "raw_html", "summary"), "x"),
    **dict.fromkeys(("published_date", "author", "favicon"), "x"),
    "status_code": 200,
    "links": ["l"],
    "images": [{"url": "u", "description": "d", "width": 1, "height": 2}],
}
WORD = {"text": "w", "bounding_box": BOX, "confidence": 1}
OUTPUTS: list[tuple[type[Any], dict[str, object]]] = [
    (
        SpeechToTextOutput,
        {
            "text": "Hello!",
            "diarization": {
                "total_speakers": 1,
                "entries": [
                    {
                        "segment": "Hello!",
                        "start_time": "0.0",
                        "end_time": "1.5",
                        "speaker": 1,
                        "confidence": 0.9,
                    }
                ],
                "error_message": None,
            },
        },
    ),
    (
        OCROutput,
        {
            "raw_text": "w",
            "pages": [
                {"lines": [{"text": "w", "words": [WORD], "bounding_box": BOX, "confidence": None}]}
            ],
            "number_of_pages": 1,
        },
    ),
    (
        OCRTablesOutput,
        {
            "pages": [{"tables": [{"rows": [{"cells": [CELL]}], "num_rows": 1, "num_cols": 1}]}],
            "num_pages": 1,
        },
    ),
    (
        DeepfakeDetectionOutput,
        {
            "average_score": 0.5,
            "prediction": "deepfake",
            "details_per_frame": [{"position": 0.1, "score": 1, "prediction": "original"}],
        },
    ),
    (VideoGenerationOutput, {"video": "…", "video_resource_url": "v", "usage": {"seconds": 1}}),
    (BatchScrapeOutput, {"pages": [PAGE], "failed_results": [{"url": "u"}], "usage": {}}),
    (
        CrawlOutput,
        {
            "pages": [PAGE],
            "usage": {},
            "status": "completed",
            "base_url": "b",
            "total": 1,
            "completed": 1,
        },
    ),
    (
        ResearchOutput,
        {
            "answer": "42",
            "data": {"a": 1},
            "sources": [SOURCE],
            "status": "completed",
            "request_id": "r",
            "created_at": "c",
            "usage": {},
        },
    ),
    (
        StructuredExtractionOutput,
        {"data": [1], "sources": [SOURCE], "status": "s", "failed_results": [], "usage": {}},
    ),
]
INPUTS: list[tuple[Any, dict[str, object]]] = [
    (
        SpeechToTextInput(
            file="f", language="en", speakers=2, profanity_filter=True, vocabulary=["w"]
        ),
        {
            "file": "f",
            "language": "en",
            "speakers": 2,
            "profanity_filter": True,
            "vocabulary": ["w"],
        },
    ),
    (OCRInput(file="f"), {"file": "f"}),
    (OCRTablesInput(file="f"), {"file": "f"}),
    (DeepfakeDetectionInput(file="f"), {"file": "f"}),
    (
        VideoGenerationInput(text="t", file="f", duration=5, dimension="1280x720", seed=7),
        {"text": "t", "file": "f", "duration": 5, "dimension": "1280x720", "seed": 7},
    ),
    (BatchScrapeInput(urls=["u"]), {"urls": ["u"]}),
    (CrawlInput(url="u"), {"url": "u"}),
    (
        ResearchInput(prompt="p", schema={"type": "object"}),
        {"prompt": "p", "schema": {"type": "object"}},
    ),
    (
        StructuredExtractionInput(urls=["u"], prompt="p", schema={}),
        {"urls": ["u"], "prompt": "p", "schema": {}},
    ),
]


def done_with(output: object) -> edenai.Result:
    done: edenai.Result = read(edenai.PROVIDER, {**EDENAI, "output": output})
    return done


class TestEdenAI:
    @pytest.mark.parametrize(("model", "output"), OUTPUTS)
    def test_an_output_is_its_features_model(
        self, model: type[Any], output: dict[str, object]
    ) -> None:
        held = edenai.output(done_with({**output, "new": [1]}), model)
        assert type(held) is model
        assert held.to_dict() == {**output, "new": [1]}
        assert set(held.additional_properties) == {"new"}, "all else is a field"

    @pytest.mark.parametrize(("model", "output"), OUTPUTS)
    def test_all_but_what_a_feature_is_for_may_be_missing_or_null(
        self, model: type[Any], output: dict[str, object]
    ) -> None:
        required = {"text", "raw_text", "prediction", "video_resource_url"} & output.keys()
        least = {key: output[key] for key in required}
        for given in (least, {**dict.fromkeys(output), **least}):
            assert edenai.output(done_with(given), model).to_dict() == given

    @pytest.mark.parametrize(
        ("output", "told"),
        [
            ({"diarization": None}, "'text'"),
            ({"text": None}, "text: null where str is declared"),
            ({"text": ["Hello!"]}, "text: list where str is declared"),
            (
                {"text": "", "diarization": {"entries": [{"speaker": "A"}]}},
                "diarization.entries.0.speaker: str where int is declared",
            ),
            (["Hello!"], "output: an array where an object is declared"),
            (None, "output: null where an object is declared"),
        ],
    )
    def test_an_output_that_does_not_fit_says_where_and_is_not_lost(
        self, output: object, told: str
    ) -> None:
        with pytest.raises(UnreadableResponse) as caught:
            edenai.output(done_with(output), SpeechToTextOutput)
        for error in (caught.value, pickle.loads(pickle.dumps(caught.value))):
            assert told in str(error)
            assert "SpeechToTextOutput" in str(error)
            assert error.body["output"] == output
            assert error.job.id == "abc123-def456"
            assert json.loads(error.job.ref)["provider"] == "edenai"

    @pytest.mark.parametrize("model", ["OCROutput", OCROutput(raw_text="")])
    def test_a_model_that_is_no_class_is_told_so(self, model: Any) -> None:  # noqa: ANN401 # of any kind
        with pytest.raises(TypeError, match=rf"^model: .* class, .*, got {type(model).__name__}$"):
            edenai.output(done_with({"raw_text": "a"}), model)

    def test_an_absent_output_says_so(self) -> None:
        done = read(edenai.PROVIDER, EDENAI)
        with pytest.raises(UnreadableResponse, match="output: Unset where an object"):
            edenai.output(done, SpeechToTextOutput)

    @pytest.mark.parametrize(("given", "sent"), INPUTS)
    def test_an_input_is_sent_as_it_is(self, given: Any, sent: dict[str, object]) -> None:  # noqa: ANN401 # any of nine
        body = UniversalAIAsyncBody(model="m", input_=given)
        assert body.to_dict() == {"model": "m", "input": sent}

    @pytest.mark.parametrize("sent", [sent for _, sent in INPUTS])
    def test_an_input_of_json_is_open(self, sent: dict[str, object]) -> None:
        raw = {"model": "m", "input": {**sent, "file": 3, "new": [1]}}
        body = UniversalAIAsyncBody.from_dict(raw)
        assert type(body.input_) is UniversalAIAsyncBodyInput
        assert body.to_dict() == raw
