"""The personal area."""

from __future__ import annotations

from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from portal import kept
from portal.applications.states import LABELS, TONES
from portal.desk import forms, queries
from portal.desk.views.blueprint import blueprint
from portal.web import SIGNED_IN, access, actor, page


@blueprint.app_template_filter("application_state")
def application_state(state: Any) -> str:
    """The label of an application's state."""
    return str(LABELS[state])


@blueprint.app_template_filter("application_tone")
def application_tone(state: Any) -> str:
    """How an application's state looks."""
    return TONES[state]


@blueprint.get("/area-personale")
@access(SIGNED_IN)
def show_personal_area() -> ResponseReturnValue:
    """One's own applications, and the way to the work of one's roles."""
    group = request.args.get("state", "")
    return page(
        "desk/show_personal_area.html",
        lines=queries.own_lines(actor(), group),
        group=group,
        form=forms.FilterOwnForm(request.args),
        work=queries.work_of(actor()),
        waiting=kept.waiting_forms(actor().id),
    )
