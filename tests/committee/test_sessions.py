"""A session from its plan to its minutes, by the services."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask_sqlalchemy import SQLAlchemy

from portal import clock
from portal.committee import services
from portal.committee.engine import DecisionOutcome, ItemKind, VoteKind
from portal.committee.models import Decision, Recusal, Vote
from portal.committee.queries import (
    agenda_of,
    candidates_of,
    is_approved,
    present_promoters,
    quorum_of,
    voters_on,
    whole_agenda,
)
from portal.committee.states import SessionState
from portal.errors import Invalid, InvalidMany, NotFound, Stale, WrongState
from portal.evaluation.models import InterestOrigin, InterestReason, Tally
from portal.evaluation.queries import consensus_on
from portal.evaluation.services import draw_ranking, note_interest, override_automatic
from portal.outbox import Mail
from portal.permissions import Effect
from tests import make
from tests.committee import stories
from tests.evaluation.stories import closed_call

pytestmark = pytest.mark.database
FAVOUR, AGAINST = VoteKind.FAVOUR, VoteKind.AGAINST


def code_of(refused: pytest.ExceptionInfo[Invalid]) -> str:
    return refused.value.code


def total_of(db: SQLAlchemy, application: object) -> int | None:
    found = sa.select(Tally.total_hundredths).where(Tally.application_id == application.id)  # type: ignore[attr-defined]
    return db.session.scalar(found)


def test_agenda_begins_where_evaluators_are_furthest_apart(db: SQLAlchemy) -> None:
    of = stories.committee(closed_call())
    first, second, third = stories.judged_dossiers(of, 4, 4, 4)
    session = stories.planned(of, first)
    services.add_dossiers(session, of.staff)
    assert [item.application_id for item in whole_agenda(session)] == [
        third.id,
        second.id,
        first.id,
    ]


def test_item_moves_up_and_down_and_off(db: SQLAlchemy) -> None:
    of = stories.committee(closed_call())
    first, second = stories.judged_dossiers(of, 4, 4)
    session = stories.planned(of, first)
    services.add_dossiers(session, of.staff)
    services.add_item(session, of.staff, ItemKind.RANKING)
    services.shift_item(stories.item_on(session, first), of.staff, -1)
    assert [item.application_id for item in whole_agenda(session)] == [first.id, second.id, None]
    services.shift_item(stories.item_on(session, first), of.staff, -1)
    services.drop_item(stories.item_on(session, second), of.staff)
    assert [item.application_id for item in whole_agenda(session)] == [first.id, None]
    services.add_dossiers(session, of.staff, [second.practice_code])
    assert [item.application_id for item in whole_agenda(session)] == [first.id, second.id, None]


def test_session_without_quorum_does_not_open(db: SQLAlchemy) -> None:
    of = stories.committee(closed_call())
    (dossier,) = stories.judged_dossiers(of, 4)
    with pytest.raises(Invalid) as refused:
        stories.opened(of, dossier, present=("comune", "secretary"))
    assert (code_of(refused), refused.value.facts) == (
        "session_quorum",
        {"present": 1, "quorum": 2},
    )


def test_quorum_is_that_of_the_call(db: SQLAlchemy) -> None:
    call = closed_call()
    of = stories.committee(call)
    (dossier,) = stories.judged_dossiers(of, 4)
    session = stories.planned(of, dossier)
    assert quorum_of(session) == 2
    with_rule = closed_call(rules={**call.rules, "evaluation": {"quorum": 3}})
    other = stories.planned(of, stories.stories.admitted(with_rule))
    assert quorum_of(other) == 3


def test_substitute_stands_for_who_is_not_there(db: SQLAlchemy) -> None:
    of = stories.committee(closed_call())
    (dossier,) = stories.judged_dossiers(of, 4)
    session = stories.opened(of, dossier, present=("substitute", "metro"))
    assert {each.code for each in present_promoters(session)} == {"comune", "metro"}
    attendance = next(
        each for each in session.attendances if each.member_id == of.seat("substitute").id
    )
    assert attendance.stands_for_id == of.seat("comune").id


def test_promoter_has_one_vote_whoever_is_there(db: SQLAlchemy) -> None:
    of = stories.committee(closed_call())
    (dossier,) = stories.judged_dossiers(of, 4)
    session = stories.opened(of, dossier, present=("substitute", "comune", "metro", "diocesi"))
    item = stories.item_on(session, dossier)
    services.take_item(item, of.staff)
    found = {promoter.code: member.id for promoter, member in voters_on(item).items()}
    assert found == {key: of.seat(key).id for key in ("comune", "metro", "diocesi")}


def test_barred_member_sees_no_item_and_leaves_the_room(db: SQLAlchemy) -> None:
    of = stories.committee(closed_call())
    dossier, other = stories.judged_dossiers(of, 4, 4)
    barred = of.seat("comune")
    make.access(dossier, barred.user, Effect.BAR)
    session = stories.opened(of, dossier, present=("comune", "metro", "diocesi"))
    assert [line.item.application_id for line in agenda_of(session, barred.user)] == [other.id]
    item = stories.item_on(session, dossier)
    left = clock.now() + timedelta(minutes=5)
    with clock.at(left):
        services.take_item(item, of.staff)
    recusal = db.session.scalars(sa.select(Recusal)).one()
    assert (recusal.member_id, recusal.left_at, recusal.returned_at) == (barred.id, left, None)
    assert {promoter.code for promoter in voters_on(item)} == {"metro", "diocesi"}
    back = left + timedelta(minutes=5)
    with clock.at(back):
        services.take_item(stories.item_on(session, other), of.staff)
    db.session.refresh(recusal)
    assert recusal.returned_at == back


def test_interest_that_comes_up_takes_the_vote_back(db: SQLAlchemy) -> None:
    of = stories.committee(closed_call())
    (dossier,) = stories.judged_dossiers(of, 4)
    item = stories.item_on(stories.opened(of, dossier), dossier)
    stories.voted(of, item)
    gone = of.seat("metro")
    found = (InterestOrigin.DETECTED, InterestReason.TAX_CODE)
    note_interest(dossier, gone.user, *found, of.staff)
    others = {of.promoters[code].id for code in ("comune", "diocesi")}
    assert set(db.session.scalars(sa.select(Vote.promoter_id))) == others
    assert db.session.scalars(sa.select(Decision)).all() == []
    assert db.session.scalars(sa.select(Recusal.member_id)).all() == [gone.id]
    services.cast_votes(item, of.staff, {each: services.Ballot(FAVOUR) for each in others})
    assert set(db.session.scalars(sa.select(Vote.promoter_id))) == others


def test_staff_barred_from_a_dossier_does_nothing_on_its_item(db: SQLAlchemy) -> None:
    of = stories.committee(closed_call())
    (dossier,) = stories.judged_dossiers(of, 4)
    session = stories.opened(of, dossier)
    colleague = stories.stories.staff()
    make.access(dossier, colleague, Effect.BAR)
    item = stories.item_on(session, dossier)
    for deed in (
        lambda: services.take_item(item, colleague),
        lambda: services.save_notes(item, colleague, item.version, "Niente"),
    ):
        with pytest.raises(NotFound):
            deed()
    assert (agenda_of(session, colleague), candidates_of(session, colleague)) == ([], [])


def test_consensus_counts_and_leaves_the_sheets_as_they_are(db: SQLAlchemy) -> None:
    of = stories.committee(closed_call())
    (dossier,) = stories.judged_dossiers(of, 4)
    session = stories.opened(of, dossier)
    item = stories.item_on(session, dossier)
    services.take_item(item, of.staff)
    assert total_of(db, dossier) == 2000 + 3200 + 3000
    marks, reasons = {"employment": 5}, {"employment": "Le assunzioni sono tre."}
    services.agree_scores(item, of.staff, item.version, marks, reasons)
    assert total_of(db, dossier) == 2000 + 4000 + 3000
    agreed = consensus_on(dossier, session.round)["employment"]
    assert (agreed.mark, agreed.points_hundredths, agreed.reason) == (
        5,
        4000,
        "Le assunzioni sono tre.",
    )
    services.agree_scores(item, of.staff, item.version, {"employment": None}, {})
    assert (total_of(db, dossier), consensus_on(dossier, session.round)) == (8200, {})


def test_consensus_without_a_reason_is_refused(db: SQLAlchemy) -> None:
    of = stories.committee(closed_call())
    (dossier,) = stories.judged_dossiers(of, 4)
    item = stories.item_on(stories.opened(of, dossier), dossier)
    services.take_item(item, of.staff)
    with pytest.raises(InvalidMany) as refused:
        services.agree_scores(item, of.staff, item.version, {"employment": 5}, {"employment": " "})
    assert list(refused.value.errors) == ["employment"]


def test_vote_waits_for_every_promoter(db: SQLAlchemy) -> None:
    of = stories.committee(closed_call())
    (dossier,) = stories.judged_dossiers(of, 4)
    item = stories.item_on(stories.opened(of, dossier), dossier)
    services.take_item(item, of.staff)
    with pytest.raises(InvalidMany) as refused:
        services.cast_votes(item, of.staff, {of.promoters["comune"].id: services.Ballot(FAVOUR)})
    missing = {f"vote_{of.promoters[code].id}" for code in ("metro", "diocesi")}
    assert set(refused.value.errors) == missing


def test_item_that_is_not_under_way_is_not_voted_on(db: SQLAlchemy) -> None:
    of = stories.committee(closed_call())
    (dossier,) = stories.judged_dossiers(of, 4)
    item = stories.item_on(stories.opened(of, dossier), dossier)
    with pytest.raises(WrongState):
        services.cast_votes(item, of.staff, {})


def test_notes_saved_on_an_older_page_are_refused(db: SQLAlchemy) -> None:
    of = stories.committee(closed_call())
    (dossier,) = stories.judged_dossiers(of, 4)
    item = stories.item_on(stories.opened(of, dossier), dossier)
    services.take_item(item, of.staff)
    before = item.version
    services.save_notes(item, of.staff, before, "Il partenariato convince.")
    with pytest.raises(Stale):
        services.save_notes(item, of.staff, before, "Altro.")
    services.save_notes(item, of.staff, before, "Il partenariato convince.")
    assert item.notes == "Il partenariato convince."


def test_approved_ranking_counts_once_its_minutes_are_frozen(db: SQLAlchemy) -> None:
    of = stories.committee(closed_call())
    (dossier,) = stories.judged_dossiers(of, 4)
    session = stories.opened(of, dossier, ranking=True)
    ranking_item = whole_agenda(session)[-1]
    with pytest.raises(Invalid) as refused:
        stories.voted(of, ranking_item)
    assert code_of(refused) == "vote_not_drawn"
    draw_ranking(session.round, of.staff)
    decision = stories.voted(of, ranking_item, diocesi=AGAINST)
    assert decision.outcome is DecisionOutcome.APPROVED
    services.close_session(session, of.staff)
    assert not is_approved(session.round)
    services.freeze_minutes(session, of.staff)
    assert (session.state, is_approved(session.round)) == (SessionState.MINUTED, True)
    draw_ranking(session.round, of.staff)
    assert is_approved(session.round)
    override_automatic(dossier, "organisation_type", 0, "Era sbagliato.", of.staff)
    assert is_approved(session.round)
    draw_ranking(session.round, of.staff)
    assert not is_approved(session.round)


def test_members_are_convened_with_a_calendar(db: SQLAlchemy) -> None:
    of = stories.committee(closed_call())
    (dossier,) = stories.judged_dossiers(of, 4)
    session = stories.planned(of, dossier)
    services.add_dossiers(session, of.staff)
    services.convene_session(session, of.staff)
    later = session.scheduled_at + timedelta(hours=2)
    services.move_session(session, of.staff, session.version, later, "Sala blu", "")
    mails = db.session.scalars(sa.select(Mail).where(Mail.template == "session_convened")).all()
    assert len(mails) == 2 * len(of.members)
    last = mails[-1]
    stamp = f"DTSTART:{later:%Y%m%dT%H%M%SZ}"
    assert (stamp in last.calendar, "LOCATION:Sala blu" in last.calendar) == (True, True)
    services.cancel_session(session, of.staff)
    called_off = sa.select(sa.func.count()).where(Mail.template == "session_cancelled")
    assert (session.state, db.session.scalar(called_off)) == (
        SessionState.CANCELLED,
        len(of.members),
    )


def test_new_votes_take_the_place_of_the_old(db: SQLAlchemy) -> None:
    of = stories.committee(closed_call())
    (dossier,) = stories.judged_dossiers(of, 4)
    item = stories.item_on(stories.opened(of, dossier), dossier)
    stories.voted(of, item)
    stories.voted(of, item, AGAINST)
    assert db.session.scalars(sa.select(Decision)).one().outcome is DecisionOutcome.REJECTED
    assert db.session.scalar(sa.select(sa.func.count(Vote.id))) == 3
