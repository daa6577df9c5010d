"""Interests: what is declared, what is found, what it closes and what ending it opens again."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from portal import clock
from portal.accounts.models import User
from portal.accounts.services import grant_role
from portal.applications.models import Application
from portal.applications.services import accept_invitation, invite_collaborator
from portal.applications.states import ApplicationState
from portal.audit import AuditEntry
from portal.db import db as database
from portal.db import transaction
from portal.errors import Forbidden, Invalid, InvalidMany, NotFound, Stale, WrongState
from portal.evaluation import queries, services
from portal.evaluation.models import Interest, InterestOrigin, InterestReason, Tally
from portal.evaluation.services.declarations import a_year_after
from portal.evaluation.states import InterestState, SheetState
from portal.permissions import Right, Role, can
from portal.registry.models import Applicant, Mandate, MandateKind
from tests import make
from tests.browse import link_in, mails_to
from tests.evaluation import stories

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("db")]
R = InterestReason


def say(call: Any, who: User, **said: Any) -> None:
    """Declare on the names of a call that wait, without interests but those that are named."""
    if not queries.is_in_force(queries.yearly_of(who)):
        services.declare_year(who, [])
    keys = {each.public_id for each in queries.names_for(who, call) if not each.is_answered}
    services.declare_for_call(call, who, {**dict.fromkeys(keys, services.Said(None)), **said})


def reasons(application: Application, who: User, state: InterestState) -> set[InterestReason]:
    """Why somebody has an interest in a dossier, in one state."""
    found = select(Interest.reason).where(
        Interest.application_id == application.id,
        Interest.user_id == who.id,
        Interest.state == state,
    )
    return set(database.session.scalars(found))


def barred(application: Application, who: User) -> set[InterestReason]:
    """Why somebody is barred from a dossier now; nothing where he isn't."""
    found = reasons(application, who, InterestState.STANDING)
    assert (who.id in stories.barred_ids(application)) is bool(found)
    return found


def acts_for(who: User, applicant: Applicant, ended_at: datetime | None = None) -> None:
    """Let somebody act for an applicant, or have done so once."""
    kind = MandateKind.DELEGATE
    make.add(
        Mandate(
            user_id=who.id,
            applicant_id=applicant.id,
            kind=kind,
            started_at=clock.now(),
            ended_at=ended_at,
        )
    )
    database.session.expire(applicant)


# --- declarations --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (date(2026, 11, 22), date(2027, 11, 21)),
        (date(2028, 2, 29), date(2029, 2, 28)),
        (date(2027, 1, 1), date(2027, 12, 31)),
    ],
)
def test_a_declaration_is_good_for_twelve_months(first: date, last: date) -> None:
    assert a_year_after(first) == last


def test_year_runs_out_and_is_renewed_without_losing_the_one_before() -> None:
    who = stories.evaluator()
    with clock.at(clock.now() - timedelta(days=370)):
        old = services.declare_year(who, [services.TieSaid("body", "office", "Uno")])
        assert queries.is_in_force(old)
    assert not queries.is_in_force(queries.yearly_of(who))
    new = services.declare_year(who, [])
    assert queries.yearly_of(who) is new
    assert ([tie.name for tie in queries.ties_of(old)], queries.ties_of(new)) == (["Uno"], [])


def test_names_are_asked_when_no_more_can_apply_and_one_is_admitted() -> None:
    now = clock.now()
    still_open = make.call(rules=stories.RULES, closes_at=now + timedelta(days=5))
    closed, always = (
        stories.closed_call(),
        make.call(rules=stories.RULES, kind="rolling", closes_at=None),
    )
    who = stories.evaluator()
    for call in (still_open, closed, always):
        stories.admitted(call)
    waiting = stories.closed_call()
    make.application(waiting, make.body(make.user()), state=ApplicationState.FORMAL_CHECK)
    asked = {call.code: len(queries.names_for(who, call)) for call in (still_open, closed, always)}
    assert asked == {still_open.code: 0, closed.code: 1, always.code: 1}
    assert {each.code for each in queries.calls_awaiting(who)} == {closed.code, always.code}
    assert queries.names_for(who, waiting) == []


