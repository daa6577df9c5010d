"""The letters that a person finds again: outcomes and refusals of the applications he follows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, null, select

from portal.applications.models import Application, RejectionNotice
from portal.applications.queries import followed_by, real
from portal.calls.models import Call
from portal.db import db
from portal.documents import Document
from portal.outcomes.models import DecisionLetter
from portal.protocol import ProtocolEntry
from portal.registry.models import Applicant


@dataclass(frozen=True)
class OwnLetter:
    """A letter about an application; a refusal without a ranking has no `occasion`.

    `file_id` is None until it is drawn.
    """

    practice_code: str
    applicant: str
    call_title: Mapping[str, str]
    title: str
    file_id: int | None
    protocol_entry: ProtocolEntry
    sent_at: datetime
    occasion: str | None


def own_letters(user: Any) -> list[OwnLetter]:
    """Return the letters about the applications `user` follows, the latest first: two queries."""
    outcomes = (
        _select(DecisionLetter.sent_at, DecisionLetter.occasion)
        .join(DecisionLetter, DecisionLetter.application_id == Application.id)
        .join(Document, Document.id == DecisionLetter.document_id)
        .join(ProtocolEntry, ProtocolEntry.id == DecisionLetter.protocol_entry_id)
    )
    refusals = (
        _select(RejectionNotice.closed_at, null())
        .join(RejectionNotice, RejectionNotice.application_id == Application.id)
        .join(Document, Document.id == RejectionNotice.decision_document_id)
        .join(ProtocolEntry, ProtocolEntry.id == RejectionNotice.decision_entry_id)
    )
    found = [
        OwnLetter(*row)
        for statement in (outcomes, refusals)
        for row in db.session.execute(statement.where(followed_by(user), real()))
    ]
    return sorted(found, key=lambda each: each.sent_at, reverse=True)


def _select(sent_at: Any, occasion: Any) -> Select[Any]:
    return (
        select(
            Application.practice_code,
            Applicant.name,
            Call.title,
            Document.title,
            Document.file_id,
            ProtocolEntry,
            sent_at,
            occasion,
        )
        .select_from(Application)
        .join(Applicant, Applicant.id == Application.applicant_id)
        .join(Call, Call.id == Application.call_id)
    )
