"""Pages of profiles: the bodies and persons one applies for, their documents and people."""

from portal.registry.views import documents, people, profiles
from portal.registry.views.blueprint import blueprint

__all__ = ["blueprint", "documents", "people", "profiles"]
