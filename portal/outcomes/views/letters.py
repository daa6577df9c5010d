"""Pages of the office on which decision letters are written, read and sent."""

from __future__ import annotations

from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from portal import parse
from portal.errors import Invalid, NotFound, Stale
from portal.evaluation.queries import (
    OUTCOME_LABELS,
    OUTCOME_TONES,
    get_call_for,
    get_round,
    ranking_of,
)
from portal.evaluation.views.blueprint import asked_round
from portal.i18n import _, message, ngettext
from portal.outcomes import forms, queries, services
from portal.outcomes.states import Occasion
from portal.outcomes.views.blueprint import blueprint
from portal.permissions import can
from portal.web import (
    access,
    actor,
    carried_version,
    form_page,
    go,
    page,
    put_errors,
    say,
    send_file_of,
)


def final_ranking(code: str, action: str) -> Any:
    """Return the final ranking of the round that is asked for."""
    return queries.get_final_ranking(ranking_of(get_round(code, actor(), action, asked_round())))


def asked_occasion() -> str:
    """Return which letter of an application the address names; blank for the last one."""
    return request.args.get("lettera", "")


def shown(ranking: Any) -> dict[str, Any]:
    """Return what every page about letters shows."""
    return {"ranking": ranking, "call": ranking.call, "number": ranking.round.number}


@blueprint.get("/gestione/avvisi/<code>/lettere")
@access("letter.read", logged="read")
def list_letters(code: str) -> ResponseReturnValue:
    """The letters of a ranking: sent, ready, or lacking their reasons."""
    ranking = final_ranking(code, "letter.read")
    return page(
        "outcomes/list_letters.html",
        **shown(ranking),
        lines=queries.letter_lines(ranking, actor()),
        labels=OUTCOME_LABELS,
        tones=OUTCOME_TONES,
        may_send=can(actor(), "letter.send", ranking.call),
    )


@blueprint.route("/gestione/avvisi/<code>/lettere/<practice_code>", methods=["GET", "POST"])
@access(get="letter.read", post="letter.choose", logged="read")
def show_letter(code: str, practice_code: str) -> ResponseReturnValue:
    """One letter as it will be read; the reasons of a refusal are chosen here."""
    ranking = final_ranking(code, "letter.read")
    application = queries.get_addressee(ranking, practice_code, actor(), "explanation.read")
    line = queries.get_line(ranking, application, asked_occasion())
    letter = queries.letter_of(application, line.occasion)
    form = forms.choose_form(queries.reasons_of(ranking.call), queries.chosen_ids(application))
    may_choose = letter is None and can(actor(), "letter.choose", application)
    if form.is_submitted() and not may_choose:
        raise NotFound
    if form.validate_on_submit():
        return after_choosing(form, ranking, application)
    return form_page(
        "outcomes/show_letter.html",
        form,
        **shown(ranking),
        application=application,
        line=line,
        letter=letter,
        content=content_of(letter, line, ranking, application),
        may_choose=may_choose and line.occasion is not Occasion.PROMOTED,
    )


def content_of(letter: Any, line: Any, ranking: Any, application: Any) -> Any:
    """Return what a letter says: as it was sent, else as it would be now."""
    if letter is not None:
        return letter.content
    return queries.compose_letter(application, ranking, line.occasion)


def after_choosing(form: Any, ranking: Any, application: Any) -> ResponseReturnValue:
    """Keep the reasons chosen; what somebody else chose meanwhile is shown instead."""
    shown_ids = [each for each in str(form.seen.data or "").split(",") if each]
    seen = [carried_version(each) for each in shown_ids]
    ids = [int(each) for each in form.reasons.value]
    where = {"code": ranking.call.code, "turno": ranking.round.number}
    try:
        services.choose_reasons(ranking, application, ids, actor(), seen)
    except Stale:
        say(_("Somebody else has chosen reasons meanwhile: look at them, then choose."), "danger")
        return go(".show_letter", practice_code=application.practice_code, **where)
    say(_("The letter of %(code)s is changed.", code=application.practice_code))
    return go(".list_letters", **where)


@blueprint.route("/gestione/avvisi/<code>/lettere-invio", methods=["GET", "POST"])
@access("letter.send")
def send_letters(code: str) -> ResponseReturnValue:
    """Say how many letters leave, then send them together."""
    ranking = final_ranking(code, "letter.send")
    lines = [each for each in queries.letter_lines(ranking, actor()) if each.letter_id is None]
    if request.method == "GET":
        missing = [each for each in lines if each.is_missing]
        facts = {**shown(ranking), "count": len(lines), "missing": missing}
        return page("outcomes/send_letters.html", **facts)
    where = {"code": code, "turno": ranking.round.number}
    expected = parse.carried(request.form.get("expected", "")) or 0
    try:
        count = services.send_letters(ranking, actor(), expected)
    except Invalid as refusal:
        say(message(refusal), "danger")
        return go(".send_letters", **where)
    say(ngettext("One letter has left.", "%(num)s letters have left.", count))
    return go(".list_letters", **where)


@blueprint.get("/gestione/avvisi/<code>/lettere/<practice_code>/lettera.pdf")
@access("letter.read", logged="download")
def download_letter(code: str, practice_code: str) -> ResponseReturnValue:
    """Hand out a letter as it was sent."""
    ranking = final_ranking(code, "letter.read")
    application = queries.get_addressee(ranking, practice_code, actor(), "explanation.read")
    letter = queries.letter_of(application, asked_occasion())
    if letter is None or letter.document.file is None:
        raise NotFound
    return send_file_of(letter.document.file)


@blueprint.route("/gestione/avvisi/<code>/motivi", methods=["GET", "POST"])
@access(get="letter.read", post="refusal_reason.edit")
def list_reasons(code: str) -> ResponseReturnValue:
    """The reasons of refusal that a call knows; one is added here."""
    call = get_call_for(code, actor(), "letter.read")
    return reason_page("outcomes/list_reasons.html", call, None)


@blueprint.route("/gestione/avvisi/<code>/motivi/<int:reason_id>", methods=["GET", "POST"])
@access("refusal_reason.edit")
def edit_reason(code: str, reason_id: int) -> ResponseReturnValue:
    """Change one reason."""
    call = get_call_for(code, actor(), "refusal_reason.edit")
    return reason_page("outcomes/edit_reason.html", call, queries.get_reason(call, reason_id))


def reason_page(template: str, call: Any, reason: Any) -> ResponseReturnValue:
    """Save what the form says, or show it."""
    form = forms.reason_form(reason)
    status = 200
    if form.validate_on_submit():
        facts = {name: form[name].value or "" for name in ("code", "text", "advice", "referral")}
        try:
            services.save_reason(call, reason, facts, actor(), form.known_version)
        except Stale:
            form.form_errors.append(
                _("Somebody has changed this reason meanwhile. Save again to put yours instead.")
            )
            form.version.data, status = str(reason.version), 409
        except Invalid as refusal:
            put_errors(form, refusal)
        else:
            say(_("The reason is saved."))
            return go(".list_reasons", code=call.code)
    facts = {"call": call, "reason": reason, "reasons": queries.reasons_of(call)}
    facts["may_edit"] = can(actor(), "refusal_reason.edit", call)
    if status != 200:
        return page(template, form=form, **facts), status
    return form_page(template, form, **facts)