def test_a_call_is_declared_on_after_the_year_and_on_every_name() -> None:
    call, who = stories.closed_call(), stories.evaluator()
    one, two = stories.admitted(call), stories.admitted(call)
    with pytest.raises(WrongState):
        services.declare_for_call(call, who, {})
    services.declare_year(who, [])
    with pytest.raises(InvalidMany) as refusal:
        services.declare_for_call(call, who, {one.applicant.public_id: services.Said(None)})
    assert set(refusal.value.errors) == {two.applicant.public_id}
    assert not queries.has_declared(who, call)
    say(call, who)
    assert queries.has_declared(who, call)
    with pytest.raises(Forbidden):
        services.declare_year(stories.staff(), [])


def test_dossier_opens_when_declared_and_assigned_whichever_comes_last() -> None:
    call, first, last = stories.closed_call(), stories.evaluator(), stories.evaluator()
    application, office = stories.admitted(call), stories.staff()
    say(call, first)
    services.assign_evaluators([application], [first, last], office)
    assert can(first, "application.read", application)
    for closed in ("application.read", "sheet.read"):
        assert not can(last, closed, application)
    assert queries.progress_of(last).total == 0
    with pytest.raises(NotFound):
        queries.get_sheet(application.practice_code, last)
    assert queries.awaits_declaration(application.practice_code, last)
    say(call, last)
    assert queries.get_sheet(application.practice_code, last).evaluator_id == last.id
    assert not queries.awaits_declaration(application.practice_code, last)


def test_new_names_are_asked_alone_and_close_only_their_own_dossiers() -> None:
    call, who = stories.closed_call(), stories.evaluator()
    sheet = stories.assigned(stories.admitted(call), who)
    late = stories.admitted(call)
    services.assign_evaluators([late], [who], stories.staff())
    asked = [each.public_id for each in queries.names_for(who, call) if not each.is_answered]
    assert asked == [late.applicant.public_id]
    assert not queries.has_declared(who, call)
    assert queries.get_sheet(sheet.application.practice_code, who) is sheet
    with pytest.raises(NotFound):
        queries.get_sheet(late.practice_code, who)


def test_declared_interest_closes_all_that_the_applicant_sent_to_the_call() -> None:
    call, who = stories.closed_call(one_per_applicant=False), stories.evaluator()
    one, other = stories.admitted(call), stories.admitted(call)
    services.assign_evaluators([one, other], [who], stories.staff())
    say(call, who, **{one.applicant.public_id: services.Said("money", "Un prestito")})
    assert barred(one, who) == {R.DECLARED}
    assert barred(other, who) == set()
    assert [each.practice_code for each in assignments(who)] == [other.practice_code]
    assert [each.name for each in queries.names_for(who, call)] == [other.applicant.name]


def assignments(who: User) -> list[Any]:
    """The list of an evaluator."""
    listing = queries.read_assignments_listing({})
    return list(queries.assignments_of(who, listing, queries.progress_of(who).total).items)


# --- an interest that comes up later -------------------------------------------------------------


def test_sent_sheet_counts_no_more_when_an_interest_comes_up() -> None:
    call, who, other = stories.closed_call(), stories.evaluator(), stories.evaluator()
    application = stories.admitted(call, automatic=2000)
    recused = stories.judged(application, who, 4, 2)
    stories.judged(application, other, 1, 1)
    assert tally(application) == (2, 2, 3500)
    say(call, who, **{application.applicant.public_id: services.Said("family")})
    assert (recused.state, recused.total_hundredths) == (SheetState.RECUSED, 5200)
    assert tally(application) == (1, 1, 1800)
    loads = {
        each.evaluator.id: (each.assigned, each.sent)
        for each in queries.loads_in(make.round_of(call))
    }
    assert (loads[who.id], loads[other.id]) == ((0, 0), (1, 1))


