"""Print the transcript of a recording, made by Eden AI: edenai_transcript.py URL."""

import sys

from tilldone import JobFailed, SubmitError, UnreadableResponse, edenai, run
from tilldone_clients.edenai.models import (
    SpeechToTextInput,
    SpeechToTextOutput,
    UniversalAIAsyncBody,
)

MODEL = "audio/speech_to_text_async/deepgram"


def main(url: str) -> int:
    body = UniversalAIAsyncBody(model=MODEL, input_=SpeechToTextInput(file=url))
    try:
        done = run(edenai.create(edenai.connect(), body), timeout=600)
    except JobFailed as failed:
        print(f"{failed.code}: {failed.message}", file=sys.stderr)
        return 1
    except SubmitError as error:
        print(error, file=sys.stderr)
        return 2
    try:
        print(edenai.output(done, SpeechToTextOutput).text)
    except UnreadableResponse:
        print(f"no transcript in {done.output!r}", file=sys.stderr)
        return 1
    print(f"({done.feature} by {done.provider}, {float(done.cost):.3f} credits)")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
