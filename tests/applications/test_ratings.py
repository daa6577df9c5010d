"""How easy people found the service, without who they are."""

from __future__ import annotations

from decimal import Decimal

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.applications import queries, services
from portal.applications.models import Rating
from portal.db import db as portal_db
from portal.errors import Forbidden, Invalid, NotFound, WrongState
from portal.permissions import Role
from tests import make
from tests.applications import stories
from tests.browse import submit

pytestmark = pytest.mark.usefixtures("db")


@pytest.mark.database
def test_opinion_is_kept_without_a_person() -> None:
    application = stories.sent()
    services.rate_service(application, stories.owner_of(application), "2", "too_long", "Lungo.")
    kept = portal_db.session.scalars(select(Rating)).one()
    assert (kept.stars, kept.answer, kept.text) == (2, "too_long", "Lungo.")
    columns = {column.key for column in sa.inspect(Rating).columns}
    assert columns == {"id", "call_id", "given_on", "stars", "answer", "text"}


def test_each_sending_is_judged_once() -> None:
    application = stories.sent()
    owner = stories.owner_of(application)
    services.rate_service(application, owner, "5")
    with pytest.raises(WrongState, match="already_rated"):
        services.rate_service(application, owner, "1")


@pytest.mark.parametrize(
    ("stars", "answer", "field"),
    [("0", "", "stars"), ("6", "", "stars"), ("5", "too_long", "answer"), ("1", "quick", "answer")],
)
def test_answers_suit_the_stars(stars: str, answer: str, field: str) -> None:
    application = stories.sent()
    with pytest.raises(Invalid) as refusal:
        services.rate_service(application, stories.owner_of(application), stars, answer)
    assert list(refusal.value.errors) == [field]


def test_five_answers_for_few_stars_and_five_others_for_many() -> None:
    few, many = queries.RATING_ANSWERS[3], queries.RATING_ANSWERS[4]
    assert (len(few), len(many), few.keys() & many.keys()) == (5, 5, set())


def test_question_stands_at_the_end_and_leads_to_its_answers(client: FlaskClient) -> None:
    application = stories.sent()
    make.sign_in(client, stories.owner_of(application))
    code = application.practice_code
    receipt = client.get(f"/domande/{code}/ricevuta").text
    assert [f'data-element="feedback-rate-{n}"' in receipt for n in range(1, 6)] == [True] * 5
    hard = client.get(f"/domande/{code}/valutazione?stars=3").text
    well = client.get(f"/domande/{code}/valutazione?stars=4").text
    assert ("È stato veloce" in hard, "È stato veloce" in well) == (False, True)
    page, address = f"/domande/{code}/valutazione?stars=4", f"/domande/{code}/valutazione"
    sent = submit(client, address, page=page, stars="4", answer="quick")
    assert sent.status_code == 303
    assert "feedback-rate-1" not in client.get(f"/domande/{code}/ricevuta").text


def test_strangers_judge_nothing() -> None:
    application = stories.sent()
    with pytest.raises((Forbidden, NotFound)):
        services.rate_service(application, make.user(), "5")


@pytest.mark.database
def test_office_reads_the_figures(client: FlaskClient) -> None:
    call, staff = stories.open_call(one_per_applicant=False), make.user(Role.STAFF)
    for stars, answer in (("5", "quick"), ("4", "quick"), ("2", "too_long")):
        application = stories.sent(call)
        services.rate_service(application, stories.owner_of(application), stars, answer)
    found = queries.ratings(staff)
    assert found.by_stars == {5: 1, 4: 1, 3: 0, 2: 1, 1: 0}
    assert (found.by_answer["quick"], found.by_answer["too_long"]) == (2, 1)
    assert found.mean == Decimal("3.7")
    elsewhere = make.user(make.held(Role.STAFF, strand="self_employment"))
    assert queries.ratings(elsewhere).count == 0
    make.sign_in(client, staff)
    assert "3,7" in client.get("/opinioni").text
