# Written by scripts/regenerate.py from specs/zai.*. Do not edit.

"""Contains all the data models used in inputs/outputs"""

from typing import TYPE_CHECKING

from tilldone_clients.late import late

if TYPE_CHECKING:
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
    from .invoke_agent_accept_language import InvokeAgentAcceptLanguage
    from .special_effects_videos_agent_error import SpecialEffectsVideosAgentError
    from .special_effects_videos_agent_image import SpecialEffectsVideosAgentImage
    from .special_effects_videos_agent_image_type import (
        SpecialEffectsVideosAgentImageType,
    )
    from .special_effects_videos_agent_message import SpecialEffectsVideosAgentMessage
    from .special_effects_videos_agent_message_role import (
        SpecialEffectsVideosAgentMessageRole,
    )
    from .special_effects_videos_agent_refusal import SpecialEffectsVideosAgentRefusal
    from .special_effects_videos_agent_request import SpecialEffectsVideosAgentRequest
    from .special_effects_videos_agent_request_agent_id import (
        SpecialEffectsVideosAgentRequestAgentId,
    )
    from .special_effects_videos_agent_response import SpecialEffectsVideosAgentResponse
    from .special_effects_videos_agent_response_status import (
        SpecialEffectsVideosAgentResponseStatus,
    )
    from .special_effects_videos_agent_text import SpecialEffectsVideosAgentText
    from .special_effects_videos_agent_text_type import (
        SpecialEffectsVideosAgentTextType,
    )
    from .special_effects_videos_agent_variables import (
        SpecialEffectsVideosAgentVariables,
    )
    from .special_effects_videos_agent_variables_template import (
        SpecialEffectsVideosAgentVariablesTemplate,
    )

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
    "InvokeAgentAcceptLanguage",
    "SpecialEffectsVideosAgentError",
    "SpecialEffectsVideosAgentImage",
    "SpecialEffectsVideosAgentImageType",
    "SpecialEffectsVideosAgentMessage",
    "SpecialEffectsVideosAgentMessageRole",
    "SpecialEffectsVideosAgentRefusal",
    "SpecialEffectsVideosAgentRequest",
    "SpecialEffectsVideosAgentRequestAgentId",
    "SpecialEffectsVideosAgentResponse",
    "SpecialEffectsVideosAgentResponseStatus",
    "SpecialEffectsVideosAgentText",
    "SpecialEffectsVideosAgentTextType",
    "SpecialEffectsVideosAgentVariables",
    "SpecialEffectsVideosAgentVariablesTemplate",
)

if not TYPE_CHECKING:
    __getattr__ = late(
        __name__,
        {
            "AgentChoice": "agent_choice",
            "AgentContent": "agent_content",
            "AgentCustomVariables": "agent_custom_variables",
            "AgentError": "agent_error",
            "AgentMessage": "agent_message",
            "AgentUsage": "agent_usage",
            "CommonAgentResultRequest": "common_agent_result_request",
            "CommonAgentResultResponse": "common_agent_result_response",
            "CommonAgentResultResponseStatus": "common_agent_result_response_status",
            "GetAsyncResultAcceptLanguage": "get_async_result_accept_language",
            "InvokeAgentAcceptLanguage": "invoke_agent_accept_language",
            "SpecialEffectsVideosAgentError": "special_effects_videos_agent_error",
            "SpecialEffectsVideosAgentImage": "special_effects_videos_agent_image",
            "SpecialEffectsVideosAgentImageType": "special_effects_videos_agent_image_type",
            "SpecialEffectsVideosAgentMessage": "special_effects_videos_agent_message",
            "SpecialEffectsVideosAgentMessageRole": "special_effects_videos_agent_message_role",
            "SpecialEffectsVideosAgentRefusal": "special_effects_videos_agent_refusal",
            "SpecialEffectsVideosAgentRequest": "special_effects_videos_agent_request",
            "SpecialEffectsVideosAgentRequestAgentId": "special_effects_videos_agent_request_agent_id",
            "SpecialEffectsVideosAgentResponse": "special_effects_videos_agent_response",
            "SpecialEffectsVideosAgentResponseStatus": "special_effects_videos_agent_response_status",
            "SpecialEffectsVideosAgentText": "special_effects_videos_agent_text",
            "SpecialEffectsVideosAgentTextType": "special_effects_videos_agent_text_type",
            "SpecialEffectsVideosAgentVariables": "special_effects_videos_agent_variables",
            "SpecialEffectsVideosAgentVariablesTemplate": "special_effects_videos_agent_variables_template",
        },
    )
