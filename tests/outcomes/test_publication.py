"""What everybody reads of a ranking: its lists, its PDF, its open data, and until when."""

from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from portal import clock, settings
from portal.applications.models import CheckItem, CheckOutcome
from portal.applications.states import ApplicationState
from portal.db import db as database
from portal.db import transaction
from portal.documents import Document, draw_document
from portal.evaluation.models import Ranking
from portal.evaluation.queries import published_rankings
from portal.evaluation.services import draw_ranking
from portal.evaluation.states import Outcome
from portal.outcomes.engine import in_lists
from portal.outcomes.models import RankingDocument
from portal.outcomes.services import confirm_ranking, publish_ranking
from portal.permissions import Role
from tests import make
from tests.browse import words
from tests.costs import cost
from tests.evaluation import stories
from tests.outcomes.stories import final, provisional
from tests.outcomes.test_publishing import NOTHING

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("db")]
KINDS = ("dati.csv", "dati.json", "graduatoria.pdf")
SECOND = timedelta(seconds=1)


def published(*, refused: int = 0, **facts: object) -> Ranking:
    """A final ranking of one project, and one that didn't meet so many requirements."""
    call, office = stories.closed_call(**facts), stories.staff()
    stories.judged(stories.admitted(call, title="Orto sociale"), stories.evaluator(), 5, 3)
    out = stories.admitted(call, state=ApplicationState.INADMISSIBLE, outcome_reason="Tardi.")
    with transaction():
        for number in range(refused + 1):
            met = number == refused
            database.session.add(
                CheckItem(
                    application_id=out.id,
                    item_key=f"requisito{number}",
                    outcome=CheckOutcome.MET if met else CheckOutcome.NOT_MET,
                    reason="" if met else "Manca lo statuto.",
                    checked_at=clock.now(),
                    checked_by_id=office.id,
                )
            )
    ranking = draw_ranking(make.round_of(call), office)
    publish_ranking(ranking, office)
    return ranking


def issued(ranking: Ranking) -> list[Document]:
    """The documents of a ranking, in the order they were issued."""
    rows = select(RankingDocument).where(RankingDocument.ranking_id == ranking.id)
    found = [each.document for each in database.session.scalars(rows)]
    return sorted(found, key=lambda each: each.id)


def address(ranking: Ranking, kind: str = "") -> str:
    """Where everybody reads it."""
    return f"/graduatorie/{ranking.call.code}" + (f"/{kind}" if kind else "")


def test_each_list_stands_under_its_own_title_with_how_many(client: FlaskClient) -> None:
    ranking, (above, below), _office = final()
    page = words(client.get(address(ranking)))
    chosen, out = page.index("Selezionate 1 candidatura"), page.index("punti insufficienti 1")
    assert chosen < page.index(above.practice_code) < out < page.index(below.practice_code)


def test_lists_come_in_one_order_with_the_money_of_the_funded() -> None:
    class Line:
        requested = None

        def __init__(self, outcome: Outcome) -> None:
            self.outcome = outcome

    class Counts:
        by_outcome = {Outcome.FUNDED: 2, Outcome.PARTLY_FUNDED: 1, Outcome.RESERVE: 4}
        proposed = Decimal("1500.00")

    lines = [Line(each) for each in (Outcome.FUNDED, Outcome.PARTLY_FUNDED, Outcome.RESERVE)]
    found = [(each.key, each.total, each.money) for each in in_lists(lines, Counts())]
    assert found == [("funded", 3, Counts.proposed), ("reserve", 4, None)]


@pytest.mark.parametrize(("refused", "said"), [(0, ""), (1, " (un motivo)"), (3, " (3 motivi)")])
def test_not_admitted_are_named_with_the_number_of_reasons(
    client: FlaskClient, refused: int, said: str
) -> None:
    ranking = published(refused=refused)
    text = " ".join(client.get(address(ranking)).text.split())
    code = text.split("<li>IPL")[1].split("</li>")[0]
    assert code.partition(" (")[1:] == said.partition(" (")[1:]
    assert "Manca lo statuto." not in text


def test_ranking_costs_the_same_for_one_list_and_for_many(client: FlaskClient) -> None:
    one, (many, _all, _office) = published(), final()
    assert cost(client, address(one)) == cost(client, address(many))


def test_ranking_is_frozen_and_handed_out_as_pdf(client: FlaskClient) -> None:
    ranking = published()
    path = address(ranking, "graduatoria.pdf")
    assert client.get(path).status_code == 404
    assert "in preparazione" in words(client.get(address(ranking)))
    (document,) = issued(ranking)
    assert "Orto sociale" in document.html
    draw_document(document.id)
    answer = client.get(path)
    assert answer.data.startswith(b"%PDF-")
    assert answer.headers["X-Robots-Tag"] == "noindex"
    page = client.get(address(ranking)).text
    assert path in page
    assert document.sha256 in page


def test_hidden_names_are_not_on_paper() -> None:
    ranking = published(names_hidden=True)
    (document,) = issued(ranking)
    (place,) = ranking.places
    assert place.application.practice_code in document.html
    assert "Orto sociale" not in document.html
    assert place.application.applicant.name not in document.html


def test_provisional_and_final_ranking_have_a_document_each() -> None:
    ranking, _both, office = provisional()
    with clock.at(ranking.remarks_until):
        confirm_ranking(ranking, office, NOTHING)
    first, second = issued(ranking)
    assert "Graduatoria provvisoria" in first.html
    assert "Graduatoria definitiva" in second.html


def test_publication_lasts_five_years_from_the_next_january() -> None:
    with clock.at(clock.midnight(date(2026, 12, 31)) - SECOND):
        ranking = published()
    assert ranking.published_until == clock.midnight(date(2032, 1, 1))


def test_administrator_says_how_many_years_and_what_is_published_stays_as_it_is() -> None:
    before = published()
    until = before.published_until
    settings.change_setting("ranking_years", "2", make.user(Role.ADMIN))
    assert published().published_until == clock.midnight(date(clock.today().year + 3, 1, 1))
    assert before.published_until == until


def test_after_the_end_the_office_alone_reads_who_stands_where(client: FlaskClient) -> None:
    ranking = published()
    draw_document(issued(ranking)[0].id)
    (place,) = ranking.places
    code, ends = place.application.practice_code, ranking.published_until
    visitor = client.application.test_client()
    with clock.at(ends - SECOND):
        assert code in visitor.get(address(ranking)).text
        assert [visitor.get(address(ranking, kind)).status_code for kind in KINDS] == [200] * 3
        assert len(published_rankings()) == 1
    with clock.at(ends):
        page = visitor.get(address(ranking))
        assert "La pubblicazione di questa graduatoria è terminata" in words(page)
        assert "Orto sociale" not in page.text
        assert code not in page.text
        assert "noindex" in page.text
        assert [visitor.get(address(ranking, kind)).status_code for kind in KINDS] == [404] * 3
        assert published_rankings() == []
        make.sign_in(client, stories.staff())
        page = words(client.get(address(ranking)))
        assert code in page
        assert "la vede solo l'ufficio" in page
        assert [client.get(address(ranking, kind)).status_code for kind in KINDS] == [200] * 3


def test_page_says_what_every_column_of_the_open_data_is(client: FlaskClient) -> None:
    for hidden in (False, True):
        ranking = published(names_hidden=hidden)
        data = json.loads(client.get(address(ranking, "dati.json")).data)
        page = client.get(address(ranking)).text
        assert all(f"<code>{name}</code>" in page for name in data["places"][0])
        assert ("<code>applicant</code>" in page) is not hidden
        assert "Licenza: CC BY 4.0." in page
