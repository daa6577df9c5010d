"""What goes with the answers of an application when it is sent, as the snapshot keeps it."""

from __future__ import annotations

from datetime import UTC
from typing import Any

from portal.accounts.queries import get_user
from portal.applications.models import Application, SignedPaper
from portal.applications.queries import (
    Signing,
    holds_now,
    last_confirmation,
    needs_confirmation,
    signing_of,
    stamp_of,
)
from portal.calls.engine import SignatureMode
from portal.registry.queries import mandate_of


def formalities_of(application: Application, actor: Any) -> dict[str, Any]:
    """Return signature, confirmation, stamp duty, quality of who sends, and who helped.

    What a call doesn't ask for is None.
    """
    return {
        "signature": signature(signing_of(application)),
        "confirmation": confirmation(application),
        "stamp": stamp(application),
        "on_behalf": on_behalf(application),
        "sent_as": quality(application, actor),
    }


def signature(signing: Signing) -> dict[str, Any] | None:
    """Return how the application is signed: the paper, its hashes, the files that came back."""
    if signing.mode is SignatureMode.NONE or signing.paper is None or signing.pdf is None:
        return None
    return {
        "mode": signing.mode.value,
        "paper": {
            "content_sha256": signing.paper.content_sha256,
            "answers_version": signing.paper.answers_version,
            "sha256": signing.pdf.sha256,
        },
        "files": [signed_file(each) for each in signing.counted],
    }


def signed_file(signed: SignedPaper) -> dict[str, Any]:
    """Return one file of the signature."""
    return {
        "part": signed.part.value,
        "id": signed.file.public_id,
        "name": signed.file.name,
        "size": signed.file.size,
        "sha256": signed.file.sha256,
        "signers": list(signed.signers),
        "is_same": signed.is_same,
    }


def confirmation(application: Application) -> dict[str, Any] | None:
    """Return who confirmed it, and when."""
    if not needs_confirmation(application):
        return None
    row = last_confirmation(application)
    if row is None or row.answered_at is None or not holds_now(row, application):
        return None
    at = row.answered_at.astimezone(UTC).isoformat(timespec="microseconds")
    return {"by": get_user(row.answered_by_id or 0).name, "at": at}


def stamp(application: Application) -> dict[str, Any] | None:
    """Return whether the stamp duty was due, why not, and how it was paid."""
    found = stamp_of(application)
    if found.amount is None:
        return None
    given = found.given
    return {
        "amount": str(found.amount),
        "is_due": found.is_due,
        "serial": given.serial if given else None,
        "issued_on": given.issued_on.isoformat() if given and given.issued_on else None,
        "reference": given.reference if given else None,
        "is_missing": found.is_missing,
    }


def on_behalf(application: Application) -> dict[str, str] | None:
    """Return who filled it in for somebody."""
    if application.on_behalf_by_id is None:
        return None
    return {"by": get_user(application.on_behalf_by_id).name}


def quality(application: Application, actor: Any) -> dict[str, Any] | None:
    """Return in which quality the sender acts for the applicant, and the proxy of a delegate."""
    mandate = mandate_of(application.applicant, actor) if actor is not None else None
    if mandate is None:
        return None
    file = mandate.proxy_file
    proxy = None if file is None else {"id": file.public_id, "sha256": file.sha256}
    return {"kind": mandate.kind.value, "proxy": proxy}
