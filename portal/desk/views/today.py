"""Today: the page on which the office's day begins."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue

from portal import clock, parse
from portal.applications.queries import get_dossier
from portal.desk import queries, services
from portal.desk.views.blueprint import blueprint
from portal.errors import Invalid
from portal.i18n import _, format_long_date, message
from portal.web import access, actor, go, page, say


@blueprint.get("/oggi")
@access("today.read")
def show_today() -> ResponseReturnValue:
    """What has changed, what is late, what waits for whom."""
    today = queries.today_for(actor(), wanted_day())
    return page(
        "desk/today.html",
        today=today,
        now=format_long_date(clock.today()),
        days=days_offered(today),
    )


def wanted_day() -> Any:
    """Return the day since which news are told; None where none is named."""
    try:
        day = date.fromisoformat(request.args.get("since", ""))
    except ValueError:
        return None
    return min(day, clock.today())


def days_offered(today: Any) -> list[dict[str, Any]]:
    """Return since when news can be told: the last working day, one's last visit."""
    offered = [(_("Since the last working day"), queries.last_working_day())]
    if today.last_visit is not None and today.last_visit != offered[0][1]:
        offered.append((_("Since your last visit"), today.last_visit))
    return [
        {
            "label": label,
            "day": day,
            "url": url_for(".show_today", since=day.isoformat()),
            "is_current": day == today.since,
        }
        for label, day in offered
    ]


@blueprint.post("/pratiche/<practice_code>/incarico")
@access("application.hand_over")
def hand_over_application(practice_code: str) -> ResponseReturnValue:
    """Put somebody in charge of a dossier."""
    application = get_dossier(practice_code, actor())
    try:
        services.hand_over_application(application, chosen_colleague(), actor())
    except Invalid as refusal:
        say(message(refusal), "error")
    else:
        say(_("It is noted who is in charge."))
    return go(".show_dossier", practice_code=application.practice_code, _anchor="in-charge")


def chosen_colleague() -> int | None:
    """Return who was chosen, by id; None for nobody."""
    return parse.carried(request.form.get("handler", ""))
