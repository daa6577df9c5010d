"""Pages of the evaluation: assignments, sheets, results, rankings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from portal.applications.queries import sections_of
from portal.applications.states import LABELS
from portal.calls.engine import grid_of, windows_of
from portal.errors import Invalid, Stale
from portal.evaluation import engine, forms, queries, services
from portal.grids.engine import sheet_total
from portal.i18n import _, current_language, message, ngettext, pick
from portal.permissions import can
from portal.web import PUBLIC, access, actor, form_page, go, page, put_errors, say, typed_now

blueprint = Blueprint("evaluation", __name__)
blueprint.add_app_template_filter(engine.show_points, "points")


def page_url(endpoint: str, **values: Any) -> Callable[[int], str]:
    """Return what gives the address of each page of a list."""
    return lambda number: url_for(endpoint, **values, page=number)


# --- evaluators ----------------------------------------------------------------------------------


@blueprint.get("/valutazioni")
@access("assignment.list")
def list_assignments() -> ResponseReturnValue:
    """Show what is assigned to who looks, and how much is left."""
    progress = queries.progress_of(actor())
    listing = queries.read_assignments_listing(request.args)
    return page(
        "evaluation/list_assignments.html",
        progress=progress,
        assignments=queries.assignments_of(actor(), listing, progress.total),
        next_code=queries.next_sheet(actor()),
        page_url=page_url,
        labels=engine.WORK_LABELS,
        tones=engine.WORK_TONES,
    )


@blueprint.route("/valutazioni/<practice_code>", methods=["GET", "POST"])
@access(get="sheet.read", post="sheet.edit", logged="read")
def edit_sheet(practice_code: str) -> ResponseReturnValue:
    """Read the dossier beside the grid; save a draft, then read it again, or pass on."""
    sheet = queries.get_sheet(practice_code, actor())
    if request.method != "POST" and not queries.is_open(sheet):
        return page("evaluation/show_sheet.html", **sent_facts(sheet), **dossier_facts(sheet))
    form = form_of(sheet)
    if form.validate_on_submit():
        try:
            services.save_sheet(sheet, actor(), form.known_version, form.marks, form.comments)
            return after_saving(sheet)
        except Stale:
            return conflict_page(sheet, form)
        except Invalid as refusal:
            forms.put_sheet_errors(form, refusal)
        form.version.data = str(sheet.version)
    return form_page("evaluation/edit_sheet.html", form, **sheet_facts(sheet, form))


def form_of(sheet: Any, is_bound: bool = True) -> forms.SheetForm:
    """Return the sheet's form with what the request typed, or as the sheet is kept."""
    return forms.sheet_form(
        queries.grid_of_sheet(sheet),
        sheet.version,
        queries.marks_of(sheet),
        queries.comments_of(sheet),
        is_bound,
    )


def after_saving(sheet: Any) -> ResponseReturnValue:
    """Go where the button says; Invalid when the scores are not ready to be sent."""
    code = sheet.application.practice_code
    then = request.form.get("then")
    if then == "send":
        queries.require_complete(sheet)
        return go("evaluation.send_sheet", practice_code=code)
    if then == "skip":
        return go_on(sheet)
    say(_("Draft saved. It does not count until you send it."))
    return go("evaluation.edit_sheet", practice_code=code)


def go_on(sheet: Any) -> ResponseReturnValue:
    """Go to the next dossier that is left, else to the list."""
    following = queries.next_sheet(actor(), after=sheet)
    if following is None:
        return go("evaluation.list_assignments")
    return go("evaluation.edit_sheet", practice_code=following)


def conflict_page(sheet: Any, form: forms.SheetForm) -> ResponseReturnValue:
    """Show what was typed beside what was saved meanwhile; saving again decides."""
    changes = forms.differences(form, queries.marks_of(sheet), queries.comments_of(sheet))
    form.version.data = str(sheet.version)
    facts = sheet_facts(sheet, form)
    return page(
        "evaluation/edit_sheet.html", form=form, changes=changes, is_stale=True, **facts
    ), 409


def sheet_facts(sheet: Any, form: forms.SheetForm) -> dict[str, Any]:
    """Return what the page of an open sheet shows."""
    return {
        "lines": forms.lines_of(form),
        "running": engine.running_total(queries.grid_of_sheet(sheet), form_marks(form)),
        "progress": queries.progress_of(actor()),
        "work": queries.work_on(sheet),
        "labels": engine.WORK_LABELS,
        "tones": engine.WORK_TONES,
        **dossier_facts(sheet),
    }


