"""What arrived on paper, and under which number of the paper register."""

from __future__ import annotations

from sqlalchemy import select

from portal.applications.models import Application, PaperReceipt
from portal.calls.models import Call
from portal.db import db


def paper_of(application: Application) -> PaperReceipt | None:
    """Return how the application arrived on paper; only those filled in for somebody may have."""
    if application.on_behalf_by_id is None:
        return None
    return db.session.scalar(
        select(PaperReceipt).where(PaperReceipt.application_id == application.id)
    )


def reference_key(reference: str) -> str:
    """Return a number of the paper register as it is compared, however it was typed."""
    return "".join(reference.split()).casefold()


def entered_under(call: Call, reference: str) -> PaperReceipt | None:
    """Return what was entered to a call under this number of the paper register."""
    return db.session.scalar(
        select(PaperReceipt).where(
            PaperReceipt.call_id == call.id,
            PaperReceipt.reference_key == reference_key(reference),
        )
    )
