"""Have a Z.AI agent move a picture, and print where its videos are: zai_video.py URL TEMPLATE."""

import asyncio
import sys
from collections.abc import Iterator

from tilldone import JobFailed, SubmitRejected, aio, zai
from tilldone_clients.zai.models import (
    CommonAgentResultResponse,
    SpecialEffectsVideosAgentRequest,
)


def videos(done: CommonAgentResultResponse) -> Iterator[str]:
    for choice in done.choices or ():
        # A single message comes bare from some agents, in a list from others.
        said = choice.message or choice.messages or ()
        for message in said if isinstance(said, list | tuple) else (said,):
            parts = message.content if isinstance(message.content, list) else ()
            yield from (part.video_url for part in parts if part.video_url)


async def main(url: str, template: str) -> int:
    picture = {"type": "image_url", "image_url": url}
    body = SpecialEffectsVideosAgentRequest.from_dict(
        {
            "agent_id": "vidu_template_agent",
            "messages": [{"role": "user", "content": [picture]}],
            "custom_variables": {"template": template},
        }
    )
    try:
        done = await aio.run(zai.invoke(zai.connect(), body), timeout=900)
    except JobFailed as failed:
        print(f"{failed.code}: {failed.message}", file=sys.stderr)
        return 1
    except SubmitRejected as no:
        print(no, file=sys.stderr)
        return 2
    print(*videos(done), sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main(*sys.argv[1:])))
