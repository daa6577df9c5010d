"""Working on a draft call: its page, its parts, its file."""

from __future__ import annotations

from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from portal.calls import engine, forms, queries, services
from portal.calls.states import CallState
from portal.calls.views.blueprint import blueprint
from portal.definitions import DefinitionError
from portal.errors import Invalid, NotFound, Stale, WrongState
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


@blueprint.get("/gestione/avvisi/<code>")
@access("call.manage")
def manage_call(code: str) -> ResponseReturnValue:
    """The call's own page for the office: state, what is missing, where each part is changed."""
    call = queries.get_managed_call(code, actor())
    checks = queries.publishing_checks(call)
    return page(
        "calls/manage_call.html",
        call=call,
        checks=checks,
        blockers=queries.blockers_of(checks),
        may_edit=call.state is CallState.DRAFT and can(actor(), "call.edit", call),
        may_publish=call.state is CallState.DRAFT and can(actor(), "call.publish", call),
        may_create=can(actor(), "call.import"),
        parts=forms.PART_TITLES,
        lists=forms.LISTS,
        attachments=engine.attachments_of(call),
        files=queries.files_of(call),
        form=engine.form_of(call),
    )


def draft_of(code: str) -> Any:
    """Return a draft that who is signed in may change; WrongState for a call that is none."""
    call = queries.get_managed_call(code, actor())
    if not can(actor(), "call.edit", call):
        raise NotFound
    if call.state is not CallState.DRAFT:
        raise WrongState("call_not_draft")
    return call


@blueprint.route("/gestione/avvisi/<code>/modifica/<part>", methods=["GET", "POST"])
@access("call.edit")
def edit_call(code: str, part: str) -> ResponseReturnValue:
    """Change a part of a draft."""
    call = draft_of(code)
    if part not in forms.PARTS and part not in forms.LISTS:
        raise NotFound
    definition = engine.dump_call(engine.definition_of(call))
    form_class = forms.PARTS.get(part) or forms.rows_form(part, definition, request.form)
    saved = {**form_class.saved(definition), "version": str(call.version)}
    form = form_class(data=saved)
    if form.validate_on_submit():
        try:
            services.edit_call(call, form.changed(definition), actor(), form.known_version)
        except Stale:
            return part_conflict(form, call, part, saved)
        except Invalid as refusal:
            put_mistakes(form, refusal)
        else:
            say(_("Saved."))
            return go("calls.manage_call", code=code)
    title = forms.title_of(part)
    return form_page("calls/edit_call.html", form, call=call, part=part, title=title)


def part_conflict(
    form: Any, call: Any, part: str, saved: dict[str, Any], **more: Any
) -> ResponseReturnValue:
    """Show what was typed beside what is saved now; saving again decides."""
    names = [name for group in form.groups() for name in group[1]]
    kept = {name: saved.get(name) for name in ("version", *names)}
    facts = {"call": call, "part": part, "title": forms.title_of(part), **more}
    return conflict_page("calls/edit_call.html", form, kept, **facts)


def put_mistakes(form: Any, refusal: Invalid) -> None:
    """Put each mistake beside the field it comes from; one of no field goes above the form."""
    if not isinstance(refusal, DefinitionError):
        put_errors(form, refusal)
        return
    for mistake in refusal.mistakes:
        name = form.field_at(mistake.field or "")
        if name is None:
            form.form_errors.append(f"{mistake.field}: {message(mistake)}")
        else:
            form[name].errors = [*form[name].errors, message(mistake)]


@blueprint.get("/gestione/avvisi/<code>/avviso.yaml")
@access("call.manage")
def export_call(code: str) -> ResponseReturnValue:
    """Hand out the call as a file."""
    call = queries.get_managed_call(code, actor())
    return download(engine.call_text(call), f"{call.code}.yaml", engine.MIME)


@blueprint.route("/gestione/avvisi/<code>/sostituisci", methods=["GET", "POST"])
@access("call.edit")
def replace_call(code: str) -> ResponseReturnValue:
    """Let a draft say what a file says."""
    call = draft_of(code)
    form = forms.ReplaceCallForm(data={"version": str(call.version)})
    if form.validate_on_submit():
        try:
            text = read_upload(form)
            with engine.located(text):
                definition = engine.complete(engine.read_yaml(text))
                services.edit_call(call, definition, actor(), form.known_version)
        except DefinitionError as refusal:
            form.file.errors = engine.describe(refusal)
        except Invalid as refusal:
            put_errors(form, refusal)
        else:
            say(_("The call says now what the file says."))
            return go("calls.manage_call", code=code)
    return form_page("calls/replace_call.html", form, call=call)


def read_upload(form: Any) -> str:
    """Return the text of the one file that was sent."""
    files = form.file.value
    if not files:
        raise Invalid("required", "file")
    octets = files[0].stream.read(engine.LARGEST_FILE + 1)
    try:
        return str(octets.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise Invalid("definition_utf8", "file") from None


@blueprint.route("/gestione/avvisi/nuovo", methods=["GET", "POST"])
@access("call.import")
def create_call() -> ResponseReturnValue:
    """Make a draft of a blueprint, of an earlier call, or of a file."""
    sources = queries.sources_of_calls(actor())
    form = forms.NewCallForm(data={"source": request.args.get("da", sources[0][0])})
    form.offer(sources)
    if form.validate_on_submit():
        try:
            return go("calls.manage_call", code=make_call(form).code)
        except DefinitionError as refusal:
            put_new_mistakes(form, refusal)
        except Invalid as refusal:
            put_errors(form, refusal)
    return form_page("calls/create_call.html", form)


def make_call(form: Any) -> Any:
    """Return the draft that the form asks for."""
    for name in form.missing():
        form[name].errors = [*form[name].errors, message(Invalid("required"))]
    if form.errors:
        raise Invalid("definition_start")
    text = read_upload(form) if form.file.value else ""
    with engine.located(text, given_of(form)):
        start = engine.complete(engine.read_yaml(text)) if text else start_of(form.source.value)
        call = services.create_call(engine.renewed(start, given_of(form)), actor())
    say(_("The draft is here. Nobody outside the office sees it until you publish it."))
    return call


def given_of(form: Any) -> dict[str, str]:
    """Return what was typed about the new call."""
    names = ("code", "title", "opens", "closes")
    return {name: form[name].value for name in names if form[name].value}


def start_of(source: str) -> dict[str, Any]:
    """Return the definition to start from: a blueprint, or an earlier call."""
    kind, _colon, name = (source or "").partition(":")
    if kind == "blueprint":
        return engine.load_blueprint(name)
    return services.definition_to_reuse(queries.get_managed_call(name, actor()))


def put_new_mistakes(form: Any, refusal: DefinitionError) -> None:
    """Put the mistakes of a new call beside what was typed, or beside the file."""
    for mistake in refusal.mistakes:
        name = (mistake.field or "").removeprefix("call.")
        if name in form and (form[name].data or not form.file.value):
            form[name].errors = [*form[name].errors, message(mistake)]
        else:
            form.file.errors = [*form.file.errors, engine.describe_one(mistake)]
