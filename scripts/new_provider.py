#!/usr/bin/env python3
"""Lay down a new provider: spec, overlay, sources entry, generated client and a module to complete.

SPEC is what scripts/update_specs.py takes: a page with an OpenAPI block or an OpenAPI file, by
address or as a file, of however many operations. Only those that --job and --submit name are
generated. The module in wrapper/tilldone/ lists the statuses of the spec, and the status test is
red until each of them is classified. If a step fails, nothing is written.

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

EXAMPLES = """
examples:
  scripts/new_provider.py renders https://docs.renders.example/get.md
  scripts/new_provider.py takes takes.json --page https://docs.takes.example \\
      --job "GET /v1/tasks/{id}" --submit "POST /v1/takes" --submitted data.id \\
      --package ../tilldone-takes
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit code."""
    parser = argparse.ArgumentParser(
        prog="scripts/new_provider.py",
        description=__doc__,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("name", metavar="NAME", help="what to call it: tilldone.NAME, in refs NAME")
    parser.add_argument("spec", metavar="SPEC", help="a file, or an https address")
    parser.add_argument("--page", metavar="URL", help="the address of SPEC, if that is a file")
    parser.add_argument(
        "--job",
        metavar="OPERATION",
        help='the one that polls a job, such as "GET /v1/jobs/{id}" (default: the only one)',
    )
    parser.add_argument(
        "--submit",
        metavar="OPERATION",
        action="append",
        default=[],
        help='one that makes jobs, such as "POST /v1/jobs"; each becomes a function of the module; '
        "may be repeated",
    )
    parser.add_argument(
        "--submitted",
        metavar="FIELD",
        help="where the answer to --submit has the job's id, such as data.id (default: the field "
        "that is called like one)",
    )
    parser.add_argument(
        "--id",
        metavar="NAME",
        help="what a poll calls the job's id (default: "
        "its only parameter, or the last one of its path)",
    )
    parser.add_argument(
        "--status",
        metavar="FIELD",
        default=scaffold.Wanted.status,
        help="where an answer has its status, such as state or data.state (default: %(default)s, "
        "or the field in it that holds the word)",
    )
    parser.add_argument(
        "--package",
        metavar="DIR",
        type=Path,
        help="make it a distribution of its own there, and leave this checkout as it is",
    )
    options = parser.parse_args(arguments)
    if options.submitted and not options.submit:
        parser.error("--submitted is where the answer to a --submit has the job's id: give both")
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
                submitted=options.submitted,
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
