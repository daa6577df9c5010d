"""The builder of a grid: its criteria in order, weights, ties, and the page of each criterion."""

from __future__ import annotations

from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from portal.calls import engine, forms, queries, services
from portal.calls.states import CallState
from portal.calls.views.blueprint import blueprint
from portal.calls.views.pieces import shown
from portal.definitions import DefinitionError
from portal.errors import Invalid, NotFound, Stale, WrongState, declare, mark
from portal.grids import engine as grids
from portal.i18n import _, message, pick
from portal.permissions import can
from portal.web import access, actor, go, page, put_errors, say, typed_now

declare(
    {
        "grid_frozen": mark(
            "The call is published: its grid was frozen then, so that all are judged alike."
        )
    }
)

STEPS = {"up": -1, "down": 1}


def open_grid(code: str) -> Any:
    """Return a draft whose grid who is signed in may change; a published one is frozen."""
    call = queries.get_managed_call(code, actor())
    if not can(actor(), "call.edit", call):
        raise NotFound
    if call.state is not CallState.DRAFT:
        raise WrongState("grid_frozen")
    return call


def definition_of(call: Any) -> Any:
    """Return the definition of a call's grid, in the one way it is written."""
    return grids.dump_grid(engine.grid_of(call))


@blueprint.get("/gestione/avvisi/<code>/griglia")
@access("call.manage")
def build_grid(code: str) -> ResponseReturnValue:
    """The grid: to change while the call is a draft, to read once it is published."""
    call = queries.get_managed_call(code, actor())
    if call.state is not CallState.DRAFT or not can(actor(), "call.edit", call):
        may_try = can(actor(), "results.read", call)
        return page("calls/grid/frozen.html", call=call, may_try=may_try, **read_parts(call))
    form = forms.grid_form(definition_of(call), call.version)
    return outline(call, form, moved=request.args.get("mosso", ""))


def read_parts(call: Any) -> dict[str, Any]:
    """Return what both pages show of a grid."""
    areas = queries.areas_of(call)
    keys = [each.key for each in areas]
    grid = engine.grid_of(call)
    labels = {each.key: pick(each.label) for each in grid.criteria}
    return {
        "grid": grid,
        "criteria": engine.criteria_of(call, areas),
        "gaps": grids.gaps_of(grid, keys),
        "ties": [grids.tie_words(tie, labels) for tie in grid.ties],
        "versions": queries.grid_versions(call),
    }


def outline(call: Any, form: Any, status: int = 200, **more: Any) -> ResponseReturnValue:
    """Draw the grid with the fields of its whole."""
    return page("calls/grid/outline.html", call=call, form=form, **read_parts(call), **more), status


@blueprint.post("/gestione/avvisi/<code>/griglia")
@access("call.edit")
def arrange_grid(code: str) -> ResponseReturnValue:
    """Save weights, ceiling and ties; with a button of a criterion, move it too."""
    call = open_grid(code)
    definition = definition_of(call)
    form = forms.grid_form(definition, call.version)
    if not form.validate():
        return outline(call, form, 422)
    try:
        moved = save_whole(call, form, definition)
    except Stale:
        form.version.data = str(call.version)
        return outline(call, form, 409, is_stale=True)
    except DefinitionError as refusal:
        form.put(refusal)
        return outline(call, form, 422)
    return go("calls.build_grid", code=code, **moved)


def save_whole(call: Any, form: Any, definition: Any) -> dict[str, str]:
    """Save the grid as typed, a criterion moved; return what the next page has to know."""
    verb, _colon, key = request.form.get("action", "").partition(":")
    new = form.changed(definition)
    if verb in STEPS:
        new = grids.move_criterion(new, key, STEPS[verb])
    services.save_grid(call, actor(), new, form.known_version)
    if verb in STEPS:
        return {"mosso": f"{verb}:criterion:{key}"}
    say(_("Saved."))
    return {}


@blueprint.route("/gestione/avvisi/<code>/griglia/nuovo/<kind>", methods=["GET", "POST"])
@access("call.edit")
def add_criterion(code: str, kind: str) -> ResponseReturnValue:
    """A new criterion, automatic or judged; a bonus where the address says so."""
    call = open_grid(code)
    if kind not in forms.PIECES:
        raise NotFound
    return change(call, forms.PIECES[kind], None)


@blueprint.route("/gestione/avvisi/<code>/griglia/criteri/<key>", methods=["GET", "POST"])
@access("call.edit")
def edit_criterion(code: str, key: str) -> ResponseReturnValue:
    """Change a criterion."""
    call = open_grid(code)
    old = grids.criterion_of(definition_of(call), key)
    return change(call, forms.PIECES[old["kind"]], old)


