# Written by scripts/regenerate.py from specs/zai.*. Do not edit.

"""Contains all the data models used in inputs/outputs"""

from .agent_choice import AgentChoice
from .agent_content import AgentContent
from .agent_custom_variables import AgentCustomVariables
from .agent_error import AgentError
from .agent_message import AgentMessage
from .agent_usage import AgentUsage
from .common_agent_result_request import CommonAgentResultRequest
from .common_agent_result_response import CommonAgentResultResponse
from .common_agent_result_response_status import CommonAgentResultResponseStatus
from .get_async_result_accept_language import GetAsyncResultAcceptLanguage
from .special_effects_videos_agent_error import SpecialEffectsVideosAgentError

__all__ = (
    "AgentChoice",
    "AgentContent",
    "AgentCustomVariables",
    "AgentError",
    "AgentMessage",
    "AgentUsage",
    "CommonAgentResultRequest",
    "CommonAgentResultResponse",
    "CommonAgentResultResponseStatus",
    "GetAsyncResultAcceptLanguage",
    "SpecialEffectsVideosAgentError",
)
