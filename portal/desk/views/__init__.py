"""Pages that span features: lists, dossiers, bodies and people, the personal area."""

from portal.desk.views import (
    applicants,
    bulk,
    dossiers,
    exports,
    imports,
    lists,
    mail_templates,
    mailings,
    personal,
    prints,
    saved_views,
    today,
)
from portal.desk.views.blueprint import blueprint

__all__ = [
    "applicants",
    "blueprint",
    "bulk",
    "dossiers",
    "exports",
    "imports",
    "lists",
    "mail_templates",
    "mailings",
    "personal",
    "prints",
    "saved_views",
    "today",
]
