"""Building the agenda of a session, until it is opened; other items may be added after."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import func, select

from portal import audit, permissions
from portal.calls.engine import is_ranked, money_of
from portal.committee.engine import ItemKind
from portal.committee.models import AgendaItem, CommitteeSession
from portal.committee.queries import agenda_of, candidates_of, whole_agenda
from portal.committee.services.recording import require_open_to, require_state
from portal.committee.states import SessionState
from portal.db import db, lock, transaction
from portal.errors import Invalid, declare, mark

MOST_ITEMS = 300

declare(
    {
        "agenda_nothing_chosen": mark("Choose at least one project."),
        "agenda_full": mark("An agenda holds %(most)s items at most."),
        "agenda_ranking_there": mark("The ranking is on the agenda already."),
        "agenda_begun": mark("This item has been discussed: it stays on the agenda."),
    }
)


def hold_agenda(session: CommitteeSession, actor: Any) -> None:
    """Lock a session whose agenda may still change."""
    permissions.require(actor, "committee_session.plan", session)
    lock(session)
    require_state(session, SessionState.PLANNED, SessionState.OPEN)


@transaction()
def add_dossiers(
    session: CommitteeSession, actor: Any, codes: Collection[str] | None = None
) -> int:
    """Put dossiers on the agenda, the most disputed first; all there are where none is named.

    They come before the ranking, if it is on it. Return how many.
    """
    hold_agenda(session, actor)
    candidates = candidates_of(session, actor)
    chosen = [each for each in candidates if codes is None or each.practice_code in codes]
    if not chosen:
        raise Invalid("agenda_nothing_chosen")
    require_room(session, len(chosen))
    position = last_position(session, but_ranking=True)
    takes_money = decides_on_money(session, ItemKind.DOSSIER)
    for number, each in enumerate(chosen, start=1):
        item = AgendaItem(
            session=session,
            position=position + number,
            kind=ItemKind.DOSSIER,
            application_id=each.application_id,
            title="",
            takes_money=takes_money,
        )
        db.session.add(item)
    for item in whole_agenda(session):
        if item.kind is ItemKind.RANKING and item.position > position:
            item.position += len(chosen)
    db.session.flush()
    db.session.expire(session, ["items"])
    audit.record("committee_session.fill", session, actor, facts={"dossiers": len(chosen)})
    return len(chosen)


@transaction()
def add_item(
    session: CommitteeSession, actor: Any, kind: ItemKind, title: str = "", money: bool = False
) -> AgendaItem:
    """Put the ranking, or something else, at the end of the agenda."""
    hold_agenda(session, actor)
    require_room(session, 1)
    if kind is ItemKind.RANKING and any(each.kind is kind for each in whole_agenda(session)):
        raise Invalid("agenda_ranking_there")
    item = AgendaItem(
        session=session,
        position=last_position(session) + 1,
        kind=kind,
        title=title,
        takes_money=money or decides_on_money(session, kind),
    )
    db.session.add(item)
    db.session.flush()
    db.session.expire(session, ["items"])
    audit.record("committee_session.add_item", session, actor, facts={"kind": kind})
    return item


def decides_on_money(session: CommitteeSession, kind: ItemKind) -> bool:
    """Tell whether an item gives money away: the ranking, or each dossier where none is drawn."""
    call = session.round.call
    if money_of(call) is None or kind is ItemKind.OTHER:
        return False
    return is_ranked(call) == (kind is ItemKind.RANKING)


def require_room(session: CommitteeSession, more: int) -> None:
    """Refuse an agenda that nobody could get through."""
    if len(whole_agenda(session)) + more > MOST_ITEMS:
        raise Invalid("agenda_full", most=MOST_ITEMS)


def last_position(session: CommitteeSession, but_ranking: bool = False) -> int:
    """Return the position of the last item, of the last before the ranking where so asked."""
    statement = select(func.max(AgendaItem.position)).where(AgendaItem.session_id == session.id)
    if but_ranking:
        statement = statement.where(AgendaItem.kind != ItemKind.RANKING)
    return db.session.scalar(statement) or 0


@transaction()
def shift_item(item: AgendaItem, actor: Any, steps: int) -> None:
    """Move an item up (-1) or down (1) among those that `actor` sees; at either end it stays."""
    session = item.session
    hold_agenda(session, actor)
    require_open_to(item, actor)
    seen = [line.item for line in agenda_of(session, actor)]
    ids = [each.id for each in seen]
    other = ids.index(item.id) + steps
    if 0 <= other < len(seen):
        item.position, seen[other].position = seen[other].position, item.position
        db.session.flush()
        db.session.expire(session, ["items"])


@transaction()
def drop_item(item: AgendaItem, actor: Any) -> None:
    """Take an item off the agenda, unless it has been discussed."""
    session = item.session
    hold_agenda(session, actor)
    require_open_to(item, actor)
    if item.began_at is not None:
        raise Invalid("agenda_begun")
    kind = item.kind
    db.session.delete(item)
    db.session.flush()
    db.session.expire(session, ["items"])
    audit.record("committee_session.drop_item", session, actor, facts={"kind": kind})
