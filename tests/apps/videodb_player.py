"""Follow an upload to VideoDB, and print where to play it: videodb_player.py RESPONSE_ID."""

import sys

from tilldone import JobNotFound, Phase, Polling, videodb, watch


def main(response_id: str) -> int:
    job = videodb.job(videodb.connect(), response_id)
    try:
        for snapshot in watch(job, timeout=3600, polling=Polling(not_found_grace=1)):
            print(f"{snapshot.phase} ({snapshot.status}) at poll {snapshot.polls}", flush=True)
            if snapshot.phase is Phase.SUCCEEDED and (data := snapshot.response.data):
                print(data["player_url"])
                return 0
            if snapshot.phase is Phase.FAILED:
                print(snapshot.response.message or "no reason given", file=sys.stderr)
    except JobNotFound:
        print("VideoDB has no such response; it forgets them after a while", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
