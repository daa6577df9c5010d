"""What people do with accounts, and what is done with theirs."""

from portal.accounts.engine import hash_password
from portal.accounts.services.addresses import change_email, request_email_change
from portal.accounts.services.factors import (
    confirm_identity,
    enrol_factor,
    pass_factor,
    remove_factor,
    renew_recovery_codes,
    reset_factor,
    set_factor,
    use_recovery_code,
)
from portal.accounts.services.invitations import (
    join_by_invitation,
    mail_link,
    take_invitation,
)
from portal.accounts.services.joining import join_by_mail
from portal.accounts.services.notes import open_note, seal_note
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
    enable_user,
    end_role,
    give_role,
    grant_role,
    invite_user,
    send_invitation,
)
from portal.accounts.services.sessions import (
    authenticate,
    end_other_sessions,
    end_own_session,
    end_session,
    end_sessions,
    open_session,
    touch_session,
)
from portal.accounts.services.sweeping import forget_past
from portal.accounts.services.throttle import count_request
from portal.accounts.services.tokens import count_call, create_token, end_token, forget_tokens

__all__ = [
    "add_user",
    "authenticate",
    "change_email",
    "change_password",
    "confirm_email",
    "confirm_identity",
    "count_call",
    "count_request",
    "create_token",
    "disable_user",
    "edit_account",
    "enable_user",
    "end_other_sessions",
    "end_own_session",
    "end_role",
    "end_session",
    "end_sessions",
    "end_token",
    "enrol_factor",
    "forget_past",
    "forget_tokens",
    "give_role",
    "grant_role",
    "hash_password",
    "invite_user",
    "join_by_invitation",
    "join_by_mail",
    "mail_link",
    "open_note",
    "open_session",
    "pass_factor",
    "register_user",
    "remove_factor",
    "renew_recovery_codes",
    "request_email_change",
    "request_reset",
    "reset_factor",
    "reset_password",
    "seal_note",
    "send_invitation",
    "set_factor",
    "take_invitation",
    "touch_session",
    "use_recovery_code",
]
