"""What stands in the addresses of the committee: sessions at every stage, one dossier barred."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import Any

from portal import clock
from portal.accounts.models import User
from portal.applications.models import Application
from portal.applications.services import bar_access
from portal.committee import services
from portal.committee.engine import ItemKind, MemberFunction, SignatureKind
from portal.committee.models import CommitteeMember, CommitteeSession
from portal.committee.queries import whole_agenda
from portal.evaluation.queries import round_of
from portal.permissions import Role
from tests import make
from tests.files.makers import pdf

ACT = ("DD/9277/2026", date(2026, 1, 15))
PROMOTERS = ("comune", "metro", "diocesi")


def arguments_of_committee(
    judged: Application, people: dict[str, User]
) -> dict[str, dict[str, str]]:
    """Return the arguments of a session that is planned, one under way, one closed, one minuted."""
    staff = people["staff"]
    bar_access(judged, people["barred"], "interest")
    seats = appoint(judged, people)
    minuted = close(hold(judged, seats, staff), staff)
    minutes = services.freeze_minutes(minuted, staff)
    name, content = pdf()
    signed = (SignatureKind.DIGITAL, clock.today(), (io.BytesIO(content), name))
    signature = services.sign_minutes(minutes, staff, seats[0].id, *signed)
    closed = close(hold(judged, seats, staff), staff)
    under_way = hold(judged, seats, staff)
    planned = plan(judged, staff)
    item = {**address(under_way), "item_id": str(whole_agenda(under_way)[0].id)}
    of_minutes = {**address(minuted), "minutes_number": str(minutes.number)}
    of_planned = dict.fromkeys(("convene", "move", "cancel", "open", "show"), address(planned))
    code = {"code": judged.call.code}
    return {
        **{f"committee.{verb}_session": where for verb, where in of_planned.items()},
        "committee.edit_promoter": {"code": "comune"},
        "committee.show_committee": code,
        "committee.plan_session": code,
        "committee.end_member": {**code, "member_id": str(seats[2].id)},
        "committee.edit_agenda": address(planned),
        "committee.edit_presence": address(planned),
        "committee.download_calendar": address(planned),
        "committee.close_session": address(under_way),
        **{f"committee.{verb}": item for verb in ("show_item", "take_item", "agree_scores")},
        "committee.cast_votes": item,
        "committee.show_minutes": address(closed),
        "committee.correct_minutes": address(minuted),
        "committee.download_minutes": of_minutes,
        "committee.sign_minutes": of_minutes,
        "committee.download_signed": {**of_minutes, "signature_id": str(signature.id)},
    }


def appoint(judged: Application, people: dict[str, User]) -> list[CommitteeMember]:
    """Give three seats: one to who judges, one to who is barred from the dossier."""
    staff, other = people["staff"], make.user(Role.EVALUATOR)
    for code in PROMOTERS:
        services.create_promoter(staff, code=code, name=code.title())
    users = (people["assigned"], people["barred"], other)
    return [
        services.appoint_member(judged.call, staff, user.id, MemberFunction.MEMBER, code, ACT)
        for user, code in zip(users, PROMOTERS, strict=True)
    ]


def plan(judged: Application, staff: User) -> CommitteeSession:
    """Plan a session on the dossier and something else."""
    of_round: Any = round_of(judged)
    tomorrow = clock.now() + timedelta(days=1)
    session = services.plan_session(of_round, staff, tomorrow, "Sala rossa")
    services.add_dossiers(session, staff)
    services.add_item(session, staff, ItemKind.OTHER, "Varie")
    return session


def hold(judged: Application, seats: list[CommitteeMember], staff: User) -> CommitteeSession:
    """Open a session and take up its first item."""
    session = plan(judged, staff)
    for member in seats:
        services.note_arrival(session, member, staff)
    services.open_session(session, staff)
    first = whole_agenda(session)[0]
    services.take_item(first, staff)
    services.save_notes(first, staff, first.version, "Il progetto convince.")
    return session


def close(session: CommitteeSession, staff: User) -> CommitteeSession:
    """Close a session."""
    services.close_session(session, staff)
    return session


def address(session: CommitteeSession) -> dict[str, str]:
    """Return what stands in the address of a session."""
    return {"code": session.round.call.code, "number": str(session.number)}
