"""Pages of applications: filling in, people, signing, sending, following, the formal check."""

from portal.applications.views import (
    behalf,
    collaborators,
    signing,
    changes,
    checking,
    copying,
    drafting,
    fields,
    following,
    papers,
    sending,
)
from portal.applications.views.blueprint import blueprint

__all__ = [
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
