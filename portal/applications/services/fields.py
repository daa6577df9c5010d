"""One answer saved by itself, while its page stays open."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from portal.applications.models import Application
from portal.applications.services.drafts import copy_answers, require_draft
from portal.db import transaction
from portal.questionnaires.services import Saved, save_answer


@transaction()
def save_field(
    application: Application, question_key: str, typed: Sequence[str], actor: Any, seen: int
) -> Saved:
    """Keep one answer, right or wrong; Stale when somebody else has changed it since `seen`."""
    require_draft(application, actor)
    saved = save_answer(application.answer_set, question_key, typed, actor, seen)
    copy_answers(application)
    return saved
