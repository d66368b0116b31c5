# Written by scripts/regenerate.py from specs/viddyscribe.*. Do not edit.

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.job_results_status import JobResultsStatus
from ..types import UNSET, Unset, parse_datetime

if TYPE_CHECKING:
    from ..models.job_results_output import JobResultsOutput


T = TypeVar("T", bound="JobResults")


@_attrs_define
class JobResults:
    """
    Attributes:
        status (JobResultsStatus): Current job status
        job_id (str | Unset): Job identifier
        media_id (None | str | Unset): Media being processed
        created_at (datetime.datetime | None | Unset): Job creation timestamp
        updated_at (datetime.datetime | None | Unset): Job last update timestamp
        video_signed_url (None | str | Unset): Signed URL to download result (video/audio jobs, expires in 15 minutes)
        audio_signed_url (None | str | Unset): Signed URL to download audio track (standard_ad video jobs only, expires
            in 15 minutes)
        output (JobResultsOutput | None | Unset): Output with generated descriptions (if available).
            Format depends on requested format:
            - `json`: Returns `segments` array
            - `vtt`/`edl`: Returns `format` and `content` string
        error (None | str | Unset): Stable, machine-readable error code (only present when `status=failed`).
            Switch on this value to handle failures programmatically. See
            [Job Failure Errors](/api-reference/overview#job-failure-errors)
            for the full list of codes and their meanings.
        message (None | str | Unset): Human-readable error description (only present when `status=failed`). Suitable for
            display in your UI.
        result_url (None | str | Unset): Signed URL to download the result, from servers older than `video_signed_url`
            (expires in 15 minutes)
    """

    status: JobResultsStatus
    job_id: str | Unset = UNSET
    media_id: None | str | Unset = UNSET
    created_at: datetime.datetime | None | Unset = UNSET
    updated_at: datetime.datetime | None | Unset = UNSET
    video_signed_url: None | str | Unset = UNSET
    audio_signed_url: None | str | Unset = UNSET
    output: JobResultsOutput | None | Unset = UNSET
    error: None | str | Unset = UNSET
    message: None | str | Unset = UNSET
    result_url: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.job_results_output import JobResultsOutput  # noqa: PLC0415

        status = self.status.value

        job_id = self.job_id

        media_id: None | str | Unset
        if isinstance(self.media_id, Unset):
            media_id = UNSET
        else:
            media_id = self.media_id

        created_at: None | str | Unset
        if isinstance(self.created_at, Unset):
            created_at = UNSET
        elif isinstance(self.created_at, datetime.datetime):
            created_at = self.created_at.isoformat()
        else:
            created_at = self.created_at

        updated_at: None | str | Unset
        if isinstance(self.updated_at, Unset):
            updated_at = UNSET
        elif isinstance(self.updated_at, datetime.datetime):
            updated_at = self.updated_at.isoformat()
        else:
            updated_at = self.updated_at

        video_signed_url: None | str | Unset
        if isinstance(self.video_signed_url, Unset):
            video_signed_url = UNSET
        else:
            video_signed_url = self.video_signed_url

        audio_signed_url: None | str | Unset
        if isinstance(self.audio_signed_url, Unset):
            audio_signed_url = UNSET
        else:
            audio_signed_url = self.audio_signed_url

        output: dict[str, Any] | None | Unset
        if isinstance(self.output, Unset):
            output = UNSET
        elif isinstance(self.output, JobResultsOutput):
            output = self.output.to_dict()
        else:
            output = self.output

        error: None | str | Unset
        if isinstance(self.error, Unset):
            error = UNSET
        else:
            error = self.error

        message: None | str | Unset
        if isinstance(self.message, Unset):
            message = UNSET
        else:
            message = self.message

        result_url: None | str | Unset
        if isinstance(self.result_url, Unset):
            result_url = UNSET
        else:
            result_url = self.result_url

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "status": status,
            }
        )
        if job_id is not UNSET:
            field_dict["job_id"] = job_id
        if media_id is not UNSET:
            field_dict["media_id"] = media_id
        if created_at is not UNSET:
            field_dict["created_at"] = created_at
        if updated_at is not UNSET:
            field_dict["updated_at"] = updated_at
        if video_signed_url is not UNSET:
            field_dict["video_signed_url"] = video_signed_url
        if audio_signed_url is not UNSET:
            field_dict["audio_signed_url"] = audio_signed_url
        if output is not UNSET:
            field_dict["output"] = output
        if error is not UNSET:
            field_dict["error"] = error
        if message is not UNSET:
            field_dict["message"] = message
        if result_url is not UNSET:
            field_dict["result_url"] = result_url

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.job_results_output import JobResultsOutput  # noqa: PLC0415

        d = dict(src_dict)
        status = JobResultsStatus(d.pop("status"))

        job_id = d.pop("job_id", UNSET)

        def _parse_media_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        media_id = _parse_media_id(d.pop("media_id", UNSET))

        def _parse_created_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                created_at_type_0 = parse_datetime(data)

                return created_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        created_at = _parse_created_at(d.pop("created_at", UNSET))

        def _parse_updated_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                updated_at_type_0 = parse_datetime(data)

                return updated_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        updated_at = _parse_updated_at(d.pop("updated_at", UNSET))

        def _parse_video_signed_url(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        video_signed_url = _parse_video_signed_url(d.pop("video_signed_url", UNSET))

        def _parse_audio_signed_url(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        audio_signed_url = _parse_audio_signed_url(d.pop("audio_signed_url", UNSET))

        def _parse_output(data: object) -> JobResultsOutput | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                output_type_0 = JobResultsOutput.from_dict(data)

                return output_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(JobResultsOutput | None | Unset, data)

        output = _parse_output(d.pop("output", UNSET))

        def _parse_error(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        error = _parse_error(d.pop("error", UNSET))

        def _parse_message(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        message = _parse_message(d.pop("message", UNSET))

        def _parse_result_url(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        result_url = _parse_result_url(d.pop("result_url", UNSET))

        job_results = cls(
            status=status,
            job_id=job_id,
            media_id=media_id,
            created_at=created_at,
            updated_at=updated_at,
            video_signed_url=video_signed_url,
            audio_signed_url=audio_signed_url,
            output=output,
            error=error,
            message=message,
            result_url=result_url,
        )

        job_results.additional_properties = d
        return job_results

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
