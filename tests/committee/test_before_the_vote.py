"""What the committee has before it: whom to discuss first, and the money it decides on."""

from __future__ import annotations

from decimal import Decimal

import pytest
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy

from portal.applications.models import Application
from portal.committee import services
from portal.committee.engine import VoteKind
from portal.committee.models import AgendaItem, CommitteeSession
from portal.committee.queries import candidates_of, lacks_on, whole_agenda, widest_of
from portal.committee.queries.money import money_before
from portal.evaluation.services import draw_ranking
from portal.permissions import Effect
from tests import make
from tests.browse import words
from tests.committee import stories
from tests.costs import cost
from tests.evaluation.stories import RULES, admitted, closed_call, judged
from tests.sources.stories import line

pytestmark = pytest.mark.database
MOST_QUERIES = 36
BUDGET, ASKED = Decimal(20_000), Decimal(8_000)


def asking(of: stories.Committee, *amounts: Decimal) -> list[Application]:
    """Dossiers that ask for money, judged alike by who sits for two promoters."""
    found = []
    for amount in amounts:
        application = admitted(of.call, requested_amount=amount)
        for key in ("metro", "diocesi"):
            judged(application, of.seat(key).user, 5, 3)
        found.append(application)
    return found


def page_of(session: CommitteeSession, item: AgendaItem) -> str:
    """Where an item stands."""
    return f"/sedute/{session.round.call.code}/{session.number}/punti/{item.id}"


def test_dossier_with_one_wide_gap_is_discussed_before_one_with_a_wider_spread(
    db: SQLAlchemy, client: FlaskClient
) -> None:
    of = stories.committee(closed_call())
    one, two = of.seat("metro").user, of.seat("diocesi").user
    spread, balanced = admitted(of.call), admitted(of.call)
    for who, marks in ((one, (5, 3)), (two, (3, 2))):
        judged(spread, who, *marks)
    for who, marks in ((one, (5, 0)), (two, (1, 3))):
        judged(balanced, who, *marks)
    session = stories.planned(of, spread)
    found = candidates_of(session, of.staff)
    assert [each.application_id for each in found] == [balanced.id, spread.id]
    assert [each.spread_hundredths for each in found] == [200, 2600]
    label, apart = widest_of(session, found)[balanced.id]
    assert (label, apart.lowest, apart.highest, apart.share) == ("Sostenibilità", 0, 3000, 100)
    make.sign_in(client, of.staff)
    page = words(client.get(f"/sedute/{of.call.code}/{session.number}/ordine-del-giorno"))
    assert "Sostenibilità da 0 a 30 (100% del peso)" in page


def test_money_moves_as_dossiers_are_approved(db: SQLAlchemy, client: FlaskClient) -> None:
    of = stories.committee(closed_call(budget=BUDGET))
    first, second, third = asking(of, ASKED, ASKED, ASKED)
    session = stories.opened(of, first)
    items = {each.application_id: each for each in whole_agenda(session)}
    stories.voted(of, items[first.id])
    stories.voted(of, items[second.id], VoteKind.AGAINST)
    third_item = items[third.id]
    before = money_before(third_item, of.staff)
    assert before is not None
    assert (before.available, before.approved, before.left) == (BUDGET, ASKED, Decimal(4_000))
    stories.voted(of, items[second.id])
    after = money_before(third_item, of.staff)
    assert after is not None
    assert (after.approved, after.left, after.fits) == (2 * ASKED, Decimal(-4_000), False)
    text = words(make.sign_in(client, of.staff).get(page_of(session, third_item)))
    assert "Richiesti da chi è già approvato 16.000,00 €" in text
    assert "Non ci sta" in text


def test_ranking_shows_what_it_gives_and_what_is_left(db: SQLAlchemy) -> None:
    of = stories.committee(closed_call(budget=BUDGET))
    first, *_others = asking(of, ASKED, ASKED, ASKED)
    session = stories.opened(of, first, ranking=True)
    item = whole_agenda(session)[-1]
    assert money_before(item, of.staff) is None
    draw_ranking(session.round, of.staff)
    found = money_before(item, of.staff)
    assert found is not None
    assert (found.asked, found.given, found.left) == (3 * ASKED, BUDGET, Decimal(0))


def test_money_is_not_shown_to_who_is_kept_from_a_dossier(db: SQLAlchemy) -> None:
    of = stories.committee(closed_call(budget=BUDGET))
    first, second = asking(of, ASKED, ASKED)
    make.access(first, of.seat("metro").user, Effect.BAR)
    session = stories.opened(of, second)
    item = stories.item_on(session, second)
    seen = {key: money_before(item, of.seat(key).user) is not None for key in ("metro", "comune")}
    assert seen == {"metro": False, "comune": True}
    services.close_session(session, of.staff)
    assert money_before(item, of.staff) is None


def test_item_names_the_budget_line_by_its_title(db: SQLAlchemy, client: FlaskClient) -> None:
    staff = stories.stories.staff()
    of_call = line(staff=staff)
    money = {"budget_line": of_call.code, "reserve": "requested_amount"}
    of = stories.committee(closed_call(rules={**RULES, "money": money}), staff)
    first, _second = asking(of, ASKED, ASKED)
    item = stories.item_on(stories.opened(of, first), first)
    text = words(make.sign_in(client, staff).get(page_of(item.session, item)))
    assert f"€ {of_call.title['it']}" in text
    assert of_call.code not in text


def test_item_says_when_nobody_can_vote_for_who_owns_the_money(
    db: SQLAlchemy, client: FlaskClient
) -> None:
    staff = stories.stories.staff()
    code = line(staff=staff).code
    money = {"budget_line": code, "reserve": "requested_amount"}
    of = stories.committee(closed_call(rules={**RULES, "money": money}), staff)
    metro = of.promoters["metro"]
    services.edit_promoter(metro, staff, metro.version, metro.name, [code])
    first, _second = asking(of, ASKED, ASKED)
    make.access(first, of.seat("metro").user, Effect.BAR)
    session = stories.opened(of, first, ranking=True)
    item = whole_agenda(session)[-1]
    assert [each.code for each in lacks_on(item).owners] == ["metro"]
    text = words(make.sign_in(client, of.staff).get(page_of(session, item)))
    owner = "Titolare dei fondi: Città metropolitana di Bologna."
    assert f"{owner} Per questo promotore ora non può votare nessuno" in text


def test_item_costs_the_same_however_many_dossiers(db: SQLAlchemy, client: FlaskClient) -> None:
    of = stories.committee(closed_call(budget=BUDGET))
    costs: dict[str, set[int]] = {}
    for amounts in ((ASKED, ASKED), (ASKED, ASKED, ASKED)):
        first, *_others = asking(of, *amounts)
        session = stories.opened(of, first, ranking=True)
        draw_ranking(session.round, of.staff)
        items = whole_agenda(session)
        make.sign_in(client, of.staff)
        for name, item in (("dossier", items[0]), ("ranking", items[-1])):
            services.take_item(item, of.staff)
            costs.setdefault(name, set()).add(cost(client, page_of(session, item)))
    assert {name: len(found) for name, found in costs.items()} == {"dossier": 1, "ranking": 1}
    assert max(max(found) for found in costs.values()) <= MOST_QUERIES
