"""Have a Z.AI agent move a picture, and print where its videos are: zai_video.py URL TEMPLATE."""

import asyncio
import sys

from tilldone import JobFailed, SubmitRejected, aio, zai
from tilldone_clients.zai.models import SpecialEffectsVideosAgentRequest


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
    print(*zai.videos(done), sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main(*sys.argv[1:])))
