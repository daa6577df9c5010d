"""What stands beside an application in the dossier of the office."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from portal.access_log import AccessLogEntry
from portal.accounts.models import User
from portal.applications.models import Application, Attachment
from portal.applications.queries import (
    PART_LABELS,
    CheckLine,
    Event,
    check_of,
    events_for_office,
    form_of_application,
    formality_rows,
    get_submission,
    profile_rows,
    readable_files,
    sections_of,
    sent_paper_files,
)
from portal.applications.states import LABELS
from portal.db import db
from portal.files import StoredFile
from portal.i18n import _, format_amount, format_instant, pick
from portal.questionnaires.engine import Readers


def looks_at(application: Application, most: int = 50) -> list[tuple[AccessLogEntry, str | None]]:
    """Return who looked at an application or tried to, the latest first, with their names."""
    entry = AccessLogEntry
    statement = (
        select(entry, User.name)
        .outerjoin(User, User.id == entry.user_id)
        .where(entry.record_key == application.practice_code)
        .order_by(entry.at.desc(), entry.id.desc())
        .limit(most)
    )
    return [(look, name) for look, name in db.session.execute(statement)]


@dataclass(frozen=True)
class DossierCopy:
    """A dossier as it is printed for the office; special data is left out."""

    facts: list[tuple[str, str]]
    profile: list[dict[str, str]]
    sections: list[tuple[str, list[dict[str, Any]]]]
    formalities: list[dict[str, Any]]
    files: list[Attachment]
    checks: list[tuple[str, str, str]]
    events: list[Event]


def copy_of(application: Application) -> DossierCopy:
    """Return what a copy of the dossier says, in the reader's language."""
    sections = [
        (section.title, [x.row for x in section.answers if not x.question.is_special])
        for section in sections_of(application, Readers.STAFF)
    ]
    return DossierCopy(
        facts=_facts(application),
        profile=profile_rows(application),
        sections=[(title, rows) for title, rows in sections if rows],
        formalities=formality_rows(application),
        files=public_files(application),
        checks=[
            (x.text, _outcome(x), x.item.reason if x.item else "") for x in check_of(application)
        ],
        events=events_for_office(application),
    )


def papers_of(application: Application) -> list[tuple[str, StoredFile]]:
    """Return the signed papers and the proxy as they were sent, each with what it is."""
    papers = {file["id"]: str(PART_LABELS[file["part"]]) for file in sent_paper_files(application)}
    stored = select(StoredFile).where(StoredFile.public_id.in_(papers)).order_by(StoredFile.id)
    return [(papers[file.public_id], file) for file in db.session.scalars(stored)]


def special_keys(application: Application) -> set[str]:
    """Return the keys of the questions whose answers go into no copy."""
    return {each.key for each in form_of_application(application).questions if each.is_special}


def public_files(application: Application) -> list[Attachment]:
    """Return the files of the dossier, those of questions special or out of sight left out."""
    special, found = special_keys(application), readable_files(application, Readers.STAFF)
    return [each for each in found if each.question_key not in special]


def _facts(application: Application) -> list[tuple[str, str]]:
    submission = get_submission(application)
    rows = {
        _("Application code"): application.practice_code,
        _("Protocol number"): submission.protocol_entry.code,
        _("Call"): pick(application.call.title),
        _("Received"): format_instant(submission.received_at, seconds=True),
        _("State"): str(LABELS[application.state]),
        _("Reason of the outcome"): application.outcome_reason or "",
    }
    if application.requested_amount is not None:
        rows[_("Amount asked for")] = format_amount(application.requested_amount)
    return [(label, value) for label, value in rows.items() if value]


def _outcome(line: CheckLine) -> str:
    labels = {"met": _("Met"), "not_met": _("Not met"), "not_applicable": _("Not applicable")}
    return labels[line.outcome.value] if line.outcome else _("Not judged")
