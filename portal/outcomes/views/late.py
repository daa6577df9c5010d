"""The page for who sends something after its term, or a second time: nothing typed is lost."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from portal.calls.engine import office_of
from portal.errors import WrongState
from portal.i18n import message
from portal.web import CONFLICT, page
from portal.web.labels import typed_rows


def too_late(
    application: Any, refusal: WrongState, ended_at: datetime, title: str, back: str
) -> ResponseReturnValue:
    """Say that it can't be sent any more, since when, whom to write to; show what was typed."""
    facts = {
        "application": application,
        "explanation": message(refusal),
        "ended_at": ended_at,
        "is_over": refusal.code.endswith("_over"),
        "title": title,
        "back": back,
        "office": office_of(application.call),
        "typed": typed_rows(),
    }
    status = CONFLICT if request.method == "POST" else 200
    return page("outcomes/too_late.html", **facts), status
