"""Pages of the office on sheets that change hands: passing on, taking back, giving back."""

from __future__ import annotations

from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from portal.errors import Invalid, NotFound, Stale
from portal.evaluation import forms, queries, services
from portal.evaluation.views.assignments import said_assigned
from portal.evaluation.views.blueprint import asked_round, blueprint
from portal.i18n import _, ngettext
from portal.web import access, actor, form_page, go, page, put_errors, say


@blueprint.route(
    "/gestione/avvisi/<code>/assegnazioni/<practice_code>/sostituto", methods=["GET", "POST"]
)
@access("assignment.create")
def find_replacement(code: str, practice_code: str) -> ResponseReturnValue:
    """Read who suits a dossier best, and why; choose one."""
    found = queries.get_round(code, actor(), "assignment.create", asked_round())
    dossiers = queries.to_assign(found, actor())
    application = next((x for x in dossiers if x.practice_code == practice_code), None)
    if application is None:
        raise NotFound
    suggestions = queries.suggestions_for(found, application)
    people = {str(each.user.id): each.user for each in suggestions}
    form = forms.OneForm(data={"evaluator": next(iter(people), "")})
    form.evaluator.choices = [(key, user.name) for key, user in people.items()]
    if form.validate_on_submit():
        try:
            chosen = [people[form.evaluator.value]]
            said_assigned(services.assign_evaluators([application], chosen, actor(), found))
            return go("evaluation.show_progress", code=code, turno=found.number)
        except Invalid as refusal:
            put_errors(form, refusal)
    facts = {"call": found.call, "round": found, "application": application}
    return form_page("evaluation/find_replacement.html", form, suggestions=suggestions, **facts)


@blueprint.route(
    "/gestione/avvisi/<code>/valutatori/<int:user_id>/sostituzione", methods=["GET", "POST"]
)
@access("assignment.create")
def substitute_evaluator(code: str, user_id: int) -> ResponseReturnValue:
    """Choose who takes over what an evaluator has not sent; read what that means; confirm."""
    found = queries.get_round(code, actor(), "assignment.create", asked_round())
    leaving = queries.get_judge(found, user_id, actor())
    others = queries.others_for(found, leaving)
    form = forms.substitute_form(others)
    status, is_changed, chosen = 200, False, request.form.get("replacement", "")
    replacement = next((each for each in others if str(each.id) == chosen), None)
    if form.validate_on_submit() and (mark := request.form.get("confirmed", "")):
        try:
            done = services.substitute_evaluator(found, leaving, replacement, actor(), mark)
            said_substituted(done)
            return go("evaluation.show_progress", code=code, turno=found.number)
        except Invalid as refusal:
            put_errors(form, refusal)
        except Stale:
            status, is_changed = 409, True
    plan = queries.plan_substitution(found, leaving, replacement, actor())
    facts = {"call": found.call, "round": found, "leaving": leaving, "plan": plan}
    facts |= {"is_changed": is_changed, "chosen": chosen if not form.errors else ""}
    shown = form_page("evaluation/substitute_evaluator.html", form, **facts)
    return (shown[0], status) if is_changed and isinstance(shown, tuple) else shown


def said_substituted(done: Any) -> None:
    """Say what has changed hands, and what nobody could take."""
    number = len(done.opened)
    say(
        ngettext("One dossier has changed hands.", "%(num)s dossiers have changed hands.", number)
        + " "
        + _("We have written to the evaluators.")
    )
    if done.left:
        codes = ", ".join(each.practice_code for each in done.left)
        say(_("Nobody could take these: %(codes)s.", codes=codes), "warning")


@blueprint.route("/gestione/schede/<int:sheet_id>/ritira", methods=["GET", "POST"])
@access("sheet.withdraw")
def withdraw_sheet(sheet_id: int) -> ResponseReturnValue:
    """Take one dossier back from its evaluator, after reading what that means."""
    sheet = queries.get_sheet_for_office(sheet_id, actor())
    form = forms.WithdrawForm(data={"version": str(sheet.version)})
    facts = {"sheet": sheet, "call": sheet.application.call, "work": queries.work_on(sheet)}
    if form.validate_on_submit():
        try:
            services.withdraw_sheet(sheet, actor(), form.known_version)
            say(_("Taken back. We have written to %(name)s.", name=sheet.evaluator.name))
            return go(
                "evaluation.find_replacement",
                code=sheet.application.call.code,
                practice_code=sheet.application.practice_code,
                turno=sheet.round.number,
            )
        except Stale:
            form.version.data = str(sheet.version)
            return page("evaluation/withdraw_sheet.html", form=form, is_changed=True, **facts), 409
    return form_page("evaluation/withdraw_sheet.html", form, **facts)


@blueprint.route("/gestione/schede/<int:sheet_id>/riapri", methods=["GET", "POST"])
@access("sheet.reopen")
def reopen_sheet(sheet_id: int) -> ResponseReturnValue:
    """Give a sheet that was sent back to its evaluator, with a reason."""
    sheet = queries.get_sheet_for_office(sheet_id, actor())
    form = forms.ReopenForm()
    if form.validate_on_submit():
        try:
            services.reopen_sheet(sheet, form.reason.value or "", actor())
            say(_("Given back. We have written to %(name)s.", name=sheet.evaluator.name))
            return go(
                "evaluation.show_progress",
                code=sheet.application.call.code,
                turno=sheet.round.number,
            )
        except Invalid as refusal:
            put_errors(form, refusal)
    facts = {"sheet": sheet, "call": sheet.application.call}
    past = queries.reopenings_of(sheet)
    return form_page("evaluation/reopen_sheet.html", form, reopenings=past, **facts)


@blueprint.get("/gestione/avvisi/<code>/valutatori/<int:user_id>")
@access("sheet.withdraw", logged="read")
def show_judge(code: str, user_id: int) -> ResponseReturnValue:
    """Show what one evaluator has in a round: what to take back, what to give back."""
    found = queries.get_round(code, actor(), "sheet.withdraw", asked_round())
    judge = queries.get_judge(found, user_id, actor())
    return page(
        "evaluation/show_judge.html",
        call=found.call,
        round=found,
        judge=judge,
        sheets=queries.sheets_in(found, judge, actor()),
        reasons=forms.DECLINE_LABELS,
    )
