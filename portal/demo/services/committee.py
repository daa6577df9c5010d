"""The committee of the demo's autumn call: a session with its minutes, another one to come."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from portal import clock
from portal.accounts.models import User
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
NOTES = (
    "I criteri sono quelli dell'avviso: il comitato li rilegge prima di cominciare.",
    "I voti sono lontani sulla sostenibilità: si chiede di guardare i conti del secondo anno.",
    "Progetto chiaro; il partenariato è già attivo.",
)
DISSENT = "Il piano dei ricavi del terzo anno non convince."


def add_committee(call: Call, staff: User, evaluators: Sequence[User], held_at: datetime) -> None:
    """Give out the seats, hold one session, and plan the next for five days from now."""
    with clock.at(held_at - timedelta(hours=6)):
        members = [
            give_seat(call, staff, user, *promoter)
            for user, promoter in zip(evaluators, PROMOTERS, strict=True)
        ]
        session = plan_session(rounds_of(call)[-1], staff, held_at, PLACE)
        add_item(session, staff, ItemKind.OTHER, "Insediamento del comitato")
        add_dossiers(session, staff)
        convene_session(session, staff)
    hold_session(session, members, staff, held_at)
    to_come = engine.at(clock.today() + timedelta(days=5), 15)
    following = plan_session(rounds_of(call)[-1], staff, to_come, PLACE)
    add_item(following, staff, ItemKind.RANKING)
    convene_session(following, staff)


def give_seat(
    call: Call, staff: User, user: User, code: str, name: str, lines: Sequence[str]
) -> CommitteeMember:
    """Write down a promoter and who sits for it; the first one has the chair."""
    create_promoter(staff, code=code, name=name, lines=lines)
    is_first = code == PROMOTERS[0][0]
    function = MemberFunction.CHAIR if is_first else MemberFunction.MEMBER
    return appoint_member(call, staff, user.id, function, code, (ACT, clock.today()))


def hold_session(
    session: CommitteeSession, members: Sequence[CommitteeMember], staff: User, at: datetime
) -> None:
    """Discuss an item each quarter of an hour, vote with one dissent, freeze the minutes."""
    items, quarter = whole_agenda(session), timedelta(minutes=15)
    with clock.at(at):
        for member in members:
            note_arrival(session, member, staff)
        open_session(session, staff)
    for number, item in enumerate(items):
        with clock.at(at + number * quarter):
            discuss(item, number, staff)
    with clock.at(at + len(items) * quarter):
        close_session(session, staff)
        freeze_minutes(session, staff)


def discuss(item: AgendaItem, number: int, staff: User) -> None:
    """Note something on an item, and vote on it if it is a dossier."""
    take_item(item, staff)
    save_notes(item, staff, item.version, NOTES[number % len(NOTES)])
    if item.kind is ItemKind.DOSSIER:
        ballots = {promoter.id: Ballot(VoteKind.FAVOUR) for promoter in voters_on(item)}
        if number == 1:
            ballots[max(ballots)] = Ballot(VoteKind.AGAINST, DISSENT)
        cast_votes(item, staff, ballots, "Il progetto va in graduatoria.")
