"""All that can go wrong with one poll and be better at the next, as steps of the simulator."""

import gzip
from collections.abc import Mapping

from tilldone.simulator import Step
from tilldone.testing import (
    bad_gzip,
    body,
    drip,
    drip_body,
    drip_headers,
    empty,
    endless_body,
    gzip_bomb,
    hang,
    html,
    missing_status,
    not_utf8,
    reset,
    reset_in_body,
    reset_in_headers,
    status,
    truncated,
)

PASSING_STATUSES = (408, 425, 429, 500, 502, 503, 504, *range(520, 527), 599)

# These never end by themselves: only a deadline does that.
ENDLESS: Mapping[str, Step] = {
    "accepts_and_never_answers": hang(),
    "drips_all": drip(0.02),
    "drips_headers": drip_headers(0.02),
    "drips_body": drip_body(0.02),
}

_BROKEN: Mapping[str, Step] = {
    "reset_before_headers": reset(),
    "reset_in_headers": reset_in_headers(),
    "reset_in_body": reset_in_body(),
    "body_shorter_than_its_length": truncated(),
    "body_without_end": endless_body(),
}

_PACKED: Mapping[str, Step] = {
    "gzip_that_is_none": bad_gzip(),
    "gzip_cut_off": body(
        gzip.compress(b'{"status": "processing"}')[:-6], headers={"content-encoding": "gzip"}
    ),
    "gzip_bomb": gzip_bomb(1024 * 1024),
    "an_encoding_not_asked_for": body(b"\x0b\x02", headers={"content-encoding": "br"}),
}

_SENSELESS: Mapping[str, Step] = {
    "html_with_200": html(200),
    "html_with_502": html(502),
    "no_body": empty(),
    "no_content": status(204),
    "json_cut_off": body(b'{"status": "proc'),
    "json_not_utf8": not_utf8(),
    "json_too_deep": body(b'{"status":' * 5_000),
    "list": body([{"status": "done"}]),
    "text": body('"done"'),
    "number": body(b"7"),
    "null": body(b"null"),
    "status_missing": missing_status(),
    "status_null": body({"status": None}),
    "status_number": body({"status": 1}),
    "status_object": body({"status": {"is": "done"}}),
    "status_blank": body({"status": "  "}),
}

FAULTS: Mapping[str, Step] = {
    **ENDLESS,
    **_BROKEN,
    **_PACKED,
    **_SENSELESS,
    **{f"http_{code}": status(code) for code in PASSING_STATUSES},
}
