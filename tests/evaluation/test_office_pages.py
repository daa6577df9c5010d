"""The pages of the office, from assignment to ranking, and what everybody reads of it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from portal import clock
from portal.applications.states import ApplicationState
from portal.calls.models import Call
from portal.evaluation.queries import get_ranking
from portal.evaluation.services import draw_ranking
from portal.evaluation.states import RankingState
from portal.outcomes.services import publish_ranking
from portal.permissions import Role
from tests import make
from tests.browse import submit, words
from tests.evaluation import stories

CREATE = "Crea la graduatoria"

# --- staff ---------------------------------------------------------------------------------------


def office_call(client: FlaskClient) -> tuple[Call, str]:
    """A closed call, somebody of the office signed in, and the beginning of its addresses."""
    call = stories.closed_call()
    make.sign_in(client, stories.staff())
    return call, f"/gestione/avvisi/{call.code}"


def test_assignment_says_what_it_does_then_does_it(client: FlaskClient) -> None:
    call, start = office_call(client)
    who, owner = stories.evaluator(name="Ada Neri"), stories.evaluator(name="Ugo Verdi")
    own, free = stories.admitted(call, owner=owner), stories.admitted(call)
    url = f"{start}/assegnazioni"
    page = words(client.get(url))
    assert "ancora nessuno" in page
    assert "Ada Neri 0 assegnate qui, 0 inviate" in page
    assert "Assegnazione automatica" in page
    chosen = {
        "applications": [own.practice_code, free.practice_code],
        "evaluators": [str(who.id), str(owner.id)],
    }
    summary = words(submit(client, url, **chosen))
    assert "Si apriranno 3 schede." in summary
    assert "Escluse per un interesse" in summary
    assert free.state is ApplicationState.ADMITTED
    answer = submit(client, url, confirmed="yes", **chosen)
    assert answer.location == f"{url}?turno=1"
    page = words(client.get(url))
    assert "Sono state assegnate 3 schede. Abbiamo scritto ai valutatori." in page
    assert "Ada Neri, Ugo Verdi" in page
    assert free.state is ApplicationState.UNDER_EVALUATION
    assert client.get(f"{url}?assigned=none").status_code == 200
    submit(client, url, confirmed="yes", **chosen)
    assert "Non è cambiato niente" in words(client.get(url))


def test_assignment_without_a_choice_or_with_none_possible_is_refused(client: FlaskClient) -> None:
    call, start = office_call(client)
    owner = stories.evaluator()
    own = stories.admitted(call, owner=owner)
    elsewhere = stories.admitted(stories.closed_call())
    url = f"{start}/assegnazioni"
    assert submit(client, url).status_code == 422
    assert (
        submit(
            client, url, applications=elsewhere.practice_code, evaluators=str(owner.id)
        ).status_code
        == 422
    )
    answer = submit(
        client, url, confirmed="yes", applications=own.practice_code, evaluators=str(owner.id)
    )
    assert answer.status_code == 422
    assert "Queste persone agiscono per chi si candida" in words(answer)


def test_pages_without_dossiers_or_evaluators_say_so(client: FlaskClient) -> None:
    call, start = office_call(client)
    nothing_yet = "Nessuna candidatura è stata ancora ammessa."
    assert nothing_yet in words(client.get(f"{start}/assegnazioni"))
    assert nothing_yet in words(client.get(f"{start}/risultati"))
    stories.admitted(call, state=ApplicationState.FORMAL_CHECK)
    assert "non ha ancora valutatori" in words(client.get(f"{start}/assegnazioni"))
    stories.evaluator()
    assert "non ci sono candidature ammesse" in words(client.get(f"{start}/assegnazioni"))
    stories.admitted(call)
    assert "Nessuna candidatura corrisponde." in words(client.get(f"{start}/risultati?q=zzz"))


def test_results_show_the_threshold_between_the_lines(client: FlaskClient) -> None:
    call, start = office_call(client)
    above, below = stories.admitted(call, title="Sopra"), stories.admitted(call, title="Sotto")
    stories.judged(above, stories.evaluator(), 5, 3)
    stories.judged(below, stories.evaluator(), 1, 1)
    stories.assigned(below, stories.evaluator())
    page = words(client.get(f"{start}/risultati"))
    assert page.index("Sopra") < page.index("Soglia: 60 punti") < page.index("Sotto")
    assert "90" in page
    assert "38 provvisorio" in page
    assert "1 su 2" in page
    assert "Insufficiente troppo pochi punti su “Ricadute occupazionali”" in page
    assert 'data-label="Ricadute occupazionali"' not in client.get(f"{start}/risultati").text
    detail = client.get(f"{start}/risultati?criteria=all&sort=spread&dir=asc")
    assert "Ricadute occupazionali" in words(detail)
    assert 'aria-sort="ascending"' in detail.get_data(as_text=True)


def test_ranking_goes_from_the_results_to_everybody(client: FlaskClient) -> None:
    call, start = office_call(client)
    application = stories.admitted(call, title="Orto sociale")
    sheet = stories.drafted(application, who := stories.evaluator(), employment=5)
    draw, results, there = f"{start}/graduatoria", f"{start}/risultati", "?turno=1"
    assert submit(client, draw, results).location == results + there
    missing = words(client.get(results))
    assert missing.count(f"Mancano ancora dei punteggi per: {application.practice_code}.") == 2
    assert ("Guarda quali schede mancano" in missing, CREATE in missing) == (True, False)
    stories.write(sheet, who, {"employment": 5, "sustainability": 3})
    stories.send_sheet(sheet, who)
    assert CREATE in words(client.get(results))
    public = f"/graduatorie/{call.code}"
    assert submit(client, draw, results).location == draw + there
    draft = client.get(public)
    assert "Questa bozza la vede solo l'ufficio" in words(draft)
    assert '<meta name="robots" content="noindex">' in draft.text
    assert (visitor := client.application.test_client()).get(public).status_code == 404
    assert "C'è una bozza di graduatoria" in words(client.get(results))
    assert submit(client, f"{draw}/pubblica", public).location == public + there
    page = words(visitor.get(public))
    for told in ("Orto sociale", application.applicant.name, "Selezionata"):
        assert told in page
    assert call.title["it"] in words(visitor.get("/graduatorie"))
    assert "La graduatoria è stata pubblicata" in words(client.get(results))
    assert submit(client, draw, "/account").status_code == 409


def test_results_say_what_the_ranking_lacks_with_the_way_there(client: FlaskClient) -> None:
    closing = clock.now() + timedelta(days=1)
    call = stories.closed_call(closes_at=closing)
    stories.admitted(call)
    sent = [stories.admitted(call, state=ApplicationState.SUBMITTED) for _ in range(14)]
    results = f"/gestione/avvisi/{call.code}/risultati"
    make.sign_in(client, stories.staff())
    page = client.get(results)
    assert "L'avviso accetta candidature fino a" in words(page)
    assert "Istruttorie ancora aperte:" in words(page)
    assert "Guarda quali schede mancano" in words(page)
    checks = [f'href="/pratiche/{each.practice_code}/istruttoria"' in page.text for each in sent]
    assert sorted(checks) == [False] * 2 + [True] * 12
    assert f'href="/pratiche?call={call.code}">e altre</a>' in page.text
    assert CREATE not in words(page)
    make.sign_in(client, make.user(Role.AUDITOR))
    assert "Che cosa manca per la graduatoria" not in words(client.get(results))


def test_ranking_that_is_outdated_is_not_published(client: FlaskClient) -> None:
    call, start = office_call(client)
    application = stories.admitted(call)
    stories.judged(application, stories.evaluator(), 5, 3)
    draw_ranking(make.round_of(call), office := stories.staff())
    stories.judged(application, stories.evaluator(), 0, 0)
    answer = submit(client, f"{start}/graduatoria/pubblica", f"/graduatorie/{call.code}")
    assert answer.location == f"{start}/risultati?turno=1"
    assert "I punteggi sono cambiati" in words(client.get(answer.location))
    assert get_ranking(call.code, office).state is RankingState.DRAFT


# --- everybody -----------------------------------------------------------------------------------


def published(**facts: object) -> Call:
    """A call with a published ranking of one dossier and one inadmissible application."""
    call = stories.closed_call(**facts)
    stories.judged(stories.admitted(call, title="Orto sociale"), stories.evaluator(), 5, 3)
    stories.admitted(call, state=ApplicationState.INADMISSIBLE, outcome_reason="Fuori tempo.")
    office = stories.staff()
    publish_ranking(draw_ranking(make.round_of(call), office), office)
    return call


def test_named_ranking_is_kept_from_search_engines(client: FlaskClient) -> None:
    call = published()
    page = client.get(f"/graduatorie/{call.code}").get_data(as_text=True)
    assert '<meta name="robots" content="noindex">' in page
    assert "Orto sociale" in page


def test_hidden_names_show_practice_codes_alone(client: FlaskClient) -> None:
    call = published(names_hidden=True)
    answer = client.get(f"/graduatorie/{call.code}")
    page = answer.get_data(as_text=True)
    assert "noindex" not in page
    assert "Orto sociale" not in page
    assert "Associazione" not in page
    assert "Trovi la tua posizione con il codice pratica." in words(answer)
    make.sign_in(client, stories.staff())
    assert "Orto sociale" not in client.get(f"/graduatorie/{call.code}").get_data(as_text=True)


def test_inadmissible_applications_are_named_by_code_without_reason(client: FlaskClient) -> None:
    call = published()
    page = words(client.get(f"/graduatorie/{call.code}"))
    assert re.search(r"Candidature non ammissibili .* IPL-TEST-\d+", page)
    assert "Fuori tempo." not in page


def test_there_is_no_ranking_before_one_is_drawn(client: FlaskClient) -> None:
    call = stories.closed_call()
    assert "Non è ancora stata pubblicata" in words(client.get("/graduatorie"))
    make.sign_in(client, stories.staff())
    assert client.get(f"/graduatorie/{call.code}").status_code == 404


@pytest.mark.parametrize("role", [None, Role.EVALUATOR, Role.AUDITOR])
def test_who_is_not_of_the_office_does_none_of_it(client: FlaskClient, role: Role | None) -> None:
    call = stories.closed_call()
    make.sign_in(client, make.user(*([role] if role else [])))
    start = f"/gestione/avvisi/{call.code}"
    for path in ("graduatoria", "graduatoria/pubblica", "assegnazioni"):
        assert submit(client, f"{start}/{path}", "/account").status_code == 404
    assert client.get(f"{start}/assegnazioni").status_code == 404
    seen = client.get(f"{start}/risultati").status_code
    assert seen == (200 if role is Role.AUDITOR else 404)
