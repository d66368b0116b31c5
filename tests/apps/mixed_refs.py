"""Wait for jobs of any providers, side by side: mixed_refs.py REF ...; prints one line for each.

The exit code is the number of jobs without a result.
"""

import json
import sys

from tilldone import Job, edenai, vessl, viddyscribe, videodb, wait_all, zai


def revived(ref: str) -> Job[object]:
    match json.loads(ref)["provider"]:
        case "edenai":
            return edenai.resume(edenai.connect(), ref)
        case "vessl":
            return vessl.resume(vessl.connect(), ref)
        case "viddyscribe":
            return viddyscribe.resume(viddyscribe.connect(), ref)
        case "videodb":
            return videodb.resume(videodb.connect(), ref)
        case "zai":
            return zai.resume(zai.connect(), ref)
        case other:
            raise ValueError(f"no provider {other!r} in this application")


def main(refs: list[str]) -> int:
    outcomes = wait_all([revived(ref) for ref in refs], timeout=60)
    for outcome in outcomes:
        print(outcome.job.provider, type(outcome.error or outcome.result).__name__)
    return sum(outcome.error is not None for outcome in outcomes)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
