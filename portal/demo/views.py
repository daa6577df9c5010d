"""The demo's own pages: every way in, the mailbox, the clock; loopback only."""

from __future__ import annotations

from ipaddress import ip_address

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue

from portal import clock
from portal.accounts.engine import seconds_left
from portal.accounts.views import enter
from portal.demo import engine, queries
from portal.errors import NotFound
from portal.web import PUBLIC, access, page

blueprint = Blueprint("demo", __name__, url_prefix="/demo")


@blueprint.before_request
def require_this_machine() -> None:
    """Show nothing of the demo to another machine, whatever the server listens on."""
    if not is_loopback(request.remote_addr or ""):
        raise NotFound


def is_loopback(address: str) -> bool:
    """Tell whether an address is this machine's own."""
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False


@blueprint.get("/")
@access(PUBLIC)
def show_demo() -> str:
    """Show every account, what to try as each, the mailbox and the clock."""
    return page(
        "demo/show_demo.html",
        accounts=engine.accounts(),
        password=engine.PASSWORD,
        now=clock.now(),
        code_of=queries.code_of,
        seconds_left=seconds_left(clock.now()),
        open_calls=queries.open_calls()[1],
    )


@blueprint.post("/accedi")
@access(PUBLIC)
def sign_in() -> ResponseReturnValue:
    """Sign in as one of the demo's people."""
    item = engine.account(request.form.get("key", ""))
    if item is None:
        raise NotFound
    enter(queries.demo_user(item.key), has_passed=True)
    return redirect(item.start, 303)


@blueprint.get("/posta")
@access(PUBLIC)
def show_mailbox() -> str:
    """Show the newest mails the portal wrote."""
    return page("demo/show_mailbox.html", mails=queries.newest_mails())


@blueprint.get("/posta/<int:mail_id>")
@access(PUBLIC)
def show_mail(mail_id: int) -> str:
    """Show one mail as its reader got it."""
    return page("demo/show_mail.html", mail=queries.get_mail(mail_id))
