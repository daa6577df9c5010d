"""What surrounds a notice of rejection: files, answers point by point, the refusal, the terms."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from portal import clock
from portal.applications.models import Application
from portal.applications.queries import status_of
from portal.db import db as database
from portal.desk.queries import Term, deadlines_of, own_lines
from portal.desk.queries.tasks import TASKS
from portal.errors import Invalid, NotFound
from portal.i18n import format_date
from portal.outcomes.engine import answered, points_in
from portal.outcomes.queries import get_refusal
from portal.outcomes.services import observe_notice, refuse_application
from tests import make
from tests.api.programs import ask, key_of
from tests.browse import TOKEN, submit, words
from tests.evaluation import stories
from tests.files.makers import cut_pdf, pdf
from tests.outcomes.test_rejections import ANSWER, SAID, noted

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("db")]

TWO = "Le spese sono coperte.\r\n\r\nIl personale è già assunto."


def upload() -> tuple[io.BytesIO, str]:
    """A file as a page sends it."""
    name, content = pdf()
    return io.BytesIO(content), name


def waiting(task: str) -> list[Application]:
    """The applications that a line of Today is about."""
    asked = TASKS[task].ask(None, clock.today())
    return list(database.session.scalars(select(Application).where(asked)))


def terms_of(user: Any) -> list[tuple[Term, date | None]]:
    """What the personal area says is to be done by when."""
    return [(each.term, each.day) for each in deadlines_of(user, own_lines(user))]


def test_observations_are_parted_by_blank_lines() -> None:
    assert points_in(TWO) == ["Le spese sono coperte.", "Il personale è già assunto."]
    assert points_in("Una.\nSola.") == ["Una.\nSola."]
    many = points_in("\n\n".join(str(each) for each in range(30)))
    assert (len(many), many[-1].split()) == (20, [str(each) for each in range(19, 30)])
    assert answered("A\n\nB", ["a"]) == [("A", "a"), ("B", "")]


def test_observations_bring_files_that_the_office_opens(client: FlaskClient) -> None:
    application, notice, owner, office = noted()
    code = application.practice_code
    make.sign_in(client, owner)
    own = f"/domande/{code}/preavviso"
    name, broken = cut_pdf()
    assert submit(client, own, text=SAID, files=(io.BytesIO(broken), name)).status_code == 422
    six = [upload() for _ in range(6)]
    assert submit(client, own, text=SAID, files=six).status_code == 422
    assert (notice.observed_at, notice.files) == (None, [])
    assert submit(client, own, text=SAID, files=[upload(), upload()]).status_code == 303
    first, _second = notice.files
    file = first.file.public_id
    assert client.get(f"{own}/{file}").status_code == 200
    make.sign_in(client, office)
    assert first.file.name in words(client.get(f"/pratiche/{code}/decisione"))
    assert client.get(f"/pratiche/{code}/osservazioni/{file}").status_code == 200
    assert client.get(f"/pratiche/{code}/osservazioni/altro").status_code == 404
    barred = stories.staff()
    make.access(application, barred, make.Effect.BAR)
    make.sign_in(client, barred)
    assert client.get(f"/pratiche/{code}/osservazioni/{file}").status_code == 404


def test_observations_after_the_term_are_answered_with_their_text(client: FlaskClient) -> None:
    application, notice, owner, _office = noted()
    own = f"/domande/{application.practice_code}/preavviso"
    make.sign_in(client, owner)
    token = TOKEN.search(client.get(own).text)
    with clock.at(notice.due_at):
        make.sign_in(client, owner)
        token = TOKEN.search(client.get("/area-personale").text) or token
        late = client.post(own, data={"csrf_token": token[1], "text": SAID})  # type: ignore[index]
    assert (late.status_code, SAID in late.text) == (409, True)
    assert "Il tempo per le osservazioni al preavviso è finito." in words(late)
    assert "ufficio@esempio.example.org" in words(late)
    assert notice.observed_at is None


def test_refusal_answers_point_by_point_in_a_document(client: FlaskClient) -> None:
    application, notice, owner, office = noted()
    observe_notice(application, TWO, owner, clock.now(), [upload()])
    with pytest.raises(Invalid) as refusal:
        refuse_application(application, ["", " "], office, notice.version)
    assert refusal.value.field == "answer_1"
    work = f"/pratiche/{application.practice_code}/decisione"
    make.sign_in(client, office)
    assert "Risposta al punto 2" in words(client.get(work))
    typed = {"decision": "refuse", "version": str(notice.version)}
    answers = {"answer_1": ANSWER, "answer_2": "I contratti mancano."}
    assert submit(client, work, **typed, **answers).status_code == 303
    assert notice.answers == [ANSWER, "I contratti mancano."]
    document = notice.decision_document
    assert document is not None
    assert notice.decision_entry.content_sha256 == document.sha256
    said = document.html
    for part in (notice.text, *points_in(TWO), *notice.answers, "TAR", notice.files[0].file.name):
        assert part in said
    assert said.index(ANSWER) < said.index("Il personale è già assunto.")
    with pytest.raises(NotFound):
        get_refusal(notice)
    make.sign_in(client, owner)
    assert "PDF del rigetto" in words(client.get(f"/domande/{application.practice_code}/preavviso"))
    make.sign_in(client, office)
    assert "Rigetto della candidatura" in words(
        client.get(f"/pratiche/{application.practice_code}")
    )


def test_today_tells_notices_that_wait_for_the_office() -> None:
    application, notice, owner, office = noted()
    assert (waiting("notice_over"), waiting("notice_observed")) == ([], [])
    with clock.at(notice.due_at):
        assert (waiting("notice_over"), waiting("notice_observed")) == ([application], [])
    observe_notice(application, SAID, owner, clock.now())
    with clock.at(notice.due_at):
        assert (waiting("notice_over"), waiting("notice_observed")) == ([], [application])
    refuse_application(application, [ANSWER], office, notice.version)
    assert (waiting("notice_over"), waiting("notice_observed")) == ([], [])


def test_personal_area_tells_the_term_of_the_notice(client: FlaskClient) -> None:
    application, notice, owner, _office = noted()
    assert terms_of(owner) == [(Term.OBSERVE, notice.due_on)]
    make.sign_in(client, owner)
    page = client.get("/area-personale/scadenze")
    assert f"/domande/{application.practice_code}/preavviso" in page.text
    observe_notice(application, SAID, owner, clock.now())
    assert terms_of(owner) == []


def test_receipt_and_programs_tell_the_day_as_the_notice_has_moved_it(
    client: FlaskClient,
) -> None:
    application, _notice, owner, _office = noted()
    due = status_of(application).due
    assert due is not None
    code = application.practice_code
    make.sign_in(client, owner)
    told = words(client.get(f"/domande/{code}/ricevuta"))
    assert f"Decisione entro il {format_date(due)}" in told
    answer = ask(client, key_of(owner), f"/api/v1/applications/{code}")
    assert answer.json["status"]["due"] == due.isoformat()
