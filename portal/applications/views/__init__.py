"""Pages of applications: filling in, people, signing, sending, following, the formal check."""

from portal.applications.views import (
    asking,
    behalf,
    changes,
    checking,
    collaborators,
    completing,
    copying,
    drafting,
    fields,
    following,
    messaging,
    papers,
    rating,
    sending,
    signing,
    verifying,
    withdrawing,
)
from portal.applications.views.blueprint import blueprint

__all__ = [
    "asking",
    "completing",
    "messaging",
    "rating",
    "verifying",
    "withdrawing",
    "behalf",
    "collaborators",
    "signing",
    "blueprint",
    "changes",
    "checking",
    "copying",
    "drafting",
    "fields",
    "following",
    "papers",
    "sending",
]
