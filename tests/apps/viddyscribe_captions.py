"""Save the audio descriptions of a ViddyScribe job: viddyscribe_captions.py JOB_ID FILE."""

import sys
from pathlib import Path

from tilldone import JobFailed, viddyscribe, wait

ADVICE = {"standard_ad_not_enough_gaps": "ask for extended descriptions, which pause the video"}


def main(job_id: str, target: Path) -> int:
    job = viddyscribe.job(viddyscribe.connect(), job_id)
    try:
        done = wait(job, timeout=1800)
    except JobFailed as failed:
        advice = ADVICE.get(failed.code or "", "see the provider's list of errors")
        print(f"{failed.message} ({advice})", file=sys.stderr)
        return 1
    if not done.output:
        print("the job made no text", file=sys.stderr)
        return 1
    if done.output.content:
        target.write_text(done.output.content, encoding="utf-8")
    else:
        lines = [f"{part.start_time}\t{part.description}" for part in done.output.segments or ()]
        target.write_text("\n".join(lines), encoding="utf-8")
    print(f"{target.name} ({done.output.format_ or 'json'})")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2])))
