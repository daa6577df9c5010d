"""Pages of applications: filling in, sending, following, and the formal check."""

from portal.applications.views import checking, copying, drafting, following, papers, sending
from portal.applications.views.blueprint import blueprint

__all__ = ["blueprint", "checking", "copying", "drafting", "following", "papers", "sending"]
