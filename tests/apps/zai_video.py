"""Print the address of each video that a Z.AI agent made: zai_video.py AGENT_ID ASYNC_ID."""

import asyncio
import sys
from collections.abc import Iterator

from tilldone import JobFailed, aio, zai
from tilldone_clients.zai.models import CommonAgentResultResponse


def videos(done: CommonAgentResultResponse) -> Iterator[str]:
    for choice in done.choices or ():
        # A single message comes bare from some agents, in a list from others.
        said = choice.message or choice.messages or ()
        for message in said if isinstance(said, list | tuple) else (said,):
            parts = message.content if isinstance(message.content, list) else ()
            yield from (part.video_url for part in parts if part.video_url)


async def main(agent_id: str, async_id: str) -> int:
    job = zai.job(zai.connect(), async_id, agent_id=agent_id)
    try:
        done = await aio.wait(job, timeout=900)
    except JobFailed as failed:
        print(f"{failed.code}: {failed.message}", file=sys.stderr)
        return 1
    print(*videos(done), sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main(*sys.argv[1:])))
