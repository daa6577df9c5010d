"""Pages on automatic points: where they come from, and correcting them with a reason."""

from __future__ import annotations

from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from portal.errors import Invalid, Stale
from portal.evaluation import forms, queries, services
from portal.evaluation.views.blueprint import blueprint
from portal.i18n import _
from portal.permissions import can
from portal.web import access, actor, conflict_page, form_page, go, page, put_errors, say

LIST, PAGE = "evaluation.show_automatic", "evaluation/override_automatic.html"


@blueprint.get("/pratiche/<practice_code>/punti-automatici")
@access("automatic_score.read", logged="read")
def show_automatic(practice_code: str) -> ResponseReturnValue:
    """The automatic points of an application, each with its source and its correction."""
    application = queries.get_judged(practice_code, actor())
    return page(
        "evaluation/show_automatic.html",
        application=application,
        lines=queries.automatic_lines(application),
        is_open=queries.may_be_corrected(application),
        may_correct=can(actor(), "automatic_score.override", application),
    )


@blueprint.route("/pratiche/<practice_code>/punti-automatici/<key>", methods=["GET", "POST"])
@access("automatic_score.override", logged="read")
def override_automatic(practice_code: str, key: str) -> ResponseReturnValue:
    """Count other points than were computed, with a reason; or those computed again."""
    application = queries.get_judged(practice_code, actor())
    line = queries.get_automatic_line(application, key)
    form = forms.OverrideForm(data=standing(line))
    if form.is_submitted() and (is_undone() or form.validate()):
        try:
            save(application, key, form)
        except Stale:
            line = queries.get_automatic_line(application, key)
            facts = {"application": application, "line": line}
            return conflict_page(PAGE, form, standing(line), **facts)
        except Invalid as refusal:
            put_errors(form, refusal)
        else:
            say(_("Saved: the results count these points from now on."))
            return go(LIST, practice_code=application.practice_code)
    context = {"application": application, "line": line}
    return form_page(PAGE, form, **context)


def is_undone() -> bool:
    """Tell whether the points computed shall count again."""
    return request.form.get("action") == "undo"


def save(application: Any, key: str, form: Any) -> None:
    """Save the correction, or take it back."""
    points = None if is_undone() else form.hundredths
    told = (form.reason.data or "", actor(), form.known_version)
    services.override_automatic(application, key, points, *told)


def standing(line: Any) -> dict[str, str]:
    """Return what the form shows before anything is typed."""
    return {
        "points": forms.points_typed(line.points_hundredths),
        "reason": line.score.override_reason or "",
        "version": str(line.points_hundredths),
    }
