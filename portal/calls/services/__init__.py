"""Deeds on calls."""

from portal.calls.services.amendments import (
    discard_amendment,
    open_amendment,
    publish_amendment,
    save_amendment,
)
from portal.calls.services.calls import (
    draft_to_fill,
    fill_call,
    import_call,
)
from portal.calls.services.extensions import extend_call, extend_call_for
from portal.calls.services.money import follow_money, hold_money
from portal.calls.services.publishing import (
    cancel_call,
    exhaust_call,
    publish_call,
    reopen_call,
)
from portal.calls.services.questions import (
    answer_privately,
    ask_question,
    dismiss_question,
    publish_answer,
)

__all__ = [
    "answer_privately",
    "ask_question",
    "dismiss_question",
    "publish_answer",
    "cancel_call",
    "discard_amendment",
    "draft_to_fill",
    "exhaust_call",
    "extend_call",
    "extend_call_for",
    "fill_call",
    "follow_money",
    "hold_money",
    "import_call",
    "open_amendment",
    "publish_amendment",
    "publish_call",
    "reopen_call",
    "save_amendment",
]
