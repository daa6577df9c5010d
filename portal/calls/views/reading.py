"""What visitors read of calls, before any account."""

from __future__ import annotations

from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from portal.calls import engine, queries
from portal.calls.forms import FindCallForm
from portal.calls.views.blueprint import blueprint
from portal.web import PUBLIC, access, actor, page


@blueprint.app_template_filter("strand")
def strand_label(strand: Any) -> str:
    """The name of a strand."""
    return str(engine.STRAND_LABELS[strand.value])


@blueprint.app_template_filter("phase")
def phase_name(call: Any) -> str:
    """Where the call stands for a visitor: coming, open or closed."""
    return queries.phase_of(call).value


@blueprint.app_template_filter("is_ranked")
def has_ranking(call: Any) -> bool:
    """Tell whether a ranking will be published."""
    return engine.is_ranked(call)


@blueprint.get("/avvisi")
@access(PUBLIC)
def list_calls() -> ResponseReturnValue:
    """Every published call: open, coming, closed; those for somebody or about something."""
    form = FindCallForm(request.args)
    strand, kind = form.strand.data or "", form.kind.data or ""
    return page(
        "calls/list_calls.html",
        calls=queries.public_calls(strand, kind),
        form=form,
        is_filtered=bool(strand or kind),
    )


@blueprint.get("/avvisi/<code>")
@access(PUBLIC)
def show_call(code: str) -> ResponseReturnValue:
    """The service sheet of a call."""
    call = queries.get_call(code, actor())
    return page(
        "calls/show_call.html",
        call=call,
        is_open=queries.is_open(call),
        notices=queries.notices_of(call, actor()),
        texts=lambda part: engine.texts_of(call, part),
        timeline=engine.timeline_of(call),
        office=engine.office_of(call),
        decision_due_on=engine.decision_due_on(call),
        term_days=engine.term_of(call),
        windows=engine.assessment_windows_of(call),
        asked=engine.asked_of(call),
        attachments=engine.attachments_of(call),
        files=queries.files_of(call),
        acts=engine.acts_of(call),
        act_labels=engine.ACT_LABELS,
        money=queries.money_left(call),
    )


@blueprint.get("/avvisi/<code>/modulo")
@access(PUBLIC)
def show_form(code: str) -> ResponseReturnValue:
    """The whole form with its documents, declarations and criteria, to read and to print."""
    call = queries.get_call(code, actor())
    return page(
        "calls/show_form.html",
        call=call,
        form=engine.form_of(call),
        is_open=queries.is_open(call),
        criteria=engine.criteria_of(call, queries.areas_of(call)),
        grid=engine.grid_of(call),
        threshold=engine.threshold_of(call),
        checklist=engine.checklist_of(call),
        notice=engine.privacy_notice_of(call),
    )
