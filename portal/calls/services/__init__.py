"""Deeds on calls."""

from portal.calls.services.amendments import (
    discard_amendment,
    open_amendment,
    publish_amendment,
    save_amendment,
)
from portal.calls.services.building import save_form, save_grid
from portal.calls.services.calls import (
    draft_to_fill,
    fill_call,
    import_call,
)
from portal.calls.services.editing import create_call, definition_to_reuse, edit_call, require_draft
from portal.calls.services.extensions import extend_call, extend_call_for
from portal.calls.services.files import add_call_file, remove_call_file
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
    "add_call_file",
    "answer_privately",
    "ask_question",
    "cancel_call",
    "create_call",
    "definition_to_reuse",
    "discard_amendment",
    "dismiss_question",
    "draft_to_fill",
    "edit_call",
    "exhaust_call",
    "extend_call",
    "extend_call_for",
    "fill_call",
    "follow_money",
    "hold_money",
    "import_call",
    "open_amendment",
    "publish_amendment",
    "publish_answer",
    "publish_call",
    "remove_call_file",
    "reopen_call",
    "require_draft",
    "save_amendment",
    "save_form",
    "save_grid",
]
