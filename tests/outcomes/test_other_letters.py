"""Letters beside those of the places: to who was not admitted, to who comes in from the reserve."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.exc import IntegrityError

from portal import clock
from portal.applications.models import Application, CheckItem, CheckOutcome
from portal.applications.services import renounce_application
from portal.applications.states import ApplicationState
from portal.db import db as database
from portal.db import transaction
from portal.evaluation.models import Ranking
from portal.evaluation.services import draw_ranking, slide_ranking
from portal.outcomes.models import DecisionLetter
from portal.outcomes.queries import letter_lines, letter_of, letters_of
from portal.outcomes.services import publish_ranking, send_letters
from portal.outcomes.states import Occasion
from tests import make
from tests.browse import mails_to, submit, words
from tests.costs import cost
from tests.evaluation import stories
from tests.outcomes.stories import owner_of

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("db")]

RULES = {**stories.RULES, "checklist": [{"key": "statuto", "text": {"it": "C'è lo statuto."}}]}
WHY = "Manca lo statuto che l'avviso chiede."


def final(*asked: str, refused: int = 1) -> tuple[Ranking, list[Application], Any]:
    """A final ranking of applications that ask for this much of 1,000, and some not admitted."""
    call, office = stories.closed_call(rules=RULES, budget=Decimal("1000.00")), stories.staff()
    found = []
    for number, amount in enumerate(asked):
        facts = {"automatic": 3000 - number, "requested_amount": Decimal(amount)}
        found.append(stories.admitted(call, **facts))
        stories.judged(found[-1], stories.evaluator(), 5, 3)
    found += [not_admitted(call, office) for _ in range(refused)]
    ranking = draw_ranking(make.round_of(call), office)
    publish_ranking(ranking, office)
    return ranking, found, office


def not_admitted(call: Any, office: Any) -> Application:
    """An application that the formal check has ended, with a note that stays in the office."""
    facts = {"state": ApplicationState.INADMISSIBLE, "outcome_reason": WHY}
    application = stories.admitted(call, **facts)
    noted = {"item_key": "statuto", "outcome": CheckOutcome.NOT_MET, "reason": "Nota interna."}
    seen = {"checked_at": clock.now(), "checked_by_id": office.id}
    with transaction():
        database.session.add(CheckItem(application_id=application.id, **noted, **seen))
    return application


def give_up(application: Application) -> None:
    """The applicant renounces."""
    renounce_application(application, owner_of(application), "Non possiamo.", clock.now())


def html_of(application: Application) -> str:
    """The newest letter of an application as it is drawn."""
    letter = letter_of(application)
    return "" if letter is None else letter.document.html


def test_who_was_not_admitted_gets_a_letter_with_all_the_others(client: FlaskClient) -> None:
    ranking, (chosen, out), office = final("600.00")
    lines = letter_lines(ranking, office)
    assert [(each.practice_code, each.occasion) for each in lines] == [
        (chosen.practice_code, Occasion.OUTCOME),
        (out.practice_code, Occasion.INADMISSIBLE),
    ]
    make.sign_in(client, office)
    start = f"/gestione/avvisi/{ranking.call.code}/lettere"
    preview = words(client.get(f"{start}/{out.practice_code}?lettera=inadmissible"))
    assert all(part in preview for part in (WHY, "C'è lo statuto.", "candidarti a un altro avviso"))
    assert "Non ammessa" in words(client.get(start))
    assert send_letters(ranking, office, 2) == 2
    assert WHY in html_of(out).replace("&#39;", "'")
    assert ("TAR" in html_of(out), "Nota interna" in html_of(out)) == (True, False)
    assert mails_to(owner_of(out).email)[-1].template == "decision_letter"
    make.sign_in(client, owner_of(out))
    assert WHY in words(client.get(f"/domande/{out.practice_code}/esito"))
    make.sign_in(client, office)
    assert "non ammessa" in words(client.get(f"/pratiche/{out.practice_code}"))


def test_who_was_not_admitted_has_no_page_before_the_letter(client: FlaskClient) -> None:
    _ranking, (_chosen, out), _office = final("600.00")
    make.sign_in(client, owner_of(out))
    assert client.get(f"/domande/{out.practice_code}/esito").status_code == 404


def test_who_comes_in_after_the_letters_gets_a_second_one(client: FlaskClient) -> None:
    ranking, (first, second, third), office = final("600.00", "400.00", "300.00", refused=0)
    send_letters(ranking, office, 3)
    before = dict(letter_of(third).content)
    give_up(second)
    slide_ranking(ranking, office)
    waiting = [each for each in letter_lines(ranking, office) if each.letter_id is None]
    assert [(x.practice_code, x.occasion) for x in waiting] == [
        (third.practice_code, Occasion.PROMOTED)
    ]
    make.sign_in(client, office)
    start = f"/gestione/avvisi/{ranking.call.code}/lettere"
    address = f"{start}/{third.practice_code}"
    assert "Si è liberato un posto." in words(client.get(f"{address}?lettera=promoted"))
    assert "Si è liberato un posto." not in words(client.get(f"{address}?lettera=outcome"))
    assert submit(client, f"{start}-invio", expected="1").status_code == 303
    kept, new = letters_of(third)
    assert (kept.content, new.occasion) == (before, Occasion.PROMOTED)
    assert "300,00" in html_of(third)
    own = [x for x in mails_to(owner_of(third).email) if x.template == "decision_letter"]
    assert (len(own), len(letters_of(first)), len(letters_of(second))) == (2, 1, 1)
    shown = words(client.get(f"/pratiche/{third.practice_code}"))
    assert "selezionata dalla riserva" in shown
    assert [each for each in letter_lines(ranking, office) if each.letter_id is None] == []


def test_who_comes_in_before_the_letters_gets_one_and_who_left_none() -> None:
    ranking, (_first, second, third), office = final("600.00", "400.00", "300.00", refused=0)
    give_up(second)
    slide_ranking(ranking, office)
    assert send_letters(ranking, office, 2) == 2
    (letter,) = letters_of(third)
    assert (letter.occasion, letters_of(second)) == (Occasion.OUTCOME, [])


def test_who_comes_in_and_renounces_gets_no_second_letter() -> None:
    ranking, (_first, second, third), office = final("600.00", "400.00", "300.00", refused=0)
    send_letters(ranking, office, 3)
    give_up(second)
    slide_ranking(ranking, office)
    give_up(third)
    assert {each.occasion for each in letter_lines(ranking, office)} == {Occasion.OUTCOME}


def test_database_takes_one_letter_for_each_occasion() -> None:
    ranking, (_chosen, out), office = final("600.00")
    send_letters(ranking, office, 2)
    letter = letter_of(out)
    names = ("ranking_id", "application_id", "occasion", "outcome", "content", "sent_by_id")
    again = {name: getattr(letter, name) for name in (*names, "document_id", "protocol_entry_id")}
    with pytest.raises(IntegrityError), transaction():
        database.session.add(DecisionLetter(**again, sent_at=clock.now()))


def test_list_costs_the_same_however_many_letters(client: FlaskClient) -> None:
    costs = []
    for refused in (1, 4):
        ranking, _found, office = final("600.00", refused=refused)
        make.sign_in(client, office)
        address = f"/gestione/avvisi/{ranking.call.code}/lettere"
        costs.append(cost(client, address))
    assert costs[0] == costs[1]
