"""Checking a receipt by its code, for anybody: nothing personal is shown."""

from __future__ import annotations

from http import HTTPStatus

from flask import make_response, request
from flask.typing import ResponseReturnValue

from portal.applications import forms, queries, services
from portal.applications.views.blueprint import blueprint
from portal.applications.views.shown import KINDS, STANDING
from portal.errors import Invalid, TooMany
from portal.i18n import _
from portal.web import PUBLIC, access, form_page, go, page, put_errors


@blueprint.route("/verifica", methods=["GET", "POST"])
@access(PUBLIC)
def find_receipt() -> ResponseReturnValue:
    """Take the code that stands on a receipt."""
    form = forms.VerifyForm()
    if form.validate_on_submit():
        code = queries.read_verify_code(form.code.data or "")
        if queries.verified(code) is not None:
            return go("applications.verify_receipt", code=code)
        try:
            services.count_wrong_code(str(request.remote_addr))
        except Invalid as refusal:
            put_errors(form, refusal)
        else:
            form.code.errors = [_("No receipt has this code: look at it once more.")]
    return form_page("applications/find_receipt.html", form)


@blueprint.get("/verifica/<code>")
@access(PUBLIC)
def verify_receipt(code: str) -> ResponseReturnValue:
    """Say what the receipt with this code proves."""
    found = queries.verified(code)
    if found is None:
        try:
            services.count_wrong_code(str(request.remote_addr))
        except Invalid as refusal:
            raise TooMany(refusal.code, **refusal.facts) from refusal
        form = forms.VerifyForm(data={"code": code})
        form.code.errors = [_("No receipt has this code: look at it once more.")]
        return page("applications/find_receipt.html", form=form), HTTPStatus.NOT_FOUND
    label, tone = STANDING[found.standing]
    shown = page(
        "applications/verify_receipt.html",
        found=found,
        kind=KINDS[found.kind.value],
        standing=label,
        tone=tone,
    )
    response = make_response(shown)
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
