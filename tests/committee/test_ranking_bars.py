"""Who is kept from one dossier of a round takes no part in the vote on its ranking."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy

from portal.applications.models import Application
from portal.committee import services
from portal.committee.engine import DecisionOutcome, VoteKind
from portal.committee.models import AgendaItem, CommitteeSession, Decision, Recusal, Vote
from portal.committee.queries import (
    closed_to,
    compose_minutes,
    decision_on,
    lacks_on,
    shown_minutes,
    voters_on,
    whole_agenda,
)
from portal.errors import NotFound
from portal.evaluation.models import InterestOrigin, InterestReason
from portal.evaluation.services import draw_ranking, note_interest
from portal.permissions import Effect
from tests import make
from tests.browse import submit, words
from tests.committee import stories
from tests.evaluation.stories import closed_call

pytestmark = pytest.mark.database
ALL = ("comune", "metro", "diocesi")
NOTES = "Si rilegge il primo posto."


def on_ranking(
    present: tuple[str, ...] = ALL, barred: tuple[str, ...] = ()
) -> tuple[stories.Committee, CommitteeSession, AgendaItem]:
    """A session with a ranking of two dossiers; some are kept from the first one."""
    of = stories.committee(closed_call())
    first, _second = stories.judged_dossiers(of, 5, 4)
    for key in barred:
        make.access(first, of.seat(key).user, Effect.BAR)
    session = stories.opened(of, first, present=present, ranking=True)
    draw_ranking(session.round, of.staff)
    return of, session, whole_agenda(session)[-1]


def dossier_of(session: CommitteeSession) -> Application:
    """The dossier that some are kept from: the one with the most points."""
    found = {each.application_id: each.application for each in whole_agenda(session)}
    application = found[min(key for key in found if key is not None)]
    assert application is not None
    return application


def page_of(session: CommitteeSession, item: AgendaItem) -> str:
    """Where the item of the ranking stands."""
    return f"/sedute/{session.round.call.code}/{session.number}/punti/{item.id}"


def voting(item: AgendaItem) -> dict[str, int]:
    """Who votes for each promoter."""
    return {promoter.code: member.id for promoter, member in voters_on(item).items()}


@pytest.mark.check(22)
def test_member_barred_from_one_dossier_does_not_vote_on_the_ranking(db: SQLAlchemy) -> None:
    of, session, item = on_ranking(barred=("metro",))
    decision = stories.voted(of, item, metro=VoteKind.AGAINST)
    assert db.session.scalars(sa.select(Recusal.member_id)).all() == [of.seat("metro").id]
    assert set(voting(item)) == {"comune", "diocesi"}
    assert set(db.session.scalars(sa.select(Vote.promoter_id))) == {
        of.promoters[code].id for code in ("comune", "diocesi")
    }
    assert (decision.outcome, decision.grounds["present"]) == (DecisionOutcome.APPROVED, 2)
    assert decision.grounds["unable"] == ["Città metropolitana di Bologna"]


def test_who_is_barred_from_no_dossier_of_the_round_votes(db: SQLAlchemy) -> None:
    of, session, item = on_ranking()
    elsewhere = stories.stories.admitted(closed_call())
    make.access(elsewhere, of.seat("metro").user, Effect.BAR)
    stories.voted(of, item)
    assert set(voting(item)) == set(ALL)
    assert "unable" not in decision_on(item).grounds  # type: ignore[union-attr]


def test_substitute_votes_in_the_place_of_who_left_for_the_ranking(db: SQLAlchemy) -> None:
    of, session, item = on_ranking(barred=("comune",))
    services.take_item(item, of.staff)
    assert [each.promoter.code for each in lacks_on(item).unable] == ["comune"]
    services.note_arrival(session, of.seat("substitute"), of.staff)
    arrived = next(x for x in session.attendances if x.member_id == of.seat("substitute").id)
    assert arrived.stands_for_id == of.seat("comune").id
    assert voting(item)["comune"] == of.seat("substitute").id
    assert lacks_on(item).unable == []


def test_sitting_member_votes_before_the_substitute_appointed_first(db: SQLAlchemy) -> None:
    of = stories.committee(closed_call())
    first, _second = stories.judged_dossiers(of, 5, 4)
    services.end_member(of.seat("comune"), of.staff)
    person = stories.stories.evaluator(name="Chi siede dopo")
    chair = stories.MemberFunction.CHAIR
    later = services.appoint_member(of.call, of.staff, person.id, chair, "comune", stories.ACT)
    session = stories.opened(of, first, present=("substitute", "metro"), ranking=True)
    services.note_arrival(session, later, of.staff)
    assert voting(whole_agenda(session)[-1])["comune"] == later.id


def test_item_says_before_the_vote_what_it_lacks_and_whom_to_call(
    db: SQLAlchemy, client: FlaskClient
) -> None:
    of, session, item = on_ranking(("comune", "metro"), barred=("comune", "metro"))
    found = lacks_on(item)
    names = {each.promoter.code: [x.id for x in each.substitutes] for each in found.unable}
    assert names == {"comune": [of.seat("substitute").id], "metro": []}
    assert (found.voting, found.quorum, found.has_quorum) == (0, 2, False)
    said = words(make.sign_in(client, of.staff).get(page_of(session, item)))
    for sentence in (
        "Comune di Bologna non può votare: chi c'è non può occuparsi di questo punto. Chiama "
        "Valutatore substitute.",
        "Nessun altro siede per questo promotore: va nominato un supplente.",
        "Possono votare 0 promotori e ne servono 2: così il voto rinvia il punto a un'altra "
        "seduta.",
    ):
        assert sentence in said


def test_minutes_say_who_left_for_the_ranking_and_who_could_not_vote(db: SQLAlchemy) -> None:
    of, session, item = on_ranking(barred=("metro",))
    stories.voted(of, item)
    services.close_session(session, of.staff)
    told = compose_minutes(session)["items"][-1]
    assert [name for name, _left, _back in told["left"]] == ["Valutatore metro"]
    assert (
        "Città metropolitana di Bologna non ha potuto votare: chi c'è non può occuparsi di questo "
        "punto." in told["grounds"]
    )
    html = services.freeze_minutes(session, of.staff).document.html
    assert "Valutatore metro, che non può occuparsi di un progetto di questa graduatoria" in html


@pytest.mark.check(22)
def test_item_of_the_ranking_tells_nothing_to_who_is_barred(
    db: SQLAlchemy, client: FlaskClient
) -> None:
    of, session, item = on_ranking(barred=("metro",))
    services.take_item(item, of.staff)
    services.save_notes(item, of.staff, item.version, NOTES)
    stories.voted(of, item, diocesi=VoteKind.AGAINST)
    path, barred = page_of(session, item), of.seat("metro").user
    codes = [x.application.practice_code for x in whole_agenda(session) if x.application]
    for who, sees in ((of.seat("comune").user, True), (barred, False)):
        text = words(make.sign_in(client, who).get(path))
        told = [x in text for x in (*codes, NOTES, "Come da discussione.", "Contrario")]
        assert told == [sees] * len(told)
    assert "Di un progetto di questa graduatoria non ti puoi occupare" in text
    services.close_session(session, of.staff)
    shown = shown_minutes(compose_minutes(session), closed_to(session, barred))["items"]
    assert [each.get("is_blank", False) for each in shown] == [False, True, True]
    assert shown[-1] == {"number": 3, "is_blank": True, "is_ranking": True}


def test_staff_barred_from_a_dossier_records_nothing_on_the_ranking(
    db: SQLAlchemy, client: FlaskClient
) -> None:
    of, session, item = on_ranking()
    colleague = stories.stories.staff()
    make.access(dossier_of(session), colleague, Effect.BAR)
    for deed in (
        lambda: services.take_item(item, colleague),
        lambda: services.save_notes(item, colleague, item.version, NOTES),
    ):
        with pytest.raises(NotFound):
            deed()
    services.take_item(item, of.staff)
    make.sign_in(client, colleague)
    path = page_of(session, item)
    assert 'id="votes"' not in client.get(path).text
    assert submit(client, f"{path}/voto", page=f"/sedute/{of.call.code}/1").status_code == 404
    assert decision_on(item) is None


def test_interest_that_comes_up_takes_the_vote_on_the_ranking_back(db: SQLAlchemy) -> None:
    of, session, item = on_ranking()
    stories.voted(of, item)
    gone = of.seat("metro")
    found = (InterestOrigin.DETECTED, InterestReason.TAX_CODE)
    note_interest(dossier_of(session), gone.user, *found, of.staff)
    assert gone.promoter_id not in set(db.session.scalars(sa.select(Vote.promoter_id)))
    assert db.session.scalars(sa.select(Decision)).all() == []
    assert db.session.scalars(sa.select(Recusal.member_id)).all() == [gone.id]
