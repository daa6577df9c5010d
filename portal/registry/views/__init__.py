"""Pages of profiles: the bodies and persons one applies for, their documents and people."""

from portal.registry.views import documents, profiles
from portal.registry.views.blueprint import blueprint

__all__ = ["blueprint", "documents", "profiles"]
