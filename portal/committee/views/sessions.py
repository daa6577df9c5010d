"""A session: planning it, who is there, opening and closing it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from portal import calendars, i18n, parse
from portal.accounts.queries import last_saving
from portal.committee import forms, queries, services
from portal.committee.states import SESSION
from portal.committee.views.blueprint import blueprint
from portal.errors import Invalid, Stale
from portal.evaluation.queries import get_call_for, get_round, rounds_of
from portal.i18n import _, message
from portal.permissions import can
from portal.web import (
    access,
    actor,
    conflict_page,
    download,
    form_page,
    go,
    page,
    put_errors,
    say,
)


@blueprint.get("/sedute")
@access("committee_session.attend")
def list_sessions() -> ResponseReturnValue:
    """The sessions of the committees in which who looks sits."""
    return page("committee/list_sessions.html", sessions=queries.own_sessions(actor()))


@blueprint.route("/gestione/avvisi/<code>/nuova-seduta", methods=["GET", "POST"])
@access("committee_session.plan")
def plan_session(code: str) -> ResponseReturnValue:
    """Plan a session on one of the evaluations of a call."""
    call = get_call_for(code, actor(), "committee_session.plan")
    rounds = rounds_of(call)
    form: Any = forms.PlanForm()
    forms.offer_rounds(form, rounds)
    if form.validate_on_submit():
        number = parse.carried(form.turn.value)
        of_round = get_round(code, actor(), "committee_session.plan", number)
        try:
            session = services.plan_session(of_round, actor(), **form.facts())
        except Invalid as refusal:
            put_errors(form, refusal)
        else:
            say(_("The session is planned. Now build its agenda."))
            return go(".edit_agenda", code=code, number=session.number)
    return form_page("committee/plan_session.html", form, call=call, rounds=rounds, session=None)


@blueprint.route("/sedute/<code>/<int:number>/modifica", methods=["GET", "POST"])
@access("committee_session.plan")
def move_session(code: str, number: int) -> ResponseReturnValue:
    """Change day, hour or place."""
    session = queries.get_session(code, number, actor(), "committee_session.plan")
    form: Any = forms.SessionForm(data=forms.texts_of(session))
    if form.validate_on_submit():
        try:
            services.move_session(session, actor(), form.known_version, **form.facts())
        except Stale:
            return session_conflict(form, session)
        except Invalid as refusal:
            put_errors(form, refusal)
        else:
            say(_("The session is saved."))
            return go(".show_session", code=code, number=number)
    return form_page("committee/plan_session.html", form, call=session.round.call, session=session)


def session_conflict(form: Any, session: Any) -> ResponseReturnValue:
    """Show what was typed beside what was saved meanwhile; saving again decides."""
    facts = {"session": session, "call": session.round.call}
    facts["saving"] = last_saving(session, "committee_session.move")
    return conflict_page("committee/plan_session.html", form, forms.texts_of(session), **facts)


@blueprint.get("/sedute/<code>/<int:number>")
@access("committee_session.read", logged="read")
def show_session(code: str, number: int) -> ResponseReturnValue:
    """A session as who looks may see it: agenda, who is there, what was decided."""
    session = queries.get_session(code, number, actor(), "committee_session.read")
    owners = queries.owners_of_money(session.round.call)
    lines = queries.agenda_of(session, actor())
    return page(
        "committee/show_session.html",
        session=session,
        call=session.round.call,
        lines=lines,
        overtaken=queries.overtaken_in(session, [line.item for line in lines]),
        seats=queries.seats_of(session),
        quorum=queries.quorum_of(session),
        present=queries.present_promoters(session),
        owners=owners,
        minutes=queries.minutes_of(session),
        verbs={move.verb for move in SESSION.choices(session, actor())},
        may_plan=can(actor(), "committee_session.plan", session),
        may_record=can(actor(), "committee_session.record", session),
        is_office=can(actor(), "committee.read", session),
    )


@blueprint.post("/sedute/<code>/<int:number>/convoca")
@access("committee_session.plan")
def convene_session(code: str, number: int) -> ResponseReturnValue:
    """Invite the members."""
    said = _("The invitations leave by mail, with a calendar file.")
    return do(code, number, "committee_session.plan", services.convene_session, said)


@blueprint.post("/sedute/<code>/<int:number>/apri")
@access("committee_session.open")
def open_session(code: str, number: int) -> ResponseReturnValue:
    """Open the session."""
    said = _("The session is open. Take up the first item.")
    return do(code, number, "committee_session.open", services.open_session, said)


def do(
    code: str, number: int, action: str, service: Callable[..., Any], said: str
) -> ResponseReturnValue:
    """Do a deed of one button, and say so or why not."""
    session = queries.get_session(code, number, actor(), action)
    try:
        service(session, actor())
    except Invalid as refusal:
        say(message(refusal), "danger")
    else:
        say(said)
    return go(".show_session", code=code, number=number)


@blueprint.route("/sedute/<code>/<int:number>/chiudi", methods=["GET", "POST"])
@access("committee_session.close")
def close_session(code: str, number: int) -> ResponseReturnValue:
    """Ask, then close the session."""
    session = queries.get_session(code, number, actor(), "committee_session.close")
    form = forms.SureForm()
    if form.validate_on_submit():
        services.close_session(session, actor())
        say(_("The session is closed. Read the minutes, then freeze them."))
        return go(".show_minutes", code=code, number=number)
    lines = queries.agenda_of(session, actor())
    facts = {"session": session, "left": [line for line in lines if line.decision is None]}
    return form_page("committee/close_session.html", form, call=session.round.call, **facts)


@blueprint.route("/sedute/<code>/<int:number>/annulla", methods=["GET", "POST"])
@access("committee_session.cancel")
def cancel_session(code: str, number: int) -> ResponseReturnValue:
    """Ask, then call the session off."""
    session = queries.get_session(code, number, actor(), "committee_session.cancel")
    form = forms.SureForm()
    if form.validate_on_submit():
        services.cancel_session(session, actor())
        say(_("The session is called off."))
        return go(".show_committee", code=code)
    facts = {"session": session, "call": session.round.call}
    return form_page("committee/cancel_session.html", form, **facts)


@blueprint.route("/sedute/<code>/<int:number>/presenze", methods=["GET", "POST"])
@access("committee_session.record")
def edit_presence(code: str, number: int) -> ResponseReturnValue:
    """Note who comes and who leaves, one button each."""
    session = queries.get_session(code, number, actor(), "committee_session.record")
    if request.method == "POST":
        for name, service in (("here", services.note_arrival), ("gone", services.note_leaving)):
            member_id = parse.carried(request.form.get(name, ""))
            if member_id is not None:
                service(session, queries.get_member(session.round.call, member_id), actor())
        return go(".edit_presence", code=code, number=number)
    return page(
        "committee/edit_presence.html",
        session=session,
        call=session.round.call,
        seats=queries.seats_of(session),
        quorum=queries.quorum_of(session),
        present=queries.present_promoters(session),
    )


@blueprint.get("/sedute/<code>/<int:number>/seduta.ics")
@access("committee_session.read")
def download_calendar(code: str, number: int) -> ResponseReturnValue:
    """A session as a calendar file."""
    session = queries.get_session(code, number, actor(), "committee_session.read")
    content = services.calendar_of([session], i18n.current_language())
    return download(content, f"{code}-{number}.ics", calendars.MIME)
