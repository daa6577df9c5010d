"""Pages for everybody: home, help, what the law asks for, language."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from flask import Blueprint, current_app, redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from portal import i18n, settings
from portal.accounts.engine.tokens import REQUESTS_OF_PROGRAMS
from portal.accounts.services import edit_account
from portal.api.document import described
from portal.calls.queries import public_calls
from portal.errors import Invalid
from portal.i18n import _
from portal.public import services
from portal.public.forms import ReportAccessibilityForm, ReportForm
from portal.web import PUBLIC, access, actor, form_page, go, page, put_errors, safe_next, say

blueprint = Blueprint("public", __name__)

ONE_YEAR = 365 * 24 * 3600

Report = Callable[[dict[str, str | None], str, str], date]


@blueprint.get("/")
@access(PUBLIC)
def home() -> ResponseReturnValue:
    """What the programme is, and the calls."""
    return page("public/home.html", calls=public_calls())


@blueprint.get("/privacy")
@access(PUBLIC)
def privacy() -> ResponseReturnValue:
    """The portal's privacy notice; each call has its own besides."""
    return page("public/privacy.html")


@blueprint.get("/api")
@access(PUBLIC)
def show_api() -> ResponseReturnValue:
    """What programs can ask, and how."""
    return page(
        "public/show_api.html",
        operations=described(current_app),
        root=current_app.config["PUBLIC_URL"],
        most=REQUESTS_OF_PROGRAMS.tries,
    )


@blueprint.get("/note-legali")
@access(PUBLIC)
def legal_notes() -> ResponseReturnValue:
    """Terms of use, licences, responsibility."""
    return page("public/legal_notes.html")


@blueprint.get("/contatti")
@access(PUBLIC)
def contacts() -> ResponseReturnValue:
    """Where the office is and how to ask for an appointment."""
    return page(
        "public/contacts.html",
        office=settings.get("office_email") or current_app.config["OFFICE_EMAIL"],
        phone=settings.get("office_phone"),
        hours=settings.get("office_hours"),
    )


@blueprint.get("/domande-frequenti")
@access(PUBLIC)
def faq() -> ResponseReturnValue:
    """Frequent questions."""
    return page("public/faq.html")


@blueprint.get("/dichiarazione-di-accessibilita")
@access(PUBLIC)
def accessibility_statement() -> ResponseReturnValue:
    """Lead to the official statement; until it is published, say how things stand."""
    published = current_app.config["ACCESSIBILITY_STATEMENT_URL"]
    return redirect(published, 303) if published else page("public/accessibility_statement.html")


@blueprint.route("/accessibilita", methods=["GET", "POST"])
@access(PUBLIC)
def accessibility_feedback() -> ResponseReturnValue:
    """Report an accessibility problem."""
    return take_report(ReportAccessibilityForm(), services.report_accessibility)


@blueprint.route("/segnala-disservizio", methods=["GET", "POST"])
@access(PUBLIC)
def report_issue() -> ResponseReturnValue:
    """Report a problem with the service."""
    return take_report(ReportForm(), services.report_issue)


def take_report(form: ReportForm, report: Report) -> ResponseReturnValue:
    """Show the form of a report, or send it and say by when the office answers."""
    here = str(request.endpoint)
    if form.validate_on_submit():
        try:
            office = current_app.config["OFFICE_EMAIL"]
            answer_by = report(form.values(), office, str(request.remote_addr))
        except Invalid as error:
            put_errors(form, error)
        else:
            day = i18n.format_date(answer_by)
            say(_("Thank you. Your report has reached the office: we answer by %(day)s.", day=day))
            return go(here)
    elif not form.is_typed:
        form.email.data = getattr(actor(), "email", "")
    template = here.replace(".", "/")
    return form_page(f"{template}.html", form, answer_days=services.ANSWER_DAYS)


@blueprint.post("/lingua")
@access(PUBLIC)
def set_language() -> ResponseReturnValue:
    """Switch the language, of the account too, and go back to the page one was on."""
    language = i18n.known_language(request.form.get("lang"))
    session["lang"] = language
    user = actor()
    if user.is_authenticated:
        edit_account(user, user.name, language)
    response = redirect(safe_next(request.form.get("next"), url_for(".home")), 303)
    secure = current_app.config["SESSION_COOKIE_SECURE"]
    response.set_cookie(
        "lang", language, max_age=ONE_YEAR, secure=secure, httponly=True, samesite="Lax"
    )
    return response
