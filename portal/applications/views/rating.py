"""How easy the service was: asked at the end of a sending, shown to the office as figures."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from portal.applications import forms, queries, services
from portal.applications.views.blueprint import blueprint
from portal.errors import Invalid
from portal.i18n import _
from portal.web import access, actor, form_page, go, page, put_errors, say


@blueprint.route("/domande/<practice_code>/valutazione", methods=["GET", "POST"])
@access("application.follow")
def rate_service(practice_code: str) -> ResponseReturnValue:
    """After the stars: five answers that suit them, and a free text."""
    application = queries.get_followed(practice_code, actor())
    queries.get_submission(application)
    stars = forms.star_of(request.values.get("stars", ""))
    if not stars:
        say(_("Choose from one to five stars."), "warning")
        return go("applications.show_receipt", practice_code=practice_code)
    form = forms.rate_form(stars)
    if form.validate_on_submit():
        answer, text = form.answer.data or "", form.text.data or ""
        try:
            services.rate_service(application, actor(), str(stars), answer, text)
        except Invalid as refusal:
            put_errors(form, refusal)
        else:
            say(_("Thank you: it helps us to make the service better."))
            return go("applications.show_application", practice_code=practice_code)
    return form_page("applications/rate_service.html", form, application=application, stars=stars)


@blueprint.get("/opinioni")
@access("rating.list")
def show_ratings() -> ResponseReturnValue:
    """The figures."""
    return page(
        "applications/show_ratings.html",
        ratings=queries.ratings(actor()),
        hard=queries.HARD,
        well=queries.WELL,
    )
