#!/usr/bin/env python3
"""List what breaks for users between a revision and the working tree.

The sample applications of the revision are type-checked against the packages as they are now, and
the public names of both are compared. The default revision is the last release's tag, or the last
commit where there is none.

Exit: 0 nothing breaks, 1 what is listed breaks, 2 usage or a revision that can't be read.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import compatibility
from pipeline.errors import PipelineError
from pipeline.report import counted, rows

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit code."""
    parser = argparse.ArgumentParser(
        prog="scripts/check_api.py",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--against", metavar="REV", help="a tag, a branch or a commit")
    options = parser.parse_args(arguments)
    root = Path(__file__).resolve().parent.parent
    revision = options.against or compatibility.base_of(root)
    try:
        with tempfile.TemporaryDirectory(prefix="tilldone-") as scratch:
            old = Path(scratch).resolve()
            compatibility.export(root, revision, old)
            found = [
                *compatibility.broken_applications(root, old),
                *compatibility.broken_names(root, old),
            ]
    except (PipelineError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    for line in rows((each.kind, each.where, each.what) for each in found):
        print(line)
    print(f"against {revision}:", counted(len(found), "breakage") if found else "nothing breaks")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
