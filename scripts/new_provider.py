#!/usr/bin/env python3
"""Lay down a new provider: spec, overlay, sources entry, generated client and a module to complete.

SPEC is what scripts/update_specs.py takes: a page with an OpenAPI block or an OpenAPI file, by
address or as a file. The module in wrapper/tilldone/ lists the statuses of the spec, and the status
test is red until each of them is classified. If a step fails, nothing is written.

Exit: 1 failed, nothing was written; 2 usage; 3 written, and what is listed last is left to do.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import fetch, load_spec, scaffold
from pipeline.errors import PipelineError
from pipeline.project import Project
from pipeline.report import shown

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit code."""
    parser = argparse.ArgumentParser(
        prog="scripts/new_provider.py",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("name", metavar="NAME", help="of its modules: tilldone.NAME")
    parser.add_argument("spec", metavar="SPEC", help="file or https address")
    parser.add_argument("--page", metavar="URL", help="the page's address, where SPEC is a file")
    parser.add_argument(
        "--job", metavar="OPERATION", help='the one that polls a job, such as "GET /v1/jobs/{id}"'
    )
    parser.add_argument(
        "--submit",
        metavar="OPERATION",
        action="append",
        default=[],
        help='one that makes jobs, such as "POST /v1/jobs"; may be given several times',
    )
    parser.add_argument("--id", metavar="NAME", help="what a poll calls the job's id")
    parser.add_argument(
        "--status",
        metavar="FIELD",
        default=scaffold.Wanted.status,
        help="where an answer has its status, such as state or data.state (default: %(default)s)",
    )
    parser.add_argument(
        "--package",
        metavar="DIR",
        type=Path,
        help="make it a distribution of its own there, and leave this checkout as it is",
    )
    options = parser.parse_args(arguments)
    project = Project(Path(__file__).resolve().parent.parent)
    try:
        scaffold.check_name(project, options.name)
        page = fetch.fetch(options.spec)
        with load_spec.time_limit(page.place):
            spec = load_spec.load_page(page)
        left = scaffold.lay_down(
            project,
            options.name,
            spec,
            scaffold.Wanted(
                job=options.job,
                submit=tuple(options.submit),
                id=options.id,
                status=options.status,
            ),
            page=options.page or page.address,
            package=options.package and options.package.absolute(),
        )
    except (PipelineError, OSError) as error:
        print(
            *map(shown, str(error).splitlines()), "nothing was written", sep="\n", file=sys.stderr
        )
        return 1
    own = f"specs/, generated/ and wrapper/tilldone/{options.name}.py"
    print(f"written: {shown(str(options.package)) if options.package else own}")
    print(*(f"left to do: {shown(item)}" for item in left), sep="\n")
    return 3


if __name__ == "__main__":
    sys.exit(main())
