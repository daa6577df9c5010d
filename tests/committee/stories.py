"""A committee of three promoters, and its sessions, as far as a test needs them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from portal import clock
from portal.accounts.models import User
from portal.applications.models import Application
from portal.calls.models import Call
from portal.committee import services
from portal.committee.engine import ItemKind, MemberFunction, VoteKind
from portal.committee.models import AgendaItem, CommitteeMember, CommitteeSession, Promoter
from portal.committee.queries import whole_agenda
from portal.evaluation.queries import round_of
from tests.evaluation import stories

PROMOTERS = {
    "comune": "Comune di Bologna",
    "metro": "Città metropolitana di Bologna",
    "diocesi": "Arcidiocesi - Fondazione San Petronio",
}
ACT = ("DD/9277/2026", date(2026, 1, 15))


@dataclass
class Committee:
    """Who sits where: one member for each promoter, a substitute of the first, a secretary."""

    call: Call
    staff: User
    promoters: dict[str, Promoter]
    members: dict[str, CommitteeMember]

    def seat(self, key: str) -> CommitteeMember:
        """Return who sits for a promoter, or as `substitute`, or as `secretary`."""
        return self.members[key]


def promoters(staff: User) -> dict[str, Promoter]:
    """The three promoters."""
    return {
        code: services.create_promoter(staff, code=code, name=name)
        for code, name in PROMOTERS.items()
    }


def committee(call: Call, staff: User | None = None) -> Committee:
    """A committee with the functions there are."""
    staff = staff or stories.staff()
    bodies = promoters(staff)
    functions = {
        "comune": (MemberFunction.CHAIR, "comune"),
        "metro": (MemberFunction.MEMBER, "metro"),
        "diocesi": (MemberFunction.MEMBER, "diocesi"),
        "substitute": (MemberFunction.SUBSTITUTE, "comune"),
        "secretary": (MemberFunction.SECRETARY, None),
    }
    members = {}
    for key, (function, promoter) in functions.items():
        user = stories.evaluator(name=f"Valutatore {key}")
        members[key] = services.appoint_member(call, staff, user.id, function, promoter, ACT)
    return Committee(call, staff, bodies, members)


def judged_dossiers(of: Committee, *totals: int) -> list[Application]:
    """Dossiers judged by who sits for `metro` and `diocesi`, further apart the later they come."""
    found = []
    for number, mark in enumerate(totals):
        application = stories.admitted(of.call)
        low = max(0, mark - number)
        stories.judged(application, of.seat("metro").user, mark, 3)
        stories.judged(application, of.seat("diocesi").user, low, 3)
        found.append(application)
    return found


def planned(of: Committee, application: Application, **facts: Any) -> CommitteeSession:
    """A session of tomorrow on the round of a dossier, with an empty agenda."""
    of_round = round_of(application)
    assert of_round is not None
    values = {"scheduled_at": clock.now() + timedelta(days=1), "place": "Sala rossa", **facts}
    return services.plan_session(of_round, of.staff, **values)


def opened(
    of: Committee,
    application: Application,
    present: Sequence[str] = ("comune", "metro", "diocesi"),
    ranking: bool = False,
) -> CommitteeSession:
    """A session under way on all dossiers, with some people there."""
    session = planned(of, application)
    services.add_dossiers(session, of.staff)
    if ranking:
        services.add_item(session, of.staff, ItemKind.RANKING)
    for key in present:
        services.note_arrival(session, of.seat(key), of.staff)
    services.open_session(session, of.staff)
    return session


def item_on(session: CommitteeSession, application: Application) -> AgendaItem:
    """The item about a dossier."""
    return next(each for each in whole_agenda(session) if each.application_id == application.id)


def voted(
    of: Committee, item: AgendaItem, vote: VoteKind = VoteKind.FAVOUR, **others: VoteKind
) -> Any:
    """An item taken up on which all vote alike, but those named."""
    services.take_item(item, of.staff)
    ballots = {
        promoter.id: services.Ballot(others.get(code, vote))
        for code, promoter in of.promoters.items()
    }
    return services.cast_votes(item, of.staff, ballots, "Come da discussione.")


def address(session: CommitteeSession, rest: str = "") -> str:
    """Where the page of a session stands, or what hangs on it."""
    return f"/sedute/{session.round.call.code}/{session.number}{rest}"
