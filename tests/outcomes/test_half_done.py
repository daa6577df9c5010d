"""Deeds that begin while another one, which would have forbidden them, is half done."""

from __future__ import annotations

from threading import Event
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_sqlalchemy import SQLAlchemy

from portal import clock
from portal.accounts.models import User
from portal.applications.models import Application
from portal.committee import services as committee
from portal.committee.models import (
    AgendaItem,
    Attendance,
    CommitteeMember,
    CommitteeSession,
    Decision,
    Vote,
)
from portal.committee.queries import whole_agenda
from portal.db import db as portal_db
from portal.evaluation.engine import mark_of
from portal.evaluation.models import InterestOrigin, InterestReason, Ranking
from portal.evaluation.services import draw_ranking, note_interest
from portal.evaluation.states import RankingState
from portal.outcomes.models import ChosenReason, DecisionLetter, Remark
from portal.outcomes.services import choose_reasons, confirm_ranking, send_letters, send_remark
from portal.permissions import PORTAL
from tests.at_once import came_to, held_at
from tests.committee import stories
from tests.evaluation.stories import closed_call
from tests.outcomes.stories import owner_of, provisional, with_letters

pytestmark = [pytest.mark.database, pytest.mark.check(55)]


def get(model: type[Any], key: Any) -> Any:
    """A record as this thread reads it."""
    return portal_db.session.get_one(model, key)


def after(begun: Event, deed: Any) -> Any:
    """A deed that begins once another one is half done."""

    def do() -> None:
        assert begun.wait(10)
        deed()

    return do


def test_ranking_is_not_final_while_a_remark_in_time_is_written(
    committed: SQLAlchemy, app: Flask
) -> None:
    ranking, (above, _below), office = provisional()
    ends, ids = ranking.remarks_until, (ranking.id, above.id, owner_of(above).id, office.id)
    ranking_id, above_id, owner_id, office_id = ids
    assert ends is not None

    def remark() -> None:
        before = clock.now()
        send_remark(get(Application, above_id), "Un errore.", get(User, owner_id), None, before)

    def confirm() -> None:
        with clock.at(ends):
            confirm_ranking(get(Ranking, ranking_id), get(User, office_id), mark_of([]))

    with held_at(Remark) as begun:
        found = came_to(app, [remark, after(begun, confirm)])
    assert found == ["done", "remarks_undecided"]
    assert get(Ranking, ranking_id).state is RankingState.PROVISIONAL


def test_reasons_are_not_chosen_anew_while_their_letter_leaves(
    committed: SQLAlchemy, app: Flask
) -> None:
    ranking, (_above, below), office = with_letters()
    ranking_id, below_id, office_id = ranking.id, below.id, office.id
    (reason_id,) = portal_db.session.scalars(sa.select(ChosenReason.reason_id)).all()

    def send() -> None:
        send_letters(get(Ranking, ranking_id), get(User, office_id), 2)

    def choose() -> None:
        dossier, actor = get(Application, below_id), get(User, office_id)
        choose_reasons(get(Ranking, ranking_id), dossier, [], actor, [reason_id])

    with held_at(DecisionLetter) as begun:
        assert came_to(app, [send, after(begun, choose)]) == ["done", "letter_sent"]
    assert portal_db.session.scalars(sa.select(ChosenReason.reason_id)).all() == [reason_id]


@pytest.mark.check(22)
@pytest.mark.parametrize("is_ranking", [False, True])
def test_vote_of_who_is_barred_while_it_is_written_goes(
    committed: SQLAlchemy, app: Flask, is_ranking: bool
) -> None:
    of = stories.committee(closed_call())
    first, _second = stories.judged_dossiers(of, 5, 4)
    session = stories.opened(of, first, ranking=True)
    draw_ranking(session.round, of.staff)
    item = whole_agenda(session)[-1] if is_ranking else stories.item_on(session, first)
    committee.take_item(item, of.staff)
    item_id, first_id, office_id = item.id, first.id, of.staff.id
    barred_id, promoters = of.seat("metro").user_id, [each.id for each in of.promoters.values()]

    def vote() -> None:
        ballots = {each: committee.Ballot(stories.VoteKind.FAVOUR) for each in promoters}
        committee.cast_votes(get(AgendaItem, item_id), get(User, office_id), ballots)

    def bar() -> None:
        found = (InterestOrigin.DETECTED, InterestReason.TAX_CODE)
        note_interest(get(Application, first_id), get(User, barred_id), *found, PORTAL)

    with held_at(Vote) as begun:
        assert came_to(app, [vote, after(begun, bar)]) == ["done", "done"]
    members = select_members(item_id)
    assert (len(members), barred_id in members) == (2, False)
    assert portal_db.session.get(Decision, item_id) is None


def select_members(item_id: int) -> list[int]:
    """Who has voted on an item."""
    statement = (
        sa.select(CommitteeMember.user_id)
        .join(Vote, Vote.member_id == CommitteeMember.id)
        .where(Vote.item_id == item_id)
    )
    return list(portal_db.session.scalars(statement))


def test_who_loses_his_seat_while_he_comes_in_is_not_there(
    committed: SQLAlchemy, app: Flask
) -> None:
    of = stories.committee(closed_call())
    first, _second = stories.judged_dossiers(of, 5, 4)
    session = stories.opened(of, first, present=("comune", "diocesi"))
    session_id, member_id, office_id = session.id, of.seat("metro").id, of.staff.id

    def come() -> None:
        who = get(CommitteeMember, member_id)
        committee.note_arrival(get(CommitteeSession, session_id), who, get(User, office_id))

    def end() -> None:
        committee.end_member(get(CommitteeMember, member_id), get(User, office_id))

    with held_at(Attendance) as begun:
        assert came_to(app, [come, after(begun, end)]) == ["done", "done"]
    left = sa.select(Attendance.left_at).where(Attendance.member_id == member_id)
    assert portal_db.session.scalars(left).one() is not None