def tally(application: Application) -> tuple[int, int, int | None]:
    """Sheets waited for, sheets sent, and judged points."""
    database.session.expire_all()
    found = database.session.scalars(select(Tally).filter_by(application_id=application.id)).one()
    return found.assigned, found.sent, found.judged_hundredths


def test_what_is_decided_stays_as_it_was() -> None:
    call, who = stories.closed_call(), stories.evaluator()
    sheet = stories.judged(stories.admitted(call), who, 4, 2)
    with transaction():
        database.session.execute(
            update(Application)
            .where(Application.id == sheet.application_id)
            .values(state=ApplicationState.SELECTED)
        )
        database.session.refresh(sheet.application)
        services.note_interest(sheet.application, who, InterestOrigin.DETECTED, R.MANDATE, None)
    assert sheet.state is SheetState.SENT
    assert barred(sheet.application, who) == {R.MANDATE}


def test_ended_by_mistake_opens_again_and_the_sheet_is_taken_up() -> None:
    call, who, office = stories.closed_call(), stories.evaluator(), stories.staff()
    sheet = stories.judged(stories.admitted(call), who, 4, 2)
    application = sheet.application
    say(call, who, **{application.applicant.public_id: services.Said("other")})
    interest = database.session.scalars(select(Interest)).one()
    with pytest.raises(Invalid):
        services.assign_evaluators([application], [who], office)
    with pytest.raises(Invalid):
        services.end_interest(interest, office, "  ", interest.version)
    with pytest.raises(Stale):
        services.end_interest(interest, office, "Omonimia.", interest.version + 1)
    services.end_interest(interest, office, "Omonimia.", interest.version)
    assert barred(application, who) == set()
    assert assignments(who) == []
    assert services.assign_evaluators([application], [who], office) == [sheet]
    assert (sheet.state, queries.marks_of(sheet)["employment"]) == (SheetState.DRAFT, 4)
    assert [each.practice_code for each in assignments(who)] == [application.practice_code]
    assert tally(application) == (1, 0, None)


def test_bar_stands_while_another_interest_does() -> None:
    call, who, office = stories.closed_call(), stories.evaluator(), stories.staff()
    application = stories.admitted(call)
    for reason in (R.MANDATE, R.SENDER):
        services.note_interest(application, who, InterestOrigin.DETECTED, reason, office)
    first = database.session.scalars(select(Interest).order_by(Interest.id)).first()
    assert first is not None
    services.end_interest(first, office, "Non era lui.", first.version)
    assert barred(application, who) == {R.SENDER}


def test_who_is_concerned_settles_nothing_about_himself() -> None:
    both = make.user(make.held(Role.STAFF), make.held(Role.EVALUATOR))
    application = stories.admitted(stories.closed_call())
    tie = services.TieSaid("body", "office", application.applicant.name)
    services.declare_year(both, [tie])
    interest = database.session.scalars(select(Interest)).one()
    for deed in (services.dismiss_interest, services.end_interest):
        with pytest.raises((Forbidden, NotFound)):
            deed(interest, both, "Perché sì.", interest.version)


def test_trail_holds_ids_and_reasons_and_no_name() -> None:
    call, who = stories.closed_call(), stories.evaluator()
    application = stories.admitted(call)
    services.declare_year(who, [services.TieSaid("person", "family", "Zelinda Rarissima")])
    said = services.Said("family", "Mia cugina Zelinda")
    services.declare_for_call(call, who, {application.applicant.public_id: said})
    deeds = database.session.scalars(
        select(AuditEntry).where(AuditEntry.action.like("interest.%")).order_by(AuditEntry.number)
    ).all()
    assert [each.action for each in deeds] == ["interest.declare"] * 2 + ["interest.note"]
    assert deeds[2].facts == {
        "application_id": application.id,
        "user_id": who.id,
        "origin": "declared",
        "reason": "declared",
    }
    assert all("elinda" not in str(each.facts) for each in deeds)
    ground = queries.grounds_of(database.session.scalars(select(Interest)).one())
    assert [(each.relation.value, each.words) for each in ground] == [
        ("family", "Mia cugina Zelinda")
    ]


# --- detection -----------------------------------------------------------------------------------


