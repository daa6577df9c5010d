"""A form sent when something must come first: it is kept, and waits behind the page that comes."""

from __future__ import annotations

from collections.abc import Callable

from flask import abort, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from portal import kept
from portal.web.headers import SIGNED_IN_KEY
from portal.web.labels import typed_rows
from portal.web.typed import (
    RESUMED,
    form_page_path,
    is_form,
    is_worth_keeping,
    typed_in_request,
    with_query,
)

UNAUTHORIZED = 401

# Given the token of a session, whose it is or was: sessions belong to a floor above.
SessionOwner = Callable[[str], int | None]
_owners: list[SessionOwner] = []


def ask_session_owner(function: SessionOwner) -> None:
    """Learn who tells whose an ended session was."""
    _owners[:] = [function]


def owner_of_request() -> int | None:
    """Return whose the form is: who is signed in, or was in the session that ran out."""
    if current_user.is_authenticated:
        return int(current_user.id)
    token = session.get(SIGNED_IN_KEY)
    found = (owner(str(token)) for owner in _owners) if token else iter(())
    return next(found, None)


def interrupt(endpoint: str) -> ResponseReturnValue:
    """Keep what was typed and lead to the page of `endpoint`, then back to the form."""
    if not is_form():
        abort(UNAUTHORIZED)
    typed, owner, address = typed_in_request(), owner_of_request(), form_page_path()
    path = address.partition("?")[0]
    token = kept.keep_form(owner, path, typed) if owner and is_worth_keeping(typed) else None
    onward = [(name, text) for name, text in typed.fields if name == "next"]
    if token:
        onward.append((RESUMED, token))
        if before := request.form.get(RESUMED):
            kept.discard_form(before, owner or 0)
    return (
        render_template(
            "errors/401.html",
            way=url_for(endpoint, next=with_query(address, onward)),
            is_kept=token is not None,
            was_signed_in=current_user.is_authenticated,
            file_names=[name for names in typed.files.values() for name in names],
            typed=[] if token else typed_rows(),
        ),
        UNAUTHORIZED,
    )
