"""Upload a video to VideoDB, follow it, and print where to play it: videodb_player.py URL."""

import sys

from tilldone import JobNotFound, Phase, Polling, submit, videodb, watch
from tilldone_clients.videodb.models import UploadBody


def main(url: str) -> int:
    job = submit(videodb.upload(videodb.connect(), UploadBody(url=url)))
    try:
        for snapshot in watch(job, timeout=3600, polling=Polling(not_found_grace=1)):
            print(f"{snapshot.phase} ({snapshot.status}) at poll {snapshot.polls}", flush=True)
            if snapshot.phase is Phase.SUCCEEDED:
                print(videodb.data(snapshot.response).player_url)
                return 0
            if snapshot.phase is Phase.FAILED:
                print(snapshot.response.message or "no reason given", file=sys.stderr)
    except JobNotFound:
        print("VideoDB has no such response; it forgets them after a while", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
