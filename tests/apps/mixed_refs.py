"""Wait for jobs of any providers, side by side: mixed_refs.py REF ...; prints one line for each.

The exit code is the number of jobs without a result.
"""

import sys

from tilldone import resume, wait_all


def main(refs: list[str]) -> int:
    outcomes = wait_all([resume(ref) for ref in refs], timeout=60)
    for outcome in outcomes:
        print(outcome.job.provider, type(outcome.error or outcome.result).__name__)
    return sum(outcome.error is not None for outcome in outcomes)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
