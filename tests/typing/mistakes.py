"""Mistakes that type checkers must find. Checked by them, never executed.

Each line says which errors are due on it. Both checkers complain of a comment that silences
nothing, so a mistake that is no longer found is an error as well.
"""

# What has no such name has no such type: the first error is enough.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false

import tilldone
from tilldone import (
    Job,
    Polling,
    as_completed,
    check,
    download,
    edenai,
    viddyscribe,
    videodb,
    wait,
    wait_all,
    watch,
    zai,
)
from tilldone_clients.edenai.models import (
    SpeechToTextInput,
    SpeechToTextOutput,
    UniversalAIAsyncBody,
    UniversalAIAsyncResponse,
)
from tilldone_clients.viddyscribe.models import JobResults

job = viddyscribe.job(viddyscribe.connect(), "1")
done = wait(job, timeout=1)

# Names that are not there.
_ = done.signed_video_url  # type: ignore[attr-defined] # pyright: ignore[reportAttributeAccessIssue]
_ = check(job).statuss  # type: ignore[attr-defined] # pyright: ignore[reportAttributeAccessIssue]
_ = check(job).response.outputs  # type: ignore[attr-defined] # pyright: ignore[reportAttributeAccessIssue]
tilldone.waitt(job, timeout=1)  # type: ignore[attr-defined] # pyright: ignore[reportAttributeAccessIssue]
edenai.jobs(edenai.connect(), "1")  # type: ignore[attr-defined] # pyright: ignore[reportAttributeAccessIssue]
Polling(interval=5)  # type: ignore[call-arg] # pyright: ignore[reportCallIssue]

# Arguments that are missing, or of the wrong kind.
wait(job)  # type: ignore[call-arg] # pyright: ignore[reportCallIssue]
watch(job)  # type: ignore[call-arg] # pyright: ignore[reportCallIssue]
wait(job, 600)  # type: ignore[call-arg] # pyright: ignore[reportCallIssue]
wait(job, timeout="600")  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]
wait_all([job])  # type: ignore[call-arg] # pyright: ignore[reportCallIssue]
as_completed(job, timeout=1)  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]
wait("1", timeout=1)  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]
zai.job(zai.connect(), "1")  # type: ignore[call-arg] # pyright: ignore[reportCallIssue]
Polling(unknown="ignore")  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]
_ = done.output.content  # type: ignore[union-attr] # pyright: ignore[reportOptionalMemberAccess, reportAttributeAccessIssue]
download(done.video_signed_url)  # type: ignore[call-arg] # pyright: ignore[reportCallIssue]
download(job, "x")  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]
download(done.output, "x")  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]
download(lambda result: result.url, "x", job=job)  # type: ignore[attr-defined] # pyright: ignore[reportAttributeAccessIssue, reportUnknownLambdaType]

# Payloads that are not there.
transcript_of = wait(edenai.job(edenai.connect(), "1"), timeout=1)
_ = edenai.output(transcript_of, SpeechToTextOutput).texts  # type: ignore[attr-defined] # pyright: ignore[reportAttributeAccessIssue]
edenai.output(transcript_of, str)  # type: ignore[type-var] # pyright: ignore[reportArgumentType]
edenai.output(done, SpeechToTextOutput)  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]
SpeechToTextInput(language="en")  # type: ignore[call-arg] # pyright: ignore[reportCallIssue]
UniversalAIAsyncBody(model="m", input_="text")  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]
zai.videos(done)  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]

# One provider's things in the place of another's.
videodb.job(edenai.connect(), "1")  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]
edenai.resume(zai.connect(), job.ref)  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]
transcript: UniversalAIAsyncResponse = done  # type: ignore[assignment] # pyright: ignore[reportAssignmentType]
foreign: Job[JobResults] = edenai.job(edenai.connect(), "1")  # type: ignore[assignment] # pyright: ignore[reportAssignmentType]
download(done.video_signed_url, "x", client=edenai.connect())  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]
