"""Freezing the minutes, having them signed, correcting them by further ones."""

from __future__ import annotations

from datetime import date
from typing import Any, BinaryIO

from sqlalchemy import func, select

from portal import audit, clock, documents, files, i18n, permissions, protocol
from portal.committee.engine import SignatureKind
from portal.committee.models import CommitteeSession, Minutes, MinutesSignature
from portal.committee.queries import compose_minutes, minutes_of, seats_of
from portal.committee.services.recording import require_state
from portal.committee.states import SESSION, SessionState
from portal.db import db, lock, transaction
from portal.errors import Invalid, declare, mark
from portal.files import Limits
from portal.i18n import _, in_language, pick

SIGNED = Limits(extensions=frozenset({"pdf", "p7m", "jpg", "jpeg", "png"}))
Upload = tuple[BinaryIO, str]

declare(
    {
        "minutes_undecided": mark(
            "These items have been discussed without a vote or a note: %(items)s."
        ),
        "signature_day": mark(
            "Nobody can sign before the minutes are frozen, nor in days to come."
        ),
        "signature_file": mark("Upload the signed file."),
        "signature_there": mark("This person has signed already."),
        "signature_unknown": mark("Choose somebody who was in the session."),
    }
)


@transaction()
def freeze_minutes(session: CommitteeSession, actor: Any) -> Minutes:
    """Freeze the minutes of a closed session, with number, protocol and PDF: then all is fixed."""
    permissions.require(actor, "committee_session.minute", session)
    lock(session)
    SESSION.require_open(session, "minute")
    content = compose_minutes(session)
    require_told(content)
    minutes = register_minutes(session, actor, content, None)
    SESSION.advance(session, "minute", actor)
    return minutes


def require_told(content: dict[str, Any]) -> None:
    """Refuse minutes with an item of which nothing is told."""
    silent = [
        str(item["number"])
        for item in content["items"]
        if item["began"] and not (item["votes"] or item["notes"])
    ]
    if silent:
        raise Invalid("minutes_undecided", items=", ".join(silent))


@transaction()
def correct_minutes(session: CommitteeSession, actor: Any, text: str) -> Minutes:
    """Correct frozen minutes by further ones that name them; the first stay as they are."""
    permissions.require(actor, "committee_session.minute", session)
    lock(session)
    require_state(session, SessionState.MINUTED)
    first = minutes_of(session)[0]
    with in_language(i18n.DEFAULT_LANGUAGE):
        content = {
            "call": pick(session.round.call.title),
            "call_code": session.round.call.code,
            "number": session.number,
            "corrects": first.number,
            "corrects_protocol": first.protocol_entry.code,
            "written": i18n.format_instant(clock.now()),
            "seats": first.content["seats"],
            "items": [],
            "text": text,
        }
    minutes = register_minutes(session, actor, content, first)
    audit.record("committee_session.correct", session, actor, facts={"number": minutes.number})
    return minutes


def register_minutes(
    session: CommitteeSession, actor: Any, content: dict[str, Any], corrects: Minutes | None
) -> Minutes:
    """Give minutes their number, issue their document, enter them in the protocol register."""
    call = session.round.call
    lock(call)
    last = db.session.scalar(select(func.max(Minutes.number)).where(Minutes.call_id == call.id))
    number = (last or 0) + 1
    with in_language(i18n.DEFAULT_LANGUAGE):
        title = _("Minutes %(number)s of the committee, %(call)s", number=number, call=call.code)
    document = documents.issue_document(
        "minutes",
        key=f"minutes:{call.id}:{number}",
        title=title,
        language=i18n.DEFAULT_LANGUAGE,
        template="minutes",
        content=content,
    )
    entry = protocol.register(protocol.Direction.OUTGOING, title, call.code, document.sha256)
    minutes = Minutes(
        call_id=call.id,
        session=session,
        number=number,
        corrects_id=None if corrects is None else corrects.id,
        content=content,
        document=document,
        protocol_entry=entry,
        frozen_at=clock.now(),
        frozen_by_id=actor.id,
    )
    db.session.add(minutes)
    db.session.flush()
    return minutes


def sign_minutes(
    minutes: Minutes,
    actor: Any,
    member_id: int,
    kind: SignatureKind,
    signed_on: date,
    upload: Upload | None = None,
) -> MinutesSignature:
    """Record that somebody who was in the session has signed: on a file, or by hand."""
    if upload is None:
        return record_signature(minutes, actor, member_id, (kind, signed_on), None)
    permissions.require(actor, "committee_session.minute", minutes.session)
    with files.received_upload(*upload, SIGNED) as received:
        return record_signature(minutes, actor, member_id, (kind, signed_on), received)


@transaction()
def record_signature(
    minutes: Minutes,
    actor: Any,
    member_id: int,
    signed: tuple[SignatureKind, date],
    received: files.Received | None,
) -> MinutesSignature:
    """Write a signature, once for each person."""
    session, (kind, signed_on) = minutes.session, signed
    permissions.require(actor, "committee_session.minute", session)
    lock(session)
    seats = {seat.member.id: seat.member for seat in seats_of(session) if seat.attendances}
    if member_id not in seats:
        raise Invalid("signature_unknown", "member")
    if any(each.member_id == member_id for each in minutes.signatures):
        raise Invalid("signature_there", "member")
    frozen_on = clock.to_rome(minutes.frozen_at).date()
    if not frozen_on <= signed_on <= clock.today():
        raise Invalid("signature_day", "signed_on")
    if kind is SignatureKind.DIGITAL and received is None:
        raise Invalid("signature_file", "file")
    signature = MinutesSignature(
        minutes_id=minutes.id,
        member=seats[member_id],
        kind=kind,
        signed_on=signed_on,
        file=None if received is None else files.keep_upload(received, actor),
        recorded_at=clock.now(),
        recorded_by_id=actor.id,
    )
    db.session.add(signature)
    db.session.flush()
    db.session.expire(minutes, ["signatures"])
    facts = {"number": minutes.number, "member": member_id, "kind": kind}
    audit.record("committee_session.sign", session, actor, facts=facts)
    return signature
