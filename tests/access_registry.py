"""What stands in the addresses of a profile, its documents and who acts for it."""

from __future__ import annotations

import io
from typing import Any

from portal.registry.engine import ProfileDocument
from portal.registry.models import MandateKind
from portal.registry.services import accept_mandate, add_document, invite_person, keep_proxy
from tests import make
from tests.browse import link_in, mails_to
from tests.files.makers import pdf

INVITED = "delegata@esempio.example.org"


def arguments_of_profiles(applicant: Any, owner: Any) -> dict[str, dict[str, str]]:
    """Give a profile a document, a delegate with a proxy, and somebody who is still invited."""
    statute = add_document(applicant, ProfileDocument.STATUTE, upload(), (None, None), owner)
    delegate = make.user()
    accept_mandate(invite(applicant, delegate.email, owner), delegate)
    proxy = keep_proxy(applicant, *upload(), delegate)
    mandate = next(each for each in applicant.mandates if each.user_id == delegate.id)
    token = invite(applicant, INVITED, owner)
    waiting = invite_person(applicant, f"altra.{INVITED}", MandateKind.DELEGATE, None, owner)
    about = {"public_id": applicant.public_id}
    of_file = {**about, "file_public_id": statute.file.public_id}
    of_invitation = {**about, "invitation_id": str(waiting.id)}
    return {
        "registry.edit_profile": about,
        "registry.list_documents": about,
        "registry.download_document": of_file,
        "registry.end_document": of_file,
        "registry.list_people": about,
        "registry.keep_proxy": about,
        "registry.download_proxy": {**about, "file_public_id": proxy.public_id},
        "registry.end_mandate": {**about, "mandate_id": str(mandate.id)},
        "registry.resend_invitation": of_invitation,
        "registry.withdraw_invitation": of_invitation,
        "registry.accept_mandate": {"token": token},
    }


def upload() -> tuple[Any, str]:
    """A file as a page sends it."""
    name, content = pdf()
    return io.BytesIO(content), name


def invite(applicant: Any, email: str, owner: Any) -> str:
    """The token by which an address may act for a body as a delegate."""
    invite_person(applicant, email, MandateKind.DELEGATE, None, owner)
    return link_in(mails_to(email)[-1], "/inviti-ente/").rpartition("/")[2]
