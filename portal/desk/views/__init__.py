"""Pages that span features: lists, dossiers, the personal area."""

from portal.desk.views import lists
from portal.desk.views.blueprint import blueprint

__all__ = ["blueprint", "lists"]
