"""Deeds on profiles, their documents and who acts for them."""

from portal.registry.services.documents import add_document, end_document
from portal.registry.services.people import (
    accept_mandate,
    end_mandate,
    invite_person,
    resend_mandate_invitation,
    withdraw_invitation,
)
from portal.registry.services.profiles import (
    OF_BODY,
    OF_PERSON,
    PROXIES,
    SHARED,
    create_applicant,
    create_body,
    create_for_somebody,
    create_person,
    edit_applicant,
    keep_proxy,
)

__all__ = [
    "OF_BODY",
    "OF_PERSON",
    "PROXIES",
    "SHARED",
    "accept_mandate",
    "add_document",
    "create_applicant",
    "create_body",
    "create_for_somebody",
    "create_person",
    "edit_applicant",
    "end_document",
    "end_mandate",
    "invite_person",
    "keep_proxy",
    "resend_mandate_invitation",
    "withdraw_invitation",
]
