"""Print what a service on VESSL answered: vessl_request.py REQUEST_ID SECONDS, or REF SECONDS.

A service that is scaled to zero can keep a request pending for long: where the seconds do not
suffice, the ref to come back with is printed, and the exit code is 75 (try again).
"""

import json
import os
import sys

from tilldone import JobFailed, JobTimeout, vessl, wait


def main(name: str, seconds: float) -> int:
    client = vessl.connect()
    job = vessl.resume(client, name) if name.startswith("{") else vessl.job(client, name)
    try:
        done = wait(job, timeout=seconds)
    except JobTimeout as late:
        print(late.job.ref)
        return os.EX_TEMPFAIL
    except JobFailed as failed:
        print(f"the service answered {failed.code}: {failed.message}", file=sys.stderr)
        return 1
    # The output is left out where the service did not answer in JSON.
    print(json.dumps(done.output) if "output" in done.to_dict() else done.raw_output)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], float(sys.argv[2])))
