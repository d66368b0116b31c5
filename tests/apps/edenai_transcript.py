"""Print the transcript that an Eden AI job made: edenai_transcript.py JOB_ID."""

import sys

from tilldone import JobFailed, edenai, wait


def main(job_id: str) -> int:
    job = edenai.job(edenai.connect(), job_id)
    try:
        done = wait(job, timeout=600)
    except JobFailed as failed:
        print(f"{failed.code}: {failed.message}", file=sys.stderr)
        return 1
    match done.output:
        case {"text": str(text)}:
            print(text)
        case other:
            print(f"no transcript in {other!r}", file=sys.stderr)
            return 1
    print(f"({done.feature} by {done.provider}, {float(done.cost):.3f} credits)")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
