"""Reading people, their roles, sessions, second factors and mailed links."""

from portal.accounts.queries.invitations import find_invitation, has_account
from portal.accounts.queries.people import (
    evaluators_for,
    get_grant,
    get_user,
    nobody,
    people_page,
    read_people_listing,
    recovery_codes_left,
    staff_for,
    user_by_email,
)
from portal.accounts.queries.savings import Saving, last_saving
from portal.accounts.queries.scopes import (
    call_choices,
    offer_scopes,
    require_scope,
    strand_choices,
)
from portal.accounts.queries.tokens import (
    get_own_token,
    scopes_for,
    tokens_of,
    user_by_token,
)
from portal.accounts.queries.visits import (
    SessionLine,
    confirmation_link,
    door_of,
    email_link,
    last_visit_before,
    live_link,
    password_link,
    session_by_token,
    session_owner,
    sessions_of,
    visitor_by_session,
)

__all__ = [
    "Saving",
    "SessionLine",
    "call_choices",
    "confirmation_link",
    "door_of",
    "email_link",
    "evaluators_for",
    "find_invitation",
    "get_grant",
    "get_own_token",
    "get_user",
    "has_account",
    "last_saving",
    "last_visit_before",
    "live_link",
    "nobody",
    "offer_scopes",
    "password_link",
    "people_page",
    "read_people_listing",
    "recovery_codes_left",
    "require_scope",
    "scopes_for",
    "session_by_token",
    "session_owner",
    "sessions_of",
    "staff_for",
    "strand_choices",
    "tokens_of",
    "user_by_email",
    "user_by_token",
    "visitor_by_session",
]
