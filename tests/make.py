"""Records for tests, made as short as a story tells them.

Everything has a sensible default; a test names only what it is about. Records are added inside a
transaction of their own and carry ids.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from flask.testing import FlaskClient

from portal import clock, vault
from portal.accounts import engine
from portal.accounts.engine import hash_password
from portal.accounts.models import Promoter, RoleGrant, SecondFactor, User
from portal.accounts.queries import session_by_token, visitor_by_session
from portal.accounts.services import open_session, set_factor
from portal.applications.models import AccessRow, Application
from portal.calls.models import Call, Strand
from portal.calls.states import CallState
from portal.db import db, transaction
from portal.evaluation.models import Round
from portal.evaluation.queries import is_in_force, names_for, yearly_of
from portal.evaluation.queries.rounds import FIRST_GATE
from portal.evaluation.services import Said, declare_for_call, declare_year, open_round
from portal.files import StoredFile, store_upload
from portal.grids.services import save_grid_definition
from portal.jobs import Job, WorkState
from portal.outbox import Mail
from portal.permissions import Effect, Role
from portal.questionnaires.services import open_answers, save_form_definition
from portal.registry.models import (
    Applicant,
    ApplicantKind,
    Mandate,
    MandateKind,
    OrganisationType,
)
from tests.make_definitions import FORM, GRID

PASSWORD = "una frase lunga da ricordare"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
BODY_TAX_CODE = "97103880585"
ACT = {"kind": "determination", "number": "DD/12/2026", "date": "20/11/2026", "unit": "Economia"}
PERSON_TAX_CODE = "RSSMRA80A01H501U"
NOON = datetime(2026, 5, 4, 10, 0, tzinfo=UTC)

_numbers = itertools.count(1)


def add(record: Any) -> Any:
    """Store a record in a transaction of its own."""
    with transaction():
        db.session.add(record)
        db.session.flush()
    return record


def user(*roles: Role | RoleGrant, name: str = "", email: str = "", **facts: Any) -> User:
    """A confirmed account that can sign in with PASSWORD; who holds a role has SECRET in his app.

    `factor=True` or `False` says otherwise.
    """
    number = next(_numbers)
    address = email or f"person{number}@esempio.example.org"
    grants = [role if isinstance(role, RoleGrant) else held(role) for role in roles]
    return add(
        User(
            name=name or f"Persona {number}",
            email=address,
            email_key=address.casefold(),
            password_hash=facts.pop("password_hash", None) or _hash(),
            created_at=clock.now(),
            confirmed_at=facts.pop("confirmed_at", clock.now()),
            grants=grants,
            factor=second_factor() if facts.pop("factor", bool(roles)) else None,
            **facts,
        )
    )


def close(who: User) -> None:
    """Close an account behind the portal's back."""
    with transaction():
        who.disabled_at = clock.now()


def end_quietly(role: RoleGrant) -> None:
    """End a role behind the portal's back."""
    with transaction():
        role.ended_at = clock.now()


def second_factor() -> SecondFactor:
    """An app that shows the codes of SECRET; none has been used yet."""
    return SecondFactor(
        sealed_secret=_sealed(),
        last_step=0,
        enrolled_at=clock.now(),
    )


def code(steps: int = 0) -> str:
    """What the app with SECRET shows, now or some half minutes from now."""
    return engine.code_at(SECRET, engine.step_of(clock.now()) + steps)


@functools.cache
def _hash() -> str:
    return hash_password(PASSWORD)


@functools.cache
def _sealed() -> str:
    return vault.seal(SECRET)


def held(
    role: Role,
    strand: str | None = None,
    call_code: str | None = None,
    promoter: Promoter | None = None,
) -> RoleGrant:
    """A role, everywhere or limited."""
    return RoleGrant(
        role=role,
        strand=strand,
        call_code=call_code,
        promoter=promoter,
        granted_at=clock.now(),
    )


def sign_in(client: FlaskClient, who: User, passed: bool = True, fresh: bool = True) -> FlaskClient:
    """Open a session for `who` in the client, without the form.

    Unless told otherwise the second factor has been passed in it, and the person just said who he
    is.
    """
    token = session_of(who, passed, fresh)
    with client.session_transaction() as session:
        session.clear()
        session["_user_id"] = token
        session["_fresh"] = True
    return client


def session_of(who: User, passed: bool = True, fresh: bool = True) -> str:
    """The token of a session, as `sign_in` opens it."""
    if passed and who.roles and who.factor is None:
        with transaction():
            set_factor(who, SECRET, last_step=0)
    token = open_session(who, has_passed=passed)
    if not fresh:
        row = session_by_token(token)
        assert row is not None
        with transaction():
            row.fresh_at = clock.now() - timedelta(hours=1)
    return token


def signed_in(token: str) -> User | None:
    """Who a session's token opens the portal to, once every door is passed."""
    visitor = visitor_by_session(token)
    return visitor if isinstance(visitor, User) else None


