"""Decision letters: written, read, sent together and once, found again in the personal area."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from portal.applications.services import bar_access
from portal.db import db as database
from portal.documents import Document
from portal.errors import Forbidden, Invalid, Stale, WrongState
from portal.outcomes.models import DecisionLetter
from portal.outcomes.queries import compose_letter, letter_lines, letter_of
from portal.outcomes.queries.letters import chosen_ids
from portal.outcomes.services import choose_reasons, save_reason, send_letters
from portal.permissions import Role
from portal.protocol import Direction
from tests import make
from tests.access_outcomes import REASON
from tests.browse import mails_to, submit, words
from tests.evaluation import stories
from tests.outcomes.stories import final, owner_of, provisional, with_letters

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("db")]


def test_refusal_without_a_reason_holds_all_the_letters() -> None:
    ranking, (_above, below), office = final()
    with pytest.raises(Invalid, match="letters_missing") as refusal:
        send_letters(ranking, office, 2)
    assert refusal.value.facts["codes"] == below.practice_code
    assert [each.is_missing for each in letter_lines(ranking, office)] == [False, True]


def test_letter_says_points_place_reasons_and_remedy() -> None:
    ranking, (above, below), _office = with_letters()
    bad, good = compose_letter(below, ranking), compose_letter(above, ranking)
    assert (bad["position"], bad["total"], bad["threshold"], bad["is_negative"]) == (
        2,
        "54",
        "60",
        True,
    )
    assert bad["reasons"] == ["Il totale è di 54 punti; ne servono 60."]
    assert bad["refusals"] == [REASON]
    points = [each["points"] for each in bad["criteria"]]
    assert len(points) == len(good["criteria"]) > 2
    assert (good["is_negative"], good["refusals"]) == (False, [])


def test_letters_leave_together_frozen_and_with_a_protocol_number() -> None:
    ranking, both, office = with_letters()
    assert send_letters(ranking, office, 2) == 2
    for application in both:
        letter = letter_of(application)
        document = database.session.get(Document, letter.document_id)
        entry = letter.protocol_entry
        assert (entry.direction, entry.content_sha256) == (Direction.OUTGOING, document.sha256)
        mail = mails_to(owner_of(application).email)[-1]
        assert mail.template == "decision_letter"
        assert f"/domande/{application.practice_code}/esito" in mail.body
        assert entry.code in mail.body
    refused = database.session.get(Document, letter_of(both[1]).document_id)
    assert "Progetti d" in refused.html
    assert "TAR" in refused.html
    assert "TAR" not in database.session.get(Document, letter_of(both[0]).document_id).html


def test_no_letter_leaves_twice() -> None:
    ranking, both, office = with_letters()
    send_letters(ranking, office, 2)
    with pytest.raises(Invalid, match="letters_changed"):
        send_letters(ranking, office, 2)
    count = database.session.scalar(select(func.count()).select_from(DecisionLetter))
    assert count == len(both)
    sent = [
        mail
        for each in both
        for mail in mails_to(owner_of(each).email)
        if mail.template == "decision_letter"
    ]
    assert len(sent) == 2


def test_letter_keeps_its_words_whatever_changes_later() -> None:
    ranking, (_above, below), office = with_letters()
    send_letters(ranking, office, 2)
    before = dict(letter_of(below).content)
    with pytest.raises(WrongState):
        choose_reasons(ranking, below, [], office, [])
    reason = save_reason(ranking.call, None, {**REASON, "code": "R2"}, office)
    save_reason(ranking.call, reason, {**REASON, "code": "R3"}, office, reason.version)
    with pytest.raises(Stale):
        save_reason(ranking.call, reason, REASON, office, 1)
    with pytest.raises(Invalid, match="reason_code_taken"):
        save_reason(ranking.call, reason, REASON, office, reason.version)
    assert letter_of(below).content == before


def test_reasons_chosen_meanwhile_are_not_written_over() -> None:
    ranking, (_above, below), office = with_letters()
    with pytest.raises(Stale):
        choose_reasons(ranking, below, [], office, [])


@pytest.mark.parametrize("seen", ["9" * 5_000, "²", "-1", "a\x00b"])
def test_page_that_names_no_reasons_as_seen_changes_none(client: FlaskClient, seen: str) -> None:
    ranking, (_above, below), office = final()
    reason = save_reason(ranking.call, None, REASON, office)
    make.sign_in(client, office)
    address = f"/gestione/avvisi/{ranking.call.code}/lettere/{below.practice_code}"
    assert submit(client, address, reasons=str(reason.id), seen=seen).location.endswith(
        f"{below.practice_code}?turno=1"
    )
    assert chosen_ids(below) == []


def test_letters_wait_for_the_final_ranking_and_for_the_office() -> None:
    ranking, _both, office = provisional()
    with pytest.raises(WrongState):
        send_letters(ranking, office, 2)
    with pytest.raises(Forbidden):
        send_letters(ranking, make.user(Role.AUDITOR), 2)


def test_who_is_kept_from_a_dossier_neither_sees_nor_sends_its_letter() -> None:
    ranking, (above, below), _office = with_letters()
    barred = stories.staff()
    bar_access(below, barred, "interest")
    assert [each.application_id for each in letter_lines(ranking, barred)] == [above.id]
    with pytest.raises(Invalid, match="ranking_own_dossier"):
        send_letters(ranking, barred, 1)


def test_office_writes_and_sends_and_the_applicant_reads(client: FlaskClient) -> None:
    ranking, (_above, below), office = final()
    make.sign_in(client, office)
    start = f"/gestione/avvisi/{ranking.call.code}"
    assert submit(client, f"{start}/motivi", **REASON).status_code == 303
    page = f"{start}/lettere/{below.practice_code}"
    shown = words(client.get(f"{start}/lettere"))
    assert "Senza motivo" in shown
    reason_id = str(save_reason(ranking.call, None, {**REASON, "code": "R2"}, office).id)
    assert submit(client, page, reasons=reason_id, seen="").status_code == 303
    late = submit(client, page, seen="")
    assert "Intanto qualcun altro ha scelto" in words(client.get(late.location))
    assert "Rivedi i ricavi" in words(client.get(page))
    assert submit(client, f"{start}/lettere-invio", expected="2").status_code == 303
    make.sign_in(client, owner_of(below))
    own = words(client.get(f"/domande/{below.practice_code}/esito"))
    assert "Rivedi i ricavi del primo anno." in own
    assert "Presidente della Repubblica entro 120 giorni" in own
