"""The personal area: what to do next, and the pages behind its tabs."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import current_app, request, url_for
from flask.typing import ResponseReturnValue

from portal import calendars, clock, i18n, kept
from portal.applications.states import LABELS, TONES
from portal.desk import forms, queries
from portal.desk.queries import Term
from portal.desk.views.blueprint import blueprint
from portal.i18n import _, lazy
from portal.registry.engine import DOCUMENT_LABELS
from portal.registry.queries import applicants_of, own_documents
from portal.web import SIGNED_IN, access, actor, download, page

MOST_CARDS = 3
TABS = (
    (lazy("Desk"), "desk.show_personal_area"),
    (lazy("Messages"), "desk.list_own_messages"),
    (lazy("Applications"), "desk.list_own_applications"),
    (lazy("Documents"), "desk.list_own_documents"),
    (lazy("Deadlines"), "desk.list_deadlines"),
)
TO_DO = {
    Term.SEND: lazy("Send the application"),
    Term.COMPLETE: lazy("Complete what we asked for"),
    Term.ANSWER: lazy("Answer the office"),
    Term.RENEW: lazy("Renew a document of the profile"),
    Term.OBSERVE: lazy("Answer our notice of rejection"),
    Term.REMARK: lazy("Read the provisional ranking, and send a remark if you want"),
}


@blueprint.app_template_filter("application_state")
def application_state(state: Any) -> str:
    """The label of an application's state."""
    return str(LABELS[state])


@blueprint.app_template_filter("application_tone")
def application_tone(state: Any) -> str:
    """How an application's state looks."""
    return TONES[state]


def area_page(template: str, **facts: Any) -> str:
    """Draw one of the pages of the area under its tabs, with what is still unread."""
    tabs = [(label, url_for(name), name == request.endpoint) for label, name in TABS]
    return page(template, tabs=tabs, unread=queries.count_unread(actor()), **facts)


@blueprint.get("/area-personale")
@access(SIGNED_IN)
def show_personal_area() -> ResponseReturnValue:
    """What to do next, at most three things, and the way to the work of one's roles."""
    lines = queries.own_lines(actor())
    found = [shown(each) for each in queries.deadlines_of(actor(), lines)]
    return area_page(
        "desk/show_personal_area.html",
        cards=found[:MOST_CARDS],
        others=len(found[MOST_CARDS:]),
        lines=lines,
        work=queries.work_of(actor()),
        waiting=kept.waiting_forms(actor().id),
    )


def shown(deadline: Any) -> dict[str, Any]:
    """Return one thing to do as pages and the calendar tell it."""
    application, document = deadline.application, deadline.document
    about = application or document
    title = application.title if application else str(DOCUMENT_LABELS[document.kind])
    return {
        "key": f"{deadline.term}.{deadline.key}",
        "what": str(TO_DO[deadline.term]),
        "title": title or _("Application without a title"),
        "applicant": about.applicant.name,
        "code": application.practice_code if application else "",
        "call": i18n.pick(application.call.title) if application else "",
        "url": address_of(deadline),
        "day": deadline.day,
        "at": deadline.at,
        "is_past": deadline.is_past,
    }


def address_of(deadline: Any) -> str:
    """Return the page on which the thing is done."""
    if deadline.application is None:
        of_profile = deadline.document.applicant.public_id
        return url_for("registry.list_documents", public_id=of_profile)
    endpoint = {
        Term.SEND: "applications.show_application",
        Term.COMPLETE: "applications.complete_application",
        Term.ANSWER: "applications.show_messages",
        Term.OBSERVE: "outcomes.show_notice",
        Term.REMARK: "outcomes.show_outcome",
    }[deadline.term]
    return url_for(endpoint, practice_code=deadline.application.practice_code)


@blueprint.get("/area-personale/pratiche")
@access(SIGNED_IN)
def list_own_applications() -> ResponseReturnValue:
    """One's own applications, with state, next step and by when."""
    group = request.args.get("state", "")
    return area_page(
        "desk/show_personal_area_practices.html",
        lines=queries.own_lines(actor(), group),
        group=group,
        form=forms.FilterOwnForm(request.args),
    )


@blueprint.get("/area-personale/messaggi")
@access(SIGNED_IN)
def list_own_messages() -> ResponseReturnValue:
    """The messages about one's applications, those with news marked."""
    threads = queries.threads_of(actor())
    return area_page("desk/show_personal_area_messages.html", threads=threads)


@blueprint.get("/area-personale/documenti")
@access(SIGNED_IN)
def list_own_documents() -> ResponseReturnValue:
    """The receipts of what was sent, the letters about it, the documents of one's profiles."""
    return area_page(
        "desk/show_personal_area_documents.html",
        receipts=queries.receipts_of(actor()),
        letters=[(each, letter_url(each)) for each in queries.own_letters(actor())],
        documents=own_documents(actor()),
        applicants=applicants_of(actor()),
        today=clock.today(),
    )


def letter_url(letter: Any) -> str:
    """Return where a letter is fetched; blank until it is drawn."""
    if letter.file_id is None:
        return ""
    code = letter.practice_code
    if not letter.occasion:
        return url_for("outcomes.download_own_refusal", practice_code=code)
    named = {"practice_code": code, "lettera": letter.occasion}
    return url_for("outcomes.download_own_letter", **named)


@blueprint.get("/area-personale/scadenze")
@access(SIGNED_IN)
def list_deadlines() -> ResponseReturnValue:
    """All that is to be done, the most urgent first."""
    return area_page("desk/show_personal_area_deadlines.html", deadlines=all_deadlines())


def all_deadlines() -> list[dict[str, Any]]:
    """Return what who is signed in has to do."""
    lines = queries.own_lines(actor())
    return [shown(each) for each in queries.deadlines_of(actor(), lines)]


@blueprint.get("/area-personale/scadenze.ics")
@access(SIGNED_IN)
def download_deadlines() -> ResponseReturnValue:
    """The deadlines as a calendar file."""
    root = current_app.config["PUBLIC_URL"]
    host = urlsplit(root).hostname
    appointments = [
        calendars.Appointment(
            uid=f"{each['key']}@{host}",
            when=each["day"] or each["at"],
            title=f"{each['what']}: {each['title']}",
            text=each["applicant"],
            url=f"{root}{each['url']}",
        )
        for each in all_deadlines()
        if each["day"] or each["at"]
    ]
    title = _("My deadlines")
    content = calendars.write_calendar(title, i18n.current_language(), appointments)
    return download(content, "scadenze.ics", calendars.MIME)
