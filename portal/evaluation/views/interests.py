"""Pages on interests: declaring them, what the office is told, settling what was found."""

from __future__ import annotations

from typing import Any

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.errors import Invalid, Stale
from portal.evaluation import forms, queries, services
from portal.evaluation.views.blueprint import blueprint
from portal.i18n import _, ngettext, pick
from portal.web import (
    access,
    actor,
    add_hurdle,
    form_page,
    go,
    page,
    put_errors,
    safe_next,
    say,
)

OF_SHEETS = "sheet."


def declaration_first(user: Any, view: Any) -> str | None:
    """Name the page that comes first: the year before a call, the call before its dossiers."""
    if request.endpoint == "evaluation.declare_interests":
        is_declared = queries.is_in_force(queries.yearly_of(user))
        return None if is_declared else "evaluation.declare_year"
    action = next(iter(getattr(view, "access", {}).values()), "")
    code = (request.view_args or {}).get("practice_code", "")
    if not action.startswith(OF_SHEETS) or not code:
        return None
    return "evaluation.declare_first" if queries.awaits_declaration(code, user) else None


add_hurdle(declaration_first)


@blueprint.get("/valutazioni/interessi/prima")
@access("interest.declare")
def declare_first() -> ResponseReturnValue:
    """Go to the declaration that comes first: that of the year, then that of a call."""
    following = safe_next(request.args.get("next"), url_for("evaluation.list_assignments"))
    if not queries.is_in_force(queries.yearly_of(actor())):
        return go("evaluation.declare_year", next=following)
    for each in queries.calls_awaiting(actor()):
        if each.sheets:
            return go("evaluation.declare_interests", code=each.code, next=following)
    return redirect(following, 303)


@blueprint.route("/valutazioni/interessi", methods=["GET", "POST"])
@access("interest.declare")
def declare_year() -> ResponseReturnValue:
    """Read what one has declared for the year, and declare anew."""
    standing = queries.yearly_of(actor())
    form = forms.year_form(queries.ties_of(standing), standing is not None)
    if request.form.get("then") != "more" and form.validate_on_submit():
        try:
            ties = [services.TieSaid(**each) for each in forms.ties_said(form)]
            services.declare_year(actor(), ties)
            say(_("Your declaration for the year is in. Thank you."))
            following = safe_next(request.args.get("next"), url_for(".declare_first"))
            return redirect(following, 303)
        except Invalid as refusal:
            put_errors(form, refusal)
    return form_page(
        "evaluation/declare_year.html",
        form,
        declaration=standing,
        is_in_force=queries.is_in_force(standing),
        awaiting=queries.calls_awaiting(actor()),
        words=queries.words_for("yearly"),
    )


@blueprint.route("/valutazioni/<code>/interessi", methods=["GET", "POST"])
@access("interest.declare")
def declare_interests(code: str) -> ResponseReturnValue:
    """Read the names of the applicants of a call and declare on each of them."""
    call = queries.get_call_to_declare(code, actor())
    following = request.args.get("next", "")
    names = queries.names_for(actor(), call)
    asked = [each for each in names if not each.is_answered]
    form = forms.call_form(asked or names)
    if request.form.get("then") != "rest" and form.validate_on_submit():
        try:
            said = {key: services.Said(*each) for key, each in forms.answers_said(form).items()}
            services.declare_for_call(call, actor(), said)
            say(_("Your declaration is in: what is assigned to you in this call is open now."))
            return redirect(safe_next(following, url_for("evaluation.list_assignments")), 303)
        except Invalid as refusal:
            put_errors(form, refusal)
    facts = {"call": call, "asked": asked, "answered": len(names) - len(asked)}
    words = queries.words_for("call")
    return form_page("evaluation/declare_interests.html", form, words=words, **facts)


# --- the office ----------------------------------------------------------------------------------


@blueprint.get("/gestione/avvisi/<code>/interessi")
@access("interest.read", logged="read")
def show_interests(code: str) -> ResponseReturnValue:
    """Show who has declared on the names of a call, and the interests there are."""
    call = queries.get_call_for(code, actor(), "interest.read")
    declarers = queries.declarers_of(call, actor())
    return page(
        "evaluation/show_interests.html",
        call=call,
        call_title=pick(call.title),
        declarers=declarers,
        left=[each for each in declarers if each.left],
        interests=queries.interests_in(call, actor()),
        reason_labels=queries.REASON_LABELS,
        state_labels=queries.STATE_LABELS,
    )


@blueprint.post("/gestione/avvisi/<code>/interessi/sollecita")
@access("interest.chase")
def chase_declarations(code: str) -> ResponseReturnValue:
    """Ask by mail who hasn't declared yet: one of them, or all."""
    call = queries.get_call_for(code, actor(), "interest.chase")
    people = [each.user for each in queries.declarers_of(call, actor()) if each.left]
    wanted = request.form.get("person")
    chosen = [each for each in people if wanted in (None, str(each.id))]
    number = services.chase_declarations(call, chosen, actor())
    say(
        ngettext("We have written to one person.", "We have written to %(num)s people.", number),
        "ok" if number else "info",
    )
    return go("evaluation.show_interests", code=code)


@blueprint.route("/gestione/interessi/<int:interest_id>", methods=["GET", "POST"])
@access("interest.read", logged="read")
def settle_interest(interest_id: int) -> ResponseReturnValue:
    """Look at one interest and what it rests on; confirm, dismiss or end it."""
    interest = queries.get_interest(interest_id, actor())
    form = forms.SettleForm(data={"version": str(interest.version)})
    if form.validate_on_submit():
        try:
            return settle(interest, form)
        except Stale:
            form.form_errors.append(_("Somebody has settled it meanwhile: read it again."))
        except Invalid as refusal:
            put_errors(form, refusal)
        form.version.data = str(interest.version)
    return interest_page(interest, form)


def interest_page(interest: Any, form: Any) -> ResponseReturnValue:
    """Draw an interest with what can be done about it now."""
    return form_page(
        "evaluation/settle_interest.html",
        form,
        interest=interest,
        call=interest.application.call,
        grounds=queries.grounds_of(interest),
        choices=queries.choices_on(interest, actor()),
        relation_labels=queries.RELATION_LABELS,
        reason_labels=queries.REASON_LABELS,
        state_labels=queries.STATE_LABELS,
    )


def settle(interest: Any, form: Any) -> ResponseReturnValue:
    """Do what the button says, and go back to the list."""
    verb, reason, version = request.form.get("then"), form.reason.value or "", form.known_version
    code = interest.application.call.code
    if verb == "confirm":
        services.confirm_interest(interest, actor(), version)
        say(_("Confirmed: this person is kept from the dossier."))
    elif verb == "dismiss":
        services.dismiss_interest(interest, actor(), reason, version)
        say(_("Dismissed: it isn't shown again as something to look at."))
    else:
        services.end_interest(interest, actor(), reason, version)
        say(_("Ended. The dossier can be assigned to this person again."))
    return go("evaluation.show_interests", code=code)