def body(*owners: User, **facts: Any) -> Applicant:
    """A body with its people."""
    number = next(_numbers)
    values = {
        "public_id": f"body{number}",
        "kind": ApplicantKind.BODY,
        "organisation_type": OrganisationType.APS,
        "name": f"Associazione {number}",
        "tax_code": BODY_TAX_CODE,
        "municipality_code": "037006",
        "address": "Via di prova 1",
        "postcode": "40121",
        "phone": "+39051123456",
        "email": f"body{number}@esempio.example.org",
        "representative_name": "Anna Bianchi",
        "representative_tax_code": PERSON_TAX_CODE,
        "created_at": clock.now(),
        **facts,
    }
    return _owned(Applicant(**values), owners, MandateKind.LEGAL_REPRESENTATIVE)


def person(*owners: User, **facts: Any) -> Applicant:
    """A natural person with an account."""
    number = next(_numbers)
    values = {
        "public_id": f"person{number}",
        "kind": ApplicantKind.PERSON,
        "organisation_type": OrganisationType.NATURAL_PERSON,
        "name": f"Mario Rossi {number}",
        "tax_code": PERSON_TAX_CODE,
        "municipality_code": "037006",
        "address": "Via di prova 2",
        "postcode": "40121",
        "phone": "+393331234567",
        "email": f"person{number}@esempio.example.org",
        "birth_date": date(1980, 1, 1),
        "created_at": clock.now(),
        **facts,
    }
    return _owned(Applicant(**values), owners, MandateKind.SELF)


def _owned(applicant: Applicant, owners: Iterable[User], kind: MandateKind) -> Applicant:
    for owner in owners:
        mandate = Mandate(user_id=owner.id, kind=kind, started_at=clock.now())
        applicant.mandates.append(mandate)
    return add(applicant)


RULES: dict[str, Any] = {}


def call(form: Any = FORM, grid: Any = GRID, **facts: Any) -> Call:
    """A published call, open around now unless its window is given."""
    number = next(_numbers)
    now = clock.now()
    with transaction():
        form_definition = save_form_definition("tests", form)
        grid_definition = save_grid_definition("tests", grid)
    values = {
        "code": f"prova-{number}",
        "strand": Strand.SOCIAL,
        "state": CallState.PUBLISHED,
        "title": {"it": f"Avviso di prova {number}", "en": f"Test call {number}"},
        "summary": {"it": "Un avviso per le prove.", "en": "A call for tests."},
        "rules": RULES,
        "opens_at": now - timedelta(days=10),
        "closes_at": now + timedelta(days=10),
        "threshold_hundredths": 6000,
        "names_hidden": False,
        "one_per_applicant": True,
        "published_at": now - timedelta(days=11),
        "form_definition": form_definition,
        "grid_definition": grid_definition,
        **facts,
    }
    return add(Call(**values))


def application(of_call: Call, applicant: Applicant, **facts: Any) -> Application:
    """A draft without answers, unless a state and its facts are given."""
    number = next(_numbers)
    with transaction():
        answers = open_answers(of_call.form_definition)
    values = {
        "practice_code": f"IPL-TEST-{number:04d}",
        "call": of_call,
        "applicant": applicant,
        "answer_set": answers,
        "title": f"Progetto {number}",
        "privacy_version": "1",
        "privacy_read_at": clock.now(),
        "started_at": clock.now(),
        "started_by_id": next(iter(applicant.owner_ids), None) or user().id,
        **facts,
    }
    return add(Application(**values))


def round_of(of_call: Call) -> Round:
    """The call's first round, open already or not."""
    return open_round(of_call, FIRST_GATE, 0)


def free_of_interests(who: User, of_call: Call) -> None:
    """Have somebody declare that he has no interest: for the year, and in the names known."""
    if not is_in_force(yearly_of(who)):
        declare_year(who, [])
    waiting = [each for each in names_for(who, of_call) if not each.is_answered]
    if waiting:
        declare_for_call(of_call, who, {each.public_id: Said(None) for each in waiting})


def access(to: Application, who: User, effect: Effect = Effect.GRANT) -> AccessRow:
    """A grant or a bar on one application."""
    return add(
        AccessRow(
            application_id=to.id,
            user_id=who.id,
            effect=effect,
            reason="test",
            since=clock.now(),
        )
    )


def stored_file(stream: Any, name: str, who: User) -> StoredFile:
    """A file that somebody has uploaded."""
    return store_upload(stream, name, who)


def given_up_job(kind: str = "documents.draw", **facts: Any) -> Job:
    """Background work that was tried too often."""
    return add(Job(kind=kind, payload={}, **given_up(facts)))


def given_up_mail(recipient: str = "anna@esempio.example.org", **facts: Any) -> Mail:
    """A mail that nobody took."""
    key = f"mail{next(_numbers)}"
    words = {"template": "role_granted", "subject": "Prova", "body": "Prova\n", "language": "it"}
    own = {"recipient": recipient, "message_id": f"<{key}@localhost>", **words}
    return add(Mail(**own, **given_up({"error": "recipient refused", **facts})))


def given_up(facts: dict[str, Any]) -> dict[str, Any]:
    """What a row of the queue holds once its tries are used up."""
    now = clock.now()
    known = {"key": f"work{next(_numbers)}", "created_at": now, "next_at": now, "tries": 5}
    return {**known, "state": WorkState.FAILED, "error": "OSError: no", **facts}
