"""The same form posted many times at once, as a browser and a bad line would."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.applications.models import Application, Submission
from portal.db import db as portal_db
from portal.outbox import Mail
from portal.protocol import ProtocolEntry
from tests import make
from tests.applications import stories
from tests.at_once import at_once
from tests.browse import TOKEN

pytestmark = pytest.mark.database


@pytest.mark.check(46)
def test_form_posted_ten_times_at_once_sends_once(committed: Any, app: Flask) -> None:
    application = stories.filled()
    owner, code = stories.owner_of(application), application.practice_code
    client = make.sign_in(app.test_client(), owner)
    token = TOKEN.search(client.get("/account").text)
    assert token is not None
    cookie = client.get_cookie(app.config["SESSION_COOKIE_NAME"])
    assert cookie is not None
    form = {"csrf_token": token[1], "request_key": stories.KEY, "confirmed": "y"}

    def send() -> tuple[int, str | None]:
        browser = app.test_client()
        browser.set_cookie(cookie.key, cookie.value)
        answer = browser.post(f"/domande/{code}/invia", data=form)
        return answer.status_code, answer.location

    answers = at_once(app, [send] * 10)
    assert answers == [(303, f"/domande/{code}/ricevuta")] * 10
    for model in (Submission, ProtocolEntry, Mail):
        assert portal_db.session.scalar(select(func.count()).select_from(model)) == 1


def test_two_clicks_at_once_start_one_draft(committed: Any, app: Flask) -> None:
    owner = make.user()
    call, applicant = stories.open_call(), make.body(owner)
    ids = (call.id, applicant.id, owner.id)

    def start() -> str:
        models = (make.Call, make.Applicant, make.User)
        records = [portal_db.session.get_one(*each) for each in zip(models, ids, strict=True)]
        return stories.draft(*records).practice_code

    codes = at_once(app, [start] * 6)
    assert len(set(codes)) == 1
    assert portal_db.session.scalar(select(func.count()).select_from(Application)) == 1
