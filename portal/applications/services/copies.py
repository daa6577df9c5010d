"""Taking over the answers of an earlier application, once, into a draft that is still empty."""

from __future__ import annotations

from typing import Any

from portal import audit
from portal.applications.models import Application
from portal.applications.queries import copyable, is_untouched
from portal.applications.services.drafts import copy_answers, require_draft
from portal.db import db, transaction
from portal.errors import Invalid, NotFound
from portal.questionnaires.services import save_answers


@transaction()
def copy_earlier_answers(application: Application, practice_code: str, actor: Any) -> int:
    """Copy what stands typed in an earlier application; return how many answers that is.

    Files and declarations stay behind. A draft in which somebody has typed is refused: nothing is
    written over.
    """
    require_draft(application, actor)
    if not is_untouched(application):
        raise Invalid("draft_not_empty")
    offered = {each.earlier.practice_code: each for each in copyable(application, actor)}
    found = offered.get(practice_code)
    if found is None:
        raise NotFound
    for section in found.form.sections:
        if typed := found.typed_in(section):
            save_answers(application.answer_set, section.key, typed, actor)
    application.copied_from_id = found.earlier.id
    copy_answers(application)
    db.session.flush()
    audit.record("application.copy", application, actor, facts={"from": found.earlier.id})
    return len(found.questions)
