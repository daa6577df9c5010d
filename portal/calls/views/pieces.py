"""The builder's pages of single parts: section, question, column, check."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from portal.calls import forms, queries, services
from portal.calls.engine import write_yaml
from portal.calls.views.blueprint import blueprint
from portal.calls.views.building import back_to, link_to, open_bench, told_outside
from portal.definitions import DefinitionError
from portal.errors import Invalid, Stale
from portal.i18n import _
from portal.questionnaires import engine as questionnaires
from portal.web import access, actor, page, put_errors, say, typed_now

Build = Callable[[dict[str, Any]], Any]


def change(bench: Any, piece: Any, build: Build, **more: Any) -> ResponseReturnValue:
    """Take in what was typed: a button of the lines changes the page, the others save.

    `build` puts the part into the form.
    """
    action = request.form.get("action", "save")
    status = 200
    if request.method == "POST" and action.partition(":")[0] != "save":
        piece.act(action)
    elif request.method == "POST" and piece.validate():
        try:
            part = save(bench, piece, build)
        except Stale:
            return clash(bench, piece, **more)
        if part is not None:
            return saved(bench, piece, part)
    if piece.has_errors:
        status = 422
    return draw(bench, piece, status, **more)


def save(bench: Any, piece: Any, build: Build) -> dict[str, Any] | None:
    """Save what the page says and return it; None where something is wrong, told on the page."""
    new, part = None, {}
    try:
        part = piece.part()
        if piece.has_errors:
            return None
        new = build(part)
        services.save_form(bench.call, actor(), new, piece.form.known_version)
    except DefinitionError as refusal:
        root = questionnaires.path_to(new, piece.kind, piece_key(piece, part)) if new else "form"
        piece.put(refusal, root)
        piece.told = told_outside(bench, new, piece.outside)
        return None
    except Invalid as refusal:
        put_errors(piece.form, refusal)
        return None
    return dict(part)


def piece_key(piece: Any, part: Any) -> str:
    """Return the key of a part in the whole form."""
    table = getattr(piece, "table", None)
    return f"{table}.{part['key']}" if table else str(part["key"])


def saved(bench: Any, piece: Any, part: Any) -> ResponseReturnValue:
    """Say so, and go on: back to the outline, or to a table whose columns come next."""
    say(_("Saved."))
    code, key = bench.call.code, piece_key(piece, part)
    if piece.is_new and part.get("type") == "table":
        return back_to(code, "column", f"{key}.")
    return back_to(code, piece.kind, key)


def clash(bench: Any, piece: Any, **more: Any) -> ResponseReturnValue:
    """Show what was typed beside what is saved now; saving again decides."""
    mine, theirs = piece.part(), piece.old
    changes = [
        {"label": name, "yours": shown(mine.get(name)), "saved": shown(theirs.get(name))}
        for name in dict.fromkeys([*mine, *theirs])
        if mine.get(name) != theirs.get(name)
    ]
    piece.form.version.data = str(bench.version)
    return draw(bench, piece, 409, changes=changes, is_stale=True, **more)


def shown(value: Any) -> str:
    """Return a part of a definition as a text to compare."""
    if value is None or isinstance(value, str):
        return value or ""
    return write_yaml({"": value}).removeprefix("'':").strip()


def words_in(form: Any, kind: str, key: str) -> dict[str, str]:
    """Return the conditions and formulas of a part as they are saved, in words, by property."""
    name, _dot, column = key.partition(".")
    if not key:
        return {}
    match kind:
        case "section":
            part = form.section(key)
        case "check":
            part = next(each for each in form.checks if each.key == key)
        case "question":
            part = form.question(key)
        case _:
            part = form.question(name).column(column)
    return questionnaires.words_of(form, part, name if column else None)


def draw(bench: Any, piece: Any, status: int, **more: Any) -> ResponseReturnValue:
    """Draw the page of a part."""
    key = piece.old.get("key", "")
    if getattr(piece, "table", None) and key:
        key = f"{piece.table}.{key}"
    users = queries.users_in(bench, piece.kind, key) if key else []
    context = {
        "bench": bench,
        "call": bench.call,
        "piece": piece,
        "form": piece.form,
        "own_key": key,
        "users": [(user, link_to(bench, *user[:2])) for user in users],
        "told_words": words_in(bench.read, piece.kind, key),
        "moved": request.args.get("mosso", ""),
        **more,
    }
    return page("calls/builder/piece.html", **context), status


@blueprint.route("/gestione/avvisi/<code>/modulo/sezioni/nuova", methods=["GET", "POST"])
@access("call.edit")
def add_form_section(code: str) -> ResponseReturnValue:
    """A new section, with its first question."""
    bench = open_bench(code)
    piece = forms.SectionPiece(bench.form, bench.read, None, bench.version, typed_now())
    title = _("New section")
    return change(
        bench, piece, lambda part: questionnaires.insert_section(bench.form, part), title=title
    )


@blueprint.route("/gestione/avvisi/<code>/modulo/sezioni/<key>", methods=["GET", "POST"])
@access("call.edit")
def edit_form_section(code: str, key: str) -> ResponseReturnValue:
    """Change a section: its texts, when it is in sight."""
    bench = open_bench(code)
    old = questionnaires.part_of(bench.form, "section", key)
    piece = forms.SectionPiece(bench.form, bench.read, old, bench.version, typed_now())
    return change(bench, piece, replacing(bench, "section", key), title=_("Section"))


def replacing(bench: Any, kind: str, key: str) -> Build:
    """Return what puts a part in the place of the one of this key."""
    return lambda part: questionnaires.replace_part(bench.form, kind, key, part)


def asked_before(bench: Any, key: str) -> list[Any]:
    """Return the questions that stand before one, or all."""
    found = []
    for question in bench.read.questions:
        if question.key == key:
            break
        found.append(question)
    return found


@blueprint.route("/gestione/avvisi/<code>/modulo/sezioni/<section>/nuova", methods=["GET", "POST"])
@access("call.edit")
def add_form_question(code: str, section: str) -> ResponseReturnValue:
    """A new question: its type first, then what suits it. It stands after `dopo`, or first."""
    bench = open_bench(code)
    questions = questionnaires.part_of(bench.form, "section", section)["questions"]
    after = request.args.get("dopo", "")
    keys = [each["key"] for each in questions]
    before = asked_before(bench, after if after in keys else keys[0])
    before += [bench.read.question(after)] if after in keys else []
    piece = asked(bench, None, before=before, type=request.args.get("tipo"))

    def build(part: Any) -> Any:
        place = after if after in keys else ""
        return questionnaires.insert_question(bench.form, part, section, place)

    if request.method == "GET" and "tipo" not in request.args:
        return page("calls/builder/type.html", **types_of(bench, section, after))
    return change(bench, piece, build, title=_("New question"))


def types_of(bench: Any, section: str, after: str) -> dict[str, Any]:
    """Return what the page shows that asks for the type of a new question."""
    call, groups = bench.call, forms.TYPE_GROUPS
    return {"bench": bench, "call": call, "section": section, "after": after, "groups": groups}


def asked(bench: Any, old: Any, **given: Any) -> Any:
    """Return the page of a question or a column."""
    listed = bench.definition.get("attachments", ())
    facts = {"attachments": listed, "sent": typed_now(), **given}
    return forms.AskedPiece(bench.form, bench.read, old, bench.version, **facts)


@blueprint.route("/gestione/avvisi/<code>/modulo/domande/<key>", methods=["GET", "POST"])
@access("call.edit")
def edit_form_question(code: str, key: str) -> ResponseReturnValue:
    """Change a question."""
    bench = open_bench(code)
    old = questionnaires.part_of(bench.form, "question", key)
    piece = asked(bench, old, before=asked_before(bench, key))
    return change(bench, piece, replacing(bench, "question", key), title=_("Question"))


@blueprint.route("/gestione/avvisi/<code>/modulo/domande/<table>/colonne", methods=["GET", "POST"])
@access("call.edit")
def add_form_column(code: str, table: str) -> ResponseReturnValue:
    """A new column of a table."""
    bench = open_bench(code)
    questionnaires.part_of(bench.form, "question", table)
    piece = asked(bench, None, table=table, type=request.args.get("tipo"))

    def build(part: Any) -> Any:
        return questionnaires.insert_column(bench.form, part, table)

    return change(bench, piece, build, title=_("New column"))


@blueprint.route(
    "/gestione/avvisi/<code>/modulo/domande/<table>/colonne/<key>", methods=["GET", "POST"]
)
@access("call.edit")
def edit_form_column(code: str, table: str, key: str) -> ResponseReturnValue:
    """Change a column of a table."""
    bench = open_bench(code)
    name = f"{table}.{key}"
    piece = asked(bench, questionnaires.part_of(bench.form, "column", name), table=table)
    return change(bench, piece, replacing(bench, "column", name), title=_("Column"))


@blueprint.route("/gestione/avvisi/<code>/modulo/controlli/nuovo", methods=["GET", "POST"])
@access("call.edit")
def add_form_check(code: str) -> ResponseReturnValue:
    """A new check across answers."""
    bench = open_bench(code)
    piece = forms.CheckPiece(bench.form, bench.read, None, bench.version, typed_now())
    title = _("New check")
    return change(
        bench, piece, lambda part: questionnaires.insert_check(bench.form, part), title=title
    )


@blueprint.route("/gestione/avvisi/<code>/modulo/controlli/<key>", methods=["GET", "POST"])
@access("call.edit")
def edit_form_check(code: str, key: str) -> ResponseReturnValue:
    """Change a check."""
    bench = open_bench(code)
    old = questionnaires.part_of(bench.form, "check", key)
    piece = forms.CheckPiece(bench.form, bench.read, old, bench.version, typed_now())
    return change(bench, piece, replacing(bench, "check", key), title=_("Check across answers"))
