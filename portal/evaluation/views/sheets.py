"""Pages of an evaluator: what is assigned to him, and his sheets."""

from __future__ import annotations

from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from portal.applications.engine import read_marks
from portal.errors import Invalid, Stale
from portal.evaluation import engine, forms, queries, services
from portal.evaluation.views.blueprint import blueprint
from portal.grids.engine import sheet_total
from portal.i18n import _, ngettext
from portal.web import access, actor, form_page, go, page, say


@blueprint.route("/valutazioni/<practice_code>", methods=["GET", "POST"])
@access(get="sheet.read", post="sheet.edit", logged="read")
def edit_sheet(practice_code: str) -> ResponseReturnValue:
    """Read the dossier beside the grid; save a draft, then read it again, or pass on."""
    sheet = queries.get_sheet(practice_code, actor())
    if request.method != "POST" and not queries.is_open(sheet):
        return page("evaluation/show_sheet.html", **sent_facts(sheet), **after_facts(sheet))
    form = form_of(sheet)
    if form.validate_on_submit():
        try:
            seen = read_marks(form.version.data or "")
            services.save_scores(sheet, actor(), form.said, seen)
            return after_saving(sheet)
        except Stale:
            return conflict_page(sheet, form)
        except Invalid as refusal:
            forms.put_sheet_errors(form, refusal)
            form.version.data = engine.marks_for_page(queries.said_in(sheet))
    return form_page("evaluation/edit_sheet.html", form, **sheet_facts(sheet, form))


def form_of(sheet: Any, is_bound: bool = True) -> forms.SheetForm:
    """Return the sheet's form with what the request typed, or as the sheet is kept."""
    return forms.sheet_form(queries.grid_of_sheet(sheet), queries.said_in(sheet), is_bound)


def after_saving(sheet: Any) -> ResponseReturnValue:
    """Go where the button says; Invalid when the scores are not ready to be sent."""
    code = sheet.application.practice_code
    then = request.form.get("then")
    if then == "send":
        queries.require_complete(sheet)
        return go("evaluation.send_sheet", practice_code=code)
    say(_("Draft saved. It does not count until you send it."))
    if then == "next":
        return go_on(sheet)
    return go("evaluation.edit_sheet", practice_code=code)


def go_on(sheet: Any) -> ResponseReturnValue:
    """Go to the next dossier that is left, else to the list."""
    following = queries.next_sheet(actor(), after=sheet)
    if following is None:
        return go("evaluation.list_assignments")
    return go("evaluation.edit_sheet", practice_code=following)


def conflict_page(sheet: Any, form: forms.SheetForm) -> ResponseReturnValue:
    """Show what was typed beside what was saved meanwhile; saving again decides."""
    standing = queries.said_in(sheet)
    form.version.data = engine.marks_for_page(standing)
    facts = sheet_facts(sheet, form)
    changes = forms.differences(form, standing)
    return page(
        "evaluation/edit_sheet.html", form=form, changes=changes, is_stale=True, **facts
    ), 409


def sheet_facts(sheet: Any, form: forms.SheetForm) -> dict[str, Any]:
    """Return what the page of an open sheet shows."""
    marks, abstained = form_marks(form)
    return {
        "lines": forms.lines_of(form, queries.said_in(sheet)),
        "running": engine.running_total(queries.grid_of_sheet(sheet), marks, abstained),
        "progress": queries.progress_of(actor()),
        "work": queries.work_on(sheet),
        "labels": engine.WORK_LABELS,
        "tones": engine.WORK_TONES,
        "before": queries.sheet_before(actor(), sheet),
        "after": queries.next_sheet(actor(), after=sheet),
        **dossier_facts(sheet),
    }


def form_marks(form: forms.SheetForm) -> tuple[dict[str, int | None], set[str]]:
    """Return what the form shows, typed or kept: the marks, and what is not assessable.

    A wrong mark counts as blank.
    """
    shown = {each.key: form[forms.mark_name(each)].data for each in form.criteria}
    known = {each.key: {str(mark) for mark in each.marks} for each in form.criteria}
    marks = {key: int(mark) if mark in known[key] else None for key, mark in shown.items()}
    return marks, {key for key, mark in shown.items() if mark == engine.NOT_ASSESSABLE}


def dossier_facts(sheet: Any) -> dict[str, Any]:
    """Return the dossier as its evaluator may read it, and what goes with it."""
    return {
        "sheet": sheet,
        "dossier": queries.dossier_of(sheet),
        "automatic": queries.automatic_lines(sheet.application),
        "questions": queries.questions_on(sheet),
    }


def after_facts(sheet: Any) -> dict[str, Any]:
    """Return what opens once a sheet is closed: the others' scores, and what came of it."""
    return {
        "others": queries.others_on(sheet),
        "outcome": queries.outcome_of(sheet),
        **dossier_facts(sheet),
    }


def sent_facts(sheet: Any) -> dict[str, Any]:
    """Return the judgement as it stands."""
    lines, grid = queries.judged_lines(sheet), queries.grid_of_sheet(sheet)
    return {
        "lines": lines,
        "weak": forms.weak_marks(lines),
        "vetoes": forms.vetoes_in(lines),
        "running": engine.running_total(grid, queries.marks_of(sheet), queries.abstained_in(sheet)),
    }


@blueprint.route("/valutazioni/<practice_code>/invia", methods=["GET", "POST"])
@access(get="sheet.read", post="sheet.send", logged="read")
def send_sheet(practice_code: str) -> ResponseReturnValue:
    """Read the scores once more, with what sending means; then send them."""
    sheet = queries.get_sheet(practice_code, actor())
    if request.method != "POST" and not queries.is_open(sheet):
        return go("evaluation.edit_sheet", practice_code=practice_code)
    facts = sent_facts(sheet)
    kind = forms.VetoForm if facts["vetoes"] else forms.SendForm
    form = kind(data={"version": str(sheet.version)})
    try:
        if form.validate_on_submit():
            services.send_sheet(sheet, actor(), form.known_version)
            return after_sending(sheet)
        total = sheet_total(
            queries.grid_of_sheet(sheet), queries.marks_of(sheet), queries.abstained_in(sheet)
        )
        queries.require_complete(sheet)
    except Invalid as refusal:
        return incomplete_page(sheet, refusal)
    facts |= {"sheet": sheet, "total": total, "title": queries.title_of(sheet)}
    facts["practice_code"] = sheet.application.practice_code
    return form_page("evaluation/send_sheet.html", form, **facts)


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