def test_certain_interests_are_found_and_bar_at_once() -> None:
    call, office = stories.closed_call(), stories.staff()
    past, invited, helper = stories.evaluator(), stories.evaluator(), stories.staff()
    owner = make.user()
    application = stories.admitted(call, owner=owner, on_behalf_by_id=helper.id)
    acts_for(past, application.applicant, ended_at=clock.now())
    collaborator = invite_collaborator(application, invited.email, Right.READ, owner)
    link = link_in(mails_to(invited.email)[-1], "invit")
    accept_invitation(link.rsplit("/", 1)[1], invited)
    services.detect_interests(application)
    assert barred(application, past) == {R.MANDATE}
    assert barred(application, invited) == {R.COLLABORATOR}
    assert barred(application, helper) == {R.ON_BEHALF}
    assert barred(application, office) == set()
    assert collaborator.user_id == invited.id
    assert services.detect_interests(application) == []


def test_own_code_and_codes_of_ties_bar_wherever_they_stand() -> None:
    call = stories.closed_call()
    own, tied, other = (stories.evaluator() for _ in range(3))
    profile = make.person(own)
    application = stories.admitted(call)
    with transaction():
        application.applicant.representative_tax_code = profile.tax_code
    code = application.applicant.tax_code
    services.declare_year(tied, [services.TieSaid("body", "money", "Altro nome", code)])
    services.declare_year(other, [services.TieSaid("body", "money", "Altro", "00743110157")])
    services.detect_interests(application)
    assert barred(application, own) == {R.TAX_CODE}
    assert barred(application, tied) == {R.TIE}
    assert barred(application, other) == set()
    assert profile.mandates[0].kind is MandateKind.SELF


@pytest.mark.parametrize(
    ("tie", "reason"),
    [
        (("body", "office", "COOPERATIVA sociale l'Airone, s.r.l."), R.BODY_NAME),
        (("body", "office", "Airone Verde"), None),
        (("person", "family", "Carla De Santis"), R.FAMILY_NAME),
        (("person", "money", "Carla De Santis"), None),
        (("person", "money", "De Santis Rita"), R.FAMILY_NAME),
        (("person", "family", "Santis"), R.FAMILY_NAME),
        (("person", "family", "Rita Bianchi"), None),
    ],
)
def test_names_only_make_an_interest_possible(
    tie: tuple[str, str, str], reason: InterestReason | None
) -> None:
    application = stories.admitted(stories.closed_call())
    with transaction():
        application.applicant.name = "L'Airone"
        application.applicant.representative_name = "Rita De Santis"
    who = stories.evaluator()
    services.declare_year(who, [services.TieSaid(*tie)])
    possible = reasons(application, who, InterestState.POSSIBLE)
    assert possible == ({reason} if reason else set())
    assert barred(application, who) == set()


def test_newest_declaration_alone_is_compared() -> None:
    who, application = stories.evaluator(), stories.admitted(stories.closed_call())
    with clock.at(clock.now() - timedelta(days=2)):
        services.declare_year(who, [services.TieSaid("body", "office", "Cooperativa Girasole")])
    services.declare_year(who, [])
    with transaction():
        application.applicant.name = "Cooperativa Girasole"
    assert services.detect_interests(application) == []


def test_role_given_later_is_looked_at_with_what_is_known() -> None:
    application, admin = stories.admitted(stories.closed_call()), make.user(Role.ADMIN)
    owner = database.session.get_one(User, next(iter(application.owner_ids)))
    assert services.detect_interests(application) == []
    grant_role(owner, Role.EVALUATOR, admin)
    assert barred(application, owner) == {R.MANDATE, R.SENDER}


def test_other_calls_and_people_without_a_part_are_left_alone() -> None:
    limited = make.user(make.held(Role.EVALUATOR, strand="self_employment"))
    call = stories.closed_call()
    auditor = make.user(Role.AUDITOR)
    application = stories.admitted(call)
    for who in (limited, auditor):
        acts_for(who, application.applicant)
    assert services.detect_interests(application) == []
    assert services.detect_interests_of(auditor) == []
