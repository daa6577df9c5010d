"""The builder: the outline of a call's form, its order, deleting, the form as a file."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue

from portal.calls import engine, forms, queries, services
from portal.calls.states import CallState
from portal.calls.views.blueprint import blueprint
from portal.calls.views.editing import read_upload
from portal.definitions import DefinitionError
from portal.errors import Invalid, NotFound, Stale, declare, mark
from portal.i18n import _, message, pick
from portal.permissions import can
from portal.questionnaires import engine as questionnaires
from portal.web import access, actor, download, form_page, go, page, put_errors, say

declare({"form_alone": mark("Here stands the form alone: one part, named “form”.")})

KINDS = ("section", "question", "column", "check")
STEPS = {"up": -1, "down": 1}


@blueprint.app_template_filter("check_title")
def check_title(text: Any) -> Any:
    """What a check says, by language, as its title: with words where numbers will stand."""
    return questionnaires.plain_message(text or {})


def open_bench(code: str) -> Any:
    """Return the form to change, of a call that who is signed in may change."""
    call = queries.get_managed_call(code, actor())
    action = "call.edit" if call.state is CallState.DRAFT else "call.amend"
    if not can(actor(), action, call):
        raise NotFound
    return queries.bench_of(call)


def hub_of(bench: Any) -> str:
    """Return the address of the page that leads here."""
    endpoint = "calls.show_amendment" if bench.is_amendment else "calls.manage_call"
    return url_for(endpoint, code=bench.call.code)


def link_to(bench: Any, kind: str, key: str) -> str:
    """Return the address of the page that changes a part of the form; blank for a criterion."""
    code = bench.call.code
    name, _dot, column = key.partition(".")
    match kind:
        case "section":
            return url_for("calls.edit_form_section", code=code, key=key)
        case "question":
            return url_for("calls.edit_form_question", code=code, key=key)
        case "column":
            return url_for("calls.edit_form_column", code=code, table=name, key=column)
        case "check":
            return url_for("calls.edit_form_check", code=code, key=key)
    return ""


def told_outside(
    bench: Any, form: Any, mistakes: Iterable[DefinitionError]
) -> list[tuple[str, str]]:
    """Return what other parts say against a change: a sentence and where they are changed."""
    told = []
    for mistake in mistakes:
        place = questionnaires.place_at(form, mistake.field or "")
        label = pick(place.label) if place else mistake.field
        words = _("“%(label)s” depends on it: %(reason)s", label=label, reason=message(mistake))
        told.append((words, link_to(bench, place.kind, place.key) if place else ""))
    return told


def outline(bench: Any, form: Any, status: int = 200, **more: Any) -> ResponseReturnValue:
    """Draw the outline."""
    form.version.data = str(bench.version)
    context = {"bench": bench, "call": bench.call, "hub": hub_of(bench), "read": bench.read}
    context |= {"type_labels": forms.TYPE_LABELS, "words": words_of(bench.read)}
    drawn = page("calls/builder/outline.html", form=form, **context, **more)
    return drawn, status


def words_of(form: Any) -> dict[str, str]:
    """Return in words when each part is in sight and what each check asks for, by its address."""
    found = {
        f"section:{each.key}": questionnaires.condition_words(form, each.visible_if)
        for each in form.sections
        if each.visible_if
    }
    found |= {
        f"question:{each.key}": questionnaires.condition_words(form, each.visible_if)
        for each in form.questions
        if each.visible_if
    }
    found |= {
        f"formula:{each.key}": questionnaires.formula_words(form, each.formula)
        for each in form.questions
        if each.formula
    }
    return found | {
        f"check:{each.key}": questionnaires.check_words(form, each) for each in form.checks
    }


@blueprint.get("/gestione/avvisi/<code>/modulo")
@access("call.edit")
def build_form(code: str) -> ResponseReturnValue:
    """The form as an outline: sections, questions, checks, and what can be done with each."""
    return outline(open_bench(code), forms.ArrangeForm(), moved=request.args.get("mosso", ""))


@blueprint.post("/gestione/avvisi/<code>/modulo")
@access("call.edit")
def arrange_form(code: str) -> ResponseReturnValue:
    """Move a part up or down, or copy a question or column."""
    bench, form = open_bench(code), forms.ArrangeForm()
    verb, _colon, rest = request.form.get("action", "").partition(":")
    kind, _colon, key = rest.partition(":")
    new: Any = bench.form
    try:
        new, moved = arranged(bench.form, verb, kind, key)
        services.save_form(bench.call, actor(), new, form.known_version)
    except Stale:
        return outline(open_bench(code), form, 409, is_stale=True)
    except DefinitionError as refusal:
        return outline(bench, form, 422, told=told_outside(bench, new, refusal.mistakes))
    except Invalid as refusal:
        return outline(bench, form, 422, told=[(message(refusal), "")])
    return back_to(code, kind, moved, f"{verb}:{kind}:{moved}")


def arranged(form: Any, verb: str, kind: str, key: str) -> tuple[Any, str]:
    """Return the form with a part moved or copied, and the key that is looked at next."""
    if kind not in KINDS or verb not in (*STEPS, "copy"):
        raise Invalid
    if verb in STEPS:
        return questionnaires.move_part(form, kind, key, STEPS[verb]), key
    if kind not in ("question", "column"):
        raise Invalid
    new, copied = questionnaires.copy_part(form, kind, key)
    table = f"{key.partition('.')[0]}." if kind == "column" else ""
    return new, f"{table}{copied}"


def back_to(code: str, kind: str, key: str, moved: str = "") -> ResponseReturnValue:
    """Go back to where a part stands: the outline, or the page of a table for its columns.

    The button that moved it has the focus again; browsers give none to a page with an anchor.
    """
    table = key.partition(".")[0] if kind == "column" else ""
    facts = {"mosso": moved} if moved else {"_anchor": "columns" if table else f"{kind}-{key}"}
    if table:
        return go("calls.edit_form_question", code=code, key=table, **facts)
    return go("calls.build_form", code=code, **facts)


@blueprint.route("/gestione/avvisi/<code>/modulo/elimina/<kind>/<key>", methods=["GET", "POST"])
@access("call.edit")
def drop_form_part(code: str, kind: str, key: str) -> ResponseReturnValue:
    """Delete a part, after saying what depends on it; as long as something does, it stays."""
    bench = open_bench(code)
    if kind not in KINDS:
        raise NotFound
    part = questionnaires.part_of(bench.form, kind, key)
    users, form = queries.users_in(bench, kind, key), forms.ArrangeForm()
    if form.validate_on_submit() and not users and drop_part(bench, kind, key, form):
        table = key.partition(".")[0]
        return back_to(code, kind, f"{table}." if kind == "column" else "")
    form.version.data = str(bench.version)
    status = 422 if form.errors or form.form_errors or form.is_submitted() and users else 200
    context = {"part": part, "kind": kind, "users": [(u, link_to(bench, *u[:2])) for u in users]}
    drawn = page("calls/builder/drop.html", form=form, call=bench.call, **context)
    return drawn, status


def drop_part(bench: Any, kind: str, key: str, form: Any) -> bool:
    """Delete a part; False when it is refused, which the form then says."""
    try:
        new = questionnaires.drop_part(bench.form, kind, key)
        services.save_form(bench.call, actor(), new, form.known_version)
    except Stale:
        form.form_errors.append(_("Somebody has changed the form meanwhile: look again."))
        return False
    except Invalid as refusal:
        form.form_errors.append(message(refusal))
        return False
    say(_("Deleted."))
    return True


@blueprint.get("/gestione/avvisi/<code>/modulo/modulo.yaml")
@access("call.edit")
def download_form(code: str) -> ResponseReturnValue:
    """Hand out the form alone as a file."""
    bench = open_bench(code)
    return download(bench.text, f"{bench.call.code}-modulo.yaml", engine.MIME)


@blueprint.route("/gestione/avvisi/<code>/modulo/file", methods=["GET", "POST"])
@access("call.edit")
def replace_form(code: str) -> ResponseReturnValue:
    """See the form as a text, change it, or put a file in its place."""
    bench = open_bench(code)
    form = forms.FormFileForm(data={"text": bench.text, "version": str(bench.version)})
    is_stale = False
    if form.validate_on_submit():
        try:
            save_text(bench, form)
        except Stale:
            is_stale, form.version.data = True, str(bench.version)
        except DefinitionError as refusal:
            field = form.file if form.file.value else form.text
            field.errors = engine.describe(refusal)
        except Invalid as refusal:
            put_errors(form, refusal)
        else:
            say(_("The form asks now what the text says."))
            return go("calls.build_form", code=code)
    context = {"bench": bench, "call": bench.call, "is_stale": is_stale}
    if is_stale:
        return page("calls/builder/file.html", form=form, **context), 409
    return form_page("calls/builder/file.html", form, **context)


def save_text(bench: Any, form: Any) -> None:
    """Save the form that a text or a file describes; mistakes name their line."""
    text = read_upload(form) if form.file.value else form.text.value or ""
    with engine.located(text):
        found = engine.read_yaml(text)
        if set(found) != {"form"}:
            raise DefinitionError("form", "form_alone")
        services.save_form(bench.call, actor(), found["form"], form.known_version)
