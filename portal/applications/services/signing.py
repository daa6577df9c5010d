"""Signing: the application drawn as a paper, and the signed file that comes back."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any, BinaryIO

from portal import audit, clock, documents, permissions
from portal.applications.models import Application, PaperToSign, Part, SignedPaper
from portal.applications.queries import (
    Signing,
    answers_in,
    form_of_application,
    get_signed_paper,
    helper_of,
    kept_files,
    profile_rows,
    sections_of,
    signing_of,
    stamp_of,
)
from portal.applications.services.attachments import require_quotas
from portal.applications.services.holding import hold_draft
from portal.applications.services.snapshots import content_hash
from portal.calls.engine import SignatureMode
from portal.db import db, transaction
from portal.errors import Invalid, WrongState, beside, declare, mark
from portal.files import (
    DEFAULT,
    Received,
    StoredFile,
    contents_of,
    is_signed_pdf,
    keep_upload,
    open_file,
    pdf_signers,
    read_received,
    received_upload,
    remove_file,
    signers_of,
)
from portal.i18n import _, in_language, pick
from portal.questionnaires.engine import Readers

DIGITAL = replace(DEFAULT, extensions=frozenset({"pdf", "p7m"}))
SCANNED = replace(DEFAULT, extensions=frozenset({"pdf", "jpg", "jpeg", "png"}))
ENVELOPE = ".p7m"

declare(
    {
        "signed_other": mark(
            "This is not the paper that we drew: what was signed is another file. Download the "
            "paper to sign from here, sign that very file, and upload it."
        ),
        "signature_not_there": mark(
            "This PDF carries no digital signature. Sign it with your own tool, then upload it."
        ),
        "signature_mode": mark("This call does not take signatures of this kind."),
        "paper_not_drawn": mark(
            "The paper to sign is still being drawn: a few seconds are usually enough."
        ),
    }
)

# Who signed, by the certificate, and whether the portal recognised its own paper in it.
Finding = tuple[list[str], bool]


@transaction()
def draw_paper(application: Application, actor: Any) -> PaperToSign:
    """Draw the application as it stands; a paper that still says the same is returned."""
    require_signing(application, actor)
    signing = signing_of(application)
    if not signing.modes:
        raise WrongState("signature_mode")
    if signing.paper is not None and not signing.is_stale:
        return signing.paper
    if answers_in(application).missing():
        raise Invalid("not_complete_yet")
    paper = PaperToSign(
        application_id=application.id,
        answers_version=application.answer_set.version,
        profile_version=application.applicant.version,
        content_sha256=content_hash(application),
        drawn_at=clock.now(),
        drawn_by_id=actor.id,
    )
    paper.document = issue_paper(application, paper, actor)
    db.session.add(paper)
    db.session.flush()
    facts = {"answers": paper.answers_version, "profile": paper.profile_version}
    audit.record("application.draw_paper", application, actor, facts=facts)
    return paper


def require_signing(application: Application, actor: Any) -> None:
    """Lock a draft that `actor` may sign; WrongState once it has been sent."""
    permissions.require(actor, "application.sign", application)
    hold_draft(application)


def issue_paper(application: Application, paper: PaperToSign, actor: Any) -> documents.Document:
    """Issue the paper in the language of who asks for it; its drawing follows the commit."""
    code = application.practice_code
    with in_language(actor.language):
        form = form_of_application(application)
        return documents.issue_document(
            "application_to_sign",
            key=f"application_to_sign:{code}:{paper.answers_version}.{paper.profile_version}",
            title=_("Application %(code)s to sign", code=code),
            language=actor.language,
            template="application_to_sign",
            practice_code=code,
            call_title=pick(application.call.title),
            application_title=application.title,
            applicant=application.applicant.name,
            helper=helper_of(application),
            signer=application.applicant.representative_name or application.applicant.name,
            profile=profile_rows(application),
            sections=sections_of(application, Readers.STAFF),
            files=[
                {
                    "question": pick(form.question(each.question_key).label),
                    "name": each.file.name,
                    "sha256": each.file.sha256,
                }
                for each in kept_files(application)
            ],
            stamp=stamp_of(application),
            answers_version=paper.answers_version,
            profile_version=paper.profile_version,
            content_sha256=paper.content_sha256,
        )


def sign_digitally(
    application: Application, stream: BinaryIO, name: str, actor: Any
) -> SignedPaper:
    """Take the paper back with a digital signature: a `.p7m` around it, or the signed PDF.

    Refused are an envelope around anything else (`signed_other`) and a PDF nobody signed. A PDF
    that its signing tool wrote anew is taken and marked: the office compares it.
    """
    return take_paper(
        application, actor, (stream, name), SignatureMode.DIGITAL_SIGNATURE, Part.SIGNED
    )


def sign_by_hand(
    application: Application, stream: BinaryIO, name: str, actor: Any, part: str
) -> SignedPaper:
    """Take the scan of the paper signed by hand, or of the identity document beside it."""
    return take_paper(
        application, actor, (stream, name), SignatureMode.HANDWRITTEN_SCAN, Part(part)
    )


def take_paper(
    application: Application,
    actor: Any,
    upload: tuple[BinaryIO, str],
    mode: SignatureMode,
    part: Part,
) -> SignedPaper:
    """Check an upload before the transaction, keep it inside; one refused leaves the store."""
    permissions.require(actor, "application.sign", application)
    signing = signing_of(application)
    field = f"{mode.value}_{part.value}"
    with beside(field):
        paper = require_paper(signing, mode)
        is_digital = mode is SignatureMode.DIGITAL_SIGNATURE
        with received_upload(*upload, DIGITAL if is_digital else SCANNED) as received:
            finding = examine(received, paper) if is_digital else ([], True)
            return keep_paper(application, actor, received, (signing, mode, part), finding)


def require_paper(signing: Signing, mode: SignatureMode) -> StoredFile:
    """Return the paper as it was drawn; refuse a way not asked for, a paper stale or not drawn."""
    if mode not in signing.modes:
        raise Invalid("signature_mode")
    if signing.is_stale:
        raise Invalid("signature_stale")
    if signing.pdf is None:
        raise Invalid("paper_not_drawn")
    return signing.pdf


def examine(received: Received, paper: StoredFile) -> Finding:
    """Say who signed, and whether it is the paper; refuse what is not, or what nobody signed."""
    content = read_received(received)
    if received.name.casefold().endswith(ENVELOPE):
        layers = contents_of(content)
        hashes = {hashlib.sha256(layer).hexdigest() for layer in layers}
        if paper.sha256 not in hashes:
            raise Invalid("signed_other")
        return signers_of(content), True
    if not is_signed_pdf(content):
        raise Invalid("signature_not_there")
    with open_file(paper) as stream:
        drawn = stream.read()
    return pdf_signers(content), content.startswith(drawn)


@transaction()
def keep_paper(
    application: Application,
    actor: Any,
    received: Received,
    place: tuple[Signing, SignatureMode, Part],
    finding: Finding,
) -> SignedPaper:
    """Keep a checked file in the place of one given before; refused if the paper moved on."""
    seen, mode, part = place
    require_signing(application, actor)
    require_quotas(application, received.size, actor)
    signing = signing_of(application)
    require_paper(signing, mode)
    if signing.paper is None or seen.paper is None or signing.paper.id != seen.paper.id:
        raise Invalid("signature_stale")
    for earlier in signing.of(mode, part):
        take_away(application, earlier)
    signed = SignedPaper(
        paper=signing.paper,
        mode=mode,
        part=part,
        file=keep_upload(received, actor),
        signers=finding[0],
        is_same=finding[1],
        added_at=clock.now(),
        added_by_id=actor.id,
        removed_at=None,
    )
    db.session.add(signed)
    db.session.flush()
    facts = {"mode": mode, "part": part, "file": signed.file_id}
    audit.record("application.sign", application, actor, facts=facts)
    return signed


@transaction()
def remove_signed_paper(application: Application, file_public_id: str, actor: Any) -> None:
    """Take a signed file away from a draft."""
    require_signing(application, actor)
    signed = get_signed_paper(application, file_public_id)
    take_away(application, signed)
    audit.record("application.unsign", application, actor, facts={"file": signed.file_id})


def take_away(application: Application, signed: SignedPaper) -> None:
    """Remove a signed file; one that was sent before stays with that sending."""
    signed.removed_at = clock.now()
    if not application.submissions:
        remove_file(signed.file)
    db.session.flush()
