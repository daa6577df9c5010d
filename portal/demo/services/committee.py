"""The committees of the demo: promoters, seats, a session with its minutes, one under way."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from portal import clock
from portal.accounts.models import User
from portal.applications.models import Application
from portal.calls.models import Call
from portal.committee.engine import ItemKind, MemberFunction, VoteKind
from portal.committee.models import AgendaItem, CommitteeMember, CommitteeSession
from portal.committee.queries import voters_on, whole_agenda
from portal.committee.services import (
    Ballot,
    add_dossiers,
    add_item,
    appoint_member,
    cast_votes,
    close_session,
    convene_session,
    create_promoter,
    freeze_minutes,
    note_arrival,
    open_session,
    plan_session,
    save_notes,
    take_item,
)
from portal.demo import engine
from portal.evaluation.queries import rounds_of

# Code, name, budget lines whose money is its own; one evaluator sits for each.
PROMOTERS = (
    ("comune", "Comune di Bologna", ("over-55", "innovazione-sociale")),
    ("citta_metropolitana", "Città metropolitana di Bologna", ()),
    ("arcidiocesi", "Arcidiocesi di Bologna - Fondazione San Petronio", ()),
)
ACT = "DD/9277 (esempio)"
PLACE = "Palazzo d'Accursio, sala rossa (esempio)"
BEGINNING = "Insediamento del comitato"
NOTES = (
    "I criteri sono quelli dell'avviso: il comitato li rilegge prima di cominciare.",
    "I voti sono lontani sulla sostenibilità: si chiede di guardare i conti del secondo anno.",
    "Progetto chiaro; il partenariato è già attivo.",
)
DECIDED = {ItemKind.DOSSIER: "Il progetto va in graduatoria.", ItemKind.RANKING: "Si pubblica."}
DISSENT = "Il piano dei ricavi del terzo anno non convince."
QUARTER = timedelta(minutes=15)


def add_promoters(staff: User) -> None:
    """Write down the promoters, and whose money the budget lines are."""
    for code, name, lines in PROMOTERS:
        create_promoter(staff, code=code, name=name, lines=lines)


def give_seats(call: Call, staff: User, evaluators: Sequence[User]) -> list[CommitteeMember]:
    """Seat an evaluator for each promoter; the first one has the chair."""
    act = (ACT, clock.today())
    functions = (MemberFunction.CHAIR, MemberFunction.MEMBER, MemberFunction.MEMBER)
    return [
        appoint_member(call, staff, user.id, function, code, act)
        for user, function, (code, *_rest) in zip(evaluators, functions, PROMOTERS, strict=True)
    ]


def hold_whole_session(
    call: Call, staff: User, evaluators: Sequence[User], held_at: datetime
) -> None:
    """Hold a session on all dossiers and the ranking, up to its frozen minutes."""
    with clock.at(held_at - timedelta(days=7)):
        members = give_seats(call, staff, evaluators)
        session = plan_session(rounds_of(call)[-1], staff, held_at, PLACE)
        add_item(session, staff, ItemKind.OTHER, BEGINNING)
        add_dossiers(session, staff)
        add_item(session, staff, ItemKind.RANKING)
        convene_session(session, staff)
    items = begin(session, members, staff, held_at)
    for number, item in enumerate(items):
        with clock.at(held_at + number * QUARTER):
            discuss(item, number, staff)
    with clock.at(held_at + len(items) * QUARTER):
        close_session(session, staff)
        freeze_minutes(session, staff)


def begin_session(
    call: Call, staff: User, evaluators: Sequence[User], judged: Sequence[Application]
) -> None:
    """Have a session under way now: one dossier decided, the next one under discussion.

    Another session is planned in five days, on the ranking.
    """
    opened_at = clock.now() - 3 * QUARTER
    with clock.at(opened_at - timedelta(days=1)):
        members = give_seats(call, staff, evaluators)
        session = plan_session(rounds_of(call)[-1], staff, opened_at, PLACE)
        add_item(session, staff, ItemKind.OTHER, BEGINNING)
        for application in judged:
            add_dossiers(session, staff, [application.practice_code])
        convene_session(session, staff)
    beginning, decided, current, *_later = begin(session, members, staff, opened_at)
    for number, item in enumerate((beginning, decided)):
        with clock.at(opened_at + number * QUARTER):
            discuss(item, number, staff)
    with clock.at(opened_at + 2 * QUARTER):
        take_item(current, staff)
        save_notes(current, staff, current.version, NOTES[2])
    to_come = engine.at(clock.today() + timedelta(days=5), 15)
    following = plan_session(rounds_of(call)[-1], staff, to_come, PLACE)
    add_item(following, staff, ItemKind.RANKING)
    convene_session(following, staff)


def begin(
    session: CommitteeSession, members: Sequence[CommitteeMember], staff: User, at: datetime
) -> list[AgendaItem]:
    """Open a session with everybody there, and return its agenda."""
    with clock.at(at):
        for member in members:
            note_arrival(session, member, staff)
        open_session(session, staff)
    return whole_agenda(session)


def discuss(item: AgendaItem, number: int, staff: User) -> None:
    """Note something on an item and vote on it, the second one with a dissent."""
    take_item(item, staff)
    save_notes(item, staff, item.version, NOTES[number % len(NOTES)])
    if item.kind is ItemKind.OTHER:
        return
    ballots = {promoter.id: Ballot(VoteKind.FAVOUR) for promoter in voters_on(item)}
    if number == 1:
        ballots[max(ballots)] = Ballot(VoteKind.AGAINST, DISSENT)
    cast_votes(item, staff, ballots, DECIDED[item.kind])
