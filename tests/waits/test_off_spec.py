"""What the providers send beyond their pages, and what the typed result makes of it."""

from datetime import UTC, datetime
from typing import Any

import pytest
from tests.waits.harness import Backend, Bench

from tilldone import JobFailed, Phase
from tilldone.simulator import Step
from tilldone.testing import body, done, missing_status
from tilldone_clients.edenai.models import UniversalAIAsyncResponseError
from tilldone_clients.vessl.types import UNSET


def result(bench: Bench, backend: Backend, provider: str, *said: Step) -> Any:  # noqa: ANN401 # five unrelated models
    return backend.wait(bench.job(provider, *said))


def failure(bench: Bench, backend: Backend, provider: str, *said: Step) -> JobFailed:
    with pytest.raises(JobFailed) as caught:
        result(bench, backend, provider, *said)
    return caught.value


class TestVideoDB:
    @pytest.mark.parametrize("word", ["pending", "in progress", "processing"])
    @pytest.mark.parametrize("last", ["complete", "completed", "done", "success"])
    def test_every_word_that_is_documented_anywhere_is_read(
        self, bench: Bench, backend: Backend, word: str, last: str
    ) -> None:
        made = result(
            bench,
            backend,
            "videodb",
            body({"status": word, "data": None, "response": "N/A"}),
            body({"success": True, "status": last, "data": {"id": "m-1"}}),
        )

        assert made.status == last
        assert made.data.id == "m-1"

    def test_the_result_in_an_envelope(self, bench: Bench, backend: Backend) -> None:
        made = result(
            bench,
            backend,
            "videodb",
            body({"status": "in progress", "response": "N/A"}),
            body({"status": "complete", "response": {"success": True, "data": {"id": "m-2"}}}),
        )

        assert made.data.id == "m-2"
        assert made.success is True
        assert made.response.data["id"] == "m-2"

    @pytest.mark.parametrize(
        "said",
        [
            {"success": False, "message": "Download failed.", "error_code": "E1"},
            {"success": False, "status": "done", "message": "Download failed.", "error_code": "E1"},
            {"status": "failed", "message": "Download failed.", "error_code": "E1"},
            {
                "status": "complete",
                "response": {"success": False, "message": "Download failed.", "error_code": "E1"},
            },
        ],
    )
    def test_every_form_of_failure_is_one(
        self, bench: Bench, backend: Backend, said: dict[str, object]
    ) -> None:
        error = failure(bench, backend, "videodb", body(said))

        assert (error.code, error.message) == ("E1", "Download failed.")
        response: Any = error.response
        assert response.message == "Download failed."
        assert error.last is not None
        assert error.last.body == said


class TestVessl:
    def test_output_that_is_absent(self, bench: Bench, backend: Backend) -> None:
        said = {"status": "completed", "status_code": 200, "raw_output": "plain text"}
        made = result(bench, backend, "vessl", body({"status": "in_progress"}), body(said))

        assert made.output is UNSET
        assert (made.raw_output, made.status_code) == ("plain text", 200)

    @pytest.mark.parametrize("output", [None, False, 0, "", [], {"a": 1}, "text", 1.5])
    def test_output_of_any_json_value(self, bench: Bench, backend: Backend, output: object) -> None:
        made = result(bench, backend, "vessl", body({"status": "pending"}), done(output))

        assert made.output == output
        assert type(made.output) is type(output)

    def test_a_failure_of_the_service(self, bench: Bench, backend: Backend) -> None:
        said = {"status": "failed", "status_code": 502, "raw_output": "x", "fail_reason": "bad"}
        error = failure(bench, backend, "vessl", body(said))

        assert (error.code, error.message) == ("502", "bad")

    def test_an_internal_error_has_no_status_code(self, bench: Bench, backend: Backend) -> None:
        error = failure(
            bench, backend, "vessl", body({"status": "failed", "fail_reason": "no replica"})
        )

        assert (error.code, error.message) == (None, "no replica")
        response: Any = error.response
        assert response.status_code is UNSET


