"""What goes to and fro after sending: requests, withdrawals, messages, and their addresses."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

from portal import clock
from portal.accounts.models import User
from portal.applications.models import Application
from portal.applications.services import (
    answer_applicant,
    request_integration,
    start_check,
    withdraw_application,
)
from portal.calls.models import Call
from tests import make
from tests.access_records import send
from tests.files.makers import pdf

THIRD_TAX_CODE = "00743110157"


def exchange_something(calls: dict[str, Call], people: dict[str, User]) -> dict[str, Any]:
    """Have one application asked to be completed, another withdrawn, and a message with a file."""
    asking = make.body(people["owner"], tax_code=THIRD_TAX_CODE)
    asked = send(calls["judged"], asking, people)
    with clock.at(calls["judged"].closes_at + timedelta(days=1)):
        start_check(asked, people["staff"])
    fault = {"question.budget": ("outdated", "Il bilancio è vecchio.")}
    request_integration(asked, people["staff"], fault, "")
    withdrawn = send(calls["open"], asking, people, clock.now() - timedelta(hours=1))
    withdraw_application(withdrawn, people["owner"], "", clock.now())
    name, content = pdf()
    file = [(io.BytesIO(content), name)]
    message = answer_applicant(asked, people["staff"], "Va bene così?", file)
    return {"asked": asked, "withdrawn": withdrawn, "message": message}


def arguments_of_exchange(
    judged: Application, exchange: dict[str, Any]
) -> dict[str, dict[str, str]]:
    """Return what stands in the addresses of what goes to and fro after sending."""
    asked = {"practice_code": exchange["asked"].practice_code}
    sent, message = {"practice_code": judged.practice_code}, exchange["message"]
    open_request = ("complete_application", "answer_integration", "extend_integration")
    of_sent = ("withdraw_application", "rate_service", "show_messages", "show_correspondence")
    return {
        **{f"applications.{name}": asked for name in (*open_request, "continue_check")},
        **{f"applications.{name}": sent for name in (*of_sent, "show_notes")},
        "applications.resume_application": {"practice_code": exchange["withdrawn"].practice_code},
        "applications.show_sending": {**sent, "number": "1"},
        "applications.download_sending": {**sent, "number": "1"},
        "applications.show_message_file": {
            **asked,
            "message_id": message.public_id,
            "file_public_id": message.files[0].file.public_id,
        },
        "applications.verify_receipt": {"code": judged.submissions[0].verify_code},
    }
