"""An amended call: drafts go over to its new form, what was sent stays as it was sent."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from portal import audit, clock, jobs
from portal.applications.models import Application
from portal.applications.queries import kept_files, readers_of
from portal.applications.services.drafts import copy_answers
from portal.applications.services.telling import write_mail
from portal.applications.states import ApplicationState
from portal.calls.engine.acts import act_text
from portal.calls.engine.amending import change_text
from portal.calls.models import CallVersion
from portal.db import db, lock, transaction
from portal.i18n import in_language, pick
from portal.questionnaires.engine import Form, QuestionType
from portal.questionnaires.queries import form_of
from portal.questionnaires.services import rebase_answers


@dataclass(frozen=True)
class Moved:
    """What an amendment did to one draft: labels by language, of questions to look at again."""

    gone: list[Any] = field(default_factory=list)
    look_at: list[Any] = field(default_factory=list)


@jobs.handles("applications.take_amendment")
@transaction()
def take_amendment(version_id: int, application_ids: list[int]) -> None:
    """Bring drafts to the amended form, and tell everybody concerned what changed."""
    version = db.session.get_one(CallVersion, version_id)
    applications = db.session.scalars(
        select(Application).where(Application.id.in_(application_ids)).order_by(Application.id)
    )
    moved = {each.id: move_to_form(each) for each in applications}
    for reader in readers_of(application_ids):
        tell_amendment(version, reader, moved[reader.application.id])


def move_to_form(application: Application) -> Moved:
    """Bring a draft to the form its call has now; one that was sent, or is there, stays."""
    lock(application)
    lock(application.answer_set)
    call, answers = application.call, application.answer_set
    is_draft = application.state is ApplicationState.DRAFT
    if not is_draft or answers.form_definition_id == call.form_definition_id:
        return Moved()
    before, after = form_of(answers.form_definition), form_of(call.form_definition)
    rebase = rebase_answers(answers, call.form_definition)
    put_files_away(application, after)
    copy_answers(application)
    audit.record("application.rebase", application, None)
    return Moved(
        [before.question(key).label for key in rebase.gone],
        [after.question(key).label for key in (*rebase.changed, *rebase.added)],
    )


def put_files_away(application: Application, form: Form) -> None:
    """Take out the files of questions that are gone, or are answered by typing now."""
    asked = {question.key for question in form.questions if question.type is QuestionType.FILE}
    for attachment in kept_files(application):
        if attachment.question_key not in asked:
            attachment.removed_at = clock.now()
    db.session.flush()


def tell_amendment(version: CallVersion, reader: Any, moved: Moved) -> None:
    """Write what changed, and to those with a draft what to look at."""
    with in_language(reader.user.language):
        changes = [change_text(change) for change in version.changes]
        gone, look_at = [[pick(label) for label in some] for some in (moved.gone, moved.look_at)]
        act = act_text(version.act)
    write_mail(
        "call_amended",
        str(version.id),
        reader,
        changes=changes,
        gone=gone,
        look_at=look_at,
        reason=version.reason,
        act=act,
    )
