"""A call tried out as an applicant: the whole path, and nothing of it anywhere."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import func, select

from portal import clock
from portal.applications import queries, services
from portal.applications.models import Application, Attachment
from portal.applications.queries import draft_ids, pending_ids
from portal.calls.models import Call
from portal.calls.services import publish_call
from portal.db import db as portal_db
from portal.db import transaction
from portal.desk.queries import own_lines, work_of
from portal.errors import Forbidden, Invalid, NotFound, WrongState
from portal.files import StoredFile
from portal.outbox import Mail
from portal.permissions import Role
from portal.protocol import ProtocolEntry
from portal.questionnaires.models import Answer, AnswerSet
from portal.registry.models import Applicant, Mandate
from portal.registry.queries import applicants_of, visible_applicants
from tests import make
from tests.api.programs import ask, key_of
from tests.applications import stories
from tests.browse import submit, words
from tests.calls.lives import draft_call, published_call

TABLES = (Application, Applicant, Mandate, AnswerSet, Answer, Attachment, ProtocolEntry, Mail)


def rows() -> dict[str, int]:
    """How many rows the tables of an application have."""
    counts = ((table, select(func.count()).select_from(table)) for table in TABLES)
    return {table.__tablename__: portal_db.session.scalar(count) or 0 for table, count in counts}


def tried(call: Call, staff: Any) -> Application:
    """A trial filled in to the end, with a file."""
    trial = services.start_trial(call, staff)
    stories.fill(trial, staff)
    services.attach_file(trial, "budget", stories.pdf(), "preventivo.pdf", staff)
    return trial


def test_trial_goes_to_a_receipt_marked_as_such(client: FlaskClient) -> None:
    staff = make.user(Role.STAFF)
    call = draft_call(staff)
    make.sign_in(client, staff)
    life = f"/gestione/avvisi/{call.code}/storia"
    begun = submit(client, f"/gestione/avvisi/{call.code}/prova", life)
    trial = portal_db.session.scalars(select(Application)).one()
    code = trial.practice_code
    assert (begun.status_code, begun.location) == (303, f"/domande/{code}")
    assert "Questa è una prova" in words(client.get(begun.location))
    assert client.get(f"/domande/{code}/prova").location == f"/domande/{code}/riepilogo"
    stories.fill(trial, staff)
    sent = submit(
        client,
        f"/domande/{code}/invia",
        f"/domande/{code}/riepilogo",
        request_key=stories.KEY,
        confirmed="y",
    )
    assert (sent.status_code, sent.location) == (303, f"/domande/{code}/prova")
    receipt = words(client.get(sent.location))
    assert "PROVA - Candidatura inviata" in receipt
    assert "non ha numero di protocollo" in receipt
    assert call.tried_at is not None
    assert (rows()["protocol_entry"], rows()["mail"], trial.state) == (0, 0, "draft")
    gone = submit(client, f"/domande/{code}/prova/scarta", sent.location)
    assert (gone.status_code, gone.location) == (303, life)
    assert client.get(f"/domande/{code}").status_code == 404


def test_trial_stands_in_no_list_count_or_api(client: FlaskClient) -> None:
    staff, admin = make.user(Role.STAFF), make.user(Role.ADMIN)
    call = draft_call(staff)
    trial = tried(call, staff)
    for user in (staff, admin, make.user(Role.AUDITOR)):
        listed = portal_db.session.scalars(queries.visible_applications(user)).all()
        profiles = portal_db.session.scalars(visible_applicants(user)).all()
        assert (listed, profiles, queries.own_applications(user)) == ([], [], [])
        assert (applicants_of(user), own_lines(user)) == ([], [])
    assert (work_of(staff).to_take_in_charge, draft_ids(call), pending_ids(call)) == (0, [], [])
    start = queries.start_of(call, staff)
    assert (start.applicants, start.started) == ((), ())
    for other in (make.user(Role.STAFF), admin):
        with pytest.raises(NotFound):
            queries.get_application(trial.practice_code, other)
    make.sign_in(client, staff)
    for address in ("/area-personale", "/pratiche", "/profili"):
        page = client.get(address)
        assert (page.status_code, trial.practice_code in page.text) == (200, False)
        assert "Profilo inventato" not in page.text


def test_program_of_who_tries_sees_no_trial(client: FlaskClient) -> None:
    staff = make.user(Role.STAFF)
    code = tried(draft_call(staff), staff).practice_code
    key = key_of(staff)
    listed = ask(client, key, "/api/v1/applications")
    assert (listed.status_code, listed.get_json()["items"]) == (200, [])
    for part in ("", "/receipt"):
        assert ask(client, key, f"/api/v1/applications/{code}{part}").status_code == 404


def test_publication_throws_trials_away_with_their_files(db: SQLAlchemy) -> None:
    staff, other = make.user(Role.STAFF), make.user(Role.STAFF)
    call = draft_call(staff)
    before = rows()
    tried(call, staff)
    services.start_trial(call, other)
    assert rows()["application"] == 2
    publish_call(call, staff)
    assert rows() == before
    files = portal_db.session.scalars(select(StoredFile)).all()
    assert [file.removed_at is not None for file in files] == [True]
    assert call.state == "published"


def test_trial_can_be_thrown_away_and_begun_again(db: SQLAlchemy) -> None:
    staff = make.user(Role.STAFF)
    call = draft_call(staff)
    before = rows()
    trial = services.start_trial(call, staff)
    assert services.start_trial(call, staff) is trial
    services.discard_trial(trial, staff)
    assert rows() == before
    assert services.start_trial(call, staff).call == call


def test_trial_is_judged_as_if_it_were_sent(db: SQLAlchemy) -> None:
    staff = make.user(Role.STAFF)
    call = draft_call(staff)
    trial = services.start_trial(call, staff)
    with pytest.raises(Invalid, match="incomplete"):
        services.finish_trial(trial, staff)
    assert call.tried_at is None
    stories.fill(trial, staff)
    services.finish_trial(trial, staff)
    assert call.tried_at is not None
    with pytest.raises((WrongState, Invalid)):
        services.submit_application(trial, staff, stories.KEY, clock.now())
    assert trial.submission is None


@pytest.mark.database
def test_database_keeps_a_trial_from_becoming_an_application(db: SQLAlchemy) -> None:
    staff = make.user(Role.STAFF)
    trial = services.start_trial(draft_call(staff), staff)
    with pytest.raises(Exception, match="ck_application_trial"), transaction():
        trial.state = "submitted"  # type: ignore[assignment]
        portal_db.session.flush()


def test_only_staff_tries_and_only_drafts(db: SQLAlchemy) -> None:
    staff = make.user(Role.STAFF)
    call = draft_call(staff)
    for role in (Role.AUDITOR, Role.ADMIN):
        with pytest.raises(Forbidden):
            services.start_trial(call, make.user(role))
    with pytest.raises(WrongState, match="trial_state"):
        services.start_trial(published_call(staff, "altro"), staff)
    owner = make.user()
    earnest = stories.draft(owner=owner)
    for deed in (services.finish_trial, services.discard_trial):
        with pytest.raises(NotFound):
            deed(earnest, owner)
