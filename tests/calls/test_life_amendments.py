"""A published call amended: a new version by an act, drafts brought along without losing a word."""

from __future__ import annotations

import copy
from datetime import timedelta
from typing import Any

import pytest
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import select

from portal import clock, jobs
from portal.applications.queries import find_sending, kept_files, sections_of_sending
from portal.applications.services import (
    attach_file,
    portions,
    resume_application,
    withdraw_application,
)
from portal.applications.services import submit_application as submit
from portal.calls import services
from portal.calls.engine import definition_of, dump_call
from portal.calls.models import Call, CallVersion
from portal.calls.queries import amendment_of, notices_of, versions_of
from portal.db import db as portal_db
from portal.errors import Forbidden, Invalid, Stale, WrongState
from portal.outbox import Mail
from portal.permissions import Role
from portal.questionnaires.queries import answers_of
from tests import dossiers, make
from tests.applications import stories
from tests.calls.lives import draft_call, published_call

ACT = make.ACT
REASON = "Il testo dell'avviso conteneva un errore."
OTHER_BODY = "00743110157"


def working_copy(call: Call, staff: Any) -> dict[str, Any]:
    """What the working copy says, to be changed."""
    return copy.deepcopy(dict(services.open_amendment(call, staff).definition))


def save(call: Call, staff: Any, definition: Any) -> None:
    """Put a definition in the place of the working copy."""
    amendment = amendment_of(call)
    assert amendment is not None
    services.save_amendment(call, staff, definition, amendment.version)


def publish(call: Call, staff: Any) -> CallVersion:
    """Publish the working copy as it stands."""
    amendment = amendment_of(call)
    assert amendment is not None
    return services.publish_amendment(call, staff, REASON, ACT, amendment.version)


def questions(definition: dict[str, Any], section: int = 0) -> list[dict[str, Any]]:
    """The questions of a section of the form."""
    found: list[dict[str, Any]] = definition["form"]["sections"][section]["questions"]
    return found


def told_in(application: Any, number: int) -> list[tuple[str, tuple[str, ...]]]:
    """What one sending of an application said, question by question."""
    submission = find_sending(application, number)
    sections = sections_of_sending(application, submission)
    return [(each.label, each.lines) for section in sections for each in section.answers]


def amended(call: Call, staff: Any) -> CallVersion:
    """A version without the first section's second question, its first one changed, one new."""
    definition = working_copy(call, staff)
    asked = questions(definition)
    asked[0]["label"] = {"it": "Titolo nuovo", "en": "New title"}
    asked[1:2] = []
    asked.append(
        {
            "key": "added_one",
            "type": "short_text",
            "label": {"it": "Domanda nuova", "en": "New question"},
            "limit": 100,
            "required": False,
        }
    )
    save(call, staff, definition)
    return publish(call, staff)


def mails(template: str) -> list[Mail]:
    """The mails written with a template, in order."""
    found = select(Mail).filter_by(template=template).order_by(Mail.id)
    return list(portal_db.session.scalars(found))


@pytest.mark.database
def test_amendment_brings_drafts_along_and_leaves_what_was_sent(db: SQLAlchemy) -> None:
    staff, first, second = make.user(Role.STAFF), make.user(), make.user()
    call = published_call(staff)
    draft = dossiers.filled_in(call, make.body(first), first)
    sent = dossiers.filled_in(call, make.body(second, tax_code=OTHER_BODY), second)
    submit(sent, second, stories.KEY, clock.now())
    before, old_form = sent.submission.snapshot, call.form_definition
    gone = old_form.definition["sections"][0]["questions"][1]["key"]
    title = draft.title
    version = amended(call, staff)
    assert (version.number, call.form_definition_id) == (2, version.form_definition_id)
    assert version.form_definition.frozen_at is not None
    assert draft.answer_set.form_definition is call.form_definition
    assert (draft.title, draft.state) == (title, "draft")
    assert gone not in {question.key for question in answers_of(draft.answer_set).form.questions}
    assert sent.answer_set.form_definition is old_form
    assert sent.submission.snapshot == before


def test_files_leave_a_draft_whose_question_is_typed_from_now_on(db: SQLAlchemy) -> None:
    staff, owner = make.user(Role.STAFF), make.user()
    call = published_call(staff)
    draft = dossiers.filled_in(call, make.body(owner), owner)
    attach_file(draft, "budget", stories.pdf(), "bilancio.pdf", owner)
    definition = working_copy(call, staff)
    budget = questions(definition, 1)[1]
    for name in ("accept", "most_files"):
        del budget[name]
    budget |= {"type": "short_text", "limit": 100}
    save(call, staff, definition)
    publish(call, staff)
    assert kept_files(draft) == []
    assert answers_of(draft.answer_set).typed("budget") == []


