"""Automatic points that the office corrects: what counts, what stays, who may, until when."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from portal.applications.models import Application
from portal.audit import AuditEntry
from portal.db import db, transaction
from portal.errors import Forbidden, Invalid, NotFound, Stale, WrongState
from portal.evaluation.models import Tally
from portal.evaluation.queries import automatic_lines
from portal.evaluation.services import (
    compute_automatic_scores,
    correct_points,
    draw_ranking,
    override_automatic,
)
from portal.outcomes.services import publish_ranking
from portal.permissions import Role
from tests import make
from tests.browse import submit, words
from tests.evaluation import stories

pytestmark = [pytest.mark.usefixtures("db"), pytest.mark.database]
KEY = "organisation_type"
WHY = "La visura dice altro."


@pytest.fixture
def application() -> Application:
    """An application admitted with 6 points for its type."""
    return stories.admitted(stories.closed_call(), automatic=600)


def tally_of(application: Application) -> Tally:
    """The running figures, read anew."""
    tally = db.session.scalars(db.select(Tally).filter_by(application_id=application.id)).one()
    db.session.refresh(tally)
    return tally


def reason_of(application: Application) -> str:
    """What everybody reads beside the points of the type."""
    return automatic_lines(application)[0].reason


def test_corrected_points_count_and_the_computed_ones_stay(application: Application) -> None:
    staff = stories.staff()
    before = reason_of(application)
    score = override_automatic(application, KEY, 850, WHY, staff)
    assert (score.points_hundredths, score.effective_hundredths) == (600, 850)
    assert (score.overridden_by_id, score.override_reason) == (staff.id, WHY)
    assert tally_of(application).automatic_hundredths == 850
    assert automatic_lines(application)[0].points_hundredths == 850
    assert reason_of(application) == (
        f"{before}. Corretto dall'ufficio da 6 a 8,5 punti: La visura dice altro."
    )
    entry = db.session.scalars(db.select(AuditEntry).order_by(AuditEntry.number.desc())).first()
    assert entry is not None
    assert (entry.action, entry.facts) == (
        "automatic_score.override",
        {"score": score.id, "before": 600, "after": 850},
    )
    override_automatic(application, KEY, None, "", staff)
    assert (tally_of(application).automatic_hundredths, reason_of(application)) == (600, before)


def test_correction_outlives_a_new_computation(application: Application) -> None:
    override_automatic(application, KEY, 0, WHY, stories.staff())
    with transaction():
        compute_automatic_scores(application, stories.staff())
    line = automatic_lines(application)[0]
    assert (line.points_hundredths, line.score and line.score.override_reason) == (0, WHY)


@pytest.mark.parametrize(
    ("points", "reason", "code"),
    [
        (1_001, WHY, "points_out_of_weight"),
        (-1, WHY, "points_out_of_weight"),
        (500, " ", "required"),
    ],
)
def test_points_out_of_the_weight_or_without_a_reason_are_refused(
    application: Application, points: int, reason: str, code: str
) -> None:
    with pytest.raises(Invalid) as caught:
        override_automatic(application, KEY, points, reason, stories.staff())
    assert (caught.value.code, tally_of(application).automatic_hundredths) == (code, 600)


def test_who_judges_or_saw_other_points_corrects_nothing(application: Application) -> None:
    evaluator, staff = stories.evaluator(), stories.staff()
    for who in (evaluator, make.user(Role.AUDITOR)):
        with pytest.raises((Forbidden, NotFound)):
            override_automatic(application, KEY, 500, WHY, who)
    with pytest.raises(NotFound):
        override_automatic(application, "employment", 500, WHY, staff)
    override_automatic(application, KEY, 500, WHY, staff, seen=600)
    with pytest.raises(Stale):
        override_automatic(application, KEY, 700, WHY, staff, seen=600)


def test_published_ranking_keeps_its_points() -> None:
    call, staff = stories.closed_call(), stories.staff()
    application = stories.admitted(call, automatic=600)
    stories.judged(application, stories.evaluator(), 5, 3)
    ranking = draw_ranking(make.round_of(call), staff)
    publish_ranking(ranking, staff)
    with pytest.raises(WrongState):
        override_automatic(application, KEY, 700, WHY, staff)
    correct_points(application, KEY, 700, WHY, staff)
    assert tally_of(application).automatic_hundredths == 700


def test_page_corrects_and_undoes(client: FlaskClient, application: Application) -> None:
    make.sign_in(client, make.user(Role.STAFF))
    base = f"/pratiche/{application.practice_code}/punti-automatici"
    assert "6 punti su 10" in words(client.get(base))
    one = f"{base}/{KEY}"
    assert submit(client, one, points="12", reason=WHY, version="600").status_code == 422
    assert submit(client, one, points="7,25", reason="", version="600").status_code == 422
    assert submit(client, one, points="7,25", reason=WHY, version="600").status_code == 303
    assert tally_of(application).automatic_hundredths == 725
    shown = words(client.get(base))
    assert "Corretto dall'ufficio da 6 a 7,25 punti: La visura dice altro." in shown
    late = submit(client, one, points="9", reason="Altro.", version="600")
    assert (late.status_code, tally_of(application).automatic_hundredths) == (409, 725)
    assert submit(client, one, action="undo", version="725").status_code == 303
    assert tally_of(application).automatic_hundredths == 600
    dossier = client.get(f"/pratiche/{application.practice_code}").text
    assert base in dossier


def test_evaluator_reads_the_correction_on_the_sheet(
    client: FlaskClient, application: Application
) -> None:
    who = stories.evaluator()
    stories.assigned(application, who)
    override_automatic(application, KEY, 1_000, WHY, stories.staff())
    make.sign_in(client, who)
    page = words(client.get(f"/valutazioni/{application.practice_code}"))
    assert "Corretto dall'ufficio da 6 a 10 punti: La visura dice altro." in page
