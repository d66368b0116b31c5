#!/usr/bin/env python3
"""Fetch the providers' pages, show what changed in them, and with --apply take it over.

A page is Markdown with a fenced OpenAPI block, an OpenAPI file in YAML or JSON, or a local copy of
either. Every change is breaking, compatible, or a new status. --apply writes the specs,
specs/sources.toml, specs/lock.toml and generated/, once type checkers and status-table test have
seen all of it in a copy of the checkout; if a step fails, everything is as it was.

Exit: 0 done, nothing is left to do; 1 failed, nothing was changed; 2 usage; 3 applied, and what is
listed last needs a person's decision.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import apply, fetch, load_spec
from pipeline.errors import PipelineError
from pipeline.preview import preview
from pipeline.project import Project
from pipeline.report import Report, shown

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit code."""
    project = Project(Path(__file__).resolve().parent.parent)
    report = Report()
    try:
        options = _parse(project, arguments)
    except PipelineError as error:
        print(error, file=sys.stderr)
        return 1
    try:
        for name in options.names or project.sources:
            _preview(project, name, options, report)
        for line in () if options.json else report.table():
            print(line)
        if options.apply and not report.failures:
            _apply(project, report)
    except (PipelineError, OSError) as error:
        report.failures.append(str(error))
    return _conclude(report, machine=options.json, wanted=options.apply)


def _parse(project: Project, arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="scripts/update_specs.py",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="a provider (default: all)")
    parser.add_argument("--from", dest="place", metavar="FILE_OR_URL", help="its page, elsewhere")
    parser.add_argument(
        "--document",
        metavar="FILE",
        help="the one in specs/ that --from replaces (default: the one that describes the poll)",
    )
    parser.add_argument("--apply", action="store_true", help="take the changes over")
    parser.add_argument("--json", action="store_true", help="tell it to a machine")
    options = parser.parse_args(arguments)
    options.names = list(dict.fromkeys(options.names))
    known = project.sources
    unknown = [name for name in options.names if name not in known]
    if unknown:
        parser.error(f"no provider {', '.join(unknown)}; specs/sources.toml has {', '.join(known)}")
    if options.place and len(options.names) != 1:
        parser.error("--from is the page of one provider: give its NAME, and no other")
    if options.document:
        files = [*known[options.names[0]].documents] if options.place else []
        if options.document not in files:
            parser.error(f"--document takes one of {', '.join(files) or 'what --from replaces'}")
    return options


def _preview(project: Project, name: str, options: argparse.Namespace, report: Report) -> None:
    sources = project.sources[name]
    asked = [options.document or sources.job_file] if options.place else [*sources.documents]
    specs: dict[str, load_spec.Spec] = {}
    pages: dict[str, str] = {}
    by_hand: list[str] = []
    try:
        for file in asked:
            source = sources.documents[file]
            if source.hand_written and not options.place:
                by_hand.append(
                    f"{name}: {file} is written by hand, for there is no OpenAPI block on its "
                    f"page; compare it with {source.page}, or give an OpenAPI file: "
                    f"--document {file} --from FILE_OR_URL"
                )
                continue
            page = fetch.fetch(options.place or source.page)
            report.notes += [f"{name}: the page has moved to {place}" for place in page.redirects]
            with load_spec.time_limit(page.place):
                specs[file] = load_spec.load_page(page)
            pages[file] = page.address or source.page
        if not specs:
            (report.failures if options.names else report.notes).extend(by_hand)
            return
        report.notes += by_hand
        with load_spec.time_limit(name):
            found = preview(project, name, specs, pages=pages)
    except PipelineError as error:
        report.failures.append(f"{name}: {error}")
        return
    report.previews.append(found)
    report.failures += [f"{name}: {failure}" for failure in found.failures]


def _apply(project: Project, report: Report) -> None:
    changed = [found for found in report.previews if not found.same]
    if changed:
        report.left = apply.apply(project, changed, told=_tell)
        report.applied = True


def _tell(step: str) -> None:
    print(step, file=sys.stderr, flush=True)


def _conclude(report: Report, *, machine: bool, wanted: bool) -> int:
    if machine:
        print(report.as_json())
    for failure in report.failures:
        print(*map(shown, failure.splitlines()), sep="\n", file=sys.stderr)
    if report.failures:
        print("nothing was changed", file=sys.stderr)
        return 1
    if not machine and report.applied:
        print(
            "applied: see git diff",
            *(f"left to do: {shown(item)}" for item in report.left),
            sep="\n",
        )
    elif not machine and wanted:
        print("nothing to apply")
    return 3 if report.left else 0


if __name__ == "__main__":
    sys.exit(main())