def test_everybody_concerned_is_told_what_changed(db: SQLAlchemy) -> None:
    staff, first, second = make.user(Role.STAFF), make.user(), make.user()
    call = published_call(staff)
    dossiers.filled_in(call, make.body(first), first)
    sent = dossiers.filled_in(call, make.body(second, tax_code=OTHER_BODY), second)
    submit(sent, second, stories.KEY, clock.now())
    label = questions(dump_call(definition_of(call)))[1]["label"]["it"]
    amended(call, staff)
    told = mails("call_amended")
    assert [mail.recipient for mail in told] == [first.email, second.email]
    changes = [
        "Che cosa è cambiato:\n"
        f"- La domanda “{label}” non viene più posta.\n"
        "- La domanda “Titolo nuovo” è cambiata: il testo.\n"
        "- Domanda nuova in “Il progetto”: “Domanda nuova”.\n\n"
    ]
    assert all(part in mail.body for mail in told for part in changes)
    assert "Riguarda queste risposte prima di inviare:\n- Titolo nuovo" in told[0].body
    assert "resta come l'hai inviata" in told[1].body
    assert "Determinazione n. DD/12/2026" in told[0].body


def test_versions_stay_readable_and_a_banner_tells(db: SQLAlchemy) -> None:
    staff = make.user(Role.STAFF)
    call = published_call(staff)
    title = dict(call.title)
    definition = working_copy(call, staff)
    definition["title"] = {"it": "Titolo corretto", "en": "Corrected title"}
    save(call, staff, definition)
    publish(call, staff)
    first, second = versions_of(call)
    assert [first.definition["title"], second.definition["title"]] == [title, call.title]
    assert first.form_definition_id == second.form_definition_id == call.form_definition_id
    (notice,) = notices_of(call, make.user())
    assert (notice.changes, notice.reason) == (["Cambiato: il titolo."], REASON)
    assert (amendment_of(call), call.published_at) == (None, first.published_at)


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("threshold", "10.00"),
        ("code", "altro"),
        ("strand", "self_employment"),
        ("closes", "2031-01-01T12:00"),
        ("one_per_applicant", False),
        ("money", {"budget_line": "LINEA", "reserve": "requested_amount"}),
    ],
)
def test_criteria_window_and_money_are_not_amended(db: SQLAlchemy, part: str, value: Any) -> None:
    staff = make.user(Role.STAFF)
    call = published_call(staff)
    definition = {**working_copy(call, staff), part: value}
    with pytest.raises(Invalid, match="amendment_fixed"):
        save(call, staff, definition)
    grid = working_copy(call, staff)
    grid["grid"]["criteria"][0]["label"] = {"it": "Altro criterio", "en": "Another criterion"}
    with pytest.raises(Invalid, match="amendment_fixed"):
        save(call, staff, grid)


def test_extension_meanwhile_is_kept(db: SQLAlchemy) -> None:
    staff = make.user(Role.STAFF)
    call = published_call(staff)
    definition = working_copy(call, staff)
    definition["summary"] = {"it": "Corretto", "en": "Corrected"}
    save(call, staff, definition)
    until = call.closes_at + timedelta(days=3)
    services.extend_call(call, staff, until, REASON, ACT, call.version)
    publish(call, staff)
    assert (call.closes_at, call.summary["it"]) == (until, "Corretto")


def test_amendment_wants_state_role_reason_and_a_change(db: SQLAlchemy) -> None:
    staff = make.user(Role.STAFF)
    draft = draft_call(staff, "bozza")
    with pytest.raises(WrongState, match="amendment_state"):
        services.open_amendment(draft, staff)
    call = published_call(staff)
    with pytest.raises(Forbidden):
        services.open_amendment(call, make.user(Role.AUDITOR))
    with pytest.raises(WrongState, match="amendment_none"):
        services.publish_amendment(call, staff, REASON, ACT, 1)
    amendment = services.open_amendment(call, staff)
    assert services.open_amendment(call, staff) is amendment
    with pytest.raises(Invalid, match="amendment_empty"):
        publish(call, staff)
    with pytest.raises(Stale):
        services.save_amendment(call, staff, amendment.definition, amendment.version + 1)
    with pytest.raises(Invalid, match="required"):
        services.publish_amendment(call, staff, "", ACT, amendment.version)
    services.discard_amendment(call, staff)
    assert (amendment_of(call), versions_of(call)) == (None, [])


def test_many_drafts_are_brought_along_by_jobs(
    db: SQLAlchemy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(portions, "AT_ONCE", 1)
    staff, owners = make.user(Role.STAFF), [make.user(), make.user()]
    call = published_call(staff)
    drafts = [
        dossiers.filled_in(call, make.body(owner, tax_code=code), owner)
        for owner, code in zip(owners, ("97103880585", OTHER_BODY), strict=True)
    ]
    amended(call, staff)
    with pytest.raises(Invalid, match="form_amended"):
        submit(drafts[0], owners[0], stories.KEY, clock.now())
    while jobs.work_once("worker"):
        pass
    assert [each.answer_set.form_definition_id for each in drafts] == [call.form_definition_id] * 2
    submit(drafts[0], owners[0], stories.KEY, clock.now())
    assert len(mails("call_amended")) == 2


def test_withdrawn_application_opens_again_on_the_form_of_today(db: SQLAlchemy) -> None:
    staff, owner = make.user(Role.STAFF), make.user()
    call = published_call(staff)
    application = dossiers.filled_in(call, make.body(owner), owner)
    submit(application, owner, stories.KEY, clock.now())
    withdraw_application(application, owner, "Da correggere", clock.now())
    amended(call, staff)
    assert application.answer_set.form_definition_id != call.form_definition_id
    said = told_in(application, 1)
    resume_application(application, owner, clock.now())
    assert application.answer_set.form_definition_id == call.form_definition_id
    assert told_in(application, 1) == said  # in the words of the form it was sent on