def form_marks(form: forms.SheetForm) -> dict[str, int | None]:
    """Return the marks shown in the form, whether typed or kept; wrong ones count as blank."""
    shown = {each.key: form[forms.mark_name(each)].data for each in form.criteria}
    known = {each.key: {str(mark) for mark in each.marks} for each in form.criteria}
    return {key: int(mark) if mark in known[key] else None for key, mark in shown.items()}


def dossier_facts(sheet: Any) -> dict[str, Any]:
    """Return the dossier as an evaluator reads it."""
    return {
        "sheet": sheet,
        "application": sheet.application,
        "sections": sections_of(sheet.application),
        "automatic": queries.automatic_lines(sheet.application),
    }


def sent_facts(sheet: Any) -> dict[str, Any]:
    """Return the judgement as it stands."""
    lines = queries.judged_lines(sheet)
    return {
        "lines": lines,
        "weak": forms.weak_marks(lines),
        "running": engine.running_total(queries.grid_of_sheet(sheet), queries.marks_of(sheet)),
    }


@blueprint.route("/valutazioni/<practice_code>/invia", methods=["GET", "POST"])
@access(get="sheet.read", post="sheet.send", logged="read")
def send_sheet(practice_code: str) -> ResponseReturnValue:
    """Read the scores once more, with what sending means; then send them."""
    sheet = queries.get_sheet(practice_code, actor())
    if request.method != "POST" and not queries.is_open(sheet):
        return go("evaluation.edit_sheet", practice_code=practice_code)
    form = forms.SendForm(data={"version": str(sheet.version)})
    try:
        if form.validate_on_submit():
            services.send_sheet(sheet, actor(), form.known_version)
            return after_sending(sheet)
        total = sheet_total(queries.grid_of_sheet(sheet), queries.marks_of(sheet))
        queries.require_complete(sheet)
    except Invalid as refusal:
        return incomplete_page(sheet, refusal)
    facts = {"sheet": sheet, "total": total, **sent_facts(sheet)}
    return form_page("evaluation/send_sheet.html", form, application=sheet.application, **facts)


def incomplete_page(sheet: Any, refusal: Invalid) -> ResponseReturnValue:
    """Show the sheet as it is kept, with what is missing beside each criterion."""
    form = form_of(sheet, is_bound=False)
    forms.put_sheet_errors(form, refusal)
    return form_page("evaluation/edit_sheet.html", form, **sheet_facts(sheet, form))


def after_sending(sheet: Any) -> ResponseReturnValue:
    """Say what is left and go on with it."""
    left = queries.progress_of(actor()).left
    code = sheet.application.practice_code
    if left:
        rest = ngettext("One dossier is left.", "%(num)s dossiers are left.", left)
        say(_("You have sent the scores of %(code)s.", code=code) + " " + rest)
    else:
        say(_("You have sent the scores of %(code)s. You have judged everything.", code=code))
    return go_on(sheet)


# --- staff ---------------------------------------------------------------------------------------


@blueprint.route("/gestione/avvisi/<code>/assegnazioni", methods=["GET", "POST"])
@access("assignment.create")
def assign_evaluators(code: str) -> ResponseReturnValue:
    """Choose dossiers and evaluators; read what will happen; confirm."""
    call = queries.get_call_for(code, actor(), "assignment.create")
    loads = queries.loads_of(call)
    chosen = queries.chosen_applications(call, actor(), typed_now().getlist("applications"))
    form = forms.assign_form(
        [each.practice_code for each in chosen], [load.evaluator for load in loads]
    )
    if form.validate_on_submit():
        people = queries.chosen_evaluators(call, form.evaluators.value)
        if not request.form.get("confirmed"):
            plan = queries.plan_assignment(chosen, people)
            facts = {"call": call, "plan": plan, "people": people, "chosen": chosen}
            return page("evaluation/confirm_assignment.html", form=form, **facts)
        try:
            return after_assigning(call, services.assign_evaluators(chosen, people, actor()))
        except Invalid as refusal:
            put_errors(form, refusal)
    listing = queries.read_dossiers_listing(request.args)
    dossiers = queries.dossiers_of(call, actor(), listing)
    facts = {"call": call, "loads": loads, "dossiers": dossiers, "listing": listing}
    facts |= {"page_url": page_url, "state_labels": LABELS, "windows": windows_of(call)}
    return form_page("evaluation/assign_evaluators.html", form, **facts)


