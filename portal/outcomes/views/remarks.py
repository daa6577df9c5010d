"""Pages of remarks: the applicant sends one, the office reads and decides."""

from __future__ import annotations

from typing import Any

from flask import g, url_for
from flask.typing import ResponseReturnValue

from portal.applications.queries import get_own_application
from portal.errors import Invalid, NotFound, Stale, WrongState
from portal.evaluation.queries import get_ranking, get_round
from portal.evaluation.states import RankingState
from portal.evaluation.views.blueprint import asked_round
from portal.i18n import _
from portal.outcomes import forms, queries, services
from portal.outcomes.states import RemarkState
from portal.outcomes.views.blueprint import blueprint
from portal.outcomes.views.late import too_late
from portal.permissions import can
from portal.web import (
    CONFLICT,
    access,
    actor,
    form_page,
    go,
    page,
    put_errors,
    say,
    send_file_of,
)


@blueprint.route("/domande/<practice_code>/osservazioni", methods=["GET", "POST"])
@access("remark.send")
def send_remark(practice_code: str) -> ResponseReturnValue:
    """Send a remark on the provisional ranking, within the term."""
    application = get_own_application(practice_code, actor(), "remark.send")
    ranking = queries.ranking_with_term(application)
    if ranking is None:
        raise NotFound
    form, at = forms.RemarkForm(), g.received_at
    hindrance = queries.hindrance_to_remark(application, at)
    if hindrance:
        return no_remark(application, ranking, WrongState(hindrance))
    if form.validate_on_submit():
        try:
            services.send_remark(application, form.text.value or "", actor(), upload_in(form), at)
        except WrongState as refusal:
            return no_remark(application, ranking, refusal)
        except Invalid as refusal:
            put_errors(form, refusal if refusal.field else refusal.on("file"))
        else:
            say(_("Your remark is sent. A mail tells you when it is answered."))
            return go(".show_outcome", practice_code=application.practice_code)
    return form_page("outcomes/send_remark.html", form, application=application, ranking=ranking)


def upload_in(form: Any) -> Any:
    """Return the file that goes with a remark, if there is one."""
    sent = next(iter(form.file.value), None)
    return None if sent is None else (sent.stream, sent.filename)


def no_remark(application: Any, ranking: Any, refusal: WrongState) -> ResponseReturnValue:
    """Say that no remark can be sent, and show what was typed."""
    back = url_for(".show_outcome", practice_code=application.practice_code)
    return too_late(application, refusal, ranking.remarks_until, _("Send a remark"), back)


def ranking_of_call(code: str, action: str) -> Any:
    """Return the published ranking of the round that is asked for, if it takes remarks."""
    found = get_round(code, actor(), action, asked_round())
    ranking = get_ranking(code, actor(), found.number)
    if ranking.remarks_until is None:
        raise NotFound
    return ranking


@blueprint.get("/gestione/avvisi/<code>/osservazioni")
@access("remark.list", logged="read")
def list_remarks(code: str) -> ResponseReturnValue:
    """The remarks on a ranking, and what was decided."""
    ranking = ranking_of_call(code, "remark.list")
    facts = {"ranking": ranking, "call": ranking.call, "number": ranking.round.number}
    remarks = queries.remarks_on(ranking, actor())
    return page("outcomes/list_remarks.html", remarks=remarks, **facts)


@blueprint.route("/gestione/avvisi/<code>/osservazioni/<practice_code>", methods=["GET", "POST"])
@access(get="remark.list", post="remark.uphold", logged="read")
def decide_remark(code: str, practice_code: str) -> ResponseReturnValue:
    """Read a remark and decide on it."""
    ranking = ranking_of_call(code, "remark.list")
    remark = queries.get_remark(ranking, practice_code, actor())
    is_open = remark.state is RemarkState.SENT and ranking.state is RankingState.PROVISIONAL
    may_decide = can(actor(), "remark.uphold", remark)
    form = forms.decide_form(remark, queries.corrections_on(remark))
    facts = {"remark": remark, "call": ranking.call, "number": ranking.round.number}
    facts["may_decide"] = is_open and may_decide
    if form.is_submitted() and not may_decide:
        raise NotFound
    if form.validate_on_submit():
        try:
            decide(remark, form)
        except Stale:
            facts["may_decide"], facts["is_stale"] = False, True
            return page("outcomes/decide_remark.html", form=form, **facts), CONFLICT
        except Invalid as refusal:
            put_errors(form, refusal)
        else:
            say(_("The remark is decided, and the applicant has been written to."))
            return go(".list_remarks", code=code, turno=ranking.round.number)
    return form_page("outcomes/decide_remark.html", form, **facts)


def decide(remark: Any, form: Any) -> None:
    """Do what the form says."""
    given = (form.answer.value or "", actor(), form.known_version)
    if form.decision.value == "reject":
        services.reject_remark(remark, *given)
        return
    services.uphold_remark(remark, *given, form.what.value or "none", form.value.value or "")


@blueprint.get("/gestione/avvisi/<code>/osservazioni/<practice_code>/allegato")
@access("remark.list", logged="download")
def download_remark_file(code: str, practice_code: str) -> ResponseReturnValue:
    """Hand out the file that came with a remark."""
    remark = queries.get_remark(ranking_of_call(code, "remark.list"), practice_code, actor())
    if remark.file is None:
        raise NotFound
    return send_file_of(remark.file)