class TestViddyScribe:
    def test_output_may_be_segments(self, bench: Bench, backend: Backend) -> None:
        segment = {"id": "1", "start_time": 1.5, "end_time": 3, "description": "A ferry."}
        made = result(bench, backend, "viddyscribe", done({"segments": [segment]}))

        assert made.output.segments[0].description == "A ferry."
        assert made.output.segments[0].end_time == 3

    def test_output_may_be_a_text(self, bench: Bench, backend: Backend) -> None:
        made = result(bench, backend, "viddyscribe", done({"format": "vtt", "content": "WEBVTT"}))

        assert (made.output.format_, made.output.content) == ("vtt", "WEBVTT")

    def test_output_may_be_items(self, bench: Bench, backend: Backend) -> None:
        items = [{"start": "00:01", "end": 2.5, "text": "A ferry."}]
        said = {"language": "en", "ad_type": "standard_ad", "items": items}
        made = result(bench, backend, "viddyscribe", done(said))

        assert (made.output.language, made.output.ad_type) == ("en", "standard_ad")
        assert made.output.items[0].text == "A ferry."
        assert (made.output.items[0].start, made.output.items[0].end) == ("00:01", 2.5)

    def test_the_url_of_older_servers(self, bench: Bench, backend: Backend) -> None:
        said = {"status": "done", "result_url": "https://cdn.example/r.mp4"}
        made = result(bench, backend, "viddyscribe", body(said))

        assert made.result_url == "https://cdn.example/r.mp4"
        assert not made.output

    @pytest.mark.parametrize(
        "written",
        [
            "Sat, 03 Jan 2026 04:05:06 GMT",
            "2026-01-03T04:05:06Z",
            "2026-01-03T04:05:06.000000+00:00",
            "2026-01-03 04:05:06 UTC",
        ],
    )
    def test_dates_of_any_form(self, bench: Bench, backend: Backend, written: str) -> None:
        made = result(bench, backend, "viddyscribe", done(created_at=written, updated_at=None))

        assert made.created_at.astimezone(UTC) == datetime(2026, 1, 3, 4, 5, 6, tzinfo=UTC)
        assert made.updated_at is None

    def test_a_failure_and_its_code(self, bench: Bench, backend: Backend) -> None:
        said = {"status": "failed", "error": "standard_ad_not_enough_gaps", "message": "Too few."}
        error = failure(bench, backend, "viddyscribe", body(said))

        assert (error.code, error.message) == ("standard_ad_not_enough_gaps", "Too few.")


class TestEdenAI:
    @pytest.mark.parametrize("cost", [0.015, "0.0150", 0, 3])
    def test_cost_as_a_number_or_a_string(
        self, bench: Bench, backend: Backend, cost: float | str
    ) -> None:
        assert result(bench, backend, "edenai", done(cost=cost)).cost == cost

    @pytest.mark.parametrize(
        ("said", "code", "message"),
        [
            ("It broke.", None, "It broke."),
            (None, None, None),
            ({"message": "It broke."}, None, "It broke."),
            ({"type": "provider_error", "message": "It broke."}, "provider_error", "It broke."),
            ({"code": 17, "message": {"text": "It broke."}}, "17", "{'text': 'It broke.'}"),
        ],
    )
    def test_errors_of_any_form(
        self, bench: Bench, backend: Backend, said: object, code: str | None, message: str | None
    ) -> None:
        error = failure(bench, backend, "edenai", done(status="fail", error=said))

        assert (error.code, error.message) == (code, message)

    def test_an_error_object_is_typed(self, bench: Bench, backend: Backend) -> None:
        said = {"type": "provider_error", "message": "It broke."}
        error = failure(bench, backend, "edenai", done(status="fail", error=said))

        response: Any = error.response
        assert isinstance(response.error, UniversalAIAsyncResponseError)
        assert response.error.message == "It broke."

    def test_an_id_that_is_no_uuid(self, bench: Bench, backend: Backend) -> None:
        assert result(bench, backend, "edenai", done(public_id="a-1")).public_id == "a-1"


class TestZAI:
    @pytest.mark.parametrize("code", ["400", 400])
    def test_failed_inside_a_200(self, bench: Bench, backend: Backend, code: str | int) -> None:
        said = {"status": "failed", "error": {"code": code, "message": "no such task"}}
        error = failure(bench, backend, "zai", body(said))

        assert (error.code, error.message) == ("400", "no such task")
        response: Any = error.response
        assert response.error.code == code

    def test_an_error_without_a_status_is_a_failure(self, bench: Bench, backend: Backend) -> None:
        error = failure(bench, backend, "zai", body({"error": {"code": "400", "message": "no"}}))

        assert (error.code, error.message) == ("400", "no")
        assert error.last is not None
        assert error.last.status == ""

    def test_an_error_that_passes_is_waited_out(self, bench: Bench, backend: Backend) -> None:
        busy = body({"error": {"code": "1302", "message": "too many at once"}})

        assert result(bench, backend, "zai", busy, done()).status == "success"

    def test_null_where_there_is_nothing_yet(self, bench: Bench, backend: Backend) -> None:
        nothing = {"status": "pending", "choices": None, "error": None, "usage": None}
        made = result(bench, backend, "zai", body(nothing), done(usage={"total_tokens": 7}))

        assert made.usage.total_tokens == 7

    def test_messages_as_a_list_an_object_or_by_another_name(
        self, bench: Bench, backend: Backend
    ) -> None:
        video = {"role": "assistant", "content": [{"type": "video_url", "video_url": "https://v"}]}
        choices = [{"message": [video]}, {"message": video}, {"messages": [video]}]
        made = result(bench, backend, "zai", done(choices))

        for choice in made.choices:
            (message,) = choice.message
            assert message.content[0].video_url == "https://v"


def test_a_missing_status_is_waited_out(bench: Bench, backend: Backend, provider: str) -> None:
    job = bench.job(provider, missing_status(), done())

    assert [s.phase for s in backend.watch(job)] == [Phase.SUCCEEDED]
