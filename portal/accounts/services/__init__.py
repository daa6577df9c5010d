"""What people do with accounts, and what is done with theirs."""

from portal.accounts.engine import hash_password
from portal.accounts.services.people import (
    add_user,
    change_password,
    confirm_email,
    edit_account,
    register_user,
    request_reset,
    reset_password,
)
from portal.accounts.services.roles import (
    disable_user,
    grant_role,
    invite_user,
    send_invitation,
)
from portal.accounts.services.sessions import (
    authenticate,
    end_own_session,
    end_session,
    end_sessions,
    open_session,
    touch_session,
)
from portal.accounts.services.throttle import count_request

__all__ = [
    "add_user",
    "authenticate",
    "change_password",
    "confirm_email",
    "count_request",
    "disable_user",
    "edit_account",
    "end_own_session",
    "end_session",
    "end_sessions",
    "grant_role",
    "hash_password",
    "invite_user",
    "open_session",
    "register_user",
    "request_reset",
    "reset_password",
    "send_invitation",
    "touch_session",
]
