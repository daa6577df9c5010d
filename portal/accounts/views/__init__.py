"""Pages of accounts: registering, signing in and out, one's own account, people and roles."""

from portal.accounts.views import account, factor, people, registration, tokens
from portal.accounts.views.visits import (
    ANSWERED_AFTER,
    blueprint,
    enter,
    init_login,
    user_language,
)

__all__ = [
    "ANSWERED_AFTER",
    "account",
    "blueprint",
    "enter",
    "factor",
    "init_login",
    "people",
    "registration",
    "tokens",
    "user_language",
]
