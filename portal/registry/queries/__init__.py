"""Reading profiles: whose they are, and who else may see them."""

from portal.registry.queries.documents import (
    DocumentDue,
    current_document,
    documents_due,
    documents_of,
    expiring_documents,
    get_document,
    usable_document,
    usable_documents,
)
from portal.registry.queries.profiles import (
    SEEING_ALL,
    applicants_of,
    doubts_about,
    get_applicant,
    get_editable,
    mandate_of,
    needs_proxy,
    profile_facts,
    proxies_of,
    proxy_of,
    quality_of,
    visible_applicants,
)

__all__ = [
    "DocumentDue",
    "current_document",
    "documents_due",
    "documents_of",
    "expiring_documents",
    "get_document",
    "usable_document",
    "usable_documents",
    "SEEING_ALL",
    "applicants_of",
    "doubts_about",
    "get_applicant",
    "get_editable",
    "mandate_of",
    "needs_proxy",
    "profile_facts",
    "proxies_of",
    "proxy_of",
    "quality_of",
    "visible_applicants",
]
