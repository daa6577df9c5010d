"""The same form posted many times at once, as a browser and a bad line would."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
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
    portal_db.session.commit()

    def send(_number: int) -> tuple[int, str | None]:
        browser = app.test_client()
        browser.set_cookie(cookie.key, cookie.value)
        answer = browser.post(f"/domande/{code}/invia", data=form)
        return answer.status_code, answer.location

    with ThreadPoolExecutor(10) as threads:
        answers = list(threads.map(send, range(10)))
    portal_db.session.expire_all()
    assert answers == [(303, f"/domande/{code}/ricevuta")] * 10
    for model in (Submission, ProtocolEntry, Mail):
        assert portal_db.session.scalar(select(func.count()).select_from(model)) == 1


def test_two_clicks_at_once_start_one_draft(committed: Any, app: Flask) -> None:
    owner = make.user()
    call, applicant = stories.open_call(), make.body(owner)
    ids = (call.id, applicant.id, owner.id)
    portal_db.session.commit()

    def start(_number: int) -> str:
        with app.app_context():
            records = [
                portal_db.session.get_one(model, number)
                for model, number in zip((make.Call, make.Applicant, make.User), ids, strict=True)
            ]
            return stories.draft(*records).practice_code

    with ThreadPoolExecutor(6) as threads:
        codes = list(threads.map(start, range(6)))
    assert len(set(codes)) == 1
    assert portal_db.session.scalar(select(func.count()).select_from(Application)) == 1
