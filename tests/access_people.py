"""What stands in the addresses about the people and the signature of an application."""

from __future__ import annotations

import io
from typing import Any

from portal import clock
from portal.applications.models import Application
from portal.applications.queries import people_of
from portal.applications.services import (
    assign_sections,
    invite_collaborator,
    sign_digitally,
    submit_application,
)
from portal.calls.models import Call
from portal.db import transaction
from portal.permissions import Right
from portal.registry.models import Mandate, MandateKind
from tests import dossiers, make
from tests.applications import signatures
from tests.browse import link_in, mails_to
from tests.files.makers import pdf

INVITED = "invitata@esempio.example.org"
CODE = "90011470219"


def arguments_of_people(draft: Application, call: Call, owner: Any) -> dict[str, dict[str, str]]:
    """Invite somebody, give a section, and send a signed application with a proxy."""
    about = {"practice_code": draft.practice_code}
    invite_collaborator(draft, INVITED, Right.EDIT, owner)
    assign_sections(draft, {"money": owner.id}, owner)
    person = {**about, "collaborator_id": str(people_of(draft)[0].id)}
    token = link_in(mails_to(INVITED)[0], "/inviti/").rpartition("/")[2]
    signed, proxy = signed_application(call, owner)
    helped = {"code": call.code, "public_id": draft.applicant.public_id}
    of_draft = ("list_people", "assign_sections", "sign_application", "confirm_application")
    return {
        **dict.fromkeys((f"applications.{name}" for name in of_draft), about),
        "applications.resend_invitation": person,
        "applications.end_collaborator": person,
        "applications.finish_section": {**about, "section_key": "money"},
        "applications.accept_invitation": {"token": token},
        "applications.download_paper": {"practice_code": signed[0]},
        "applications.download_signed_paper": {
            "practice_code": signed[0],
            "file_public_id": signed[1],
        },
        "applications.download_proxy": {"practice_code": signed[0], "file_public_id": proxy},
        "applications.write_profile": {"code": call.code, "kind": "person"},
        "applications.start_on_behalf": helped,
    }


def signed_application(call: Call, owner: Any) -> tuple[tuple[str, str], str]:
    """Send an application with a digital signature; the owner acts as a delegate with a proxy."""
    name, content = pdf("delega.pdf")
    body = make.body(tax_code=CODE)
    with transaction():
        call.rules = {**call.rules, "signature_modes": ["digital_signature"]}
        proxy = make.stored_file(io.BytesIO(content), name, owner)
        body.mandates.append(
            Mandate(
                user_id=owner.id,
                kind=MandateKind.DELEGATE,
                proxy_file=proxy,
                started_at=clock.now(),
            )
        )
    application = dossiers.filled_in(call, body, owner)
    paper = signatures.drawn_paper(application, owner)
    envelope = io.BytesIO(signatures.p7m(paper))
    signed = sign_digitally(application, envelope, "domanda.pdf.p7m", owner)
    submit_application(application, owner, "signed", clock.now())
    with transaction():
        call.rules = {key: x for key, x in call.rules.items() if key != "signature_modes"}
    return (application.practice_code, signed.file.public_id), proxy.public_id
