"""How the demo's applicants are told: reasons of refusal, and the letters of a final ranking."""

from __future__ import annotations

from sqlalchemy import select

from portal.accounts.models import User
from portal.applications.models import Application
from portal.calls.models import Call
from portal.db import db
from portal.demo.engine import programme
from portal.evaluation.models import Ranking
from portal.outcomes.models import RefusalReason
from portal.outcomes.queries import letter_lines
from portal.outcomes.services import choose_reasons, save_reason, send_letters

FEW_POINTS = "PUNTI"


def add_reason(call: Call, staff: User, code: str) -> RefusalReason:
    """Write down one of the demo's reasons among those of a call."""
    return save_reason(call, None, {"code": code, **programme()["reasons"][code]}, staff)


def prepare_letters(ranking: Ranking, staff: User) -> int:
    """Choose the reason of each refusal of a final ranking; return how many letters wait."""
    lines = letter_lines(ranking, staff)
    refused = [line.application_id for line in lines if line.is_missing]
    if refused:
        reason = add_reason(ranking.call, staff, FEW_POINTS)
        for each in db.session.scalars(select(Application).where(Application.id.in_(refused))):
            choose_reasons(ranking, each, [reason.id], staff, ())
    return len(lines)


def write_letters(ranking: Ranking, staff: User) -> None:
    """Send the letters of a final ranking."""
    send_letters(ranking, staff, prepare_letters(ranking, staff))
