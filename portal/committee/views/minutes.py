"""Minutes: reading them before they are frozen, freezing, signing and correcting them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask.typing import ResponseReturnValue

from portal import parse
from portal.committee import engine, forms, queries, services
from portal.committee.states import SessionState
from portal.committee.views.blueprint import blueprint
from portal.errors import Invalid, NotFound
from portal.i18n import DEFAULT_LANGUAGE, _, in_language, message
from portal.permissions import can
from portal.web import access, actor, form_page, go, page, put_errors, say, send_file_of


@blueprint.route("/sedute/<code>/<int:number>/verbale", methods=["GET", "POST"])
@access(get="committee_session.read", post="committee_session.minute", logged="read")
def show_minutes(code: str, number: int) -> ResponseReturnValue:
    """The minutes to come, then as they are frozen; what is closed to somebody is blank."""
    session = queries.get_session(code, number, actor(), "committee_session.read")
    require_closed(session)
    form = forms.SureForm()
    if form.validate_on_submit():
        return freeze(session)
    closed = queries.closed_to(session, actor())
    found = queries.minutes_of(session)
    content = found[0].content if found else queries.compose_minutes(session)
    return page(
        "committee/show_minutes.html",
        form=form,
        session=session,
        call=session.round.call,
        content=queries.shown_minutes(content, closed),
        as_written=as_written,
        found=found,
        is_whole=not closed,
        may_minute=can(actor(), "committee_session.minute", session),
        is_office=can(actor(), "committee.read", session),
    )


def as_written(caller: Callable[[], str]) -> str:
    """Draw a part of the page in the language that minutes are written in, whoever reads them."""
    with in_language(DEFAULT_LANGUAGE):
        return caller()


def require_closed(session: Any) -> None:
    """Answer that there are no minutes while the session is to come or under way."""
    if session.state not in (SessionState.CLOSED, SessionState.MINUTED):
        raise NotFound


def freeze(session: Any) -> ResponseReturnValue:
    """Freeze the minutes, or say what is missing."""
    try:
        minutes = services.freeze_minutes(session, actor())
    except Invalid as refusal:
        say(message(refusal), "danger")
    else:
        protocol = minutes.protocol_entry.code
        say(_("The minutes are frozen, protocol %(number)s.", number=protocol))
    return go(".show_minutes", code=session.round.call.code, number=session.number)


@blueprint.get("/sedute/<code>/<int:number>/verbale/<int:minutes_number>.pdf")
@access("committee_session.read", logged="download")
def download_minutes(code: str, number: int, minutes_number: int) -> ResponseReturnValue:
    """Hand out minutes as they were drawn, to whom nothing in them is closed."""
    session = queries.get_session(code, number, actor(), "committee_session.read")
    minutes = queries.get_minutes(session, minutes_number, actor(), whole=True)
    if minutes.document.file is None:
        raise NotFound
    return send_file_of(minutes.document.file)


@blueprint.get("/sedute/<code>/<int:number>/verbale/<int:minutes_number>/firme/<int:signature_id>")
@access("committee_session.read", logged="download")
def download_signed(
    code: str, number: int, minutes_number: int, signature_id: int
) -> ResponseReturnValue:
    """Hand out the file that somebody signed."""
    session = queries.get_session(code, number, actor(), "committee_session.read")
    minutes = queries.get_minutes(session, minutes_number, actor(), whole=True)
    files = {each.id: each.file for each in minutes.signatures if each.file is not None}
    if signature_id not in files:
        raise NotFound
    return send_file_of(files[signature_id])


@blueprint.route(
    "/sedute/<code>/<int:number>/verbale/<int:minutes_number>/firma", methods=["GET", "POST"]
)
@access("committee_session.minute")
def sign_minutes(code: str, number: int, minutes_number: int) -> ResponseReturnValue:
    """Record that somebody signed."""
    session = queries.get_session(code, number, actor(), "committee_session.minute")
    minutes = queries.get_minutes(session, minutes_number, actor())
    form = forms.signature_form(queries.signers_of(session, minutes))
    if form.validate_on_submit() and record_signature(minutes, form):
        say(_("The signature is recorded."))
        return go(".show_minutes", code=code, number=number)
    facts = {"session": session, "call": session.round.call, "minutes": minutes}
    return form_page("committee/sign_minutes.html", form, **facts)


def record_signature(minutes: Any, form: Any) -> bool:
    """Record what the form says; False when it is refused, which the form then says."""
    sent = next(iter(form.file.value), None)
    upload = None if sent is None else (sent.stream, sent.filename)
    kind = engine.SignatureKind(form.kind.value)
    member_id = parse.carried(form.member.value) or 0
    try:
        services.sign_minutes(minutes, actor(), member_id, kind, form.signed_on.value, upload)
    except Invalid as refusal:
        put_errors(
            form, refusal if refusal.field or len(refusal.errors) > 1 else refusal.on("file")
        )
        return False
    return True


@blueprint.route("/sedute/<code>/<int:number>/rettifica", methods=["GET", "POST"])
@access("committee_session.minute")
def correct_minutes(code: str, number: int) -> ResponseReturnValue:
    """Write further minutes that correct the frozen ones."""
    session = queries.get_session(code, number, actor(), "committee_session.minute")
    if session.state is not SessionState.MINUTED:
        raise NotFound
    form = forms.CorrectionForm()
    if form.validate_on_submit():
        minutes = services.correct_minutes(session, actor(), form.text.value or "")
        say(_("Minutes %(number)s correct the first ones.", number=minutes.number))
        return go(".show_minutes", code=code, number=number)
    facts = {"session": session, "call": session.round.call}
    return form_page("committee/correct_minutes.html", form, **facts)
