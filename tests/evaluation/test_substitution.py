"""Refusing, taking back, passing on: what was sent stays, what was begun is kept."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.applications.services import bar_access
from portal.audit import AuditEntry
from portal.db import db as database
from portal.db import transaction
from portal.errors import Forbidden, Invalid, NotFound, Stale, WrongState
from portal.evaluation.models import Score, ScoreSheet, Tally
from portal.evaluation.queries import (
    get_own_sheet,
    get_sheet,
    plan_substitution,
    rounds_in_want,
    shortages_in,
)
from portal.evaluation.services import (
    assign_evaluators,
    decline_sheet,
    substitute_evaluator,
    withdraw_sheet,
)
from portal.evaluation.states import DeclineReason, SheetState
from portal.permissions import Role, can
from tests import make
from tests.browse import mails_to, submit, words
from tests.evaluation import stories

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("db")]


def scene() -> tuple:
    """An evaluator with a sheet sent, one begun and one blank; a colleague; the office."""
    call = stories.closed_call()
    leaving, colleague, office = stories.evaluator(), stories.evaluator(), stories.staff()
    sent = stories.judged(stories.admitted(call), leaving, 3, 2)
    begun = stories.drafted(stories.admitted(call), leaving, employment=4)
    blank = stories.assigned(stories.admitted(call), leaving)
    return leaving, colleague, office, [sent, begun, blank]


def tally_of(sheet: ScoreSheet) -> tuple[int, int]:
    """How many judge the dossier, and how many have sent."""
    found = database.session.get(
        Tally, (sheet.round_id, sheet.application_id), populate_existing=True
    )
    return found.assigned, found.sent


def test_refusing_closes_the_dossier_and_is_waited_for_no_more() -> None:
    leaving, _colleague, office, (_sent, begun, _blank) = scene()
    decline_sheet(begun, DeclineReason.OTHER, "Sono in ferie.", leaving)
    assert (begun.state, begun.decline_text) == (SheetState.DECLINED, "Sono in ferie.")
    assert tally_of(begun) == (0, 0)
    assert not can(leaving, "application.read", begun.application)
    with pytest.raises(NotFound):
        get_sheet(begun.application.practice_code, leaving)
    (found,) = shortages_in(begun.round, office)
    assert (found.application, found.ended) == (begun.application, [begun])
    entry = database.session.scalars(
        select(AuditEntry).filter_by(action="sheet.decline", actor_id=leaving.id)
    ).one()
    assert "Sono in ferie." not in str(entry.facts)


def test_another_reason_has_to_be_told() -> None:
    leaving, _colleague, _office, (_sent, _begun, blank) = scene()
    with pytest.raises(Invalid) as refusal:
        decline_sheet(blank, DeclineReason.OTHER, "  ", leaving)
    assert (refusal.value.code, refusal.value.field) == ("required", "text")
    assert blank.state is SheetState.DRAFT


def test_only_its_evaluator_refuses_a_sheet_and_only_before_sending_it() -> None:
    leaving, colleague, office, (sent, _begun, blank) = scene()
    for other in (colleague, office):
        with pytest.raises((Forbidden, NotFound)):
            decline_sheet(blank, DeclineReason.TIME, "", other)
    with pytest.raises(WrongState):
        decline_sheet(sent, DeclineReason.TIME, "", leaving)
    assert tally_of(sent) == (1, 1)


def test_dossier_that_lost_an_evaluator_is_shown_until_somebody_else_has_it(
    client: FlaskClient,
) -> None:
    leaving, colleague, office, (_sent, begun, blank) = scene()
    with transaction():
        blank.round.sheets_wanted = 1
    decline_sheet(blank, DeclineReason.TIME, "", leaving)
    withdraw_sheet(begun, office, begun.version)
    ended = {each.application: each.ended for each in shortages_in(blank.round, office)}
    assert ended == {begun.application: [begun], blank.application: [blank]}
    assert rounds_in_want(office) == [(blank.round, 2)]
    make.sign_in(client, office)
    code = blank.application.call.code
    today = client.get("/oggi").text
    assert f'href="/gestione/avvisi/{code}/avanzamento?turno=1"><strong>2</strong>' in today
    page = words(client.get(f"/gestione/avvisi/{code}/avanzamento?turno=1"))
    assert "2 candidature aspettano un altro valutatore" in page
    assert f"{begun.application.title}: tolta a {leaving.name}." in page
    assign_evaluators([blank.application, begun.application], [colleague], office)
    assert shortages_in(blank.round, office) == []
    assert rounds_in_want(office) == []


def test_refused_sheet_given_again_is_taken_up_with_what_was_in_it() -> None:
    leaving, _colleague, office, (_sent, begun, _blank) = scene()
    decline_sheet(begun, DeclineReason.TIME, "", leaving)
    before = len(mails_to(leaving.email))
    assert assign_evaluators([begun.application], [leaving], office) == [begun]
    assert begun.state is SheetState.DRAFT
    assert [score.mark for score in begun.scores] == [4]
    assert get_sheet(begun.application.practice_code, leaving) is begun
    assert len(mails_to(leaving.email)) == before + 1


def test_substitution_leaves_what_was_sent_and_tells_both() -> None:
    leaving, colleague, office, (sent, begun, blank) = scene()
    plan = plan_substitution(sent.round, leaving, colleague, office)
    assert (len(plan.open), len(plan.begun), plan.sent) == (2, 1, 1)
    done = substitute_evaluator(sent.round, leaving, colleague, office, plan.mark)
    assert {each.id for each in done.withdrawn} == {begun.id, blank.id}
    assert {(each.application_id, each.evaluator_id) for each in done.opened} == {
        (begun.application_id, colleague.id),
        (blank.application_id, colleague.id),
    }
    assert (sent.state, sent.evaluator_id, tally_of(sent)) == (SheetState.SENT, leaving.id, (1, 1))
    assert get_sheet(sent.application.practice_code, leaving) is sent
    assert [mail.template for mail in mails_to(leaving.email)][-1] == "sheets_withdrawn"
    assert [mail.template for mail in mails_to(colleague.email)] == ["sheets_assigned"]


def test_draft_of_who_left_is_kept_and_read_by_nobody() -> None:
    leaving, colleague, office, (_sent, begun, _blank) = scene()
    substitute_evaluator(begun.round, leaving, colleague, office)
    kept = database.session.scalars(select(Score).filter_by(sheet_id=begun.id)).one()
    assert kept.mark == 4
    make.free_of_interests(colleague, begun.application.call)
    taken = get_sheet(begun.application.practice_code, colleague)
    assert (taken.id != begun.id, taken.scores) == (True, [])
    for user in (leaving, office, colleague):
        assert not can(user, "sheet.read", begun)
    assert tally_of(begun) == (1, 0)


def test_automatic_substitution_gives_each_dossier_to_whom_it_suits() -> None:
    leaving, colleague, office, (_sent, begun, blank) = scene()
    barred = stories.evaluator()
    bar_access(begun.application, barred, "interest")
    done = substitute_evaluator(begun.round, leaving, None, office)
    assert {(each.application_id, each.evaluator_id) for each in done.opened} == {
        (begun.application_id, colleague.id),
        (blank.application_id, barred.id),
    }
    assert done.left == []


def test_what_the_replacement_may_not_judge_is_named_and_waits() -> None:
    leaving, colleague, office, (_sent, begun, blank) = scene()
    bar_access(begun.application, colleague, "interest")
    done = substitute_evaluator(begun.round, leaving, colleague, office)
    assert done.left == [begun.application]
    assert [each.application_id for each in done.opened] == [blank.application_id]
    assert begun.state is SheetState.WITHDRAWN


def test_sheet_begun_after_the_page_was_read_is_not_taken_unawares() -> None:
    leaving, colleague, office, (_sent, _begun, blank) = scene()
    mark = plan_substitution(blank.round, leaving, colleague, office).mark
    stories.write(blank, leaving, {"employment": 2})
    with pytest.raises(Stale):
        substitute_evaluator(blank.round, leaving, colleague, office, mark)
    assert blank.state is SheetState.DRAFT


def test_who_has_sent_everything_is_not_substituted() -> None:
    call, leaving = stories.closed_call(), stories.evaluator()
    sheet = stories.judged(stories.admitted(call), leaving, 3, 2)
    with pytest.raises(Invalid) as refusal:
        substitute_evaluator(sheet.round, leaving, None, stories.staff())
    assert refusal.value.code == "nothing_to_substitute"


def test_one_unsent_sheet_is_taken_back_and_a_sent_one_never() -> None:
    leaving, _colleague, office, (sent, begun, blank) = scene()
    withdraw_sheet(blank, office, blank.version)
    assert blank.state is SheetState.WITHDRAWN
    assert begun.state is SheetState.DRAFT
    with pytest.raises(WrongState):
        withdraw_sheet(sent, office, sent.version)
    with pytest.raises(Stale):
        withdraw_sheet(begun, office, begun.version - 1)
    with pytest.raises((Forbidden, NotFound)):
        withdraw_sheet(begun, leaving, begun.version)


def test_evaluator_refuses_on_a_page_even_before_declaring(client: FlaskClient) -> None:
    who, office = stories.evaluator(), stories.staff()
    application = stories.admitted(stories.closed_call())
    assign_evaluators([application], [who], office)
    sheet = get_own_sheet(application.practice_code, who)
    make.sign_in(client, who)
    address = f"/valutazioni/{application.practice_code}/rinuncia"
    assert submit(client, address, reason="other", text="").status_code == 422
    assert submit(client, address, reason="skill", text="").status_code == 303
    assert sheet.decline_reason is DeclineReason.SKILL
    assert client.get(address).status_code == 404
    assert application.practice_code in words(client.get("/valutazioni"))


def test_interest_is_declared_instead_of_refused(client: FlaskClient) -> None:
    who = stories.evaluator()
    application = stories.admitted(stories.closed_call())
    assign_evaluators([application], [who], stories.staff())
    make.sign_in(client, who)
    answer = submit(client, f"/valutazioni/{application.practice_code}/rinuncia", reason="interest")
    assert answer.status_code == 303
    assert answer.location.endswith(f"/valutazioni/{application.call.code}/interessi")
    assert get_own_sheet(application.practice_code, who).state is SheetState.DRAFT


def test_replacement_is_found_on_a_page(client: FlaskClient) -> None:
    leaving, colleague, office, (_sent, _begun, blank) = scene()
    decline_sheet(blank, DeclineReason.TIME, "", leaving)
    make.sign_in(client, office)
    code, practice = blank.application.call.code, blank.application.practice_code
    address = f"/gestione/avvisi/{code}/assegnazioni/{practice}/sostituto"
    assert address in client.get(f"/gestione/avvisi/{code}/avanzamento").text
    shown = words(client.get(address))
    assert colleague.name in shown
    assert leaving.name not in shown
    assert submit(client, address, evaluator=str(leaving.id)).status_code == 422
    assert submit(client, address, evaluator=str(colleague.id)).status_code == 303
    assert tally_of(blank) == (1, 0)


def test_substitution_page_says_how_many_are_begun_and_confirms(client: FlaskClient) -> None:
    leaving, colleague, office, (sent, begun, blank) = scene()
    make.sign_in(client, office)
    code = sent.application.call.code
    address = f"/gestione/avvisi/{code}/valutatori/{leaving.id}/sostituzione"
    shown = words(client.get(address))
    assert begun.application.practice_code in shown
    typed = {"replacement": str(colleague.id)}
    assert colleague.name in words(submit(client, address, **typed))
    assert begun.state is SheetState.DRAFT
    assert submit(client, address, **typed, confirmed="0" * 16).status_code == 409
    mark = plan_substitution(sent.round, leaving, colleague, office).mark
    assert submit(client, address, **typed, confirmed=mark).status_code == 303
    database.session.expire_all()
    assert (begun.state, blank.state) == (SheetState.WITHDRAWN, SheetState.WITHDRAWN)
    assert sent.state is SheetState.SENT


def test_one_sheet_is_taken_back_on_a_page(client: FlaskClient) -> None:
    leaving, _colleague, office, (sent, begun, blank) = scene()
    make.sign_in(client, office)
    code = sent.application.call.code
    listed = client.get(f"/gestione/avvisi/{code}/valutatori/{leaving.id}").text
    assert f"/gestione/schede/{blank.id}/ritira" in listed
    address = f"/gestione/schede/{begun.id}/ritira"
    assert submit(client, address, version="1").status_code == 409
    assert submit(client, address, version=str(begun.version)).status_code == 303
    assert begun.state is SheetState.WITHDRAWN


def test_pages_are_kept_from_evaluators_and_from_who_is_barred(client: FlaskClient) -> None:
    leaving, _colleague, office, (_sent, _begun, blank) = scene()
    bar_access(blank.application, office, "interest")
    for user in (office, leaving, make.user(Role.AUDITOR)):
        make.sign_in(client, user)
        assert client.get(f"/gestione/schede/{blank.id}/ritira").status_code == 404
