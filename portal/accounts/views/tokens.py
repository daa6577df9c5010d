"""Keys of programs: the list of one's own, making one, ending one."""

from __future__ import annotations

from typing import Any

from flask.typing import ResponseReturnValue

from portal.accounts import forms, queries, services
from portal.accounts.engine.tokens import SCOPES
from portal.accounts.views.visits import blueprint
from portal.errors import Invalid
from portal.i18n import _
from portal.web import SIGNED_IN, access, actor, form_page, go, page, put_errors, say


def labels_of(token: Any) -> list[str]:
    """Return what a key opens, in words."""
    return [str(SCOPES[scope].label) for scope in token.scopes]


@blueprint.get("/account/chiavi")
@access(SIGNED_IN)
def list_tokens() -> ResponseReturnValue:
    """Show one's own keys that hold."""
    tokens = queries.tokens_of(actor())
    return page("accounts/list_tokens.html", tokens=tokens, labels_of=labels_of)


@blueprint.route("/account/chiavi/nuova", methods=["GET", "POST"])
@access(SIGNED_IN, fresh=True)
def create_token() -> ResponseReturnValue:
    """Make a key; it is shown here, once."""
    form = forms.token_form(queries.scopes_for(actor()))
    if form.validate_on_submit():
        try:
            token = services.create_token(
                actor(), form.name.value or "", form.scopes.value, int(form.days.value)
            )
        except Invalid as refusal:
            put_errors(form, refusal)
        else:
            return page("accounts/show_token.html", token=token, name=form.name.value)
    return form_page("accounts/create_token.html", form)


@blueprint.post("/account/chiavi/<int:token_id>/fine")
@access(SIGNED_IN)
def end_token(token_id: int) -> ResponseReturnValue:
    """End one of one's own keys."""
    services.end_token(token_id, actor())
    say(_("That key is ended: it opens nothing any more."))
    return go("accounts.list_tokens")
