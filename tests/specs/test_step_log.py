"""Progress is plain text, with colour on a terminal alone."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from pipeline.report import StepLog

if TYPE_CHECKING:
    import pytest


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def shown(stream: io.StringIO) -> str:
    StepLog(stream).step("zai", "generated")
    return stream.getvalue()


def test_a_step_is_one_plain_line_with_its_time() -> None:
    assert shown(io.StringIO()) == "   0.0 s  zai          generated\n"


def test_a_terminal_gets_a_dim_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert shown(Terminal()) == "\x1b[2m   0.0 s\x1b[0m  zai          generated\n"


def test_a_terminal_may_be_told_to_stay_plain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in shown(Terminal())
