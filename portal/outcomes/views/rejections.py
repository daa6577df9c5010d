"""Pages of decisions without a ranking: the office decides, the applicant answers a notice."""

from __future__ import annotations

from typing import Any

from flask import g
from flask.typing import ResponseReturnValue

from portal import clock
from portal.applications.queries import is_running, notice_of, status_of
from portal.errors import Invalid, NotFound, Stale, WrongState
from portal.i18n import _, message
from portal.outcomes import forms, queries, services
from portal.outcomes.views.blueprint import blueprint
from portal.permissions import can
from portal.web import access, actor, form_page, go, page, put_errors, say

CONFLICT = 409


@blueprint.route("/pratiche/<practice_code>/decisione", methods=["GET", "POST"])
@access(get="rejection.read", post="rejection.give", logged="read")
def decide_application(practice_code: str) -> ResponseReturnValue:
    """Select an application, give notice of rejection, or refuse it after the notice."""
    application = queries.get_unranked(practice_code, actor())
    facts = shown(application)
    reasons = queries.reasons_of(application.call)
    form = forms.decision_form(facts["notice"], reasons, facts["may_refuse"])
    if form.is_submitted() and not can(actor(), "rejection.give", application):
        raise NotFound
    if form.validate_on_submit():
        try:
            decide(application, form)
        except Stale:
            facts.update(may_decide=False, is_stale=True)
            return page("outcomes/decide_application.html", form=form, **facts), CONFLICT
        except Invalid as refusal:
            put_errors(form, refusal)
        else:
            say(_("It is done, and the applicant has been written to."))
            return go(".decide_application", practice_code=practice_code)
    return form_page("outcomes/decide_application.html", form, **facts)


def shown(application: Any) -> dict[str, Any]:
    """Return what the page shows, with what hinders a decision now."""
    notice, hindrance = notice_of(application), queries.hindrance_to_decide(application)
    return {
        "application": application,
        "notice": notice,
        "status": status_of(application),
        "hindrance": message(WrongState(hindrance)) if hindrance else "",
        "may_decide": can(actor(), "rejection.give", application) and not hindrance,
        "may_refuse": notice is not None and not is_running(notice, clock.now()),
    }


def decide(application: Any, form: Any) -> None:
    """Do what the form says."""
    version = form.known_version
    if form.decision.value == "select":
        services.select_application(application, actor(), version)
    elif form.decision.value == "refuse":
        services.refuse_application(application, form.answer.value or "", actor(), version)
    else:
        ids = [int(each) for each in form.reasons.value]
        services.give_notice(application, ids, form.text.value or "", actor(), version)


@blueprint.route("/domande/<practice_code>/preavviso", methods=["GET", "POST"])
@access(get="application.follow", post="rejection.observe", logged="read")
def show_notice(practice_code: str) -> ResponseReturnValue:
    """Read why the application is going to be refused, and answer within the term."""
    notice, form = queries.get_own_notice(practice_code, actor()), forms.ObservationsForm()
    if form.validate_on_submit():
        try:
            text = form.text.value or ""
            services.observe_notice(notice.application, text, actor(), g.received_at)
        except Invalid as refusal:
            put_errors(form, refusal)
        else:
            say(_("We have received your observations: the office reads them before it decides."))
            return go(".show_notice", practice_code=practice_code)
    return form_page("outcomes/show_notice.html", form, **own(notice))


def own(notice: Any) -> dict[str, Any]:
    """Return what the applicant is shown, and whether there is time to answer."""
    application = notice.application
    in_time = is_running(notice, g.received_at)
    may_observe = in_time and can(actor(), "rejection.observe", application)
    return {"application": application, "notice": notice, "may_observe": may_observe}