def after_assigning(call: Any, sheets: list[Any]) -> ResponseReturnValue:
    """Say what was done."""
    if sheets:
        done = ngettext(
            "One sheet has been assigned.", "%(num)s sheets have been assigned.", len(sheets)
        )
        say(done + " " + _("We have written to the evaluators."))
    else:
        say(_("Nothing has changed: they had these dossiers already."), "info")
    return go("evaluation.assign_evaluators", code=call.code)


@blueprint.get("/gestione/avvisi/<code>/risultati")
@access("results.read")
def show_results(code: str) -> ResponseReturnValue:
    """Show the results of the sheets sent so far."""
    call = queries.get_call_for(code, actor(), "results.read")
    listing = queries.read_results_listing(request.args)
    criteria = grid_of(call).judged if queries.shows_criteria(listing) else []
    return page(
        "evaluation/show_results.html",
        call=call,
        criteria=[(each.key, pick(each.label)) for each in criteria],
        listing=listing,
        columns=results_columns(call, criteria, listing),
        results=queries.results_of(call, actor(), listing),
        show=partial(engine.points_in, current_language()),
        page_url=page_url,
        ranking=queries.ranking_of(call),
        may_draw=can(actor(), "ranking.draw", call),
        may_assign=can(actor(), "assignment.create", call),
    )


def results_columns(call: Any, criteria: Sequence[Any], listing: Any) -> list[dict[str, Any]]:
    """Return the heads of the results; a second click on the same one turns the order round."""

    def head(label: str, sort: str, numeric: bool = True) -> dict[str, Any]:
        is_current = listing.sort == sort
        turned = "asc" if is_current and listing.descending else "desc"
        address = listing.values(sort=sort, dir=turned, page="")
        now = "desc" if listing.descending else "asc"
        return {
            "label": label,
            "numeric": numeric,
            "sort_url": url_for(".show_results", code=call.code, **address),
            "direction": now if is_current else "",
        }

    return [
        head(_("Project"), "code", numeric=False),
        head(_("Automatic"), "automatic"),
        *({"label": pick(each.label), "numeric": True} for each in criteria),
        head(_("Judged (mean)"), "judged"),
        head(_("Total"), "total"),
        head(_("Spread"), "spread"),
        head(_("Sheets"), "sent"),
    ]


@blueprint.post("/gestione/avvisi/<code>/graduatoria")
@access("ranking.draw")
def draw_ranking(code: str) -> ResponseReturnValue:
    """Draw the ranking as a draft, in place of the one before."""
    call = queries.get_call_for(code, actor(), "ranking.draw")
    try:
        services.draw_ranking(call, actor())
    except Invalid as refusal:
        say(message(refusal), "danger")
        return go("evaluation.show_results", code=code)
    say(_("The ranking is drawn. Only the office sees it: read it, then publish it."))
    return go("evaluation.show_ranking", code=code)


@blueprint.post("/gestione/avvisi/<code>/graduatoria/pubblica")
@access("ranking.publish")
def publish_ranking(code: str) -> ResponseReturnValue:
    """Publish the ranking that was drawn."""
    queries.get_call_for(code, actor(), "ranking.publish")
    try:
        services.publish_ranking(queries.get_ranking(code, actor()), actor())
    except Invalid as refusal:
        say(message(refusal), "danger")
        return go("evaluation.show_results", code=code)
    say(_("The ranking is published, and every applicant has been written to."))
    return go("evaluation.show_ranking", code=code)


# --- everybody -----------------------------------------------------------------------------------


@blueprint.get("/graduatorie")
@access(PUBLIC)
def list_rankings() -> ResponseReturnValue:
    """Show the published rankings."""
    return page("evaluation/list_rankings.html", rankings=queries.published_rankings())


@blueprint.get("/graduatorie/<code>")
@access(PUBLIC)
def show_ranking(code: str) -> ResponseReturnValue:
    """Show a ranking: to everybody once it is published, to the office before."""
    ranking = queries.get_ranking(code, actor())
    listing = queries.read_places_listing(request.args)
    return page(
        "evaluation/show_ranking.html",
        ranking=ranking,
        call=ranking.call,
        call_title=pick(ranking.call.title),
        is_draft=ranking.published_at is None,
        counts=queries.counts_of(ranking),
        places=queries.places_of(ranking, listing),
        page_url=page_url,
        inadmissible=queries.inadmissible_codes(ranking.call),
        may_publish=can(actor(), "ranking.publish", ranking.call),
    )
