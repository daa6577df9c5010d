"""Many people, each signed in with an application ready to be sent: one made, the others copied."""

from __future__ import annotations

import io
import random
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

import pikepdf
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from portal.accounts.engine import digest
from portal.accounts.models import User, UserSession
from portal.applications.models import Application
from portal.db import Base, db, transaction
from portal.demo.services.bulk import put
from portal.questionnaires.models import Answer, AnswerSet
from portal.registry.models import Applicant, Mandate
from tests import make
from tests.applications import stories
from tests.browse import TOKEN
from tests.faults.clients import Sender
from tests.sources import stories as money


def ready_senders(app: Flask, count: int, **call_facts: Any) -> list[Sender]:
    """Return people with complete drafts to one new call with money; nobody else applies to it.

    The first is made by the services, the others are its rows copied under other names.
    """
    with app.app_context():
        owner = make.user()
        rule = {"budget_line": money.line(9_000_000).code, "reserve": "requested_amount"}
        rules = {**stories.RULES, "money": rule}
        call = stories.open_call(**{"one_per_applicant": False, "rules": rules, **call_facts})
        model = stories.filled(call, make.body(owner), owner)
        client = make.sign_in(app.test_client(), owner)
        visit = signed_visit(client)
        with transaction():
            senders = copy_out(model, owner, count)
        db.session.remove()
    return [finish(app, sender, *visit) for sender in senders]


def signed_visit(client: FlaskClient) -> tuple[dict[str, Any], str]:
    """Return what the browser's cookie holds once it has seen a form, and the form's token."""
    found = TOKEN.search(client.get("/account").text)
    assert found, "the page of the account has no form"
    with client.session_transaction() as session:
        return dict(session), found[1]


def finish(app: Flask, sender: Sender, visit: Mapping[str, Any], token: str) -> Sender:
    """Return the sender with a cookie as the portal would have set it."""
    signer: Any = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    value = signer.dumps({**visit, "_user_id": sender.cookie})
    name = app.config["SESSION_COOKIE_NAME"]
    return Sender(sender.practice_code, sender.email, f"{name}={value}", token, sender.key)


def copy_out(model: Application, owner: User, count: int) -> list[Sender]:
    """Copy a complete draft with its owner, profile and session; the cookies hold bare tokens."""
    names = [secrets.token_hex(6) for _ in range(count)]
    tokens = [secrets.token_urlsafe(24) for _ in names]
    emails = [f"{name}@esempio.example.org" for name in names]
    users = put(User, [row_of(owner, email=x, email_key=x) for x in emails])
    session = db.session.scalars(sa.select(UserSession).filter_by(user_id=owner.id)).first()
    pairs = list(zip(users, tokens, strict=True))
    put(UserSession, [row_of(session, user_id=x, token_hash=digest(t)) for x, t in pairs])
    applicants = put(Applicant, [row_of(model.applicant, public_id=name) for name in names])
    mandate = model.applicant.mandates[0]
    mandates = zip(users, applicants, strict=True)
    put(Mandate, [row_of(mandate, user_id=x, applicant_id=y) for x, y in mandates])
    codes = copy_applications(model, applicants, users)
    people = zip(codes, emails, tokens, strict=True)
    return [Sender(code, email, token, "") for code, email, token in people]


def copy_applications(
    model: Application, applicants: Sequence[int], users: Sequence[int]
) -> list[str]:
    """Copy the draft with its answers for each applicant; return the practice codes."""
    sets = put(AnswerSet, [row_of(model.answer_set) for _ in applicants])
    typed = db.session.scalars(sa.select(Answer).filter_by(answer_set_id=model.answer_set_id))
    answers = list(typed)
    put(Answer, [row_of(each, answer_set_id=own) for own in sets for each in answers])
    codes = [f"IPL-F-{secrets.token_hex(5).upper()}" for _ in applicants]
    owned = zip(codes, applicants, sets, users, strict=True)
    put(
        Application,
        [
            row_of(
                model, practice_code=code, applicant_id=who, answer_set_id=own, started_by_id=user
            )
            for code, who, own, user in owned
        ],
    )
    return codes


def row_of(record: Base, **instead: Any) -> dict[str, Any]:
    """Return a row as a record's, but for its key and what is given."""
    columns = sa.inspect(type(record)).column_attrs
    return {x.key: getattr(record, x.key) for x in columns if x.key != "id"} | instead


def pdf_of(size: int) -> bytes:
    """Return a sound PDF of about so many octets, no two alike."""
    document, stream = pikepdf.new(), io.BytesIO()
    document.add_blank_page()
    document.Root.Filling = document.make_stream(random.randbytes(size))
    document.save(stream)
    return stream.getvalue()
