"""Amending a published call: the working copy, what it changes, the act; earlier versions."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue

from portal.calls import engine, forms, queries, services
from portal.calls.engine.acts import act_text
from portal.calls.views.blueprint import blueprint
from portal.calls.views.editing import part_conflict, put_mistakes
from portal.calls.views.life import decide
from portal.definitions import DefinitionError
from portal.errors import Invalid, NotFound, Stale
from portal.i18n import _
from portal.web import PUBLIC, access, actor, download, form_page, go, page, put_errors, say


@blueprint.get("/gestione/avvisi/<code>/rettifica")
@access("call.amend")
def show_amendment(code: str) -> ResponseReturnValue:
    """The working copy of a call and what it would change."""
    return show_copy(queries.get_managed_call(code, actor()), forms.ReplaceForm())


def show_copy(call: Any, form: Any, status: int = 200) -> ResponseReturnValue:
    """Draw the page of the working copy."""
    amendment = queries.amendment_of(call)
    if amendment is not None:
        form.version.data = str(amendment.version)
    changes = queries.amendment_changes(call, amendment) if amendment is not None else []
    context = {"call": call, "amendment": amendment, "changes": changes}
    context["parts"] = {name: forms.title_of(name) for name in (*forms.PARTS, *forms.LISTS)}
    if status != 200:
        return page("calls/show_amendment.html", form=form, is_stale=True, **context), status
    return form_page("calls/show_amendment.html", form, **context)


@blueprint.post("/gestione/avvisi/<code>/rettifica")
@access("call.amend")
def open_amendment(code: str) -> ResponseReturnValue:
    """Make a working copy."""
    services.open_amendment(queries.get_managed_call(code, actor()), actor())
    return go("calls.show_amendment", code=code)


@blueprint.get("/gestione/avvisi/<code>/rettifica/avviso.yaml")
@access("call.amend")
def download_amendment(code: str) -> ResponseReturnValue:
    """Hand out the working copy as a file, to be changed."""
    call = queries.get_managed_call(code, actor())
    text = queries.amendment_text(call, queries.amendment_of(call))
    return download(text, f"{call.code}.yaml", engine.MIME)


@blueprint.post("/gestione/avvisi/<code>/rettifica/file")
@access("call.amend")
def replace_amendment(code: str) -> ResponseReturnValue:
    """Put a file in the place of the working copy."""
    call, form = queries.get_managed_call(code, actor()), forms.ReplaceForm()
    if form.validate_on_submit():
        try:
            services.save_amendment(call, actor(), text_of(form), form.known_version)
        except Stale:
            return show_copy(call, form, 409)
        except DefinitionError as refusal:
            form.file.errors = engine.describe(refusal)
        except Invalid as refusal:
            put_errors(form, refusal.on("file"))
        else:
            say(_("The working copy is saved. Look below at what it changes."))
            return go("calls.show_amendment", code=code)
    return show_copy(call, form)


@blueprint.route("/gestione/avvisi/<code>/rettifica/parti/<part>", methods=["GET", "POST"])
@access("call.amend")
def edit_amendment(code: str, part: str) -> ResponseReturnValue:
    """Change a part of the working copy, on the pages on which a draft is changed."""
    call = queries.get_managed_call(code, actor())
    if part not in forms.PARTS and part not in forms.LISTS:
        raise NotFound
    amendment = queries.amendment_of(call)
    if amendment is None:
        return go("calls.show_amendment", code=code)
    definition = queries.amendment_definition(call, amendment)
    form_class = forms.PARTS.get(part) or forms.rows_form(part, definition, request.form)
    saved = {**form_class.saved(definition), "version": str(amendment.version)}
    form, places = form_class(data=saved), places_of(code, part)
    if form.validate_on_submit():
        try:
            services.save_amendment(call, actor(), form.changed(definition), form.known_version)
        except Stale:
            return part_conflict(form, call, part, saved, **places)
        except Invalid as refusal:
            put_mistakes(form, refusal)
        else:
            say(_("The working copy is saved. Look below at what it changes."))
            return go("calls.show_amendment", code=code)
    title = forms.title_of(part)
    return form_page("calls/edit_call.html", form, call=call, part=part, title=title, **places)


def places_of(code: str, part: str) -> dict[str, str]:
    """Return where the page of a part sends what is typed, and where it leads back to."""
    return {
        "here": url_for("calls.edit_amendment", code=code, part=part),
        "hub": url_for("calls.show_amendment", code=code),
    }


def text_of(form: Any) -> str:
    """Return the text of the file that was chosen."""
    if not form.file.value:
        raise Invalid("required")
    try:
        return str(form.file.value[0].read(engine.LARGEST_FILE + 1).decode("utf-8"))
    except UnicodeDecodeError:
        raise Invalid("definition_yaml") from None


@blueprint.route("/gestione/avvisi/<code>/rettifica/scarta", methods=["GET", "POST"])
@access("call.amend")
def discard_amendment(code: str) -> ResponseReturnValue:
    """Ask, showing what would be lost, then put the working copy away."""
    call = queries.get_managed_call(code, actor())
    amendment = queries.amendment_of(call)
    if request.method == "POST":
        services.discard_amendment(call, actor())
        say(_("The working copy is gone. The call is as it was."))
        return go("calls.show_life", code=code)
    if amendment is None:
        return go("calls.show_amendment", code=code)
    changes = queries.amendment_changes(call, amendment)
    return page("calls/discard_amendment.html", call=call, amendment=amendment, changes=changes)


@blueprint.route("/gestione/avvisi/<code>/rettifica/pubblica", methods=["GET", "POST"])
@access("call.amend")
def publish_amendment(code: str) -> ResponseReturnValue:
    """Make the working copy the next version, by an act."""

    def publish(call: Any, form: Any) -> str:
        version = services.publish_amendment(
            call, actor(), form.reason.data, form.act, form.known_version
        )
        number = version.number
        return _("Version %(number)s is published. Everybody concerned gets a mail.", number=number)

    return decide(code, forms.AmendForm, "calls/publish_amendment.html", publish, copy_of)


def copy_of(call: Any) -> Any:
    """Return the version of what the page decides about, and what it shows of it."""
    amendment = queries.amendment_of(call)
    if amendment is None:
        return 0, {"changes": []}
    return amendment.version, {"changes": queries.amendment_changes(call, amendment)}


@blueprint.get("/avvisi/<code>/versioni/<int:number>")
@access(PUBLIC)
def show_version(code: str, number: int) -> ResponseReturnValue:
    """A call as one of its versions said it."""
    call = queries.get_call(code, actor())
    past = queries.get_version(call, number)
    return page(
        "calls/show_version.html",
        call=call,
        past=past,
        act=act_text(past.version.act),
        versions=queries.versions_of(call),
        form=engine.form_of(past),
        texts=lambda part: engine.texts_of(past, part),
    )
