"""One answer saved by itself, while its page stays open."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy.orm import joinedload, raiseload

from portal import permissions
from portal.applications.models import Application
from portal.applications.queries import Draft, application_by_code, draft_of
from portal.applications.services.drafts import copy_answers
from portal.applications.states import ApplicationState
from portal.db import db, transaction
from portal.errors import NotFound, WrongState
from portal.questionnaires.engine import Form
from portal.questionnaires.queries import form_of
from portal.questionnaires.services import save_answer

# Given the form, what a page holds for the question.
Typed = Callable[[Form], Sequence[str]]


@transaction()
def save_field(practice_code: str, question_key: str, typed: Typed, actor: Any, seen: int) -> Draft:
    """Keep one answer, right or wrong, and return the draft as it stands then.

    Stale when somebody else has changed it since the version the page knew, `seen`. It happens
    while somebody types: all is read once, under the lock.
    """
    application = read_draft(practice_code, actor)
    definition = application.answer_set.form_definition  # held, so that it is read once
    save_answer(application.answer_set, question_key, typed(form_of(definition)), actor, seen)
    draft = draft_of(application)
    copy_answers(application, draft.answers)
    return draft


def read_draft(practice_code: str, actor: Any) -> Application:
    """Read a draft and lock it at once; WrongState once it has been sent."""
    application = db.session.scalar(
        application_by_code(practice_code, actor)
        # Every draft has its answers: as an outer join SQLite would read those of all others too.
        .options(
            joinedload(Application.answer_set, innerjoin=True), raiseload(Application.access_rows)
        )
        .with_for_update(of=Application)
    )
    if application is None:
        raise NotFound
    permissions.require(actor, "application.edit", application)
    if application.state is not ApplicationState.DRAFT:
        raise WrongState("application_sent")
    return application
