"""The published ranking as open data."""

from __future__ import annotations

import json

import pytest
from flask.testing import FlaskClient

from portal.evaluation.services import draw_ranking
from portal.outcomes.services import publish_ranking
from tests import make
from tests.evaluation import stories

pytestmark = pytest.mark.usefixtures("db")


def published(**facts: object) -> tuple:
    """A published ranking with one dossier."""
    call, office = stories.closed_call(**facts), stories.staff()
    application = stories.admitted(call, automatic=2000)
    stories.judged(application, stories.evaluator(), 3, 2)
    ranking = draw_ranking(make.round_of(call), office)
    publish_ranking(ranking, office)
    return call, application


def test_open_data_say_place_points_and_licence(client: FlaskClient) -> None:
    call, application = published()
    table = client.get(f"/graduatorie/{call.code}/dati.csv")
    heads, row = table.get_data(as_text=True).lstrip("\ufeff").splitlines()
    assert heads.replace(";", ",").split(",")[:4] == [
        "position",
        "practice_code",
        "total",
        "outcome",
    ]
    assert application.practice_code in row
    answer = client.get(f"/graduatorie/{call.code}/dati.json")
    assert answer.headers["X-Robots-Tag"] == "noindex"
    found = json.loads(answer.data)
    assert found["licence"].endswith("/by/4.0/")
    (place,) = found["places"]
    assert (place["position"], place["total"], place["applicant"]) == (
        1,
        "64.00",
        application.applicant.name,
    )


def test_hidden_names_are_no_open_data(client: FlaskClient) -> None:
    call, application = published(names_hidden=True)
    for ending in ("csv", "json"):
        text = client.get(f"/graduatorie/{call.code}/dati.{ending}").get_data(as_text=True)
        assert application.practice_code in text
        assert application.applicant.name not in text
        assert application.title not in text


def test_draft_is_no_open_data_even_for_the_office(client: FlaskClient) -> None:
    call, office = stories.closed_call(), stories.staff()
    stories.judged(stories.admitted(call), stories.evaluator(), 3, 2)
    draw_ranking(make.round_of(call), office)
    make.sign_in(client, office)
    assert client.get(f"/graduatorie/{call.code}/dati.csv").status_code == 404
