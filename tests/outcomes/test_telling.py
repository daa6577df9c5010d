"""What applicants and visitors are told while rankings are provisional, and of several windows."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from portal import clock
from portal.applications.models import Application
from portal.applications.queries import get_submission, status_of, submitter_of
from portal.applications.states import LABELS
from portal.calls.models import Call
from portal.desk.queries import Term, deadlines_of, own_lines
from portal.evaluation.models import Ranking
from portal.evaluation.queries import published_rankings, rounds_of
from portal.evaluation.services import draw_ranking
from portal.evaluation.states import RankingState
from portal.i18n import format_date
from portal.outcomes.services import confirm_ranking, publish_ranking, reject_remark, send_remark
from portal.permissions import Role
from tests import make
from tests.browse import link_in, mails_to, submit, words
from tests.evaluation import stories
from tests.evaluation.test_properties import rich
from tests.evaluation.test_rounds import rolling_call
from tests.outcomes.stories import provisional
from tests.outcomes.test_publishing import NOTHING

pytestmark = pytest.mark.usefixtures("db")

TEXT = "Lo statuto era allegato e non è stato letto."


def owner_of(application: Application) -> object:
    """Who sent it."""
    return submitter_of(get_submission(application))


def told(application: Application) -> tuple[str, str]:
    """What its applicant reads of the state, and of what comes next."""
    status = status_of(application)
    return status.label, status.next_step


def test_applicant_is_told_the_place_the_term_and_then_the_remark() -> None:
    ranking, (above, below), office = provisional()
    label, last = "Graduatoria provvisoria", format_date(ranking.remarks_day)
    assert ranking.remarks_day == clock.rome_date(ranking.remarks_until) - timedelta(days=1)
    assert told(above) == (
        label,
        f"Se pensi che qualcosa non sia giusto, invia un'osservazione entro la fine del {last}. "
        "Poi la graduatoria diventa definitiva e ti scriviamo.",
    )
    remark = send_remark(above, TEXT, owner_of(above))
    waits = "Abbiamo ricevuto la tua osservazione"
    assert told(above)[1].startswith(waits)
    reject_remark(remark, "È stato letto.", office, remark.version)
    over = (label, "Ora la graduatoria diventa definitiva, e ti scriviamo.")
    assert told(above) == over
    with clock.at(ranking.remarks_until):
        assert told(below) == over
        confirm_ranking(ranking, office, NOTHING)
        assert told(above)[0] == LABELS[above.state]


def test_term_for_remarks_is_a_deadline_until_one_is_sent() -> None:
    ranking, (above, _below), _office = provisional()
    owner = owner_of(above)
    (found,) = deadlines_of(owner, own_lines(owner))
    assert (found.term, found.day) == (Term.REMARK, ranking.remarks_day)
    assert found.ends_at == ranking.remarks_until
    with clock.at(ranking.remarks_until):
        assert deadlines_of(owner, own_lines(owner)) == []
    send_remark(above, TEXT, owner)
    assert deadlines_of(owner, own_lines(owner)) == []


def test_applicant_comes_from_the_area_to_the_page_of_the_remark(client: FlaskClient) -> None:
    _ranking, (above, _below), _office = provisional()
    make.sign_in(client, owner_of(above))
    outcome = f"/domande/{above.practice_code}/esito"
    for page in ("/area-personale", "/area-personale/scadenze", f"/domande/{above.practice_code}"):
        assert f'href="{outcome}"' in client.get(page).text
    assert f"/domande/{above.practice_code}/osservazioni" in client.get(outcome).text
    (mail,) = mails_to(owner_of(above).email)
    assert link_in(mail, "/esito") == outcome


def ranked_window(call: Call, number: int) -> Ranking:
    """The published ranking of one window."""
    application = stories.admitted(call, assessment_window=number)
    stories.judged(application, stories.evaluator(), 4, 2)
    office = stories.staff()
    ranking = draw_ranking(rounds_of(call)[-1], office)
    publish_ranking(ranking, office)
    return ranking


def test_each_window_has_its_card_its_page_and_its_mail(client: FlaskClient) -> None:
    call = rolling_call()
    first = ranked_window(call, 1)
    with clock.at(clock.now() + timedelta(days=40)):
        second = ranked_window(call, 2)
        found = [(each.window, each.state) for each in published_rankings()]
        assert found == [(2, RankingState.FINAL), (1, RankingState.FINAL)]
        listed = client.get("/graduatorie").text
        for ranking in (first, second):
            (place,) = ranking.places
            address = f"/graduatorie/{call.code}?turno={ranking.round.number}"
            assert f'href="{address}"' in listed
            assert place.application.practice_code in client.get(address).text
            (mail,) = mails_to(owner_of(place.application).email)
            assert link_in(mail, "/graduatorie/") == address


def test_list_says_which_rankings_are_provisional(client: FlaskClient) -> None:
    provisional()
    assert "Provvisoria" in words(client.get("/graduatorie"))


def test_older_window_is_published_from_its_own_preview(client: FlaskClient) -> None:
    call, office = rolling_call(), stories.staff()
    for number in (1, 2):
        application = stories.admitted(call, assessment_window=number)
        stories.judged(application, stories.evaluator(), 4, 2)
    with clock.at(clock.now() + timedelta(days=40)):
        drafts = [draw_ranking(each, office) for each in rounds_of(call)]
        make.sign_in(client, office)
        page = client.get(f"/graduatorie/{call.code}?turno=1").text
        address = f"/gestione/avvisi/{call.code}/graduatoria/pubblica?turno=1"
        assert f'action="{address}"' in page
        submit(client, address, f"/graduatorie/{call.code}?turno=1")
    assert [each.state for each in drafts] == [RankingState.FINAL, RankingState.DRAFT]


@pytest.mark.parametrize(
    ("method", "said"),
    [("mean", "della media dei giudizi"), ("median", "della mediana dei giudizi su ogni criterio")],
)
def test_page_says_how_the_total_comes_about_and_shows_the_bonus(
    client: FlaskClient, method: str, said: str
) -> None:
    rules = {**stories.RULES, "evaluation": {"method": method}}
    call = stories.closed_call(rules=rules, grid=rich())
    application, who = stories.admitted(call, automatic=2000), stories.evaluator()
    sheet = stories.assigned(application, who)
    stories.write(sheet, who, {"employment": 4, "sustainability": 3, "young": 3})
    stories.send_sheet(sheet, who)
    office = stories.staff()
    ranking = draw_ranking(make.round_of(call), office)
    publish_ranking(ranking, office)
    (place,) = ranking.places
    assert place.bonus_hundredths == 500
    page = client.get(f"/graduatorie/{call.code}")
    assert said in words(page)
    assert '<td data-label="Bonus" class="numeric">5</td>' in page.text
    (mail,) = mails_to(owner_of(application).email)
    assert "Bonus: 5." in mail.body


def test_preview_says_that_it_will_be_provisional(client: FlaskClient) -> None:
    call = stories.closed_call(rules={**stories.RULES, "evaluation": {"remarks_days": 10}})
    stories.judged(stories.admitted(call), stories.evaluator(), 4, 2)
    draw_ranking(make.round_of(call), stories.staff())
    make.sign_in(client, make.user(Role.STAFF))
    page = words(client.get(f"/graduatorie/{call.code}"))
    assert "Pubblica la graduatoria provvisoria" in page
    assert "Per 10 giorni chi si è candidato può inviare osservazioni" in page


def test_ranking_of_the_office_leads_to_rounds_that_have_one(client: FlaskClient) -> None:
    call = rolling_call()
    for number in (1, 2):
        application = stories.admitted(call, assessment_window=number)
        stories.judged(application, stories.evaluator(), 4, 2)
    first, second = rounds_of(call)
    address = f"/gestione/avvisi/{call.code}/graduatoria?turno="
    make.sign_in(client, make.user(Role.AUDITOR))
    draw_ranking(first, stories.staff())
    assert f'href="{address}2"' not in client.get(f"{address}1").text
    with clock.at(clock.now() + timedelta(days=40)):
        draw_ranking(second, stories.staff())
        make.sign_in(client, make.user(Role.AUDITOR))
        assert f'href="{address}2"' in client.get(f"{address}1").text
