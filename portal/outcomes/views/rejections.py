"""Pages of decisions without a ranking: the office decides, the applicant answers a notice."""

from __future__ import annotations

from typing import Any

from flask import Response, g, url_for
from flask.typing import ResponseReturnValue

from portal import clock
from portal.applications.queries import is_running, notice_of, status_of
from portal.errors import Invalid, NotFound, Stale, WrongState
from portal.i18n import _, message
from portal.outcomes import engine, forms, queries, services
from portal.outcomes.views.blueprint import blueprint
from portal.outcomes.views.late import too_late
from portal.permissions import can
from portal.web import (
    CONFLICT,
    access,
    actor,
    form_page,
    go,
    page,
    put_errors,
    say,
    send_file_of,
)


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
        "points": points_of(notice),
        "pages": {"file": ".download_observation_file", "refusal": ".download_refusal"},
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
        services.refuse_application(application, form.answers, actor(), version)
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
            observe(notice, form)
        except WrongState as refusal:
            back = url_for(".show_notice", practice_code=practice_code)
            title = _("Notice of rejection")
            return too_late(notice.application, refusal, notice.due_at, title, back)
        except Invalid as refusal:
            put_errors(form, refusal)
        else:
            say(_("We have received your observations: the office reads them before it decides."))
            return go(".show_notice", practice_code=practice_code)
    return form_page("outcomes/show_notice.html", form, **own(notice))


def observe(notice: Any, form: Any) -> None:
    """Send what the form says, with its files."""
    uploads = [(each.stream, each.filename) for each in form.files.value]
    text = form.text.value or ""
    services.observe_notice(notice.application, text, actor(), g.received_at, uploads)


def own(notice: Any) -> dict[str, Any]:
    """Return what the applicant is shown, and whether there is time to answer."""
    application = notice.application
    in_time = is_running(notice, g.received_at)
    may_observe = in_time and can(actor(), "rejection.observe", application)
    return {
        "application": application,
        "notice": notice,
        "points": points_of(notice),
        "pages": {
            "file": ".download_own_observation_file",
            "refusal": ".download_own_refusal",
        },
        "may_observe": may_observe,
    }


def points_of(notice: Any) -> Any:
    """Return each point of the observations with its answer."""
    return engine.answered(notice.observations, notice.answers or ()) if notice else []


@blueprint.get("/domande/<practice_code>/preavviso/<file_public_id>")
@access("application.follow", logged="download")
def download_own_observation_file(practice_code: str, file_public_id: str) -> Response:
    """Hand out a file that went with the observations to who sent it."""
    notice = queries.get_own_notice(practice_code, actor())
    return send_file_of(queries.get_observation_file(notice, file_public_id))


@blueprint.get("/domande/<practice_code>/rigetto.pdf")
@access("application.follow", logged="download")
def download_own_refusal(practice_code: str) -> Response:
    """Hand out the refusal to its reader, once it is drawn."""
    return send_file_of(queries.get_refusal(queries.get_own_notice(practice_code, actor())))


@blueprint.get("/pratiche/<practice_code>/osservazioni/<file_public_id>")
@access("rejection.read", logged="download")
def download_observation_file(practice_code: str, file_public_id: str) -> Response:
    """Hand out a file that went with the observations to the office."""
    notice = notice_of(queries.get_unranked(practice_code, actor()))
    if notice is None:
        raise NotFound
    return send_file_of(queries.get_observation_file(notice, file_public_id))


@blueprint.get("/pratiche/<practice_code>/rigetto.pdf")
@access("rejection.read", logged="download")
def download_refusal(practice_code: str) -> Response:
    """Hand out the refusal to the office."""
    notice = notice_of(queries.get_unranked(practice_code, actor()))
    return send_file_of(queries.get_refusal(notice))
