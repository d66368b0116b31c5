"""Print what a service on VESSL answers: vessl_request.py PROMPT SECONDS, or REF SECONDS.

A service that is scaled to zero can keep a request pending for long: where the seconds do not
suffice, the ref to come back with is printed, and the exit code is 75 (try again).
"""

import json
import sys

from tilldone import UNSET, JobFailed, JobTimeout, submit, vessl, wait
from tilldone_clients.vessl.models import CreateAsyncRequestBody

TRY_AGAIN = 75


def main(text: str, seconds: float) -> int:
    client = vessl.connect()
    if text.startswith("{"):
        job = vessl.resume(client, text)
    else:
        job = submit(vessl.create(client, CreateAsyncRequestBody(data={"prompt": text})))
    try:
        done = wait(job, timeout=seconds)
    except JobTimeout as late:
        print(late.job.ref)
        return TRY_AGAIN
    except JobFailed as failed:
        print(f"the service answered {failed.code}: {failed.message}", file=sys.stderr)
        return 1
    output = vessl.output(done)
    print(done.raw_output if output is UNSET else json.dumps(output))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], float(sys.argv[2])))
