"""Scores that change at the very moment in which others are sent, or the ranking is published."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_sqlalchemy import SQLAlchemy

from portal.accounts.models import User
from portal.applications.models import Application
from portal.calls.models import Call
from portal.db import db as portal_db
from portal.evaluation import services
from portal.evaluation.models import (
    Interest,
    InterestOrigin,
    InterestReason,
    Ranking,
    RankingPlace,
    Round,
    ScoreSheet,
    Tally,
)
from portal.evaluation.queries import names_for
from portal.evaluation.states import RankingState
from portal.outcomes.services import publish_ranking
from portal.permissions import PORTAL
from tests.at_once import Deed, came_to
from tests.evaluation import stories
from tests.outcomes.stories import drawn

pytestmark = [pytest.mark.database, pytest.mark.check(55)]


def get(model: type[Any], key: Any) -> Any:
    """A record as this thread reads it."""
    return portal_db.session.get_one(model, key)


@pytest.mark.check(59)
def test_sheets_of_one_dossier_sent_at_once_are_all_counted(
    committed: SQLAlchemy, app: Flask
) -> None:
    call = stories.closed_call()
    people = [stories.evaluator() for _ in range(4)]
    dossiers = [stories.admitted(call) for _ in range(3)]
    outcomes: Counter[str] = Counter()
    for dossier in dossiers:
        sheets = [
            (stories.drafted(dossier, who, employment=3, sustainability=2).id, who.id)
            for who in people
        ]
        outcomes.update(came_to(app, [sending(*pair) for pair in sheets]))
    assert outcomes == {"done": 12}
    assert portal_db.session.scalars(sa.select(Tally.sent)).all() == [4, 4, 4]


def sending(sheet_id: int, user_id: int) -> Deed:
    """Sending a sheet."""
    return lambda: services.send_sheet(get(ScoreSheet, sheet_id), get(User, user_id))


DEEDS: dict[str, Callable[[ScoreSheet, int], Any]] = {
    "reopened": lambda sheet, office: services.reopen_sheet(sheet, "Prova.", get(User, office)),
    "corrected": lambda sheet, office: services.override_automatic(
        sheet.application, "organisation_type", 0, "Era sbagliato.", get(User, office)
    ),
    "agreed": lambda sheet, office: services.set_consensus(
        sheet.application,
        get(Round, sheet.round_id),
        {"employment": 0},
        {"employment": "Nessuna."},
        get(User, office),
    ),
    "recused": lambda sheet, _office: services.note_interest(
        get(Application, sheet.application_id),
        sheet.evaluator,
        InterestOrigin.DETECTED,
        InterestReason.MANDATE,
        PORTAL,
    ),
}


@pytest.mark.parametrize("deed", DEEDS)
def test_published_ranking_says_what_the_scores_say(
    committed: SQLAlchemy, app: Flask, deed: str
) -> None:
    ranking, (above, _below), office = drawn()
    ranking_id, round_id = ranking.id, ranking.round_id
    above_id, office_id = above.id, office.id
    of_above = sa.select(ScoreSheet.id).where(ScoreSheet.application_id == above_id)
    sheet_id = portal_db.session.scalars(of_above).one()
    published, _other = came_to(
        app,
        [
            lambda: publish_ranking(get(Ranking, ranking_id), get(User, office_id)),
            lambda: DEEDS[deed](get(ScoreSheet, sheet_id), office_id),
        ],
    )
    is_final = get(Ranking, ranking_id).state is RankingState.FINAL
    assert is_final == (published == "done")
    place = sa.select(RankingPlace.total_hundredths).where(
        RankingPlace.ranking_id == ranking_id, RankingPlace.application_id == above_id
    )
    total = get(Tally, (round_id, above_id)).total_hundredths
    assert (total == portal_db.session.scalar(place)) == is_final


def test_evaluators_who_declare_at_once_wait_for_nobody(committed: SQLAlchemy, app: Flask) -> None:
    call, office = stories.closed_call(), stories.staff()
    people = [stories.evaluator() for _ in range(2)]
    dossiers = [stories.admitted(call) for _ in range(4)]
    services.assign_evaluators(dossiers, people, office)
    for who in people:
        services.declare_year(who, [])
    # each is tied to the applicant of a dossier that the other is going to read
    deeds = [
        declaring(call.id, who.id, tied.applicant_id)
        for who, tied in zip(people, (dossiers[0], dossiers[-1]), strict=True)
    ]
    assert came_to(app, deeds) == ["done", "done"]


def test_interest_noted_by_several_at_once_is_one(committed: SQLAlchemy, app: Flask) -> None:
    dossier_id, who_id = stories.admitted(stories.closed_call()).id, stories.evaluator().id
    noted = (InterestOrigin.DETECTED, InterestReason.TAX_CODE, PORTAL)

    def note() -> None:
        services.note_interest(get(Application, dossier_id), get(User, who_id), *noted)

    assert came_to(app, [note] * 4) == ["done"] * 4
    assert len(portal_db.session.scalars(sa.select(Interest.id)).all()) == 1


def declaring(call_id: int, user_id: int, tied_to: int) -> Deed:
    """Declaring on all the names of a call, with an interest in one of them."""

    def do() -> None:
        call, who = get(Call, call_id), get(User, user_id)
        said = {
            each.public_id: services.Said("family" if each.applicant_id == tied_to else None)
            for each in names_for(who, call)
        }
        services.declare_for_call(call, who, said)

    return do
