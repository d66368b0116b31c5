"""Save the audio descriptions of a video, made by ViddyScribe: viddyscribe_captions.py URL FILE."""

import sys
from pathlib import Path

from tilldone import JobFailed, run, viddyscribe
from tilldone_clients.viddyscribe.models import GenerationBody, GenerationInput
from tilldone_clients.viddyscribe.models import GenerationInputType as Type

ADVICE = {"standard_ad_not_enough_gaps": "ask for extended descriptions, which pause the video"}


def main(url: str, target: Path) -> int:
    body = GenerationBody(input_=GenerationInput(type_=Type.URL, url=url))
    try:
        done = run(viddyscribe.generate_text(viddyscribe.connect(), body), timeout=1800)
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
        lines = [f"{each.start_time}\t{each.description}" for each in viddyscribe.segments(done)]
        target.write_text("\n".join(lines), encoding="utf-8")
    print(f"{target.name} ({done.output.format_ or 'json'})")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2])))
