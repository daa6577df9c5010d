"""The letters in the personal area: of outcomes and of refusals, to their readers alone."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from portal import clock
from portal.applications.queries import get_submission, notice_of, submitter_of
from portal.desk.queries import own_letters
from portal.operations.services import work_once
from portal.outcomes.queries import letter_of
from portal.outcomes.services import give_notice, refuse_application, send_letters
from tests import make
from tests.browse import words
from tests.costs import cost
from tests.evaluation import stories
from tests.outcomes.stories import owner_of, with_letters

pytestmark = pytest.mark.usefixtures("db")

DOCUMENTS = "/area-personale/documenti"
WHY = "Il piano economico non copre le spese."


def test_letter_of_the_outcome_is_listed_and_fetched_once_drawn(
    client: FlaskClient, drawn: list[str]
) -> None:
    ranking, (above, below), office = with_letters()
    make.sign_in(client, owner_of(below))
    assert letter_of(below) is None
    assert own_letters(owner_of(below)) == []
    send_letters(ranking, office, 2)
    letter = letter_of(below)
    assert letter is not None
    shown = words(client.get(DOCUMENTS))
    assert letter.protocol_entry.code in shown
    assert f"{letter.document.title} {below.applicant.name}" in shown
    fetched = f"/domande/{below.practice_code}/lettera.pdf?lettera=outcome"
    assert fetched not in client.get(DOCUMENTS).text
    assert above.practice_code not in shown
    assert [x.practice_code for x in own_letters(owner_of(above))] == [above.practice_code]
    while work_once("tests"):
        pass
    assert len(drawn) > 0
    assert fetched in client.get(DOCUMENTS).text
    assert client.get(fetched).mimetype == "application/pdf"


def test_refusal_without_a_ranking_is_listed_too(client: FlaskClient, drawn: list[str]) -> None:
    rules = {**stories.RULES, "ranked": False, "evaluation": {}}
    application = stories.admitted(stories.closed_call(rules=rules))
    owner, office = submitter_of(get_submission(application)), stories.staff()
    notice = give_notice(application, [], WHY, office)
    assert own_letters(owner) == []
    with clock.at(over := notice.due_at):
        refuse_application(application, [], office, notice.version)
        (letter,) = own_letters(owner)
    assert (letter.sent_at, letter.occasion) == (notice_of(application).closed_at, None)
    make.sign_in(client, owner)
    fetched = f"/domande/{application.practice_code}/rigetto.pdf"
    with clock.at(over):
        while work_once("tests"):
            pass
    assert fetched in client.get(DOCUMENTS).text
    assert (client.get(fetched).status_code, len(drawn) > 0) == (200, True)


def test_documents_cost_the_same_however_many_letters(client: FlaskClient) -> None:
    costs = []
    for sent in (0, 1):
        ranking, (above, _below), office = with_letters()
        if sent:
            send_letters(ranking, office, 2)
        make.sign_in(client, owner_of(above))
        costs.append(cost(client, DOCUMENTS))
    assert costs[0] == costs[1]
