"""What is told fits a terminal, and ends with what to do."""

from __future__ import annotations

from pipeline.report import shown


def test_a_long_message_keeps_its_beginning_and_its_advice() -> None:
    told = shown(f"specs/jobs.yaml: {'x' * 5000} is unknown; give its Markdown")
    assert told.startswith("specs/jobs.yaml: xxx")
    assert told.endswith("xxx is unknown; give its Markdown")
    assert len(told) < 700


def test_the_advice_for_an_html_page_is_told_whole() -> None:
    told = f"https://docs.jobs.example/{'a' * 200}: {'advice ' * 30}"
    assert shown(told) == told
