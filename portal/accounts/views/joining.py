"""Coming in by an invitation's link: with one's account, or with a new one that it proves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from portal.accounts import forms, queries, services
from portal.accounts.views.visits import enter, wait_page
from portal.errors import Invalid
from portal.i18n import visit_language
from portal.web import actor, form_page, page, put_errors

GONE = 410


@dataclass(frozen=True)
class Door:
    """What an invitation leads to: how it is found and accepted, its page, and where it goes on.

    `facts` are what the page shows besides the invitation.
    """

    find: Callable[[str], Any]
    accept: Callable[[str, Any], Any]
    template: str
    facts: Callable[[Any], dict[str, Any]]
    onward: Callable[[Any], ResponseReturnValue]


def open_invitation(door: Door, token: str) -> ResponseReturnValue:
    """Show who invites to what, and use the link up when the form comes back."""
    form = forms.JoinForm()
    try:
        invitation = door.find(token)
        if request.method == "POST" and come_in(door, token, invitation.email, form):
            return door.onward(invitation)
    except Invalid as refusal:
        if refusal.code == "too_many_tries":
            return wait_page(refusal)
        if refusal.code == "invitation_spent":
            return page("accounts/spent_invitation.html"), GONE
        put_errors(form, refusal)
    return show_invitation(door, door.find(token), form)


def come_in(door: Door, token: str, email: str, form: Any) -> bool:
    """Use the link up; False where the form is to be shown again."""
    if current_user.is_authenticated:
        door.accept(token, actor())
        return True
    if not form.validate_on_submit():
        return False
    services.count_request(str(request.remote_addr))
    typed = (form.name.value, form.password.value)
    user = services.join_by_invitation(
        email, *typed, visit_language(), lambda user: door.accept(token, user)
    )
    enter(user)
    return True


def show_invitation(door: Door, invitation: Any, form: Any) -> ResponseReturnValue:
    """Say who invites to what, and how to come in."""
    is_in = current_user.is_authenticated
    return form_page(
        door.template,
        form,
        invitation=invitation,
        is_right_person=is_in and actor().email_key == invitation.email_key,
        is_somebody_else=is_in and actor().email_key != invitation.email_key,
        has_account=queries.has_account(invitation.email),
        **door.facts(invitation),
    )
