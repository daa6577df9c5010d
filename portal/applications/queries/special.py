"""Special answers, opened: for whoever may read them, one application at a time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portal import permissions, vault
from portal.applications.models import Application
from portal.applications.queries.answers import opened_answers_in
from portal.applications.queries.dossiers import form_of_application
from portal.i18n import _, pick
from portal.questionnaires.engine import show_opened


def special_rows(application: Application, user: Any) -> list[dict[str, Any]]:
    """Return the special answers as lines of a summary: as sent, or as they stand in a draft.

    NotFound or Forbidden unless `user` may read them.
    """
    permissions.require(user, "application.read_special", application)
    values = special_values(application)
    rows = []
    for question in form_of_application(application).questions:
        if question.is_special:
            lines = show_opened(question, values.get(question.key))
            rows.append({"label": pick(question.label), "value": lines or _("Not answered")})
    return rows


def special_values(application: Application) -> Mapping[str, Any]:
    """Return what was sealed with the last sending, or what stands in the draft."""
    if application.submission is None:
        return opened_answers_in(application).sight.values
    number = application.submission.number  # what earlier sendings held counts no more
    counting = [each.sealed for each in application.submissions if each.number >= number]
    found = vault.unseal(counting[-1]) if counting[-1] is not None else {}
    return {key: each["value"] for key, each in found.items()}


def asks_special(application: Application) -> bool:
    """Tell whether the form asks anything special."""
    return any(question.is_special for question in form_of_application(application).questions)