def change(call: Any, made: Any, old: Any) -> ResponseReturnValue:
    """Take in what was typed: a button of the lines changes the page, the others save."""
    definition, form = definition_of(call), engine.form_of(call)
    given: dict[str, Any] = {"sent": typed_now(), "areas": queries.areas_on_offer()}
    given["bonus"] = "bonus" in request.args
    piece = made(definition, form, old, call.version, **given)
    action = request.form.get("action", "save")
    if request.method == "POST" and action != "save":
        piece.act(action)
    elif piece.form.validate_on_submit():
        try:
            part = save(call, piece, definition)
        except Stale:
            return clash(call, piece)
        if part is not None:
            say(_("Saved."))
            return go("calls.build_grid", code=call.code, _anchor=f"criterion-{part['key']}")
    return draw(call, piece, 422 if piece.has_errors else 200)


def save(call: Any, piece: Any, definition: Any) -> Any:
    """Save what the page says and return it; None where something is wrong, told on the page."""
    part = piece.part()
    new = grids.put_criterion(definition, part)
    try:
        services.save_grid(call, actor(), new, piece.form.known_version)
    except DefinitionError as refusal:
        index = [each["key"] for each in new["criteria"]].index(part["key"])
        piece.put(refusal, f"grid.criteria[{index}]")
        piece.told = [(message(each), "") for each in piece.outside]
        return None
    except Invalid as refusal:
        put_errors(piece.form, refusal)
        return None
    return part


def clash(call: Any, piece: Any) -> ResponseReturnValue:
    """Show what was typed beside what is saved now; saving again decides."""
    mine, theirs = piece.part(), piece.old
    changes = [
        {"label": name, "yours": shown(mine.get(name)), "saved": shown(theirs.get(name))}
        for name in dict.fromkeys([*mine, *theirs])
        if mine.get(name) != theirs.get(name)
    ]
    piece.form.version.data = str(call.version)
    return draw(call, piece, 409, changes=changes, is_stale=True)


def draw(call: Any, piece: Any, status: int, **more: Any) -> ResponseReturnValue:
    """Draw the page of a criterion."""
    title = _("New criterion") if piece.is_new else _("Criterion")
    context = {"call": call, "piece": piece, "form": piece.form, "title": title, **more}
    return page("calls/grid/criterion.html", **context), status


@blueprint.route("/gestione/avvisi/<code>/griglia/criteri/<key>/elimina", methods=["GET", "POST"])
@access("call.edit")
def drop_criterion(code: str, key: str) -> ResponseReturnValue:
    """Delete a criterion, after saying what depends on it."""
    call = open_grid(code)
    definition = definition_of(call)
    old, form = grids.criterion_of(definition, key), forms.ArrangeForm()
    is_last = len(definition["criteria"]) == 1
    if form.validate_on_submit() and not is_last:
        try:
            new = grids.drop_criterion(definition, key)
            services.save_grid(call, actor(), new, form.known_version)
        except Stale:
            form.form_errors.append(_("Somebody has changed the call meanwhile: look again."))
        else:
            say(_("Deleted."))
            return go("calls.build_grid", code=code)
    form.version.data = str(call.version)
    status = 422 if form.errors or form.form_errors or (form.is_submitted() and is_last) else 200
    context = {"old": old, "is_last": is_last, "breaks_ties": grids.breaks_ties(definition, key)}
    return page("calls/grid/drop.html", call=call, form=form, **context), status


@blueprint.get("/gestione/avvisi/<code>/griglia/confronta")
@access("call.manage")
def compare_grids(code: str) -> ResponseReturnValue:
    """Two versions of a grid side by side: criteria that came, went or changed."""
    call = queries.get_managed_call(code, actor())
    versions = queries.grid_versions(call)
    newest = call.grid_definition.version
    earlier = [each.number for each in versions if each.number < newest]
    first = asked("da", versions, earlier[0] if earlier else newest)
    second = asked("a", versions, newest)
    changes = grids.compare_grids(first.grid, second.grid)
    form = forms.CompareForm(data={"da": str(first.number), "a": str(second.number)})
    form.offer(versions)
    context = {"form": form, "versions": versions, "first": first, "second": second}
    return page("calls/grid/compare.html", call=call, changes=changes, **context)


def asked(name: str, versions: Any, default: int) -> Any:
    """Return the version that the address names."""
    text = request.args.get(name, "") or str(default)
    found = next((each for each in versions if str(each.number) == text), None)
    if found is None:
        raise NotFound
    return found


@blueprint.get("/gestione/avvisi/<code>/griglia/anteprima")
@access("call.manage")
def preview_grid(code: str) -> ResponseReturnValue:
    """The sheet as an evaluator sees it, with what each mark is worth; nothing is kept."""
    call = queries.get_managed_call(code, actor())
    lines = [
        {
            "criterion": criterion,
            "marks": [
                (each, grids.mark_points(criterion, each), guidance_at(criterion, each))
                for each in criterion.marks
            ],
            "rule": grids.COMMENT_WORDS[criterion.comment_rule],
        }
        for criterion in engine.grid_of(call).judged
    ]
    return page("calls/grid/preview.html", call=call, lines=lines)


def guidance_at(criterion: Any, given: int) -> str:
    """Return what a mark means; blank where the grid doesn't say."""
    return pick(criterion.guidance[given]) if criterion.guidance else ""
